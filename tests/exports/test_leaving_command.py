"""``chevet documents fhir|cda|request|pack`` from real records on disk."""

import asyncio
import json
import stat
import sys
from pathlib import Path

import pytest
from exports.cda.conftest import NAMED
from exports.documents.ward import keep, usual
from fhir.resources.R4B.bundle import Bundle

from client.cli import main
from client.store import keys
from client.store.keys import Cost
from client.store.records import Records

PASSPHRASE = "quatre mots bien choisis"  # noqa: S105 -- of these tests alone


@pytest.fixture(autouse=True)
def kept_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One consultation in ``tmp_path/records``."""
    folder = tmp_path / "records"
    folder.mkdir()
    secrets = keys.create(folder, PASSPHRASE, cost=Cost(1, 1, 8))

    async def fill() -> None:
        records = await Records.open(folder, secrets)
        case = usual()
        case.dossier = NAMED
        await keep(records, case)
        await records.close()

    monkeypatch.chdir(tmp_path)
    asyncio.run(fill())


def chevet(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setenv("CHEVET_PASSPHRASE", PASSPHRASE)
    return main(["documents", *words, "1", "--record", "records"])


@pytest.mark.parametrize("name", ["fhir", "request"])
def test_a_bundle_is_saved_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert chevet(monkeypatch, name, "--to", "out.json") == 0
    Bundle.model_validate_json((tmp_path / "out.json").read_bytes())
    assert chevet(monkeypatch, name, "--to", "out.json") == 1, "nothing is ever replaced"


def test_a_report_that_the_doctor_did_not_sign_is_no_cda(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chevet(monkeypatch, "cda", "--to", "out.xml") == 1
    said = capsys.readouterr().err
    assert "la signature vérifiée du médecin, le numéro RPPS du médecin" in said
    assert not (tmp_path / "out.xml").exists()


def test_a_request_is_saved_as_cda_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chevet(monkeypatch, "request", "--cda", "--to", "out.xml") == 0
    assert b'code="75496-0"' in (tmp_path / "out.xml").read_bytes()
    assert "manque" not in capsys.readouterr().err


def test_a_mistyped_folder_becomes_no_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHEVET_PASSPHRASE", PASSPHRASE)
    words = ("documents", "fhir", "1", "--record", "recrods", "--to", "out.json")
    assert main([*words]) == 1
    assert "pas de consultations dans ce dossier" in capsys.readouterr().err
    assert not (tmp_path / "recrods").exists()


def test_a_pack_is_a_new_folder_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chevet(monkeypatch, "pack", "--to", "out") == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    listed = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert names == {one["name"] for one in listed["files"]} | {"manifest.json"}
    assert not any("PAT" in name or "COURTE" in name for name in names)
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert chevet(monkeypatch, "pack", "--to", "out") == 1


@pytest.mark.parametrize("name", ["fhir", "request", "pack", "summary"])
def test_who_took_it_out_is_in_the_sites_journal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert chevet(monkeypatch, name, "--to", "out") == 0
    capsys.readouterr()
    monkeypatch.setenv("CHEVET_PASSPHRASE", PASSPHRASE)
    assert main(["records", "show", "--last", "1", "--json", "--record", "records"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["event"], told["facts"]["consultation"]) == ("exported", 1)
    assert told["facts"]["by"]

"""``chevet documents`` makes what it says from real records on disk, and refuses plainly."""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from exports.documents.test_attestation import PLAYED
from exports.documents.test_printing import fake_lp, posix_only
from exports.documents.ward import PRESCRIPTION, keep, usual
from pypdf import PdfReader

from client.cli import main
from client.exports.documents import content_sha256, report_of
from client.store import keys
from client.store.keys import Cost
from client.store.records import Records

PASSPHRASE = "quatre mots bien choisis"  # noqa: S105 -- of these tests alone


@pytest.fixture
def digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Records with one consultation in ``tmp_path/records``; its content hash."""
    folder = tmp_path / "records"
    folder.mkdir()
    secrets = keys.create(folder, PASSPHRASE, cost=Cost(1, 1, 8))

    async def fill() -> str:
        records = await Records.open(folder, secrets)
        record = await keep(records, replace(usual(), stills=()))
        await records.close()
        return content_sha256(report_of(record)).hex()

    monkeypatch.chdir(tmp_path)
    return asyncio.run(fill())


def chevet(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setenv("CHEVET_PASSPHRASE", PASSPHRASE)
    return main(["documents", *words])


@pytest.mark.usefixtures("digest")
@pytest.mark.parametrize("more", [(), ("--cda",)])
def test_a_summary_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    words = ("summary", "1", "--record", "records", "--to", "s.pdf", *more)
    assert chevet(monkeypatch, *words) == 0
    assert "PAT-TROIS" in PdfReader(tmp_path / "s.pdf").pages[0].extract_text()
    assert chevet(monkeypatch, *words) == 1, "nothing is ever replaced"


@posix_only
@pytest.mark.usefixtures("digest")
def test_what_the_patient_takes_home_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_lp(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    words = ("summary", "1", "--record", "records", "--print", "--handover")
    assert chevet(monkeypatch, *words) == 0
    assert (tmp_path / "stdin").read_bytes() == PRESCRIPTION, "printed last, unchanged"
    assert "PAT-TROIS" not in (tmp_path / "argv").read_text()


def test_a_paper_is_compared_with_the_record(
    digest: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = [digest[at : at + 8].upper() for at in range(0, 64, 8)]
    assert chevet(monkeypatch, "verify", "--record", "records", "1", *printed) == 0
    assert "Identique" in capsys.readouterr().out
    wrong = ("0" if digest[0] != "0" else "1") + digest[1:]
    assert chevet(monkeypatch, "verify", "--record", "records", "1", wrong) == 1
    assert "DIFFÉRENT" in capsys.readouterr().out


@pytest.mark.usefixtures("digest")
def test_the_declaration_is_made_from_the_example_and_the_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert chevet(monkeypatch, "equipment", "--example") == 0
    (tmp_path / "site.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    words = ("equipment", "site.toml", "--record", "records")
    assert chevet(monkeypatch, *words, "--to", "d.pdf") == 0
    assert chevet(monkeypatch, *words, "--csv", "--to", "d.csv") == 0
    assert "UA-767" in PdfReader(tmp_path / "d.pdf").pages[0].extract_text()
    assert "UA-767" in (tmp_path / "d.csv").read_text(encoding="utf-8-sig")


def test_an_attestation_is_made_of_what_a_session_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "session.json").write_bytes(msgspec.json.encode(PLAYED))
    monkeypatch.chdir(tmp_path)
    assert chevet(monkeypatch, "attestation", "session.json", "--to", "a.pdf") == 0
    assert "Sophie Marchand" in PdfReader(tmp_path / "a.pdf").pages[0].extract_text()


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("summary", "1"), 2),
        (("equipment", "--to", "x.pdf"), 2),
        (("equipment", "site.toml", "--csv", "--print"), 2),
        (("equipment", "none.toml", "--to", "x.pdf"), 1),
        (("attestation", "none.json", "--to", "x.pdf"), 1),
    ],
)
def test_words_that_do_not_make_sense_are_refused_with_a_hint(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    status: int,
) -> None:
    assert chevet(monkeypatch, *words) == status
    assert capsys.readouterr().err


def test_help_is_instant_for_it_loads_no_typesetter() -> None:
    code = (
        "import sys\n"
        "from client.cli import main\n"
        "try: main(['documents', '--help'])\n"
        "except SystemExit: pass\n"
        "print('typst' in sys.modules)"
    )
    told = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-c", code], capture_output=True, check=True
    )
    assert json.loads(told.stdout.split()[-1].lower()) is False

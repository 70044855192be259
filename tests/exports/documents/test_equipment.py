"""The declaration says what the inventory and the records say, and no cell of it ever acts."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from exports.documents.ward import DOSSIER, Case, after, at_ms, kept, usual
from pypdf import PdfReader

from client.catalogue import Catalogue
from client.core.wire import LabResult
from client.exports.equipment.declaration import declaration_csv, declaration_sheet
from client.exports.equipment.inventory import (
    SIZE_LIMIT,
    Equipment,
    Inventory,
    InventoryError,
    InventoryUnreadableError,
    Site,
    completed,
    example,
    parsed,
    read,
)
from client.exports.pdf.typesetting import pdf
from client.exports.pdf.wording import Words
from devices.readings import Kind

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE = Site("Pharmacie des Tilleuls", "12 rue Gambetta", "Élise Dumas", "750803447")


def rows(data: bytes) -> list[list[str]]:
    text = data.decode("utf-8-sig")
    return [*csv.reader(io.StringIO(text, newline=""), delimiter=";")]


def test_the_example_is_an_inventory() -> None:
    inventory = parsed(example().encode())
    assert inventory.site.finess == "750803447"
    oximeter, otoscope = inventory.equipment
    assert (oximeter.kind, oximeter.calibrated_on) == (Kind.OXIMETER, date(2026, 3, 2))
    assert (otoscope.kind, otoscope.serial) == (Kind.OTOSCOPE, "")


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"site = 1", b"[site]\nname = 3", b"\xff", b"[[["),
        b'[site]\nname="a"\naddress="b"\nresponsible="c"\n[[equipment]]\nmodel="x"\nkind="car"',
        b"#" * (SIZE_LIMIT + 1),
    ],
)
def test_what_is_no_inventory_is_said(data: bytes) -> None:
    with pytest.raises(InventoryError):
        parsed(data)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_file_that_is_not_there_is_said_in_the_persons_words_alone(
    tmp_path: Path, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(InventoryUnreadableError) as failure:
        read(tmp_path / "none.toml")
    assert failure.value.reason not in " ".join(Catalogue(language).explain(failure.value))
    assert failure.value.reason in caplog.text
    assert "none.toml" not in caplog.text


def test_a_file_cannot_claim_what_only_records_tell() -> None:
    claimed = example().replace('serial = "5012"', "seen_at = 2026-01-01T00:00:00Z")
    assert parsed(claimed.encode()).equipment[0].seen_at is None


async def test_records_say_when_each_was_used_and_what_is_missing() -> None:
    listed = Equipment("cms 50e", Kind.OXIMETER, serial="5012")
    crp = LabResult("CRP", "5", "mg/L", "good", at_ms(3), "Afinion", "AF1")
    case = replace(usual(), readings=(*usual().readings, crp))
    inventory = completed(Inventory(SITE, (listed,)), [await kept(case)])
    found = {one.model: one for one in inventory.equipment}
    assert found["cms 50e"].seen_at == after(80)
    assert found["cms 50e"].is_declared
    assert found["UA-767"].kind is Kind.BLOOD_PRESSURE
    assert found["Afinion"].kind is Kind.ANALYSER
    assert not found["FORA IR42"].is_declared
    assert "CMS50E" not in found


async def test_a_simulated_instrument_is_no_equipment() -> None:
    training = Case(dossier=replace(DOSSIER, is_training=True))
    assert completed(Inventory(SITE), [await kept(training)]).equipment == ()


def test_the_table_is_read_back_as_it_was_written(words: Words) -> None:
    one = Equipment(
        *("CMS50E", Kind.OXIMETER, "Contec", 'SN;"1"\n2', "(01)0123"),
        calibrated_on=date(2026, 3, 2),
    )
    head, row = rows(declaration_csv(words, Inventory(SITE, (one,))))
    assert len(head) == len(row) == 11
    assert row[1] == "750803447"
    assert row[5:9] == ["Contec CMS50E", 'SN;"1"\n2', "(01)0123", "02/03/2026"]


@pytest.mark.parametrize(
    "formula", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =cmd|' /C calc'!A0"]
)
def test_no_cell_is_a_formula(words: Words, formula: str) -> None:
    one = Equipment(formula, maker="", serial=formula, udi=formula)
    inventory = Inventory(replace(SITE, name=formula, responsible=formula), (one,))
    cells = rows(declaration_csv(words, inventory))[1]
    assert cells[0] == f"'{formula}"
    for cell in cells:
        assert not re.match(r"\s*[=+\-@]", cell)


async def test_the_sheet_says_it_is_no_official_form(words: Words) -> None:
    inventory = completed(parsed(example().encode()), [await kept(usual())])
    reader = PdfReader(io.BytesIO(pdf(declaration_sheet(words, inventory, AT))))
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    for said in (
        *("pas un formulaire officiel", "Pharmacie des Tilleuls", "750803447", "Élise Dumas"),
        *("Contec CMS50E", "02/03/2026", "Otoscope : présent", "Stéthoscope : non déclaré"),
        *("samedi, 9 h à 12 h", "de plain-pied", "22/11/2026 (hors inventaire)", "UA-767"),
    ):
        assert said.replace(" ", "") in text, said
    assert len(reader.pages) == 1
    assert "PAT-TROIS" not in text

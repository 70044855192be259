"""From the start-of-day checklist to the documents in the right hands: real app, real page."""

import asyncio
import io
import os
import sys
from asyncio.subprocess import PIPE
from hashlib import sha256
from pathlib import Path

import pytest
from end_to_end.test_known_gp_in_chromium import (
    a_browser,
    relay_url,  # noqa: F401 -- a fixture
)
from end_to_end.walking import (
    SIZES,
    Person,
    at_the_terminal,
    noted,
    options_of,
    pdf_text,
    plugged_in,
    record_in,
)
from pypdf import PdfWriter

from client.core.consultation import State
from client.core.dossier.ending import Act, Destination
from client.core.dossier.room import RoomItem
from client.demo.gp_in_chromium import PATIENCE_MS, ChromiumGp
from client.session.flow_views import DocumentState, Wish
from client.session.sending import FileState
from client.session.snapshot import StillState
from client.store import keys
from client.store.journal import JournalEvent
from client.ui.screens.ending import EndingScreen
from devices.readings import Vital

pytestmark = pytest.mark.browser

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

PASSPHRASE = "quatre mots bien choisis"  # noqa: S105 -- of a test
SUMMARY = "Angine virale probable. Repos, paracétamol (fictif)."


@pytest.mark.parametrize("size", SIZES)
async def test_from_the_checklist_to_the_documents(
    relay_url: str,  # noqa: F811 -- the fixture
    tmp_path: Path,
    size: tuple[int, int],
) -> None:
    folder, paper = tmp_path / "records", tmp_path / "paper"
    secrets = await asyncio.to_thread(keys.create, folder, PASSPHRASE)
    prescription = await asyncio.to_thread(_a_pdf)
    async with (
        a_browser() as gp,
        plugged_in("contec_v7", "taidoc", "vc0706") as instruments,
        at_the_terminal(options_of(relay_url, folder, instruments), secrets, size) as person,
    ):
        await person.until(lambda now: len(now.instruments) == len(instruments))
        await person.prepare(own_doctor="Dr Roux, Besançon")
        room = person.now.room
        assert room is not None
        assert RoomItem.INSTRUMENTS in room.checked
        await person.meet(gp)
        temperature = await _examine(person, gp)
        await _send_a_letter(person, gp, tmp_path / "courrier.pdf")

        await gp.attach("Ordonnance", prescription)
        await gp.summarise(SUMMARY)
        await gp.leave()
        await person.until(lambda now: now.state is State.ENDED)
        assert isinstance(person.app.screen, EndingScreen)
        assert "Angine virale probable" in person.text
        await person.until(lambda now: any(d.state is DocumentState.HELD for d in now.documents))

        files = await person.save(paper)
        await person.press("o", "n")
        assert person.app.return_value == Wish(), "the next patient is one key away"

    summary, *_ = [file for file in files if file.read_bytes() != prescription]
    assert prescription in [file.read_bytes() for file in files]
    for told in (SUMMARY, "DELACOUR", temperature, "Dr Martin", "Mme Petit"):
        assert told.casefold() in pdf_text(summary).casefold(), told

    record = await asyncio.to_thread(record_in, folder, secrets)
    ending = record.dossier.ending
    assert ending is not None
    assert (ending.handed_over, ending.act) == (True, Act.TLM)
    assert set(ending.destinations) == {Destination.OWN_DOCTOR, Destination.PATIENT}
    for event in (
        *(JournalEvent.CONSENT_GIVEN, JournalEvent.WORDS_EQUAL, JournalEvent.STILL_RECEIVED),
        *(JournalEvent.SIGNATURE_VERIFIED, JournalEvent.DOCUMENT_RECEIVED),
        *(JournalEvent.DOCUMENTS_SAVED, JournalEvent.CLOSED, JournalEvent.ENDED),
    ):
        assert noted(record, event), event

    assert await _chevet("records", "verify", "--record", str(folder)) == 0
    away = tmp_path / "away"
    words = ("documents", "pack", str(record.id), "--record", str(folder), "--to", str(away))
    assert await _chevet(*words) == 0
    assert any(file.suffix == ".json" for file in away.iterdir())


async def _examine(person: Person, gp: ChromiumGp) -> str:
    """A measurement and a still, each asked for by the GP; the value as the GP sees it."""
    await gp.see_reading(Vital.SPO2.code)
    asking = asyncio.create_task(gp.ask("temperature"))
    await person.until(lambda now: now.asked is not None)
    assert "température" in person.text.lower()
    await person.press("t")
    await asking
    value = await gp.see_reading(Vital.TEMPERATURE.code)
    await person.until(lambda now: now.asked is None)

    asking = asyncio.create_task(gp.ask("ear"))
    await person.until(lambda now: now.asked is not None)
    await person.press("o")
    await person.until(lambda now: now.preview is not None)
    await person.press("f")
    await person.until(lambda now: now.still is not None and now.still.state is StillState.RECEIVED)
    await gp.see_still()
    if person.now.asked is not None:
        await person.press("c")
    await asking
    return value


async def _send_a_letter(person: Person, gp: ChromiumGp, path: Path) -> None:
    """From the disk to the list of what the GP may keep, byte for byte."""
    letter = _a_pdf()
    await asyncio.to_thread(path.write_bytes, letter)
    await person.press("r", "end", "ctrl+u")
    await person.fill(str(path))
    await person.until(lambda now: [f.state for f in now.sent_files] == [FileState.RECEIVED])
    assert "courrier   reçu par le médecin" in person.text
    await person.press("escape")
    paper = gp.page.get_by_test_id("paper")
    await paper.wait_for(timeout=PATIENCE_MS)
    assert await paper.get_attribute("data-sha256") == sha256(letter).hexdigest()
    assert await gp.page.get_by_test_id("still").count() == 1, "a letter is no picture"


async def _chevet(*words: str) -> int:
    """The exit status of this command, run as a person runs it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "client", *words),
        env={**os.environ, "CHEVET_PASSPHRASE": PASSPHRASE, "CHEVET_SETTINGS": os.devnull},
        stdout=PIPE,
    )
    await process.communicate()
    return await process.wait()


def _a_pdf() -> bytes:
    with PdfWriter() as pdf, io.BytesIO() as file:
        pdf.add_blank_page(210, 297)
        pdf.write(file)
        return file.getvalue()

"""Consultations that do not go as planned: stopped with a reason, or on without a picture."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from end_to_end.test_known_gp_in_python import relay_url  # noqa: F401 -- a fixture
from end_to_end.walking import (
    PATIENCE_S,
    SIZES,
    at_the_terminal,
    noted,
    options_of,
    pdf_text,
    plugged_in,
    record_in,
)

from client.core.consultation import State
from client.core.dossier.ending import Alternative, Destination, StopReason
from client.core.incidents import IncidentKind
from client.core.wire import Card
from client.demo.gp_in_python import PythonGp
from client.demo.media import PATIENT_CAMERA, PHARMACIST_VOICE
from client.store import keys
from client.store.journal import JournalEvent
from client.ui.screens.ending import EndingScreen
from client.ui.screens.otherwise import OtherwiseBox, TelephoneBox
from devices.readings import Vital

NOTE = "douleur thoracique, 15 appelé (fictif)"
THIN_BPS = 12_000
"""Voice alone, and barely."""

every_size = pytest.mark.parametrize("size", SIZES)


@pytest.fixture
async def gp() -> AsyncIterator[PythonGp]:
    doctor = PythonGp(Card("Dr Martin", "Cabinet"))
    yield doctor
    await doctor.close()


@every_size
async def test_stopped_as_not_suitable(
    relay_url: str,  # noqa: F811 -- the fixture
    gp: PythonGp,
    tmp_path: Path,
    size: tuple[int, int],
) -> None:
    folder, secrets = tmp_path / "records", keys.ephemeral()
    async with (
        plugged_in("contec_v7") as instruments,
        at_the_terminal(options_of(relay_url, folder, instruments), secrets, size) as person,
    ):
        await person.prepare()
        await person.meet(gp)
        await gp.see_reading(Vital.SPO2.code)
        await person.press("s", "4")
        await person.fill(NOTE)
        await person.until(lambda now: now.state is State.ENDED)
        assert isinstance(person.app.screen, EndingScreen)
        assert "Urgence" in person.text or "urgence" in person.text
        await gp.session.wait_for(lambda seen: seen.goodbye == "unsuitable", PATIENCE_S)
        assert gp.session.seen.why == StopReason.EMERGENCY, "the reason alone, not the note"
        files = await person.save(tmp_path / "paper")
        await person.press("o", "q")

    assert "urgence" in " ".join(map(pdf_text, files)).casefold()
    record = record_in(folder, secrets)
    assert record.reason == "unsuitable"
    assert noted(record, JournalEvent.STOPPED) == [{"reason": StopReason.EMERGENCY.value}]
    ending = record.dossier.ending
    assert ending is not None
    assert (ending.stop_reason, ending.stop_note) == (StopReason.EMERGENCY, NOTE)
    assert ending.handed_over
    assert Destination.PATIENT in ending.destinations


async def test_on_by_telephone_once_the_picture_is_impossible(
    relay_url: str,  # noqa: F811 -- the fixture
    gp: PythonGp,
    tmp_path: Path,
) -> None:
    """R6316-4: the moment and the reason stand in the record (rules-fr.md, d-5 and d-6)."""
    folder, secrets = tmp_path / "records", keys.ephemeral()
    options = replace(
        options_of(relay_url, folder, {}),
        camera=f"file:{PATIENT_CAMERA}",
        microphone=f"file:{PHARMACIST_VOICE}",
        cap_bps=THIN_BPS,
    )
    async with at_the_terminal(options, secrets, SIZES[1]) as person:
        await person.prepare()
        await person.meet(gp)
        await person.until(lambda now: now.video_impossible_since is not None)
        since = person.now.video_impossible_since
        assert since is not None
        assert "y, que faire" in person.text
        assert [one.kind for one in person.now.incidents] == [IncidentKind.VIDEO_IMPOSSIBLE]
        await person.press("y")
        assert isinstance(person.app.screen, OtherwiseBox)
        await person.press("2")
        assert isinstance(person.app.screen, TelephoneBox)
        assert "0612345678" in person.text.replace(" ", "")
        await gp.session.wait_for(lambda seen: seen.went_on == Alternative.TELEPHONE, PATIENCE_S)
        await person.press("escape")
        await gp.summarise("Vue au téléphone (fictif).")
        await gp.leave()
        await person.until(lambda now: now.state is State.ENDED)
        files = await person.save(tmp_path / "paper")
        await person.press("o", "q")

    record = record_in(folder, secrets)
    lines = {line.event: line for line in record.journal}
    impossible = lines[JournalEvent.VIDEO_IMPOSSIBLE]
    assert abs((impossible.at - since).total_seconds()) < PATIENCE_S
    assert noted(record, JournalEvent.WENT_ON) == [{"how": Alternative.TELEPHONE.value}]
    assert lines[JournalEvent.WENT_ON].number > impossible.number
    ending = record.dossier.ending
    assert ending is not None
    assert ending.went_on is Alternative.TELEPHONE
    assert Destination.PATIENT in ending.destinations
    assert "téléphone" in " ".join(map(pdf_text, files)).casefold()

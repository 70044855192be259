"""A consultation that does not go as planned: stopped, with a reason."""

from collections.abc import AsyncIterator
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
from client.core.dossier.ending import Destination, StopReason
from client.core.wire import Card
from client.demo.gp_in_python import PythonGp
from client.store import keys
from client.store.journal import JournalEvent
from client.ui.screens.ending import EndingScreen
from devices.readings import Vital

NOTE = "douleur thoracique, 15 appelé (fictif)"

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

"""The terminal's own app over the real session, a real relay and a GP, key by key."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from end_to_end.walking import Person, at_the_terminal, options_of, plugged_in

from client.core.consultation import State
from client.core.dossier.ending import Destination
from client.core.wire import Card
from client.demo.gp_in_python import PythonGp
from client.relay.serve import serve
from client.session.flow_views import Wish
from client.session.snapshot import StillState
from client.store import keys
from client.ui.screens.ending import EndingScreen
from devices.readings import Vital

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

PATIENCE_S = 60.0
MOST_KEYS = 25
"""Of a complete simple consultation, besides free text."""


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@pytest.fixture
async def person(relay_url: str) -> AsyncIterator[Person]:
    async with (
        plugged_in("contec_v7", "taidoc", "vc0706") as instruments,
        at_the_terminal(
            options_of(relay_url, None, instruments), keys.ephemeral(), patience_s=PATIENCE_S
        ) as here,
    ):
        yield here


@pytest.fixture
async def gp() -> AsyncIterator[PythonGp]:
    doctor = PythonGp(Card("Dr Martin", "Cabinet"))
    yield doctor
    await doctor.close()


async def _examine(person: Person, gp: PythonGp) -> None:
    """What is measured all the time answers by itself; the rest is a key each."""
    await gp.ask("oximeter")
    await gp.see_reading(Vital.SPO2.code)
    asking = asyncio.create_task(gp.ask("temperature"))
    await person.until(lambda now: now.asked is not None)
    await person.press("t")
    await asking
    await gp.see_reading(Vital.TEMPERATURE.code)
    await person.until(lambda now: now.asked is None)
    gp.session.ask("ear")
    await person.until(lambda now: now.asked is not None)
    await person.press("o")
    await person.until(lambda now: now.preview is not None)
    await person.press("f")
    await gp.see_still()
    await person.until(lambda now: now.still is not None and now.still.state is StillState.RECEIVED)


async def test_a_consultation_takes_at_most_25_keys_besides_free_text(
    person: Person, gp: PythonGp
) -> None:
    await person.prepare()
    await person.meet(gp)
    await _examine(person, gp)
    await gp.summarise("Angine virale. Repos, paracétamol.")
    await gp.leave()
    await person.until(lambda now: now.state is State.ENDED)
    assert isinstance(person.app.screen, EndingScreen)
    assert "Angine virale" in person.text
    await person.press("o", "n")
    assert len(person.keys) <= MOST_KEYS, person.keys
    dossier = person.now.dossier
    assert dossier.ending is not None
    assert dossier.ending.handed_over
    assert Destination.PATIENT in dossier.ending.destinations
    assert person.app.return_value == Wish(), "the next patient is one key away"

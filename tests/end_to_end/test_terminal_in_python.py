"""The terminal's own app over the real session, a real relay and a GP, key by key."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from client import clock
from client.catalogue import Catalogue
from client.core.consultation import State
from client.core.dossier.ending import Destination
from client.core.wire import Card
from client.demo.gp_in_python import PythonGp
from client.demo.media import EAR
from client.relay.serve import serve
from client.session.events import EventLog
from client.session.flow_views import Wish
from client.session.instruments import Plug
from client.session.opening import OpenSite, Options, opened
from client.session.snapshot import SiteSnapshot, StillState
from client.store import keys
from client.ui.app import SiteApp
from client.ui.screens.calling import CallScreen
from client.ui.screens.consultation import ConsultationScreen
from client.ui.screens.ending import EndingScreen
from client.ui.screens.invitation import InvitationScreen
from client.ui.screens.words import WordsScreen
from devices.readings import Vital
from devices.simulators.instrument import Material, create
from devices.simulators.pty import SimulatedInstrument

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

PATIENCE_S = 60.0
MOST_KEYS = 25
"""Of a complete simple consultation, besides free text."""


@dataclass
class Counter:
    """A person at the terminal; every key that is no letter of a text is counted."""

    site: OpenSite
    app: SiteApp
    pilot: Pilot[Wish]
    keys: list[str] = field(default_factory=list)

    @property
    def now(self) -> SiteSnapshot:
        return self.site.session.snapshot

    @property
    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips).replace("\N{NO-BREAK SPACE}", " ")

    async def until(self, condition: Callable[[SiteSnapshot], bool]) -> None:
        """The session has come so far, and the screen shows it."""
        came = asyncio.Event()
        stop = self.site.session.subscribe(lambda now: condition(now) and came.set())
        try:
            if not condition(self.now):
                async with asyncio.timeout(PATIENCE_S):
                    await came.wait()
        finally:
            stop()
        await self._settle()

    async def press(self, *keys: str) -> None:
        self.keys += keys
        for key in keys:
            await self.pilot.press(key)
        await self._settle()

    async def write(self, text: str) -> None:
        """Free text: not counted, and pasted, as typing it waits for an idle machine."""
        self.app.post_message(events.Paste(text))
        await self._settle()

    async def fill(self, text: str) -> None:
        await self.write(text)
        await self.press("enter")

    async def _settle(self) -> None:
        for _ in range(2):
            await self.pilot.pause(0)
            if self.app.is_running:
                self.app.show_newest()
        await self.pilot.pause(0)


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@pytest.fixture
async def instruments() -> AsyncIterator[dict[str, SimulatedInstrument]]:
    ear = await asyncio.to_thread(EAR.read_bytes)
    materials = {
        "contec_v7": Material(),
        "taidoc": Material(),
        "vc0706": Material(picture=ear),
    }
    plugged = {
        name: SimulatedInstrument(create(name, material), clock.monotonic_s)
        for name, material in materials.items()
    }
    yield plugged
    for instrument in plugged.values():
        await asyncio.to_thread(instrument.close)


@pytest.fixture
async def person(
    relay_url: str, instruments: dict[str, SimulatedInstrument]
) -> AsyncIterator[Counter]:
    options = Options(
        relay_url=relay_url,
        camera="none",
        microphone="none",
        speaker="none",
        plugs=tuple(Plug(name, one.port) for name, one in instruments.items()),
        place="Pharmacie",
        operator="Mme Petit",
        role="pharmacist",
        record=None,
    )
    async with opened(options, keys.ephemeral(), EventLog(io.StringIO(), clock.now)) as site:
        app = SiteApp(site.session, Catalogue("fr"), clock.now)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            yield Counter(site, app, pilot)


@pytest.fixture
async def gp() -> AsyncIterator[PythonGp]:
    doctor = PythonGp(Card("Dr Martin", "Cabinet"))
    yield doctor
    await doctor.close()


async def _prepare(person: Counter) -> None:
    """From "bonjour" to the list of those who can be called."""
    await person.until(lambda now: now.relay_is_reachable)
    await person.press("n", "o")
    for text in ("Delacour", "Anne Marie", "12/03/1948"):
        await person.fill(text)
    await person.press("f")
    await person.fill("")
    await person.fill("12 rue des Halles, Besançon")
    await person.fill("0612345678")
    await person.fill("")
    await person.press("o")
    await person.fill("mal de gorge")
    await person.press("1", "f2")
    assert isinstance(person.app.screen, CallScreen), person.text


async def _meet(person: Counter, gp: PythonGp) -> None:
    """From the invitation to a line whose words were compared."""
    await person.press("n")
    await person.until(lambda now: now.invitation is not None)
    assert isinstance(person.app.screen, InvitationScreen)
    assert person.now.invitation is not None
    await gp.join(person.now.invitation.url)
    await person.until(lambda now: bool(now.words))
    assert isinstance(person.app.screen, WordsScreen)
    await person.press("o")
    await gp.accept_words()
    await person.until(lambda now: now.words_confirmed_by_gp)
    assert isinstance(person.app.screen, ConsultationScreen)


async def _examine(person: Counter, gp: PythonGp) -> None:
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
    person: Counter, gp: PythonGp
) -> None:
    await _prepare(person)
    await _meet(person, gp)
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

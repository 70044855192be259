"""A person at the terminal's own app, over the real session: shared by the walks."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pypdf import PdfReader
from textual import events
from textual.pilot import Pilot

from client import clock
from client.catalogue import Catalogue
from client.core.record import ConsultationRecord
from client.demo.media import EAR
from client.session.events import EventLog
from client.session.flow_views import PrintState, Wish
from client.session.instruments import Plug
from client.session.opening import OpenSite, Options, opened
from client.session.snapshot import SiteSnapshot
from client.store.journal import JournalEvent
from client.store.keys import Keys
from client.store.ledger import Ledger
from client.ui.app import SiteApp
from client.ui.screens.calling import CallScreen
from client.ui.screens.consultation import ConsultationScreen
from client.ui.screens.invitation import InvitationScreen
from client.ui.screens.words import WordsScreen
from devices.simulators.instrument import Material, create
from devices.simulators.pty import SimulatedInstrument

PATIENCE_S = 90.0
SIZES = ((80, 24), (200, 60))
Plugged = dict[str, SimulatedInstrument]


class Joins(Protocol):
    """A GP of either kind."""

    async def join(self, url: str) -> tuple[str, ...]:
        """Open the invitation; the words to compare."""

    async def accept_words(self) -> None:
        """They are the same."""


@dataclass
class Person:
    """At the terminal; every key that is no letter of a text is counted."""

    site: OpenSite
    app: SiteApp
    pilot: Pilot[Wish]
    patience_s: float = PATIENCE_S
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
                async with asyncio.timeout(self.patience_s):
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

    async def prepare(self, *, own_doctor: str = "") -> None:
        """From "bonjour" to the list of those who can be called."""
        await self.until(lambda now: now.relay_is_reachable)
        await self.press("n", "o")
        for text in ("Delacour", "Anne Marie", "12/03/1948"):
            await self.fill(text)
        await self.press("f")
        for text in ("", "12 rue des Halles, Besançon", "0612345678", own_doctor):
            await self.fill(text)
        await self.press("o")
        await self.fill("mal de gorge")
        await self.press("1", "f2")
        assert isinstance(self.app.screen, CallScreen), self.text

    async def meet(self, gp: Joins) -> None:
        """From the invitation to a line whose words were compared."""
        await self.press("n")
        await self.until(lambda now: now.invitation is not None)
        assert isinstance(self.app.screen, InvitationScreen)
        assert self.now.invitation is not None
        said = await gp.join(self.now.invitation.url)
        await self.until(lambda now: bool(now.words))
        assert isinstance(self.app.screen, WordsScreen)
        assert said == self.now.words
        await self.press("o")
        await gp.accept_words()
        await self.until(lambda now: now.words_confirmed_by_gp)
        assert isinstance(self.app.screen, ConsultationScreen)

    async def save(self, folder: Path) -> list[Path]:
        """The documents as files; which there are."""
        await asyncio.to_thread(folder.mkdir)
        await self.press("f", "end", "ctrl+u")
        await self.fill(str(folder))
        await self.until(lambda now: now.printing in {PrintState.SAVED, PrintState.FAILED})
        assert self.now.printing is PrintState.SAVED, self.now.print_failure
        return sorted(await asyncio.to_thread(lambda: [*folder.iterdir()]))


@asynccontextmanager
async def at_the_terminal(
    options: Options,
    secrets: Keys,
    size: tuple[int, int] = SIZES[0],
    patience_s: float = PATIENCE_S,
) -> AsyncIterator[Person]:
    """The app on a terminal of this size; left as the program leaves a site."""
    async with opened(options, secrets, EventLog(io.StringIO(), clock.now)) as site:
        app = SiteApp(site.session, Catalogue("fr"), clock.now)
        async with app.run_test(size=size, notifications=True) as pilot:
            yield Person(site, app, pilot, patience_s)
        site.session.close()
        await site.finished()


@asynccontextmanager
async def plugged_in(*names: str) -> AsyncIterator[Plugged]:
    """Simulated instruments at pseudo-terminals; the otoscope's picture is an ear."""
    ear = await asyncio.to_thread(EAR.read_bytes)
    pictures = {"vc0706": Material(picture=ear)}
    plugged = {
        name: SimulatedInstrument(create(name, pictures.get(name, Material())), clock.monotonic_s)
        for name in names
    }
    try:
        yield plugged
    finally:
        for instrument in plugged.values():
            await asyncio.to_thread(instrument.close)


def options_of(relay_url: str, record: Path | None, instruments: Plugged) -> Options:
    """A pharmacy without camera and microphone, with these instruments."""
    return Options(
        relay_url=relay_url,
        camera="none",
        microphone="none",
        speaker="none",
        plugs=tuple(Plug(name, one.port) for name, one in instruments.items()),
        place="Pharmacie",
        operator="Mme Petit",
        role="pharmacist",
        record=record,
    )


def record_in(folder: Path, secrets: Keys) -> ConsultationRecord:
    """The newest consultation of these records."""
    ledger = Ledger.open(folder, secrets)
    try:
        (newest,) = ledger.overviews(1, 0)
        return ledger.record(newest.id)
    finally:
        ledger.close()


def noted(record: ConsultationRecord, event: JournalEvent) -> list[dict[str, str | int]]:
    """The facts of each line of its journal with this event."""
    return [dict(line.facts) for line in record.journal if line.event == event]


def pdf_text(path: Path) -> str:
    """What a reader of the document finds, spaces made even."""
    pages = PdfReader(path).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())

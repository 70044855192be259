"""The real app on a terminal that is not there, before a session without a world."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fakes.site_requests import FakeSiteRequests
from fakes.site_story import NOW
from textual.pilot import Pilot

from client.catalogue import Catalogue
from client.session.snapshot import SiteSnapshot
from client.ui.app import SiteApp


class Terminal:
    """What a person does and sees."""

    def __init__(self, app: SiteApp, pilot: Pilot[bool], requests: FakeSiteRequests) -> None:
        self.app = app
        self.pilot = pilot
        self.requests = requests

    async def settle(self) -> None:
        """Everything pending is drawn, screens just opened included."""
        for _ in range(2):
            await self.pilot.pause()
            if self.app.is_running:
                self.app.show_newest()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def show(self, snapshot: SiteSnapshot) -> None:
        self.requests.push(snapshot)
        await self.settle()

    @property
    def lines(self) -> list[str]:
        """The characters on the screen, line by line; no-break spaces as plain ones."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.replace("\N{NO-BREAK SPACE}", " ") for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@asynccontextmanager
async def terminal(
    snapshot: SiteSnapshot, *, size: tuple[int, int] = (80, 24), language: str = "fr"
) -> AsyncIterator[Terminal]:
    requests = FakeSiteRequests(snapshot)
    app = SiteApp(requests, Catalogue(language), lambda: NOW)
    async with app.run_test(size=size, notifications=True) as pilot:
        seen = Terminal(app, pilot, requests)
        await seen.settle()
        yield seen

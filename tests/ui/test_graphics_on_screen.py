"""The terminal's own graphics in the app: in their place, never stale, never too many."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest
from fakes.graphic_terminal import Cell, GraphicTerminal, driver_of
from fakes.site_requests import FakeSiteRequests
from fakes.site_story import NOW, STATES
from textual import events
from textual.geometry import Size

from client.catalogue import Catalogue
from client.core.consultation import State
from client.session.snapshot import PreviewView, SiteSnapshot
from client.ui.app import SiteApp
from client.ui.graphics.pictures import BYTES_PER_S
from client.ui.graphics.terminal import Graphics, Protocol
from client.ui.screens.writing import WritingBox
from client.ui.widgets.preview import BEHIND, LEAST_GAP, Preview

if TYPE_CHECKING:
    from textual.pilot import Pilot

CELL = (8, 16)
SIZE = (200, 60)
PATIENCE_S = 120

both_protocols = pytest.mark.parametrize("protocol", Protocol)


class Seen:
    """The app, its terminal, and a camera whose every picture is another."""

    def __init__(self, protocol: Protocol) -> None:
        self.screen = GraphicTerminal(CELL)
        self.screen.on_asked = self._answer
        self.answers = True
        self.moment = NOW
        self.requests = FakeSiteRequests(with_pictures(NOW))
        graphics = Graphics(protocol, CELL)
        self.app = SiteApp(self.requests, Catalogue("fr"), lambda: self.moment, graphics)
        self.app.driver_class = driver_of(self.screen)
        self.pilot: Pilot[object]

    def _answer(self) -> None:
        if self.answers:
            self.screen.unanswered = 0
            self.app.post_message(events.CursorPosition(0, 0))

    @property
    def preview(self) -> Preview:
        return next(
            screen.query_one("#preview", Preview)
            for screen in self.app.screen_stack
            if screen.query("#preview")
        )

    @property
    def room(self) -> set[Cell]:
        region = self.preview.region
        return {(x, y) for y in region.line_range for x in region.column_range}

    async def film(self) -> None:
        """One more picture, and everything it sets off."""
        self.moment += LEAST_GAP
        await self.show(with_pictures(self.moment))

    async def show(self, snapshot: SiteSnapshot) -> None:
        self.requests.push(snapshot)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(3):
            await self.pilot.pause()
            self.app.show_newest()
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def resize(self, across: int, down: int, cell: Cell | None) -> None:
        """As terminals tell it that know how large their letters are, and those that do not."""
        size = Size(across, down)
        pixels = Size(across * cell[0], down * cell[1]) if cell else None
        self.app.post_message(events.Resize(size, size, pixel_size=pixels))
        await self.settle()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Film until it is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await self.film()


def with_pictures(moment: datetime) -> SiteSnapshot:
    level = moment.microsecond // 1_000 % 256
    view = PreviewView(64, 48, bytes([level, 90, 255 - level]) * 64 * 48, moment)
    return replace(STATES["connected"], preview=view, gp_picture=None)


@asynccontextmanager
async def app_on(protocol: Protocol, size: tuple[int, int] = SIZE) -> AsyncIterator[Seen]:
    seen = Seen(protocol)
    async with seen.app.run_test(headless=False, size=size, notifications=True) as pilot:
        seen.pilot = pilot
        await seen.settle()
        yield seen


@both_protocols
@pytest.mark.parametrize("size", [(80, 24), SIZE])
async def test_a_picture_stands_in_its_room_and_nowhere_else(
    protocol: Protocol, size: tuple[int, int]
) -> None:
    async with app_on(protocol, size) as seen:
        await seen.until(lambda: bool(seen.screen.pictured))
        assert seen.screen.pictured <= seen.room
        assert len(seen.screen.pictured) > len(seen.room) // 4
        assert {seen.screen.letters[cell] for cell in seen.room} == {" "}


@both_protocols
async def test_every_picture_takes_the_place_of_the_one_before(protocol: Protocol) -> None:
    async with app_on(protocol) as seen:
        await seen.until(lambda: len(seen.screen.written) > 3)
        assert seen.screen.pictured <= seen.room
        assert len(seen.screen.placed) <= 1


@both_protocols
async def test_a_box_takes_it_away_and_letters_go_on_below(protocol: Protocol) -> None:
    async with app_on(protocol) as seen:
        await seen.until(lambda: bool(seen.screen.pictured))
        await seen.app.push_screen(WritingBox(seen.app.desk))
        await seen.settle()
        assert not seen.screen.pictured
        for _ in range(5):
            await seen.film()
        assert not seen.screen.pictured
        assert "▀" in {seen.screen.letters[cell] for cell in seen.room}
        seen.app.pop_screen()
        await seen.until(lambda: bool(seen.screen.pictured))


@both_protocols
async def test_a_message_before_it_takes_it_away(protocol: Protocol) -> None:
    async with app_on(protocol) as seen:
        await seen.until(lambda: bool(seen.screen.pictured))
        seen.app.notify("mot " * 300, timeout=3_600)
        await seen.settle()
        await seen.film()
        toast = next(iter(seen.app.screen.query("Toast")))
        assert toast.region.overlaps(seen.preview.region)
        assert not seen.screen.pictured
        seen.app.clear_notifications()
        await seen.until(lambda: bool(seen.screen.pictured))


@both_protocols
async def test_a_camera_that_is_off_leaves_nothing(protocol: Protocol) -> None:
    async with app_on(protocol) as seen:
        await seen.until(lambda: bool(seen.screen.pictured))
        await seen.show(replace(with_pictures(seen.moment), is_camera_off=True))
        assert not seen.screen.pictured
        await seen.until(lambda: bool(seen.screen.pictured))
        await seen.show(replace(with_pictures(seen.moment), is_paused=True))
        assert not seen.screen.pictured


@both_protocols
async def test_another_screen_has_no_picture(protocol: Protocol) -> None:
    async with app_on(protocol) as seen:
        await seen.until(lambda: bool(seen.screen.pictured))
        await seen.show(STATES["ended_complete"])
        assert seen.requests.snapshot.state is State.ENDED
        assert not seen.screen.pictured


@both_protocols
async def test_another_size_moves_it(protocol: Protocol) -> None:
    async with app_on(protocol) as seen:
        await seen.until(lambda: bool(seen.screen.pictured))
        before = seen.preview.region
        seen.screen.resize(120, 40)
        await seen.resize(120, 40, cell=CELL)
        await seen.until(lambda: seen.preview.region != before)
        await seen.until(lambda: bool(seen.screen.pictured))
        assert seen.screen.pictured <= seen.room


@both_protocols
async def test_both_pictures_are_shown_and_take_turns(protocol: Protocol) -> None:
    async with app_on(protocol) as seen:
        doctor = seen.app.screen.query_one("#gp_picture", Preview)
        shown = set()
        async with asyncio.timeout(PATIENCE_S):
            while len(shown) < 6:
                seen.moment += LEAST_GAP
                both = with_pictures(seen.moment)
                await seen.show(replace(both, gp_picture=both.preview))
                shown |= {(one.id, one.shown_at()) for one in (seen.preview, doctor)}
                assert seen.preview.shown_at() or doctor.shown_at()
        region = doctor.region
        theirs = {(x, y) for y in region.line_range for x in region.column_range}
        assert seen.screen.pictured <= seen.room | theirs
        assert seen.screen.pictured & seen.room
        assert seen.screen.pictured & theirs


@pytest.mark.parametrize("cell", [(5, 11), (16, 33)])
async def test_letters_of_another_size_keep_sixel_in_its_room(cell: tuple[int, int]) -> None:
    async with app_on(Protocol.SIXEL) as seen:
        await seen.until(lambda: bool(seen.screen.pictured))
        seen.screen.cell_px = cell
        seen.screen.resize(180, 50)
        await seen.resize(180, 50, cell)
        await seen.until(lambda: bool(seen.screen.pictured))
        assert seen.screen.pictured <= seen.room


async def test_letters_of_an_unknown_size_leave_no_place_for_sixel() -> None:
    async with app_on(Protocol.SIXEL) as seen:
        await seen.until(lambda: bool(seen.screen.pictured))
        seen.screen.resize(180, 50)
        await seen.resize(180, 50, None)
        for _ in range(5):
            await seen.film()
        assert not seen.screen.pictured
        assert "▀" in {seen.screen.letters[cell] for cell in seen.room}


async def test_nothing_is_left_in_kittys_memory() -> None:
    async with app_on(Protocol.KITTY) as seen:
        await seen.until(lambda: bool(seen.screen.placed))
    assert not seen.screen.placed


@both_protocols
async def test_a_terminal_that_does_not_follow_gets_one_picture_and_then_letters(
    protocol: Protocol,
) -> None:
    async with app_on(protocol) as seen:
        seen.answers = False
        await seen.until(lambda: bool(seen.screen.written))
        shown_at = seen.preview.shown_at()
        assert shown_at is not None
        await seen.until(lambda: seen.moment - shown_at >= BEHIND + LEAST_GAP)
        assert not seen.screen.pictured
        assert "▀" in {seen.screen.letters[cell] for cell in seen.room}
        assert seen.screen.most_unanswered == 1
        seen.answers = True
        await seen.until(lambda: bool(seen.screen.pictured))


@both_protocols
async def test_what_is_drawn_over_is_written_again(protocol: Protocol) -> None:
    async with app_on(protocol) as seen:
        await seen.until(lambda: bool(seen.screen.pictured))
        before = set(seen.screen.pictured)
        seen.app.screen.refresh(repaint=True, layout=True)
        seen.preview.refresh()
        await seen.settle()
        assert seen.screen.pictured == before


@both_protocols
async def test_the_bytes_of_a_second_are_bounded(protocol: Protocol) -> None:
    async with app_on(protocol) as seen:
        began = seen.moment
        while seen.moment - began < timedelta(seconds=10):
            seen.moment += LEAST_GAP
            noise = replace(with_pictures(seen.moment), preview=noisy(seen.moment))
            await seen.show(noise)
        largest = max(seen.screen.written)
        assert largest > BYTES_PER_S * LEAST_GAP.total_seconds()
        assert sum(seen.screen.written) <= BYTES_PER_S * 11 + largest


def noisy(moment: datetime) -> PreviewView:
    """No two pixels alike: as many bytes as a picture can have."""
    pixels = Random(moment.timestamp()).randbytes(320 * 240 * 3)  # noqa: S311 -- no secret
    return PreviewView(320, 240, pixels, moment)

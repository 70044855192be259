"""A box over the consultation: what is under it goes on, dimmed, and only where it changes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.site_requests import FakeSiteRequests
from fakes.site_story import NOW, STATES
from textual.geometry import Region
from textual.pilot import Pilot
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip
from textual.visual import Visual, visualize

from client.catalogue import Catalogue
from client.session.snapshot import PreviewView, SiteSnapshot
from client.ui.app import SiteApp
from client.ui.screens.writing import WritingBox
from client.ui.widgets.preview import Preview

SIZE = (200, 60)
A_FEW_LINES = 3 * 200
"""Cells: a pane of words may be drawn again whenever the machine comes to it."""


class SeenBox(WritingBox):
    """Notes what of it is drawn again."""

    regions: list[Region]

    def refresh(self, *regions: Region, **how: bool) -> "SeenBox":
        self.regions = [*getattr(self, "regions", ()), *(regions or (self.size.region,))]
        return super().refresh(*regions, **how)


def with_picture(level: int) -> SiteSnapshot:
    view = PreviewView(8, 6, bytes([level]) * 8 * 6 * 3, NOW + timedelta(seconds=level))
    return replace(STATES["connected"], preview=view, gp_picture=None)


async def settled(pilot: Pilot[bool]) -> None:
    """Everything that the first drawing set off is done."""
    for _ in range(10):
        await pilot.pause()


@pytest.fixture
def requests() -> FakeSiteRequests:
    return FakeSiteRequests(with_picture(1))


async def test_a_picture_that_moves_has_little_else_drawn_again(requests: FakeSiteRequests) -> None:
    app = SiteApp(requests, Catalogue("fr"), lambda: NOW)
    async with app.run_test(size=SIZE) as pilot:
        box = SeenBox(app.desk)
        await app.push_screen(box)
        await pilot.pause()
        picture = app.screen_stack[-2].query_one("#preview", Preview)
        await settled(pilot)
        for level in (90, 180):
            box.regions = []
            requests.push(with_picture(level))
            app.show_newest()
            await pilot.pause()
            await pilot.pause()
            assert box.regions
            others = [region for region in box.regions if region not in picture.region]
            assert sum(region.area for region in others) < A_FEW_LINES


async def test_the_dimmed_lines_are_those_that_textual_draws(requests: FakeSiteRequests) -> None:
    app = SiteApp(requests, Catalogue("fr"), lambda: NOW)
    async with app.run_test(size=SIZE) as pilot:
        box = SeenBox(app.desk)
        await app.push_screen(box)
        requests.push(with_picture(90))
        app.show_newest()
        await pilot.pause()
        await pilot.pause()
        ours = box._render_cache.lines
        below = BackgroundScreen(app.screen_stack[-2], box.styles.background)
        theirs = Visual.to_strips(box, visualize(box, below), *SIZE, box.visual_style)
        assert [looks(strip) for strip in ours] == [looks(strip) for strip in theirs]


def looks(strip: Strip) -> list[tuple[str, object, object]]:
    """Each cell's letter and colours."""
    return [
        (letter, segment.style and segment.style.color, segment.style and segment.style.bgcolor)
        for segment in strip
        for letter in segment.text
    ]

"""Whoever serves the counter is called back once for each piece of news, by ear and by eye."""

import asyncio
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.site_requests import FakeSiteRequests
from fakes.site_story import NOW, STATES
from fakes.site_terminal import Terminal, terminal
from fakes.typed_lines import TypedLines

from client.catalogue import Catalogue
from client.core.consultation import LinkState, State
from client.core.wire import Waiting
from client.session.snapshot import SiteSnapshot
from client.ui.attention import CUT_S, FLASHES, Attention, Standing, is_news, standing
from client.ui.desk import Desk, Drafts
from client.ui.plain import PlainSite

PATIENCE_S = 60.0
AWAITED = STATES["invitation"]
CONNECTED = STATES["connected"]
ADMITTED = STATES["waiting_room"]
PUT_OFF = STATES["asked_to_wait"]
ELSEWHERE = replace(CONNECTED, gp_waiting=Waiting(None, "Appelez le 15.", True, 1))  # noqa: FBT003 -- a message of the wire
LEFT_BY_GP = replace(CONNECTED, state=State.ENDED, ended="finished", ended_by_gp=True)
REFUSED = replace(AWAITED, state=State.REFUSED, refusal="KeyChangedError")


def cut(seconds: float) -> SiteSnapshot:
    link = replace(CONNECTED.link, state=LinkState.CUT, since=NOW - timedelta(seconds=seconds))
    return replace(CONNECTED, link=link)


def rings(*snapshots: SiteSnapshot) -> int:
    """How often, with the flashing over before each."""
    rung: list[int] = []
    attention = Attention(lambda: rung.append(1))
    for snapshot in snapshots:
        while attention.beat():
            attention.beat()
        attention.see(snapshot, NOW)
    return len(rung)


@pytest.mark.parametrize(
    ("snapshot", "stands"),
    [
        (STATES["start"], Standing.QUIET),
        (AWAITED, Standing.QUIET),
        (STATES["words"], Standing.HERE),
        (CONNECTED, Standing.HERE),
        (ADMITTED, Standing.ADMITTED),
        (PUT_OFF, Standing.PUT_OFF),
        (STATES["invitation_estimate"], Standing.PUT_OFF),
        (ELSEWHERE, Standing.ELSEWHERE),
        (cut(CUT_S - 1), Standing.HERE),
        (cut(CUT_S), Standing.CUT),
        (LEFT_BY_GP, Standing.OVER),
        (replace(LEFT_BY_GP, ended_by_gp=False), Standing.QUIET),
        (REFUSED, Standing.OVER),
    ],
)
def test_how_things_stand(snapshot: SiteSnapshot, stands: Standing) -> None:
    assert standing(snapshot, NOW) is stands


@pytest.mark.parametrize(
    "after", [STATES["words"], CONNECTED, ADMITTED, PUT_OFF, ELSEWHERE, REFUSED, LEFT_BY_GP]
)
def test_each_way_the_waiting_ends_or_changes_rings_once(after: SiteSnapshot) -> None:
    assert rings(AWAITED, after, after) == 1


def test_the_doctor_who_comes_after_all_rings_again() -> None:
    assert rings(AWAITED, ADMITTED, CONNECTED) == 2
    assert rings(AWAITED, ADMITTED, PUT_OFF, CONNECTED) == 3


def test_a_new_estimate_rings_again() -> None:
    assert PUT_OFF.gp_waiting is not None
    later = replace(PUT_OFF.gp_waiting, minutes=30, at_ms=PUT_OFF.gp_waiting.at_ms + 60_000)
    assert rings(AWAITED, PUT_OFF, replace(PUT_OFF, gp_waiting=later)) == 2


def test_a_short_cut_rings_not_at_all_a_long_one_when_it_is_long_and_when_it_is_over() -> None:
    assert rings(CONNECTED, cut(1), CONNECTED) == 0
    assert rings(CONNECTED, cut(1), cut(CUT_S), cut(CUT_S + 50)) == 1
    assert rings(CONNECTED, cut(CUT_S), CONNECTED) == 2


def test_what_somebody_here_did_or_what_stood_already_does_not_ring() -> None:
    assert rings(STATES["words"], CONNECTED) == 0
    assert rings(CONNECTED, replace(LEFT_BY_GP, ended_by_gp=False)) == 0
    assert rings(PUT_OFF) == 0


def test_nothing_is_news_twice() -> None:
    assert not any(is_news(one, one) for one in Standing)
    assert not any(is_news(one, Standing.QUIET) for one in Standing)


def test_what_follows_at_once_flashes_on_without_a_second_ring() -> None:
    rung: list[int] = []
    attention = Attention(lambda: rung.append(1))
    attention.see(AWAITED, NOW)
    attention.see(ADMITTED, NOW)
    assert [attention.beat() for _ in range(FLASHES // 2)].count(True) == 3
    attention.see(CONNECTED, NOW)
    assert rung == [1]
    assert [attention.beat() for _ in range(FLASHES)].count(True) == FLASHES // 2
    assert attention.beat() is False


@pytest.mark.parametrize(
    "after", [STATES["words"], ADMITTED, PUT_OFF, ELSEWHERE, REFUSED, LEFT_BY_GP]
)
async def test_the_terminal_rings_and_turns_inverse(after: SiteSnapshot) -> None:
    async with terminal(AWAITED) as seen:
        await seen.press("l")
        written = io.StringIO()
        assert seen.app._driver is not None
        seen.app._driver.write = written.write  # type: ignore[method-assign]  # the bytes of a terminal
        seen.requests.push(after)
        seen.app.show_newest()
        looks = []
        for _ in range(2):
            seen.app._beat()
            looks.append(seen.app.screen.has_class("-flash"))
        assert sorted(looks) == [False, True]
        await seen.settle()
        assert seen.requests.rung == 1
        assert written.getvalue().count("\a") == 1


async def test_a_flash_turns_nearly_the_whole_screen() -> None:
    async with terminal(AWAITED) as seen:
        await seen.press("l")
        before, turned = backgrounds(seen), 0
        async with asyncio.timeout(PATIENCE_S):
            while turned < 0.8 * len(before):
                seen.app._attention._call()
                await seen.pilot.pause()
                turned = sum(
                    one != other for one, other in zip(before, backgrounds(seen), strict=True)
                )


def backgrounds(seen: Terminal) -> list[object]:
    """Of every cell."""
    return [
        background
        for strip in seen.app.screen._compositor.render_strips()
        for text, style, _ in strip
        for background in [style and (style.bgcolor, style.reverse)] * len(text)
    ]


async def test_by_lines_the_speaker_calls_back() -> None:
    requests = FakeSiteRequests(AWAITED)

    class Away(TypedLines):
        async def next_line(self) -> None:
            requests.push(STATES["words"])

    desk = Desk(requests, Catalogue("fr"), lambda: NOW, Drafts())
    await PlainSite(desk, Away()).run()
    assert requests.rung == 1

"""Where the GP is, told from what came and from the line alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from client.core.consultation import LinkState, State
from client.core.record import milliseconds
from client.core.wire import Waiting
from client.session.snapshot import GpPresence, LinkView, SiteSnapshot

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
MET = SiteSnapshot(NOW, State.VERIFIED, "Pharmacie")


def patience(minutes_ago: int, *, is_redirected: bool = False) -> Waiting:
    at_ms = milliseconds(NOW - timedelta(minutes=minutes_ago))
    return Waiting(None, "", is_redirected=is_redirected, at_ms=at_ms)


def line(state: LinkState, minutes_ago: int) -> LinkView:
    return LinkView(state, NOW - timedelta(minutes=minutes_ago))


@pytest.mark.parametrize(
    ("link", "waiting", "presence"),
    [
        (LinkView(), None, GpPresence.WAITING_ROOM),
        (LinkView(), patience(1), GpPresence.WAITING_ROOM),
        (line(LinkState.CONNECTING, 1), patience(1), GpPresence.WAITING_ROOM),
        (line(LinkState.UP, 1), None, GpPresence.HERE),
        (line(LinkState.UP, 1), patience(2), GpPresence.HERE),
        (line(LinkState.UP, 2), patience(1), GpPresence.WAITING_ROOM),
        (line(LinkState.CUT, 1), None, GpPresence.HERE),
        (line(LinkState.CUT, 1), patience(1), GpPresence.WAITING_ROOM),
        (line(LinkState.UP, 1), patience(2, is_redirected=True), GpPresence.REDIRECTED),
    ],
)
def test_a_gp_is_there_once_the_line_is_newer_than_the_last_call_for_patience(
    link: LinkView, waiting: Waiting | None, presence: GpPresence
) -> None:
    assert replace(MET, link=link, gp_waiting=waiting).gp_presence is presence


def test_nobody_is_there_before_it_is_sure_who_it_is() -> None:
    comparing = replace(MET, state=State.COMPARING, link=line(LinkState.UP, 1))
    assert comparing.gp_presence is GpPresence.AWAY

"""What calls back whoever serves the counter while the patient waits, once for each piece of news.

The GP let this site in, is here, asks for patience, sends the patient elsewhere, is cut off for
longer than most cuts last, has ended it, or trust is broken.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

from client.core.consultation import LinkState, State
from client.session.snapshot import GpPresence, SiteSnapshot
from client.ui.phrases import seconds_since

CUT_S: Final = 10
"""chosen: most cuts are over by then, and nobody has left for the counter during one."""
FLASHES: Final = 10
"""Beats, of which every other one is inverse: two seconds to be seen from the counter."""


class Standing(StrEnum):
    """How things stand for a patient whom nobody is with."""

    QUIET = "quiet"
    """Nobody is called, or it was ended here."""
    ADMITTED = "admitted"
    """The GP's page let this site in; the GP has not turned to it."""
    HERE = "here"
    """The GP is there, to compare the words or to consult."""
    PUT_OFF = "put_off"
    ELSEWHERE = "elsewhere"
    CUT = "cut"
    OVER = "over"
    """Not by anybody here."""


def standing(snapshot: SiteSnapshot, now: datetime) -> Standing:
    """How things stand now."""
    state, waiting = snapshot.state, snapshot.gp_waiting
    is_lost = state is State.REFUSED or snapshot.call_failure is not None
    if is_lost or (state is State.ENDED and snapshot.ended_by_gp):
        return Standing.OVER
    if state in (State.READY, State.ENDED):
        return Standing.QUIET
    if waiting is not None and waiting.is_redirected:
        return Standing.ELSEWHERE
    if _is_here(snapshot):
        return Standing.CUT if _is_long_cut(snapshot, now) else Standing.HERE
    if waiting is not None:
        return Standing.PUT_OFF
    return Standing.ADMITTED if state is State.VERIFIED else Standing.QUIET


def _is_here(snapshot: SiteSnapshot) -> bool:
    """The GP is, or was until the line was cut: words of before that do not count again."""
    was_here = snapshot.state is State.VERIFIED and snapshot.link.state is LinkState.CUT
    is_comparing = snapshot.state is State.COMPARING
    return is_comparing or was_here or snapshot.gp_presence is GpPresence.HERE


def _is_long_cut(snapshot: SiteSnapshot, now: datetime) -> bool:
    link = snapshot.link
    if link.state is not LinkState.CUT or link.since is None:
        return False
    return seconds_since(link.since, now) >= CUT_S


def is_news(before: Standing, after: Standing) -> bool:
    """Whoever is at the counter must know."""
    if after is Standing.ADMITTED:
        return before is Standing.QUIET
    return after is not before and after is not Standing.QUIET


class Attention:
    """Rings, then flashes; counts beats, so that it needs no clock."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._known: tuple[Standing, int] | None = None
        self._flashes = 0

    def see(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Call back if this is news; what stands at the beginning is none."""
        stands = standing(snapshot, now)
        said_ms = snapshot.gp_waiting.at_ms if snapshot.gp_waiting else 0
        known, self._known = self._known, (stands, said_ms)
        if known is None or known == self._known:
            return
        is_said_again = stands is known[0] and stands in (Standing.PUT_OFF, Standing.ELSEWHERE)
        if is_said_again or is_news(known[0], stands):
            self._call()

    def beat(self) -> bool:
        """Whether the screen is inverse until the next beat."""
        self._flashes = max(0, self._flashes - 1)
        return self._flashes % 2 == 1

    def _call(self) -> None:
        if not self._flashes:  # what follows at once is the same news
            self._ring()
        self._flashes = FLASHES

"""The two ends of a link: the site offers one connection after another, the GP answers."""

from typing import Final

from client.core.consultation import LinkState
from client.core.envelope import Role
from client.core.wire import Signal
from client.session.line import Line
from client.session.switching import Link

BACK_OFF_S: Final = (0.0, 2.0, 4.0, 8.0, 15.0)
"""Waits before the attempts at a new peer connection; the last one repeats."""
ATTEMPT_S: Final = 20.0
"""An attempt that has not proved itself by then is given up; chosen: DTLS over satellite x 5."""


HURRY_EVERY_S: Final = 2.0
"""A peer that calls for a new attempt more often is not heeded; chosen: one takes as long."""


class SiteLink(Link):
    """The site's end: always the one that offers."""

    role = Role.SITE
    _attempts = 0
    _answered = 0
    _retry_s = 0.0
    _hurried_s = -HURRY_EVERY_S
    _failures = 0

    def tick(self) -> None:
        """Besides looking for silence: begin or give up attempts."""
        super().tick()
        now = self._now_s()
        if self.state is LinkState.UP:
            self._failures = 0
            return
        if self._next is not None and now - self._next.opened_s > ATTEMPT_S:
            self._drop_next()
        if self._next is None and now >= self._retry_s:
            self._attempt(now)

    def _attempt(self, now_s: float) -> None:
        self._failures = min(self._failures + 1, len(BACK_OFF_S) - 1)
        self._retry_s = now_s + BACK_OFF_S[self._failures]
        self._attempts += 1
        if self.state is LinkState.NONE:
            self._enter(LinkState.CONNECTING)
        self._next = self._open(self._attempts)
        self._begin(self._next, self._offer(self._next))

    async def _offer(self, line: Line) -> None:
        sdp = await line.peer.offer()
        if not line.is_lost:
            self._conversation.say(Signal("offer", line.attempt, sdp))

    def go_on(self, attempt: int) -> None:
        """Count from here: the GP has heard the attempts of an earlier process."""
        self._attempts = attempt

    def hurry(self) -> None:
        """The network is back, or the GP is: attempt now, with the addresses this machine has now.

        An attempt whose data channel is open already goes on.
        """
        now_s = self._now_s()
        is_open = self._next is not None and self._next.is_open
        if self.state is LinkState.UP or is_open or now_s - self._hurried_s < HURRY_EVERY_S:
            return
        self._hurried_s = now_s
        self._drop_next()
        self._failures = 0
        self._retry_s = 0.0

    def answered(self, signal: Signal) -> None:
        """The GP's answer came; one to an attempt that was given up says that the GP is there."""
        line = self._next
        if signal.kind != "answer":
            return
        if line is not None and signal.attempt == line.attempt:
            self._begin(line, line.peer.accept(signal.sdp))
        elif signal.attempt > self._answered:
            self.hurry()
        self._answered = max(self._answered, signal.attempt)


class GpLink(Link):
    """The GP's end, in Python: always the one that answers."""

    role = Role.GP

    def offered(self, signal: Signal) -> None:
        """The site's offer came; an older attempt than the newest means nothing."""
        newest = max((line.attempt for line in (self._line, self._next) if line), default=0)
        if signal.kind != "offer" or signal.attempt <= newest:
            return
        self._drop_next()
        if self.state is LinkState.NONE:
            self._enter(LinkState.CONNECTING)
        self._next = self._open(signal.attempt)
        self._begin(self._next, self._answer(self._next, signal.sdp))

    async def _answer(self, line: Line, offer: str) -> None:
        sdp = await line.peer.answer(offer)
        if not line.is_lost:
            self._conversation.say(Signal("answer", line.attempt, sdp))

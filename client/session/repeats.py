"""Durable parcels on one path: sent, looked after until their receipt, and sent again."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from client.core.flights import Flights
from client.core.outbox import Outbox
from client.core.wire import Parcel

REPEATS_AHEAD: Final = 32
"""Under way while old messages are repeated; chosen: 8 KiB, so that a new one never waits long."""


class Repeats:
    """What is under way on the path, and what waits for its turn on it."""

    def __init__(
        self, outbox: Outbox, send: Callable[[Parcel], None], now_s: Callable[[], float]
    ) -> None:
        self._outbox = outbox
        self._send = send
        self._now_s = now_s
        self._flights = Flights()
        self._backlog: deque[int] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, numbers: Iterable[int]) -> None:
        """The path is new: these are repeated on it, little by little."""
        self._flights.forget()
        self._backlog = deque(numbers)
        self._send_again()

    def add(self, parcel: Parcel) -> None:
        """Send a new parcel, as soon as the peer can place it."""
        number = parcel.number or 0
        if self._outbox.may_go(number):
            self._launch(parcel)
        else:
            self._backlog.append(number)

    def note_arrived(self, numbers: Iterable[int], *, is_all: bool) -> None:
        """The peer has these; see `Flights.note_arrived`."""
        self._flights.note_arrived(numbers, self._now_s(), is_all=is_all)
        self._send_again()

    def stop(self) -> None:
        """Send nothing again any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _launch(self, parcel: Parcel) -> None:
        """Send it, and look after it until its receipt."""
        self._flights.note_sent(parcel.number or 0, self._now_s())
        self._send(parcel)
        self._wait_for_receipts()

    def _send_again(self) -> None:
        """What is lost on this path; then what waits from before it, little by little."""
        for number in self._flights.due(self._now_s())[:REPEATS_AHEAD]:
            self._launch(self._outbox[number])
        while self._backlog and len(self._flights) < REPEATS_AHEAD:
            if not self._outbox.may_go(self._backlog[0]):
                break
            number = self._backlog.popleft()
            if self._outbox.is_waiting(number):
                self._launch(self._outbox[number])
        self._wait_for_receipts()

    def _wait_for_receipts(self) -> None:
        due_s = self._flights.next_s()
        self.stop()
        if due_s is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, due_s - self._now_s()), self._send_again)

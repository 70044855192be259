"""One instrument on one port: the link and the driver together, on the link's thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, Full, Queue
from typing import Final

from devices import registry
from devices.driver import Driver, Request
from devices.evidence import Heard
from devices.link import LinkMaker, serial_link
from devices.plausibility import vouched_together
from devices.readings import (
    Alive,
    Baud,
    Event,
    Failed,
    Identified,
    Refused,
    Resynced,
    Send,
    Statement,
)

SILENT_AFTER: Final = timedelta(seconds=5)
"""chosen: longer than any instrument of ours takes to start."""
MAX_REQUESTS: Final = 8
"""Requests of a person that may wait; more are refused."""


@dataclass(frozen=True, slots=True)
class Plugged:
    """The port is open; who is at its other end is not known yet."""


@dataclass(frozen=True, slots=True)
class Unplugged:
    """The port is gone, or is not there yet."""

    reason: str


@dataclass(frozen=True, slots=True)
class Silent:
    """The port is open and nothing understandable has come for `SILENT_AFTER`.

    When the instrument speaks again, it is `Identified` again if it ever was.
    """


InstrumentEvent = Plugged | Unplugged | Silent | Statement
"""What a session tells: its own events and the driver's, except those meant for the port."""


class InstrumentSession:
    """Speaks with one instrument for as long as the consultation lasts."""

    def __init__(  # noqa: PLR0913 -- what an instrument needs of its surroundings
        self,
        driver_name: str,
        port: str,
        on_event: Callable[[InstrumentEvent], None],
        now: Callable[[], datetime],
        wait: Callable[[float], bool] | None = None,
        *,
        open_link: LinkMaker = serial_link,
        heard: Sequence[Heard] = (),
    ) -> None:
        """`on_event` is called from the session's own thread and must return at once.

        `wait` is the link's; `open_link` makes the link this driver's `LINE` needs. Raises
        `UnknownDeviceError`. `heard` is what the instrument said while it was being found.
        """
        self._driver_class = registry.load(driver_name)
        self._driver: Driver | None = None
        self._on_event = on_event
        self._now = now
        self._requests: Queue[Request] = Queue(MAX_REQUESTS)
        self._heard_before = heard
        self._heard_at: datetime | None = None
        self._is_silent = False
        self._is_refused = False
        self._identified: Identified | None = None
        self._link = open_link(port, self._driver_class.LINE, self, wait)

    def start(self) -> None:
        """Open the port, now or when it comes; `BadPortError` when it never can."""
        self._link.start()

    def close(self) -> None:
        """End the thread and give the port back; returns when both are done."""
        self._link.close()

    def request(self, request: Request) -> bool:
        """Ask something of the instrument, from any thread; false when too much is asked already.

        A request it cannot serve, or one while it is unplugged, comes back as `Failed`.
        """
        try:
            self._requests.put_nowait(request)
        except Full:
            return False
        return True

    def opened(self) -> None:
        """The port is open: a new driver, since a replugged instrument has forgotten the old."""
        self._driver = self._driver_class()
        self._identified = None
        self._is_silent = False
        self._is_refused = False
        self._heard_at = self._now()
        self._on_event(Plugged())
        self._act(self._driver.start(self._now()))
        heard, self._heard_before = self._heard_before, ()
        for slice_ in heard:
            self._act(self._driver.receive(slice_.data, slice_.at))

    def received(self, data: bytes) -> None:
        """A slice came from the port."""
        if self._driver is not None:
            self._act(self._driver.receive(data, self._now()))

    def ticked(self) -> None:
        """Let the driver see the time and what people asked."""
        if self._driver is None:
            self._refuse_requests()
            return
        now = self._now()
        while (request := self._next_request()) is not None:
            if request in self._driver.REQUESTS:
                self._act(self._driver.ask(request, now))
            else:
                self._on_event(Failed(request.value))
        self._act(self._driver.tick(now))
        self._notice_silence(now)

    def lost(self, reason: str) -> None:
        """The port is gone."""
        self._driver = None
        self._on_event(Unplugged(reason))
        self._refuse_requests()

    def _refuse_requests(self) -> None:
        while (request := self._next_request()) is not None:
            self._on_event(Failed(request.value))

    def _next_request(self) -> Request | None:
        try:
            return self._requests.get_nowait()
        except Empty:
            return None

    def _act(self, events: list[Event]) -> None:
        for event in vouched_together(events):
            if isinstance(event, Send):
                self._link.write(event.data)
            elif isinstance(event, Baud):
                self._link.set_baud(event.baud)
            else:
                self._tell(event)

    def _tell(self, event: Event) -> None:
        if not isinstance(event, Resynced | Failed):
            self._note_heard()
        if isinstance(event, Identified):
            self._identified = event
        self._is_refused = self._is_refused or isinstance(event, Refused)
        if not isinstance(event, Send | Baud | Alive):
            self._on_event(event)

    def _note_heard(self) -> None:
        self._heard_at = self._now()
        if self._is_silent:
            self._is_silent = False
            if self._identified is not None:
                self._on_event(self._identified)

    def _notice_silence(self, now: datetime) -> None:
        is_quiet = self._heard_at is not None and now - self._heard_at >= SILENT_AFTER
        if is_quiet and not self._is_silent and not self._is_refused:
            self._is_silent = True
            self._on_event(Silent())

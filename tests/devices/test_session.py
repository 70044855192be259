"""A whole instrument on a real pseudo-terminal: plugged, read, unplugged, replugged, closed."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from queue import Queue
from time import monotonic

import pytest

from devices.driver import Request
from devices.errors import BadPortError, UnknownDeviceError
from devices.readings import Alive, Baud, Failed, Identified, Quality, Reading, Send, Still
from devices.session import InstrumentEvent, InstrumentSession, Plugged, Silent, Unplugged
from devices.simulators.instrument import Simulator, create
from devices.simulators.pty import SimulatedInstrument

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

PATIENCE_S = 30.0
"""How long a busy machine may take before a test is wrong."""


class Heard:
    """What a session told, in order, and a way to wait for more."""

    def __init__(self) -> None:
        self.events: list[InstrumentEvent] = []
        self._queue: Queue[InstrumentEvent] = Queue()

    def __call__(self, event: InstrumentEvent) -> None:
        self._queue.put(event)

    def until(self, is_it: Callable[[InstrumentEvent], bool]) -> InstrumentEvent:
        while True:
            event = self._queue.get(timeout=PATIENCE_S)
            self.events.append(event)
            if is_it(event):
                return event


def now() -> datetime:
    return datetime.now(UTC)


def is_(*kinds: type) -> Callable[[InstrumentEvent], bool]:
    return lambda event: isinstance(event, kinds)


def is_value(event: InstrumentEvent) -> bool:
    return isinstance(event, Reading) and event.value is not None


@contextmanager
def plugged(
    name: str, simulator: Simulator | None = None
) -> Iterator[tuple[SimulatedInstrument, InstrumentSession, Heard]]:
    instrument = SimulatedInstrument(simulator or create(name), monotonic)
    heard = Heard()
    session = InstrumentSession(name, instrument.port, heard, now)
    session.start()
    try:
        yield instrument, session, heard
    finally:
        session.close()
        instrument.close()


def test_an_oximeter_is_read_through_unplugging_and_back() -> None:
    with plugged("contec_v7") as (instrument, session, heard):
        assert isinstance(heard.until(lambda _: True), Plugged)
        heard.until(is_value)
        instrument.fault("unplug")
        heard.until(is_(Unplugged))
        instrument.fault("unplug", is_on=False)
        heard.until(is_(Plugged))
        heard.until(is_(Identified))
        heard.until(is_value)
        session.close()
        told = [event for event in heard.events if isinstance(event, Plugged | Unplugged)]
        assert [type(event) for event in told] == [Plugged, Unplugged, Plugged]


def test_the_finger_taken_out_is_told() -> None:
    with plugged("contec_v7") as (instrument, _, heard):
        heard.until(is_value)
        instrument.fault("finger")
        lost = heard.until(lambda e: isinstance(e, Reading) and e.quality is Quality.NO_SIGNAL)
        assert isinstance(lost, Reading)
        assert lost.value is None


def test_a_thermometer_measures_when_asked() -> None:
    with plugged("taidoc") as (_, session, heard):
        heard.until(is_(Identified))
        assert session.request(Request.MEASURE)
        reading = heard.until(is_(Reading))
        assert isinstance(reading, Reading)
        assert reading.value == 37.8


def test_a_camera_gives_a_still_at_its_fast_speed() -> None:
    with plugged("vc0706") as (_, session, heard):
        heard.until(is_(Identified))
        session.request(Request.STILL)
        still = heard.until(is_(Still))
        assert isinstance(still, Still)
        assert still.jpeg.startswith(b"\xff\xd8")
        assert still.jpeg.endswith(b"\xff\xd9")


def test_what_is_meant_for_the_port_is_told_to_nobody() -> None:
    with plugged("taidoc") as (_, session, heard):
        heard.until(is_(Identified))
        session.request(Request.STILL)
        assert heard.until(is_(Failed)) == Failed("still")
        assert not [event for event in heard.events if isinstance(event, Send | Baud | Alive)]


def test_a_silent_instrument_is_told_once_and_known_again_when_it_speaks() -> None:
    class Mute:
        """Hears nothing until it is unmuted."""

        WORDS = frozenset({"mute"})
        baud = 19_200

        def __init__(self) -> None:
            self._thermometer = create("taidoc")
            self._is_mute = False

        def receive(self, data: bytes, at_s: float) -> bytes:
            return b"" if self._is_mute else self._thermometer.receive(data, at_s)

        def tick(self, at_s: float) -> bytes:
            return b"" if self._is_mute else self._thermometer.tick(at_s)

        def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
            del word, at_s
            self._is_mute = is_on

    with plugged("taidoc", Mute()) as (instrument, _, heard):
        known = heard.until(is_(Identified))
        instrument.fault("mute")
        heard.until(is_(Silent))
        instrument.fault("mute", is_on=False)
        assert heard.until(is_(Identified, Silent)) == known


def test_a_port_that_is_not_there_is_told_once_and_requests_fail() -> None:
    attempts = threading.Semaphore(0)
    ended = threading.Event()

    def wait(seconds: float) -> bool:
        del seconds
        attempts.release()
        return ended.wait(0.01)

    heard = Heard()
    session = InstrumentSession("taidoc", "/nonexistent/port", heard, now, wait)
    session.start()
    heard.until(is_(Unplugged))
    session.request(Request.MEASURE)
    assert heard.until(is_(Failed)) == Failed("measure")
    for _ in range(20):
        assert attempts.acquire(timeout=PATIENCE_S)
    ended.set()
    session.close()
    assert [type(event) for event in heard.events].count(Unplugged) == 1


def test_more_requests_than_can_wait_are_refused() -> None:
    session = InstrumentSession("taidoc", "/nonexistent/port", Heard(), now)
    asked = [session.request(Request.MEASURE) for _ in range(20)]
    assert asked == [True] * 8 + [False] * 12


def test_closing_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    with plugged("contec_v7") as (_, _, heard):
        heard.until(is_value)
    assert threading.active_count() == before


def test_a_name_that_is_no_driver_is_said_at_once() -> None:
    with pytest.raises(UnknownDeviceError, match="divining_rod"):
        InstrumentSession("divining_rod", "/dev/null", Heard(), now)


def test_a_name_that_can_be_no_port_is_said_at_once() -> None:
    session = InstrumentSession("taidoc", "gopher://port", Heard(), now)
    with pytest.raises(BadPortError, match="gopher"):
        session.start()


def test_a_port_in_use_is_not_shared() -> None:
    with plugged("contec_v7") as (instrument, _, heard):
        heard.until(is_value)
        second = Heard()
        intruder = InstrumentSession("contec_v7", instrument.port, second, now)
        intruder.start()
        refusal = second.until(lambda _: True)
        intruder.close()
        assert isinstance(refusal, Unplugged)
        assert "lock" in refusal.reason

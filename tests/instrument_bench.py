"""Shared by the instruments' tests: capture files; driver against simulator in virtual time."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from devices import registry
from devices.driver import Driver, Request
from devices.plausibility import vouched
from devices.readings import Baud, Event, Identified, Reading, Send, Still
from devices.recording import Recording
from devices.simulators.instrument import Simulator
from devices.simulators.line import Line

NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)
CAPTURES = Path(__file__).parent / "captures"
STEP_S = 0.01


@dataclass(frozen=True)
class Capture:
    """What an instrument sent, and what a driver must make of it."""

    received: bytes
    expected: list[str]

    @classmethod
    def read(cls, name: str) -> "Capture":
        text = (CAPTURES / f"{name}.cap").read_text(encoding="utf-8")
        expected = [line[2:].strip() for line in text.splitlines() if line.startswith("=")]
        return cls(Recording.from_hex(text).data, expected)


def told(events: Iterable[Event]) -> list[str]:
    """The events that a capture file names, spelt its way."""
    spelt = []
    for event in map(vouched, events):
        match event:
            case Reading(vital, value, quality, _):
                shown = "-" if value is None else f"{value:g}"
                spelt.append(f"{vital.name} {shown} {quality.value}")
            case Identified(model):
                spelt.append(f"IDENTIFIED {model}")
            case Still(jpeg, _):
                spelt.append(f"STILL {len(jpeg)} {hashlib.sha256(jpeg).hexdigest()}")
    return spelt


def heard(name: str, slices: Iterable[bytes]) -> list[Event]:
    """Everything a driver that only listens makes of these slices, and of the quiet after them."""
    driver = registry.load(name)()
    events = [event for data in slices for event in driver.receive(data, NOW)]
    for quiet_s in (0.1, 1.0):
        events += driver.tick(NOW + timedelta(seconds=quiet_s))
    return events


class Bench:
    """A driver and a simulator on one line, in virtual time."""

    def __init__(self, driver: Driver, simulator: Simulator) -> None:
        self.driver = driver
        self.simulator = simulator
        self.line = Line(Random(7))  # noqa: S311 - a bad cable, the same every time
        self.sent: list[bytes] = []
        self.at_s = 0.0
        self._baud = driver.SERIAL.baud
        self.events = self._act(driver.start(self.now))

    @property
    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.at_s)

    def run(self, until_s: float, stop: Callable[[Event], bool] = lambda _: False) -> list[Event]:
        """Let time pass, until an event is the one waited for; return what happened."""
        happened: list[Event] = []
        while self.at_s < until_s and not any(map(stop, happened)):
            self.at_s += STEP_S
            self.line.push(self.simulator.tick(self.at_s), self.at_s)
            data = self.line.take(self.at_s, self.simulator.baud)
            if data and self._baud == self.simulator.baud:
                happened += self._act(self.driver.receive(data, self.now))
            happened += self._act(self.driver.tick(self.now))
        self.events += happened
        return happened

    def ask(self, request: Request) -> None:
        self.events += self._act(self.driver.ask(request, self.now))

    def _act(self, events: list[Event]) -> list[Event]:
        for event in events:
            if isinstance(event, Baud):
                self._baud = event.baud
            elif isinstance(event, Send):
                self.sent.append(event.data)
                if self._baud == self.simulator.baud:
                    self.line.push(self.simulator.receive(event.data, self.at_s), self.at_s)
        return events

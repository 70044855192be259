"""Shared by the instruments' tests: capture files; driver against simulator in virtual time."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from devices import registry
from devices.driver import Driver, Request, SerialSettings
from devices.plausibility import vouched_together
from devices.readings import Baud, Event, Identified, LabResult, Origin, Reading, Send, Still
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
    noise: range
    """Byte values that begin no message, from a line ``# noise: 80-FF``; forged messages cannot be
    told from true ones in a protocol without a checksum."""

    @classmethod
    def read(cls, name: str) -> "Capture":
        text = (CAPTURES / f"{name}.cap").read_text(encoding="utf-8")
        expected = [line[2:].strip() for line in text.splitlines() if line.startswith("=")]
        given = re.search(r"^# noise: ([0-9A-F]{2})-([0-9A-F]{2})$", text, flags=re.MULTILINE)
        lowest, highest = given.groups() if given else ("80", "FF")
        noise = range(int(lowest, 16), int(highest, 16) + 1)
        return cls(Recording.from_hex(text).data, expected, noise)


def told(events: Iterable[Event]) -> list[str]:
    """The events that a capture file names, spelt its way."""
    spelt = []
    for event in vouched_together(events):
        match event:
            case Reading(vital, value, quality):
                shown = "-" if value is None else f"{value:g}"
                spelt.append(f"{vital.name} {shown} {quality.value}{_told_besides(event)}")
            case LabResult(test, value, unit, quality):
                shown = f"{value or '-'} {unit or '-'}"
                spelt.append(f"LAB {test} {shown} {quality.value}{_told_besides(event)}")
            case Identified(model):
                spelt.append(f"IDENTIFIED {model}")
            case Still(jpeg, _):
                spelt.append(f"STILL {len(jpeg)} {hashlib.sha256(jpeg).hexdigest()}")
    return spelt


def _told_besides(event: Reading | LabResult) -> str:
    """Origin and record, the instrument's own time, marks: `` stored#3 @2026-01-31T08:00 net``."""
    words = [] if event.origin is Origin.LIVE else [f"{event.origin.value}#{event.record}"]
    if event.measured_at is not None:
        words.append(f"@{event.measured_at.isoformat()}")
    words += sorted(event.marks)
    if isinstance(event, Reading) and event.sent_as is not None:
        words.append(f"({event.sent_as})")
    return "".join(f" {word}" for word in words)


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
        self._baud = driver.LINE.baud if isinstance(driver.LINE, SerialSettings) else 0
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

"""Shared by the instruments' tests: capture files; driver against simulator in virtual time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Self

from devices import testing
from devices.driver import Driver, Request, SerialSettings
from devices.readings import Baud, Event, Send
from devices.simulators.instrument import Simulator
from devices.simulators.line import Line
from devices.testing import NOW, heard, told

__all__ = ["CAPTURES", "NOW", "STEP_S", "Bench", "Capture", "heard", "told"]

CAPTURES = Path(__file__).parent / "captures"
STEP_S = 0.01


class Capture(testing.Capture):
    """A capture of our own, found by its driver's name."""

    @classmethod
    def read(cls, name: str) -> Self:
        return cls.of_file(CAPTURES / f"{name}.cap")


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

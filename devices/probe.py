"""Who is at this port? Listens first, then asks only what changes nothing.

The cable's own USB name is never believed: the same adapters serve many instruments. Every setting
any driver knows is tried, so an instrument whose firmware changed its speed is found all the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from devices import registry
from devices.driver import Identifiable, SerialSettings
from devices.evidence import SETTLED_FOR, Introduction, Witness, proven
from devices.link import Port, open_patiently, read_slice, set_line

LISTEN_FOR: Final = timedelta(seconds=1.2)
"""chosen: the slowest stream we know speaks once a second."""
ANSWER_FOR: Final = timedelta(seconds=1)
"""Contec allows one second for a reply (V7.0); nobody is known to need more."""
LONGER_FOR: Final = LISTEN_FOR + SETTLED_FOR + timedelta(seconds=2)
"""chosen: where something made sense, time for `devices.evidence` to become proof."""
_QUIET_LINES: Final = 2
"""A receiver at the wrong speed still hears a stream, as noise: after so many settings without a
byte, those that will be asked at are not waited at first."""


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """What the probe is doing now."""

    settings: SerialSettings
    asked: str | None
    """The driver whose question is out; `None`: only listening."""
    number: int
    """Counts the steps from 1."""
    total: int


@dataclass(frozen=True, slots=True)
class Undecided:
    """Several drivers understood everything, and nothing tells which is right."""

    drivers: tuple[str, ...]


Outcome = Introduction | Undecided | None


class Probe:
    """One look at one port, on the caller's thread."""

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        on_step: Callable[[ProbeStep], None] = lambda _: None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        """`is_cancelled` is asked about every twentieth of a second."""
        self._now = now
        self._on_step = on_step
        self._is_cancelled = is_cancelled
        self._number = 0
        self._total = 0

    def run(self, port: str, drivers: Sequence[str]) -> Outcome:
        """Who is there; `None` for nobody. Raises what `devices.link.open_port` raises."""
        groups = by_settings(drivers)
        questions = {settings: _questions(names) for settings, names in groups.items()}
        self._total = len(groups) + sum(map(len, questions.values()))
        if not groups:
            return None
        opened = open_patiently(port, next(iter(groups)))
        try:
            return self._listen(opened, groups, questions) or self._ask(opened, groups, questions)
        finally:
            opened.close()

    def _listen(
        self,
        port: Port,
        groups: dict[SerialSettings, list[str]],
        questions: dict[SerialSettings, dict[str, bytes]],
    ) -> Outcome:
        quiet = 0
        for settings, names in groups.items():
            self._step(settings, None)
            if quiet >= _QUIET_LINES and questions[settings]:
                continue
            set_line(port, settings)
            heard = _Heard([Witness(name) for name in names])
            outcome = self._wait(port, heard, LISTEN_FOR)
            if outcome is not None or self._is_cancelled():
                return outcome
            quiet = 0 if heard.size else quiet + 1
        return None

    def _ask(
        self,
        port: Port,
        groups: dict[SerialSettings, list[str]],
        questions: dict[SerialSettings, dict[str, bytes]],
    ) -> Outcome:
        for settings, asked in questions.items():
            if self._is_cancelled():
                break
            set_line(port, settings)
            heard = _Heard([Witness(name) for name in groups[settings]])
            for name, question in asked.items():
                self._step(settings, name)
                heard.ask(name)
                port.write(question)
                outcome = self._wait(port, heard, ANSWER_FOR)
                if outcome is not None or self._is_cancelled():
                    return outcome
        return None

    def _wait(self, port: Port, heard: "_Heard", limit: timedelta) -> Outcome:
        """Until the evidence decides; a little longer where something made sense."""
        began_at = moment = self._now()
        while not self._is_cancelled():
            waited = moment - began_at
            if waited >= (LONGER_FOR if heard.has_understood else limit):
                break
            heard.take(read_slice(port), moment)
            found = proven(heard.witnesses)
            if len(found) == 1 and not heard.is_contested:
                return found[0]
            moment = self._now()
        found = proven(heard.witnesses)
        if len(found) > 1:
            return Undecided(tuple(introduction.driver for introduction in found))
        return found[0] if found and not self._is_cancelled() else None

    def _step(self, settings: SerialSettings, asked: str | None) -> None:
        self._number += 1
        self._on_step(ProbeStep(settings, asked, self._number, self._total))


def probe(port: str, now: Callable[[], datetime], drivers: Sequence[str] | None = None) -> Outcome:
    """Who answers at the port; raises what `devices.link.open_port` raises."""
    return Probe(now).run(port, drivers or registry.names())


def longest(drivers: Sequence[str]) -> timedelta:
    """How long a port at which nobody answers takes at most."""
    groups = by_settings(drivers)
    asked = sum(len(_questions(names)) for names in groups.values())
    return len(groups) * LISTEN_FOR + asked * ANSWER_FOR


def by_settings(names: Sequence[str]) -> dict[SerialSettings, list[str]]:
    """The drivers with a serial line, by its settings; the settings most of them use come first."""
    groups: dict[SerialSettings, list[str]] = {}
    for name in names:
        line = registry.load(name).LINE
        if isinstance(line, SerialSettings):
            groups.setdefault(line, []).append(name)
    return dict(sorted(groups.items(), key=lambda group: -len(group[1])))


def _questions(names: Sequence[str]) -> dict[str, bytes]:
    """What may be asked of whoever is there, by driver; one that only listens has none."""
    drivers = {name: registry.load(name)() for name in names}
    asked = {
        name: driver.identify()
        for name, driver in drivers.items()
        if isinstance(driver, Identifiable)
    }
    return {name: question for name, question in asked.items() if question}


class _Heard:
    """The drivers of one setting, and what came while they listened."""

    def __init__(self, witnesses: list[Witness]) -> None:
        self.witnesses = witnesses
        self.size = 0

    @property
    def has_understood(self) -> bool:
        return any(witness.has_understood for witness in self.witnesses)

    def ask(self, name: str) -> None:
        """This driver's question goes out."""
        for witness in self.witnesses:
            witness.was_asked = witness.was_asked or witness.name == name

    @property
    def is_contested(self) -> bool:
        """Several drivers still make sense of it."""
        rivals = [w for w in self.witnesses if w.has_understood and not w.is_refuted]
        return len(rivals) > 1

    def take(self, data: bytes, now: datetime) -> None:
        self.size += len(data)
        for witness in self.witnesses:
            witness.hear(data, now)

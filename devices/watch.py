"""Notices ports that come and go while a session runs, and who is at those that come."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event as Signal
from threading import Lock, Thread
from typing import Final

from devices import registry
from devices.evidence import Introduction
from devices.link import GONE
from devices.ports import PortInfo, PortLister
from devices.probe import Outcome, Probe, Undecided

_log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 0.5
"""chosen: what is pulled out must be said within two seconds."""
AGAIN_AFTER_S: Final = 5.0
"""chosen: an instrument that was still switched off gets its second chance soon."""
MAX_PORTS: Final = 16
"""Ports looked at; more than any bag of instruments has."""


@dataclass(frozen=True, slots=True)
class Appeared:
    """A port is there; who is at it is being found out."""

    port: PortInfo


@dataclass(frozen=True, slots=True)
class Recognised:
    """This instrument is at the port; nobody looks there any more."""

    port: PortInfo
    introduction: Introduction


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """Nobody we know is at the port, or it cannot be told who; it is looked at again later."""

    port: PortInfo
    drivers: tuple[str, ...] = ()
    """Those that all understood it; none: nobody did."""


@dataclass(frozen=True, slots=True)
class Vanished:
    """The port is gone."""

    port: PortInfo


WatchEvent = Appeared | Recognised | Unrecognised | Vanished
Look = Callable[[str, Callable[[], bool]], Outcome]
"""Finds who is at a port of this name until its second argument says to give up."""


@dataclass(slots=True)
class _Looking:
    """One port, and whether to give up finding out who is at it."""

    port: PortInfo
    ended: Signal = field(default_factory=Signal)


class PortWatch:
    """Lists the ports over and over, on a thread of its own; each new one is probed on another."""

    def __init__(
        self,
        lister: PortLister,
        on_event: Callable[[WatchEvent], None],
        look: Look,
        *,
        is_elsewhere: Callable[[PortInfo], bool] = lambda _: False,
    ) -> None:
        """`on_event` is called from these threads; ports `is_elsewhere` knows are left alone."""
        self._lister = lister
        self._on_event = on_event
        self._look = look
        self._is_elsewhere = is_elsewhere
        self._known: dict[PortInfo, _Looking] = {}
        self._probes: list[Thread] = []
        self._lock = Lock()
        self._ended = Signal()
        self._thread = Thread(target=self._run, name="ports", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Give up whatever is being probed; returns when every thread has ended."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._lock:
            for looking in self._known.values():
                looking.ended.set()
        for probe in self._probes:
            probe.join()

    def forget(self, port: PortInfo) -> None:
        """Its instrument was lost: when the port is still there, look at it anew."""
        with self._lock:
            looking = self._known.pop(port, None)
        if looking is not None:
            looking.ended.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._compare({port for port in self._lister() if not self._is_elsewhere(port)})
            except OSError as error:
                _log.warning("the ports could not be listed: %s", error)
            self._ended.wait(LOOK_EVERY_S)

    def _compare(self, there: set[PortInfo]) -> None:
        with self._lock:
            gone = [looking for port, looking in self._known.items() if port not in there]
            for looking in gone:
                looking.ended.set()
                del self._known[looking.port]
            new = sorted(there - self._known.keys(), key=lambda port: port.name)
            begun = [_Looking(port) for port in new[: MAX_PORTS - len(self._known)]]
            self._known |= {looking.port: looking for looking in begun}
        self._probes = [probe for probe in self._probes if probe.is_alive()]
        for looking in gone:
            self._on_event(Vanished(looking.port))
        for looking in begun:
            self._on_event(Appeared(looking.port))
            name = f"probe {looking.port.name}"
            probe = Thread(target=self._find, args=(looking,), name=name, daemon=True)
            probe.start()
            self._probes.append(probe)

    def _find(self, looking: _Looking) -> None:
        told: Unrecognised | None = None
        while not looking.ended.is_set():
            outcome = self._outcome(looking)
            if looking.ended.is_set():
                return
            if isinstance(outcome, Introduction):
                self._on_event(Recognised(looking.port, outcome))
                return
            drivers = outcome.drivers if isinstance(outcome, Undecided) else ()
            if told != Unrecognised(looking.port, drivers):
                told = Unrecognised(looking.port, drivers)
                self._on_event(told)
            looking.ended.wait(AGAIN_AFTER_S)

    def _outcome(self, looking: _Looking) -> Outcome:
        try:
            return self._look(looking.port.name, looking.ended.is_set)
        except GONE as error:
            _log.info("port %s cannot be looked at: %s", looking.port.name, error)
            return None


def looker(now: Callable[[], datetime], drivers: Sequence[str] | None = None) -> Look:
    """Looks with every driver, or with these."""
    names = drivers or registry.names()

    def look(port: str, is_cancelled: Callable[[], bool]) -> Outcome:
        return Probe(now, is_cancelled=is_cancelled).run(port, names)

    return look

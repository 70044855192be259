"""A simulated instrument on a pseudo-terminal without a serial line's slowness.

At 115,200 baud a still of 200 kB takes 18 s to leave the camera; what is measured here is how it
travels from the site to the GP.
"""

import os
import select
import tty
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

from devices.simulators.instrument import Simulator

_STEP_S: Final = 0.01
_READ_BYTES: Final = 4096


class QuickInstrument:
    """Plugged in from its making to its closing."""

    def __init__(self, simulator: Simulator, monotonic_s: Callable[[], float]) -> None:
        self._simulator = simulator
        self._monotonic_s = monotonic_s
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        """To be opened by the site."""
        self._ended = Event()
        self._thread = Thread(target=self._run, name=f"quick {self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Unplug; returns when nothing of it is left."""
        self._ended.set()
        self._thread.join()
        os.close(self._master)
        os.close(self._slave)

    def _run(self) -> None:
        while not self._ended.is_set():
            ready, _, _ = select.select([self._master], [], [], _STEP_S)
            heard = os.read(self._master, _READ_BYTES) if ready else b""
            at_s = self._monotonic_s()
            said = self._simulator.receive(heard, at_s) if heard else b""
            rest = memoryview(said + self._simulator.tick(at_s))
            while rest and not self._ended.is_set():
                if select.select([], [self._master], [], _STEP_S)[1]:
                    rest = rest[os.write(self._master, rest) :]

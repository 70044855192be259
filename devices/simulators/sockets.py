"""Runs a simulated instrument on a local TCP port, where there are no pseudo-terminals (Windows).

``socket://127.0.0.1:PORT`` opens it as a serial port. It has no speed: every byte is understood.
"""

import select
import socket
from collections.abc import Callable
from threading import Event as Signal
from threading import Thread
from typing import Final

from devices.simulators.instrument import Simulator

STEP_S: Final = 0.01
"""chosen: shorter than the 17 ms between an oximeter's packets."""
_READ_BYTES: Final = 4096
LOOPBACK: Final = "127.0.0.1"


class SocketInstrument:
    """One simulated instrument; one program at a time may open it, again and again."""

    def __init__(self, simulator: Simulator, monotonic_s: Callable[[], float]) -> None:
        self._simulator = simulator
        self._monotonic_s = monotonic_s
        self._started_s = monotonic_s()
        self._ended = Signal()
        self._door = socket.create_server((LOOPBACK, 0))
        self._door.settimeout(STEP_S)
        number = self._door.getsockname()[1]
        self.port: Final = f"socket://{LOOPBACK}:{number}"
        """The port to open."""
        self._thread = Thread(target=self._run, name=f"simulated {self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Unplug for good; returns when nothing of it is left."""
        self._ended.set()
        self._thread.join()

    @property
    def _at_s(self) -> float:
        return self._monotonic_s() - self._started_s

    def _run(self) -> None:
        with self._door:
            while not self._ended.is_set():
                try:
                    host, _ = self._door.accept()
                except TimeoutError:
                    self._simulator.tick(self._at_s)  # what it says meanwhile reaches nobody
                    continue
                with host:
                    self._serve(host)

    def _serve(self, host: socket.socket) -> None:
        host.setblocking(False)  # noqa: FBT003 -- the standard library's own signature
        while not self._ended.is_set():
            ready, _, _ = select.select([host], [], [], STEP_S)
            try:
                heard = host.recv(_READ_BYTES) if ready else b""
                if ready and not heard:
                    return
                said = self._simulator.receive(heard, self._at_s) if heard else b""
                host.send(said + self._simulator.tick(self._at_s))
            except BlockingIOError:
                continue  # what nobody reads is lost, as on a real line
            except OSError:
                return

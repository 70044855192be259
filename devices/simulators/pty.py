"""Runs a simulated instrument on a real pseudo-terminal, at its real speed.

The port keeps its name over unplugging and plugging in again: it is a symbolic link.
"""

import os
import select
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from random import Random
from threading import Event as Signal
from threading import Thread
from typing import Final

from devices.errors import NoPseudoTerminalError, UnknownTroubleError
from devices.simulators import line
from devices.simulators.instrument import Simulator
from devices.simulators.line import Line, Trouble

if sys.platform != "win32":
    import termios
    import tty

STEP_S: Final = 0.01
"""chosen: shorter than the 17 ms between an oximeter's packets."""
_READ_BYTES: Final = 4096
_OUT_SPEED: Final = 5  # termios.tcgetattr: ospeed


class SimulatedInstrument:
    """One simulated instrument, plugged in until told otherwise."""

    def __init__(
        self,
        simulator: Simulator,
        monotonic_s: Callable[[], float],
        *,
        link: Path | None = None,
        troubles: tuple[Trouble, ...] = (),
    ) -> None:
        """Plug it in at `link`; may raise `UnknownTroubleError` and `NoPseudoTerminalError`."""
        if sys.platform == "win32":
            raise NoPseudoTerminalError
        for trouble in troubles:
            _check(trouble, line.WORDS | simulator.WORDS)
        self._monotonic_s = monotonic_s
        self._simulator = simulator
        self._line = Line(Random(0))  # noqa: S311 - which bytes a bad cable loses is no secret
        self._own_folder = Path(tempfile.mkdtemp(prefix="chevet-")) if link is None else None
        self._link = link or Path(self._own_folder or "", "instrument")
        self._terminal: _Terminal | None = None
        self._told: SimpleQueue[Trouble] = SimpleQueue()
        self._planned = list(troubles)
        self._started_s = monotonic_s()
        self._ended = Signal()
        self._plug_in()
        self._thread = Thread(target=self._run, name=f"simulated {self.port}", daemon=True)
        self._thread.start()

    @property
    def port(self) -> str:
        """The port to open; the same after unplugging and plugging in."""
        return str(self._link)

    @property
    def words(self) -> frozenset[str]:
        """Every word `fault` understands."""
        return line.WORDS | self._simulator.WORDS

    def fault(self, word: str, *, is_on: bool = True, amount: float | None = None) -> None:
        """Begin or end one trouble, from any thread; `UnknownTroubleError` for an unknown word."""
        self.trouble(Trouble(word, is_on=is_on, amount=amount))

    def trouble(self, trouble: Trouble) -> None:
        """The same, for a parsed word."""
        _check(trouble, self.words)
        self._told.put(trouble)

    def close(self) -> None:
        """Unplug for good; returns when nothing of it is left."""
        self._ended.set()
        self._thread.join()
        if self._own_folder is not None:
            shutil.rmtree(self._own_folder, ignore_errors=True)

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                self._step(self._monotonic_s() - self._started_s)
        finally:
            self._unplug()

    def _step(self, at_s: float) -> None:
        self._make_trouble(at_s)
        if self._terminal is None:
            self._ended.wait(STEP_S)
            return
        heard = self._terminal.read(STEP_S, self._simulator.baud)
        at_s = self._monotonic_s() - self._started_s
        if heard:
            self._line.push(self._simulator.receive(heard, at_s), at_s)
        self._line.push(self._simulator.tick(at_s), at_s)
        self._terminal.write(self._line.take(at_s, self._simulator.baud), self._simulator.baud)

    def _make_trouble(self, at_s: float) -> None:
        due = [trouble for trouble in self._planned if trouble.at_s <= at_s]
        self._planned = [trouble for trouble in self._planned if trouble.at_s > at_s]
        try:
            while True:
                due.append(self._told.get_nowait())
        except Empty:
            pass
        for trouble in due:
            self._apply(trouble, at_s)

    def _apply(self, trouble: Trouble, at_s: float) -> None:
        amount = trouble.amount
        match trouble.word:
            case line.LOSE:
                self._line.loss = (amount or line.DEFAULT_LOSS) if trouble.is_on else 0.0
            case line.DELAY:
                self._line.delay_s = (amount or line.DEFAULT_DELAY_S) if trouble.is_on else 0.0
            case line.UNPLUG if trouble.is_on:
                self._unplug()
                if amount is not None:
                    self._planned.append(Trouble(line.UNPLUG, is_on=False, at_s=at_s + amount))
            case line.UNPLUG:
                self._plug_in()
            case word:
                self._simulator.tell(word, is_on=trouble.is_on, at_s=at_s)

    def _plug_in(self) -> None:
        if self._terminal is None:
            self._terminal = _Terminal(self._simulator.baud)
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(self._terminal.path)

    def _unplug(self) -> None:
        if self._terminal is not None:
            self._link.unlink(missing_ok=True)
            self._terminal.close()
            self._terminal = None
            self._line.clear()


def _check(trouble: Trouble, words: frozenset[str]) -> None:
    if trouble.word not in words:
        raise UnknownTroubleError(trouble.word, known=sorted(words))


if sys.platform != "win32":

    class _Terminal:
        """Both ends of a pseudo-terminal; ours is the master."""

        def __init__(self, baud: int) -> None:
            self._master, self._slave = os.openpty()
            tty.setraw(self._slave)
            settings = termios.tcgetattr(self._slave)
            settings[4] = settings[5] = _speed(baud)
            termios.tcsetattr(self._slave, termios.TCSANOW, settings)
            os.set_blocking(self._master, False)
            self.path = os.ttyname(self._slave)

        def read(self, wait_s: float, baud: int) -> bytes:
            """What the host sent at this speed; another speed is only noise to an instrument."""
            ready, _, _ = select.select([self._master], [], [], wait_s)
            data = os.read(self._master, _READ_BYTES) if ready else b""
            return data if self._is_at(baud) else b""

        def write(self, data: bytes, baud: int) -> None:
            """Send; what nobody reads is lost, as on a real line."""
            seen = data if self._is_at(baud) else bytes(byte | 0x80 for byte in data)
            try:
                os.write(self._master, seen)
            except BlockingIOError:
                return

        def close(self) -> None:
            os.close(self._slave)
            os.close(self._master)

        def _is_at(self, baud: int) -> bool:
            speed: int = termios.tcgetattr(self._slave)[_OUT_SPEED]
            return speed == _speed(baud)

    def _speed(baud: int) -> int:
        """The number termios has for a speed."""
        return int(getattr(termios, f"B{baud}"))

"""Plays a simulated device of the operating system into a named pipe: a microphone, a camera.

The pipe keeps its name over unplugging and plugging in again, during which it is not there.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from struct import pack
from threading import Event as Signal
from threading import Thread
from typing import ClassVar, Final

from devices.driver import SoundStream
from devices.errors import NoPseudoTerminalError, UnknownTroubleError
from devices.simulators.instrument import Simulator
from devices.simulators.line import UNPLUG, Trouble

STEP_S: Final = 0.01
"""chosen: half of what a microphone's driver hands over at a time."""
WAITING_LIMIT: Final = 96_000
"""Bytes; what a reader has not taken after a second is lost, as a sound card loses it."""
_ENDLESS: Final = 0xFFFFFFFF
"""The length of a WAV file that is still being written."""
_SAMPLE_BYTES: Final = 2


class SimulatedSound:
    """One simulated stethoscope, an endless WAV file, plugged in until told otherwise."""

    NAME: ClassVar[str] = "stethoscope"
    LIMIT: ClassVar[int] = WAITING_LIMIT
    """Bytes that may wait for whoever reads."""

    def __init__(
        self,
        simulator: Simulator,
        monotonic_s: Callable[[], float],
        *,
        link: Path | None = None,
        troubles: tuple[Trouble, ...] = (),
    ) -> None:
        """Make the pipe at `link`; `UnknownTroubleError`, `NoPseudoTerminalError` on Windows."""
        if sys.platform == "win32":
            raise NoPseudoTerminalError
        self._simulator = simulator
        self._monotonic_s = monotonic_s
        for trouble in troubles:
            self._check(trouble)
        self._own_folder = Path(tempfile.mkdtemp(prefix="chevet-")) if link is None else None
        self._path = link or Path(self._own_folder or "", self.NAME)
        self._told: SimpleQueue[Trouble] = SimpleQueue()
        self._planned = list(troubles)
        self._waiting = bytearray()
        self._descriptor: int | None = None
        self._is_plugged = False
        self._plug(is_in=True)
        self._started_s = monotonic_s()
        self._ended = Signal()
        self._thread = Thread(target=self._run, name=f"simulated {self._path}", daemon=True)
        self._thread.start()

    @property
    def port(self) -> str:
        """What to give as the instrument's port."""
        return f"fifo:{self._path}"

    @property
    def words(self) -> frozenset[str]:
        """Every word `trouble` understands."""
        return self._simulator.WORDS | {UNPLUG}

    def fault(self, word: str, *, is_on: bool = True, amount: float | None = None) -> None:
        """Begin or end one trouble, from any thread; `UnknownTroubleError` for an unknown word."""
        self.trouble(Trouble(word, is_on=is_on, amount=amount))

    def trouble(self, trouble: Trouble) -> None:
        """The same, for a parsed word."""
        self._check(trouble)
        self._told.put(trouble)

    def close(self) -> None:
        """Unplug for good; returns when the thread has ended and nothing is left behind."""
        self._ended.set()
        self._thread.join()
        self._plug(is_in=False)
        if self._own_folder is not None:
            shutil.rmtree(self._own_folder)

    def _run(self) -> None:
        while not self._ended.wait(STEP_S):
            at_s = self._monotonic_s() - self._started_s
            self._make_trouble(at_s)
            self._waiting += self._simulator.tick(at_s)
            if self._descriptor is None:
                self._waiting.clear()
                self._answer()
            self._write()

    def _answer(self) -> None:
        """Begin the file once somebody listens."""
        if not self._is_plugged:
            return
        try:
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return  # ENXIO: nobody listens yet
        self._waiting += self._greeting()

    def _write(self) -> None:
        if self._descriptor is None:
            return
        try:
            del self._waiting[: os.write(self._descriptor, self._waiting)]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self._hang_up()
        too_many = len(self._waiting) - self.LIMIT
        if too_many > 0:  # in whole samples, or the rest would be noise
            del self._waiting[: too_many + too_many % _SAMPLE_BYTES]

    def _greeting(self) -> bytes:
        """What the stream begins with."""
        return wav_header(SoundStream())

    def _hang_up(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _make_trouble(self, at_s: float) -> None:
        due = [trouble for trouble in self._planned if trouble.at_s <= at_s]
        self._planned = [trouble for trouble in self._planned if trouble.at_s > at_s]
        try:
            while True:
                due.append(self._told.get_nowait())
        except Empty:
            pass
        for trouble in due:
            if trouble.word != UNPLUG:
                self._simulator.tell(trouble.word, is_on=trouble.is_on, at_s=at_s)
                continue
            self._plug(is_in=not trouble.is_on)
            if trouble.is_on and trouble.amount is not None:
                back = Trouble(UNPLUG, is_on=False, at_s=at_s + trouble.amount)
                self._planned.append(back)

    def _plug(self, *, is_in: bool) -> None:
        if is_in is self._is_plugged:
            return
        self._is_plugged = is_in
        if is_in and sys.platform != "win32":
            os.mkfifo(self._path, 0o600)
        else:
            self._hang_up()
            self._path.unlink(missing_ok=True)

    def _check(self, trouble: Trouble) -> None:
        if trouble.word not in self.words:
            raise UnknownTroubleError(trouble.word, known=sorted(self.words))


class SimulatedPictures(SimulatedSound):
    """One simulated camera, one JPEG after another, plugged in until told otherwise."""

    NAME: ClassVar[str] = "camera"
    LIMIT: ClassVar[int] = 4 << 20
    """chosen: a second of full HD; what a reader has not taken then is lost."""

    def _greeting(self) -> bytes:
        return b""


def wav_header(stream: SoundStream) -> bytes:
    """The 44 bytes before the samples of a WAV file that goes on (Microsoft RIFF, PCM format)."""
    frame_bytes = stream.channels * _SAMPLE_BYTES
    layout = pack(
        "<HHIIHH",
        1,
        stream.channels,
        stream.rate_hz,
        stream.rate_hz * frame_bytes,
        frame_bytes,
        8 * _SAMPLE_BYTES,
    )
    chunks = b"WAVEfmt " + pack("<I", len(layout)) + layout + b"data" + pack("<I", _ENDLESS)
    return b"RIFF" + pack("<I", _ENDLESS) + chunks

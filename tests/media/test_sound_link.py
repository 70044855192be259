"""A microphone as a port: every sample of it, and an end that is told."""

import os
import sys
import wave
from collections.abc import Callable
from itertools import count
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from client.media.errors import UnknownSourceError
from client.media.instrument_links import open_link
from client.media.sound_link import SoundLink
from devices.driver import SoundStream
from devices.simulators.sound import wav_header

PATIENCE_S = 30.0
NOISE = np.random.default_rng(4).integers(-32_768, 32_767, 48_000, np.int16)

pipes = pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")


class Heard:
    """Listens; says when a condition holds."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.openings = 0
        self.losses: list[str] = []
        self.ticks = 0
        self._conditions: list[tuple[Callable[[], bool], Event]] = []

    def opened(self) -> None:
        self.openings += 1

    def received(self, data: bytes) -> None:
        self.data += data
        self._look()

    def ticked(self) -> None:
        self.ticks += 1
        self._look()

    def lost(self, reason: str) -> None:
        self.losses.append(reason)
        self._look()

    def until(self, condition: Callable[[], bool]) -> None:
        met = Event()
        self._conditions.append((condition, met))
        assert met.wait(PATIENCE_S)

    def _look(self) -> None:
        for condition, met in self._conditions:
            if condition():
                met.set()


def write_fifo(path: Path, data: bytes) -> Thread:
    def write() -> None:
        with path.open("wb") as pipe:
            pipe.write(wav_header(SoundStream()) + data)

    thread = Thread(target=write, daemon=True)
    thread.start()
    return thread


@pipes
def test_every_sample_comes_as_it_was_and_the_end_is_told(tmp_path: Path) -> None:
    fifo = tmp_path / "sound"
    os.mkfifo(fifo)
    heard = Heard()
    link = open_link(f"fifo:{fifo}", SoundStream(), heard)
    link.start()
    try:
        write_fifo(fifo, NOISE.tobytes()).join()
        heard.until(lambda: bool(heard.losses))
        assert bytes(heard.data) == NOISE.tobytes()
        write_fifo(fifo, NOISE.tobytes()).join()
        heard.until(lambda: len(heard.data) == 2 * NOISE.nbytes)
    finally:
        link.close()
    assert heard.openings == 2


@pipes
def test_time_passes_while_nothing_comes_and_closing_waits_for_nobody(tmp_path: Path) -> None:
    fifo = tmp_path / "sound"
    os.mkfifo(fifo)
    heard = Heard()
    link = SoundLink(f"fifo:{fifo}", SoundStream(), heard)
    link.start()
    heard.until(lambda: heard.ticks > 3)
    link.close()
    assert (heard.openings, heard.losses) == (0, [])


@pipes
def test_a_source_that_falls_silent_is_gone(tmp_path: Path) -> None:
    fifo = tmp_path / "sound"
    os.mkfifo(fifo)
    heard = Heard()
    seconds, nearly_all = count(), NOISE.nbytes - 4_000

    def monotonic_s() -> float:
        """Stands still until the sound has come."""
        return float(next(seconds)) if len(heard.data) > nearly_all else 0.0

    link = SoundLink(f"fifo:{fifo}", SoundStream(), heard, monotonic_s=monotonic_s)
    link.start()
    try:
        with fifo.open("wb") as pipe:
            pipe.write(wav_header(SoundStream()) + NOISE.tobytes())
            pipe.flush()
            heard.until(lambda: bool(heard.losses))
    finally:
        link.close()
    assert heard.losses[0] == "nothing comes"
    assert len(heard.data) > nearly_all


def test_a_source_that_is_not_there_is_lost_once_and_found_when_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "chest.wav"
    heard = Heard()
    link = SoundLink(f"file:{path}", SoundStream(), heard, lambda _: False)
    link.start()
    try:
        heard.until(lambda: heard.ticks > 3)
        assert len(heard.losses) == 1
        with wave.open(str(tmp_path / "made.wav"), "wb") as file:
            file.setparams((1, 2, 48_000, 0, "NONE", ""))
            file.writeframes(NOISE.tobytes())
        (tmp_path / "made.wav").rename(path)
        heard.until(lambda: len(heard.data) > NOISE.nbytes)
        assert heard.data[: NOISE.nbytes] == NOISE.tobytes()
    finally:
        link.close()


def test_a_name_that_is_no_source_is_refused() -> None:
    with pytest.raises(UnknownSourceError):
        SoundLink("COM3", SoundStream(), Heard())

import asyncio
from pathlib import Path
from threading import Semaphore, Thread

import numpy as np
import pytest
from fakes.media import FakeClock, tone
from fakes.sound_queue import ReadySound

from client.media.audio_source import FRAME_S, FRAME_SAMPLES, AudioSource, Samples
from client.media.sinks import DeviceSink, WavSink
from client.media.sources import MediaAddress, SourceKind, parse_source

PATIENCE_S = 20.0
FRAME = np.ones(FRAME_SAMPLES, np.int16)


class _Halved:
    """Processing that a test can see: half as loud, a known time later."""

    delay_s = 0.015

    def __init__(self) -> None:
        self.captured_s: list[float] = []

    def process(self, samples: Samples, captured_s: float) -> Samples:
        self.captured_s.append(captured_s)
        return samples // 2

    def play(self, samples: Samples, heard_s: float) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


async def test_a_frame_from_the_capture_thread_wakes_who_waits_for_it() -> None:
    source = AudioSource(parse_source("none"))
    waiting = asyncio.create_task(source.heard(PATIENCE_S * 10))
    await asyncio.sleep(0)
    thread = Thread(target=source._put, args=(FRAME,))
    thread.start()
    async with asyncio.timeout(PATIENCE_S):
        await waiting
    thread.join()
    assert source.take() is not None


async def test_nobody_waits_for_a_frame_that_is_there_nor_for_one_that_never_comes() -> None:
    source = AudioSource(parse_source("none"))
    await source.heard(0.0)
    assert source.take() is None
    source._put(FRAME)
    async with asyncio.timeout(PATIENCE_S):
        await source.heard(PATIENCE_S * 10)


def test_a_frame_for_a_loop_that_is_closed_is_kept_for_the_next() -> None:
    source = AudioSource(parse_source("none"))

    async def wait_and_leave() -> None:
        waiting = asyncio.create_task(source.heard(PATIENCE_S))
        await asyncio.sleep(0)
        wake = source._wake
        waiting.cancel()
        await asyncio.wait([waiting])
        source._wake = wake  # as if the capture thread had just looked at it

    asyncio.run(wait_and_leave())
    source._put(FRAME)
    assert source.take() is not None


def test_sound_is_processed_before_anybody_takes_it_and_its_age_told() -> None:
    clock, processing = FakeClock(), _Halved()
    clock.wait(5.0)
    source = AudioSource(parse_source("none"), processing=processing, monotonic_s=clock.monotonic_s)
    source._put(FRAME * 8)
    sound = source.take()
    assert sound is not None
    assert sound.samples.tolist() == (FRAME * 4).tolist()
    assert processing.captured_s == [pytest.approx(5.0 - FRAME_S)]
    assert sound.captured_s == pytest.approx(5.0 - FRAME_S - 0.015)


def test_a_file_tells_what_it_plays_and_when(tmp_path: Path) -> None:
    clock, queue = FakeClock(), ReadySound()
    played: list[tuple[Samples, float]] = []
    clock.wait(100.0)
    sink = WavSink(
        str(tmp_path / "heard.wav"), queue, clock.monotonic_s, lambda *one: played.append(one)
    )
    sink.open()
    sound = tone(0.4)
    queue.put(sound)
    for _ in range(4):
        clock.wait(0.1)
        sink.write_due()
    sink.close()
    assert [heard_s for _, heard_s in played] == pytest.approx([100.0, 100.1, 100.2, 100.3])
    assert np.concatenate([samples for samples, _ in played]).tolist() == sound.tolist()


def test_a_device_tells_when_what_it_was_given_is_heard(tmp_path: Path) -> None:
    """A device takes sound before it plays it: each frame is heard when the last one ends."""
    clock, queue = FakeClock(), ReadySound()
    clock.wait(100.0)
    played: list[tuple[Samples, float]] = []
    arrived = Semaphore(0)

    def note(samples: Samples, heard_s: float) -> None:
        played.append((samples, heard_s))
        arrived.release()

    device = MediaAddress(SourceKind.DEVICE, str(tmp_path / "device.wav"), "wav")
    sink = DeviceSink(device, queue, clock.monotonic_s, note)
    sound = tone(0.4)
    queue.put(sound)
    sink.start()
    for _ in range(20):
        assert arrived.acquire(timeout=PATIENCE_S)
    clock.wait(10.0)
    queue.put(sound)
    for _ in range(20):
        assert arrived.acquire(timeout=PATIENCE_S)
    sink.close()
    moments = [heard_s for _, heard_s in played]
    assert moments[:20] == pytest.approx([100 + n * FRAME_S for n in range(20)])
    assert moments[20:] == pytest.approx([110 + n * FRAME_S for n in range(20)])
    assert np.concatenate([samples for samples, _ in played[:20]]).tolist() == sound.tolist()

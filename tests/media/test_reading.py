from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from threading import Event

import av
import numpy as np
import pytest
from fakes.media import FakeClock

from client.demo.media import PATIENT_CAMERA, PHARMACIST_VOICE
from client.media.audio_source import FRAME_SAMPLES, cut, samples_of
from client.media.reading import audio_frames, looped, opened, paced, video_frames
from client.media.sources import parse_source


def _three_frames() -> Iterator[av.VideoFrame]:
    for number in range(3):
        frame = av.VideoFrame(16, 16, "yuv420p")
        frame.pts, frame.time_base, frame.duration = number, Fraction(1, 10), 1
        yield frame


def test_a_loop_goes_on_in_time_where_it_ended() -> None:
    times = [at_s for at_s, _ in islice(looped(_three_frames), 8)]
    assert times == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])


def test_an_empty_file_does_not_loop_for_ever() -> None:
    nothing: list[av.VideoFrame] = []
    assert list(looped(lambda: iter(nothing))) == []


def test_frames_come_when_their_second_has_come() -> None:
    clock = FakeClock()
    moments = []
    for _ in islice(paced(looped(_three_frames), clock.monotonic_s, clock.wait), 7):
        moments.append(clock.seconds)
        clock.seconds += 0.03  # a reader that takes its time is not added to the pace
    assert moments == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])


def test_after_a_long_sleep_lost_time_is_not_hurried_through() -> None:
    clock = FakeClock()
    frames = paced(looped(_three_frames), clock.monotonic_s, clock.wait)
    next(frames)
    clock.seconds = 3_600.0
    next(frames)
    next(frames)
    assert clock.seconds == pytest.approx(3_600.1)


def test_a_real_video_file_starts_again_with_its_first_picture() -> None:
    with opened(parse_source(f"file:{PATIENT_CAMERA}"), Event(), is_video=True) as container:

        def once() -> Iterator[av.VideoFrame]:
            container.seek(0)
            return video_frames(container)

        pictures = [(at_s, frame.to_ndarray()) for at_s, frame in islice(looped(once), 151)]
    assert pictures[150][0] == pytest.approx(10.0, abs=0.01)
    assert np.array_equal(pictures[0][1], pictures[150][1])
    assert not np.array_equal(pictures[0][1], pictures[75][1])


def test_any_sound_becomes_whole_frames_of_20_ms_timed_from_0() -> None:
    with opened(parse_source(f"file:{PHARMACIST_VOICE}"), Event(), is_video=False) as container:
        frames = list(islice(cut(audio_frames(container)), 500))
    assert [frame.pts for frame in frames] == [FRAME_SAMPLES * n for n in range(500)]
    assert {samples_of(frame).shape for frame in frames} == {(FRAME_SAMPLES,)}

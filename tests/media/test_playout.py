import wave
from pathlib import Path

import av
import numpy as np
import pytest
from fakes.media import START, FakeClock, picture, sound_frame, tone

from client.media.errors import FormatUnsupportedError
from client.media.loudness import SILENCE_DBFS, dbfs
from client.media.playout import QUEUE_SAMPLES, PictureKeeper, PlayoutQueue, Speaker
from client.media.sinks import JITTER_SAMPLES, WavSink
from client.media.sources import parse_sink


def _samples(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def test_the_queue_is_bounded_and_loses_the_oldest() -> None:
    queue = PlayoutQueue()
    for value in range(60):
        queue.put(np.full(960, value, np.int16))
    assert queue.waiting == QUEUE_SAMPLES
    assert queue.lost_samples == 60 * 960 - QUEUE_SAMPLES
    assert queue.take(1)[0] == 35


def test_what_is_missing_is_silence() -> None:
    queue = PlayoutQueue()
    queue.put(np.full(JITTER_SAMPLES - 1, 9, np.int16))
    assert queue.take(2).tolist() == [0, 0], "it gathers first"
    queue.put(np.full(1, 9, np.int16))
    assert queue.take(2).tolist() == [9, 9]
    queue.take(JITTER_SAMPLES - 3)
    assert queue.take(3).tolist() == [9, 0, 0]
    queue.put(np.full(5, 9, np.int16))
    assert queue.take(2).tolist() == [0, 0], "after it ran dry it gathers again"


def test_the_file_is_as_long_as_the_time_and_gaps_are_silence(tmp_path: Path) -> None:
    clock, queue, path = FakeClock(), PlayoutQueue(), tmp_path / "heard.wav"
    sink = WavSink(str(path), queue, clock.monotonic_s)
    sink.open()
    sound = tone(1.0)
    for number in range(150):  # 3 s; the second in the middle is lost on the way
        if not 50 <= number < 100:
            queue.put(sound[(number % 50) * 960 : (number % 50 + 1) * 960])
        clock.wait(0.02)
        if number % 5 == 4:
            sink.write_due()
    sink.close()
    written = _samples(path)
    assert len(written) == pytest.approx(3 * 48_000, abs=2)
    # It comes out 0.1 to 0.2 s after it came in: writes are 0.1 s apart.
    assert dbfs(written[:4_800]) == SILENCE_DBFS
    assert dbfs(written[9_600:48_000]) == pytest.approx(dbfs(sound), abs=0.2)
    assert dbfs(written[57_600:96_000]) == SILENCE_DBFS
    assert dbfs(written[105_600:]) == pytest.approx(dbfs(sound), abs=0.2)


def test_a_speaker_on_a_file_writes_and_closes(tmp_path: Path) -> None:
    clock, path = FakeClock(), tmp_path / "heard.wav"
    speaker = Speaker(parse_sink(f"file:{path}"), monotonic_s=clock.monotonic_s)
    speaker.start()
    speaker.play(sound_frame(tone(0.3)))
    clock.wait(0.5)
    speaker.close()
    assert len(_samples(path)) == 24_000
    assert dbfs(_samples(path)) > -30


def test_any_decoded_sound_is_taken(tmp_path: Path) -> None:
    speaker = Speaker(parse_sink(f"file:{tmp_path / 'heard.wav'}"))
    stereo = av.AudioFrame.from_ndarray(np.repeat(tone(0.5), 2).reshape(1, -1), "s16", "stereo")
    stereo.sample_rate, stereo.pts = 48_000, 7
    speaker.play(stereo)
    assert speaker.level_dbfs == pytest.approx(dbfs(tone(0.5)), abs=0.2)
    assert speaker.frames_played == 1


def test_the_level_falls_to_silence_when_nothing_comes() -> None:
    clock = FakeClock()
    speaker = Speaker(parse_sink("none"), monotonic_s=clock.monotonic_s)
    assert speaker.level_dbfs == SILENCE_DBFS
    speaker.play(sound_frame(tone(0.02)))
    assert speaker.level_dbfs > -20
    clock.wait(0.6)
    assert speaker.level_dbfs == SILENCE_DBFS


def test_a_speaker_nobody_empties_stays_bounded(tmp_path: Path) -> None:
    speaker = Speaker(parse_sink(f"file:{tmp_path / 'heard.wav'}"))  # never started
    for _ in range(100):
        speaker.play(sound_frame(tone(0.02)))
    assert speaker.lost_ms == 1_500


def test_a_file_that_cannot_be_made_is_said_at_once(tmp_path: Path) -> None:
    speaker = Speaker(parse_sink(f"file:{tmp_path / 'no' / 'heard.wav'}"))
    with pytest.raises(OSError, match="heard"):
        speaker.start()


def test_a_kind_of_speaker_this_machine_lacks_is_a_sentence() -> None:
    with pytest.raises(FormatUnsupportedError, match="cannot be used on this machine"):
        Speaker(parse_sink("dshow:Speakers"))


def test_the_keeper_counts_pictures_and_those_that_differ() -> None:
    clock = FakeClock()
    keeper = PictureKeeper(monotonic_s=clock.monotonic_s, now=clock.now)
    assert keeper.preview(8, 6) is None
    assert not keeper.is_live
    for number in (1, 2, 2, 2, 3):
        keeper.show(picture(number, 64, 48))
    assert (keeper.frames_decoded, keeper.distinct_frames) == (5, 3)
    assert keeper.is_live
    preview = keeper.preview(8, 6)
    assert preview is not None
    assert (len(preview[0]), preview[1]) == (8 * 6 * 3, START)
    clock.wait(2)
    assert not keeper.is_live
    assert keeper.shown_at == START

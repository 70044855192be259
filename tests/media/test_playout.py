import wave
from pathlib import Path

import numpy as np
import pytest
from fakes.media import START, FakeClock, picture, tone
from fakes.sound_queue import ReadySound

from client.core.adaptation.plan import VoiceRung
from client.media.audio_source import FRAME_SAMPLES, SAMPLES_PER_S
from client.media.codecs import opus
from client.media.errors import FormatUnsupportedError
from client.media.loudness import SILENCE_DBFS, dbfs
from client.media.playout import CUSHION_SAMPLES, PictureKeeper, Speaker, VoiceQueue
from client.media.sinks import WavSink
from client.media.sources import parse_sink


def _samples(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def _packets(seconds: float) -> list[tuple[int, bytes]]:
    encoder = opus.Encoder(VoiceRung(24_000, 20))
    sound = tone(seconds).reshape(-1, FRAME_SAMPLES)
    return [(packet.pts or 0, bytes(packet)) for piece in sound for packet in encoder.encode(piece)]


def test_the_file_is_as_long_as_the_time_and_gaps_are_silence(tmp_path: Path) -> None:
    clock, queue, path = FakeClock(), ReadySound(), tmp_path / "heard.wav"
    sink = WavSink(str(path), queue, clock.monotonic_s)
    sink.open()
    sound = tone(1.0)
    for number in range(150):  # 3 s; the second in the middle does not come
        if not 50 <= number < 100:
            queue.put(sound[(number % 50) * 960 : (number % 50 + 1) * 960])
        clock.wait(0.02)
        if number % 5 == 4:
            sink.write_due()
    sink.close()
    written = _samples(path)
    assert len(written) == pytest.approx(3 * 48_000, abs=2)
    assert dbfs(written[:48_000]) == pytest.approx(dbfs(sound), abs=0.2)
    assert dbfs(written[48_000:96_000]) == SILENCE_DBFS
    assert dbfs(written[96_000:]) == pytest.approx(dbfs(sound), abs=0.2)


def test_a_speaker_on_a_file_plays_what_it_hears(tmp_path: Path) -> None:
    clock, path = FakeClock(), tmp_path / "heard.wav"
    queue = VoiceQueue(clock.monotonic_s)
    sink = WavSink(str(path), queue, clock.monotonic_s)
    sink.open()
    for block in _packets(1.0):
        clock.wait(0.02)
        queue.hear([block])
        sink.write_due()
    sink.close()
    heard = _samples(path)
    assert len(heard) == 48_000
    assert dbfs(heard[9_600:]) == pytest.approx(dbfs(tone(1.0)), abs=0.5)
    assert queue.quality.concealed_ms == 0


def test_a_device_is_given_a_cushion_and_then_what_the_clock_says() -> None:
    clock = FakeClock()
    queue = VoiceQueue(clock.monotonic_s)
    assert queue.waiting == CUSHION_SAMPLES
    queue.take(CUSHION_SAMPLES)
    assert queue.waiting == 0
    clock.wait(0.02)
    assert queue.waiting == FRAME_SAMPLES


def test_a_device_that_was_gone_has_nothing_to_catch_up() -> None:
    clock = FakeClock()
    queue = VoiceQueue(clock.monotonic_s)
    queue.take(queue.waiting)
    clock.wait(60)
    assert queue.waiting == CUSHION_SAMPLES


def test_a_speaker_that_is_a_file_is_a_file_of_silence_while_nobody_speaks(tmp_path: Path) -> None:
    clock, path = FakeClock(), tmp_path / "heard.wav"
    speaker = Speaker(parse_sink(f"file:{path}"), monotonic_s=clock.monotonic_s)
    speaker.start()
    clock.wait(0.5)
    speaker.close()
    assert len(_samples(path)) == SAMPLES_PER_S // 2
    assert dbfs(_samples(path)) == SILENCE_DBFS


def test_without_a_speaker_nothing_is_kept() -> None:
    speaker = Speaker(parse_sink("none"))
    speaker.start()
    for block in _packets(0.2):
        speaker.hear([block])
    assert speaker.quality.heard_ms == 0
    assert speaker.failure is None
    speaker.close()


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

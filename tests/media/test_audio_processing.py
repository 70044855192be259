import subprocess
import sys

import numpy as np
import pytest
from fakes.media import tone
from linklab import echo_room
from linklab.echo_room import Room

from client.media.audio_processing import Untouched, VoiceProcessing
from client.media.audio_source import FRAME_S, FRAME_SAMPLES
from client.media.loudness import dbfs

ROOMS = {
    "a speaker on the desk": Room(),
    "one that is overdriven": Room(overdrive=2.0),
    "one that plays 0.2 s late": Room(delay_s=0.2),
}


@pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS)
def test_30_db_of_echo_are_removed_and_the_person_is_still_heard(room: Room) -> None:
    scene = echo_room.scene(room)
    processing, alone = VoiceProcessing(), VoiceProcessing()
    sent = echo_room.run(processing, scene.far, scene.microphone)
    near_alone = echo_room.run(alone, scene.far * 0, scene.near)
    verdict = echo_room.judged(scene, sent, near_alone)
    assert verdict.removed_db > 40
    assert verdict.removed_worst_db > 30
    assert verdict.near_median_db > -4
    assert verdict.near_cut_pct < 40


def test_an_echo_of_something_else_than_was_played_stays() -> None:
    """The figures above are cancellation, not a gate that closes whenever nobody is near."""
    scene = echo_room.scene(Room())
    sent = echo_room.run(VoiceProcessing(), scene.far * 0, scene.microphone)
    near_alone = echo_room.run(VoiceProcessing(), scene.far * 0, scene.near)
    assert echo_room.judged(scene, sent, near_alone).removed_db < 6


def test_the_steady_hum_of_a_room_is_taken_out() -> None:
    hum = np.random.default_rng(2).normal(0, 300, FRAME_SAMPLES * 300).astype(np.int16)
    sent = echo_room.run(VoiceProcessing(), hum * 0, hum)
    assert dbfs(sent[-FRAME_SAMPLES * 50 :]) < dbfs(hum) - 6


def test_a_voice_far_from_the_microphone_is_brought_to_a_level() -> None:
    voice = (echo_room.voice(echo_room.PHARMACIST_VOICE) * 0.1).astype(np.int16)
    sent = echo_room.run(VoiceProcessing(), voice * 0, voice)
    half = len(sent) // 2
    assert dbfs(voice) < -39
    assert -30 < dbfs(sent[half:]) < -15


def test_a_stethoscope_is_left_as_it_is() -> None:
    sound = tone(0.02)
    processing = Untouched()
    processing.play(sound, 0.0)
    assert processing.process(sound, 0.0) is sound


def test_how_late_processed_sound_is_is_told() -> None:
    voice = echo_room.voice(echo_room.PHARMACIST_VOICE).astype(np.int16)[:480_000]
    processing = VoiceProcessing()
    sent = echo_room.run(processing, voice * 0, voice)
    size = 2 * len(sent)
    product = np.fft.rfft(sent, size) * np.conj(np.fft.rfft(voice[: len(sent)], size))
    delay = int(np.argmax(np.abs(np.fft.irfft(product)[:4_800])))
    assert processing.delay_s == pytest.approx(delay / 48_000, abs=0.002)


def test_where_the_module_is_missing_sound_passes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "livekit.rtc.apm", None)
    processing, sound = VoiceProcessing(), tone(0.02)
    assert processing.process(sound, 0.0) is sound
    assert processing.process(sound, 0.02) is sound
    assert sum("no echo cancellation" in record.message for record in caplog.records) == 1


def test_sound_still_on_its_way_when_it_closes_passes() -> None:
    processing, sound = VoiceProcessing(), tone(0.02)
    processing.process(sound, 0.0)
    processing.close()
    assert processing.process(sound, FRAME_S) is sound
    processing.close()


def test_a_program_that_used_it_ends_cleanly_and_says_nothing() -> None:
    program = (
        "import numpy as np, sys\n"
        "from client.media.audio_processing import VoiceProcessing\n"
        "assert not any(name.startswith('livekit') for name in sys.modules)\n"
        "VoiceProcessing().process(np.ones(960, np.int16), 0.0)\n"
        "assert 'livekit.rtc.apm' in sys.modules\n"
    )
    ended = subprocess.run(  # noqa: S603 -- our own words
        [sys.executable, "-c", program], capture_output=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")

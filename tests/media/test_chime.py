"""The two notes that call somebody back: loud enough, without a click, and really played."""

import wave
from pathlib import Path

import numpy as np
import pytest

from client.media.audio_source import SAMPLES_PER_S
from client.media.chime import chime
from client.media.loudness import dbfs
from client.media.playout import Speaker
from client.media.sources import parse_sink


@pytest.mark.parametrize(("half", "note_hz"), [(0, 659), (1, 523)])
def test_each_half_is_its_note(half: int, note_hz: int) -> None:
    note = np.split(chime(), 2)[half]
    strongest = int(np.abs(np.fft.rfft(note)).argmax())
    assert strongest * SAMPLES_PER_S / note.size == pytest.approx(note_hz, abs=3)


def test_it_is_as_loud_as_a_voice_and_neither_begins_nor_ends_with_a_click() -> None:
    assert -30 < dbfs(chime()) < -12
    assert np.abs(np.diff(chime().astype(np.int32))).max() < np.abs(chime()).max() / 5
    assert abs(int(chime()[-1])) < 500


def test_a_speaker_plays_it_whole_with_nobody_on_the_line(tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    now = [0.0]
    speaker = Speaker(parse_sink(f"file:{heard}"), monotonic_s=lambda: now[0])
    speaker.start()
    speaker.play(chime())
    assert speaker.is_playing
    now[0] = 1.5
    speaker.close()
    with wave.open(str(heard), "rb") as file:
        played = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    (begins, *_) = np.flatnonzero(played)
    assert np.array_equal(played[begins - 1 : begins - 1 + chime().size], chime())

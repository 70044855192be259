"""« Un, deux, trois », from a microphone's file to a speaker's file."""

import asyncio
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG
from client.demo.loudness import wav_dbfs
from client.demo.media import PHARMACIST_VOICE
from client.media.capture import SourceState
from client.media.sources import parse_sink, parse_source
from client.session.flow_views import VoiceTrial
from client.session.media import EndMedia
from client.session.voice_trial import try_voice

PATIENCE_S = 60.0


async def trial(
    microphone: str, speaker: str, is_over: Callable[[], bool] = lambda: False
) -> list[VoiceTrial]:
    shown: list[VoiceTrial] = []
    levels: list[float] = []

    def show(trial: VoiceTrial, dbfs: float | None) -> None:
        if dbfs is None:
            shown.append(trial)
        else:
            levels.append(dbfs)

    media = EndMedia(
        *(parse_source("none"), parse_source(microphone), parse_sink(speaker)),
        *(DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG),
    )
    media.start()
    try:
        async with asyncio.timeout(PATIENCE_S):
            while microphone != "none" and media.room_voice.state is not SourceState.LIVE:
                await asyncio.sleep(0.02)
            await try_voice(media, show, is_over)
    finally:
        await media.close()
    if VoiceTrial.PLAYED in shown:
        assert max(levels) > -40
        assert len(levels) == 30
    return shown


async def test_what_was_said_is_played_back(tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    shown = await trial(f"file:{PHARMACIST_VOICE}", f"file:{heard}")
    assert shown == [VoiceTrial.RECORDING, VoiceTrial.PLAYING, VoiceTrial.PLAYED]
    assert wav_dbfs(heard) > -60


@pytest.mark.parametrize(
    ("microphone", "speaker"), [("none", "file:{}"), (f"file:{PHARMACIST_VOICE}", "none")]
)
async def test_without_microphone_or_speaker_it_has_failed(
    tmp_path: Path, microphone: str, speaker: str
) -> None:
    assert await trial(microphone, speaker.format(tmp_path / "x.wav")) == [VoiceTrial.FAILED]


async def test_a_call_ends_it_at_once(tmp_path: Path) -> None:
    shown = await trial(f"file:{PHARMACIST_VOICE}", f"file:{tmp_path / 'x.wav'}", lambda: True)
    assert shown == [VoiceTrial.RECORDING, VoiceTrial.UNTRIED]


async def test_silence_is_not_played_back_as_if_it_had_been_heard(tmp_path: Path) -> None:
    silent = tmp_path / "silent.wav"
    with wave.open(str(silent), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(bytes(2 * 48_000))
    shown = await trial(f"file:{silent}", f"file:{tmp_path / 'x.wav'}")
    assert shown == [VoiceTrial.RECORDING, VoiceTrial.UNHEARD]

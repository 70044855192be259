"""« Un, deux, trois »: a few seconds from the microphone, played back to whoever said them.

Nothing of it is kept or sent; whether it was heard well, only the person knows (rules-fr.md, d-8).
"""

import asyncio
from collections.abc import Callable
from typing import Final

import numpy as np

from client.media.audio_source import FRAME_S, FRAME_SAMPLES, Samples, SoundSource
from client.media.capture import SourceState
from client.media.loudness import dbfs
from client.session.flow_views import VoiceTrial
from client.session.media import EndMedia

RECORDED_S: Final = 3.0
"""chosen: "un, deux, trois", said without hurry."""
PATIENCE_S: Final = 3.0
"""chosen: what a microphone or speaker may be late in all."""
HEARD_DBFS: Final = -50.0
"""chosen: of the loudest 20 ms. Quiet speech a metre away is above it, a microphone that is off or
covered below; it is about the level alone, never about what was said."""
Show = Callable[[VoiceTrial, float | None], None]
"""Told the step and, while recording, how loud it is now in dBFS."""
_METER_FRAMES: Final = 5
"""The meter moves every 100 ms."""
_LOOK_S: Final = 0.1
_FRAMES: Final = round(RECORDED_S / FRAME_S)


async def try_voice(media: EndMedia, show: Show, is_over: Callable[[], bool]) -> None:
    """Record, then play back; `show` is told each step. Ends soon after `is_over` says so."""
    if media.room_voice.state is not SourceState.LIVE or not media.has_speaker:
        show(VoiceTrial.FAILED, None)
        return
    show(VoiceTrial.RECORDING, None)
    recorded = await _recorded(media.room_voice, show, is_over)
    if is_over():
        show(VoiceTrial.UNTRIED, None)
        return
    if not recorded.size:
        show(VoiceTrial.FAILED, None)
        return
    if _loudest_dbfs(recorded) < HEARD_DBFS:
        show(VoiceTrial.UNHEARD, None)
        return
    show(VoiceTrial.PLAYING, None)
    media.replay(recorded)
    looks = round((RECORDED_S + PATIENCE_S) / _LOOK_S)
    while media.is_replaying and not is_over() and looks:
        looks -= 1
        await asyncio.sleep(_LOOK_S)
    has_failed = media.is_replaying or "speaker" in media.failed
    show(VoiceTrial.FAILED if has_failed else VoiceTrial.PLAYED, None)


def _loudest_dbfs(recorded: Samples) -> float:
    return max(dbfs(frame) for frame in recorded.reshape(-1, FRAME_SAMPLES))


async def _recorded(source: SoundSource, show: Show, is_over: Callable[[], bool]) -> Samples:
    while source.take() is not None:
        pass  # what was said before
    frames: list[Samples] = []
    silences = round(PATIENCE_S / _LOOK_S)
    while len(frames) < _FRAMES and silences and not is_over():
        await source.heard(_LOOK_S)
        sound = source.take()
        if sound is None:
            silences -= 1
        else:
            frames.append(sound.samples)
            if len(frames) % _METER_FRAMES == 0:
                show(VoiceTrial.RECORDING, dbfs(np.concatenate(frames[-_METER_FRAMES:])))
    return np.concatenate(frames) if frames else np.zeros(0, np.int16)

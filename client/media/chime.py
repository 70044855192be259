"""Two notes that call somebody back, over the speaker: a terminal's bell may be switched off."""

from functools import cache
from typing import Final

import numpy as np

from client.media.audio_source import SAMPLES_PER_S, Samples

_NOTES_HZ: Final = (659.26, 523.25)
"""E5 and C5, a door's chime; chosen: no pattern of an alarm of IEC 60601-1-8, table 3."""
_NOTE_S: Final = 0.5
_FADE_S: Final = 0.15
"""After so long a note has fallen to a third, as a struck bar does."""
_ATTACK_S: Final = 0.005
"""So that it does not click."""
_PEAK: Final = 0.35 * 32_767
"""chosen: as loud as somebody who speaks up, and room left for the voice under it."""


@cache
def chime() -> Samples:
    """The sound, ready to be played."""
    at_s = np.arange(round(_NOTE_S * SAMPLES_PER_S)) / SAMPLES_PER_S
    shape = _PEAK * np.exp(-at_s / _FADE_S) * np.minimum(1, at_s / _ATTACK_S)
    notes = [shape * np.sin(2 * np.pi * note_hz * at_s) for note_hz in _NOTES_HZ]
    return np.concatenate(notes).astype(np.int16)

"""Sound where there is some, a short guess where some is lost, and the noise of a silence."""

from typing import Final

import numpy as np

from client.media.audio_source import SAMPLES_PER_S, Samples
from client.media.reception.decoding import UNIT_SAMPLES, VoiceDecoder, repeats_another
from client.media.reception.tally import Tally

FADES_AT: Final = SAMPLES_PER_S * 40 // 1_000
FADED_AT: Final = SAMPLES_PER_S * 100 // 1_000
"""chosen: a guess is as before for 40 ms and silent after 100; a longer one hums."""
RESTS_UNTIL: Final = SAMPLES_PER_S
"""chosen: 1 s. In a silence a packet comes every 0.4 s (DTX); after two lost ones it is a cut."""
_RESTING_BYTES: Final = 2
"""A packet of so many bytes says that silence follows (RFC 6716, 3.1: only a header)."""
_RAMP: Final = SAMPLES_PER_S // 200


class Concealment:
    """A decoder that always has something to say."""

    def __init__(self, tally: Tally) -> None:
        self._decoder = VoiceDecoder()
        self._tally = tally
        self._hidden = FADED_AT
        """Samples that were guessed one after the other."""
        self._rested = 0
        self._is_resting = True

    @property
    def is_silent(self) -> bool:
        """Nobody speaks, or nothing is left of it: time may jump unheard."""
        return self._is_resting or self._hidden >= FADED_AT

    @property
    def is_steady(self) -> bool:
        """What was said last was really said."""
        return self._hidden == 0

    def decode(self, payload: bytes, count: int) -> Samples:
        """The sound of a packet that should hold ``count`` samples."""
        sound = self._decoder.decode(payload)
        if sound is None:
            self._tally.damaged_packets += 1
            return self.cover(count)
        self._tally.heard += len(sound)
        if self.is_silent and not self._is_resting:
            sound[:_RAMP] = sound[:_RAMP] * np.linspace(0, 1, len(sound[:_RAMP]))
        self._hidden = self._rested = 0
        self._is_resting = len(payload) <= _RESTING_BYTES
        return sound

    def restore(self, following: bytes, count: int) -> Samples:
        """Lost sound just before a packet that has come."""
        sound = self._decoder.restore(following, count)
        if not repeats_another(following):
            return self._guessed(sound)
        self._tally.restored += count
        self._hidden = 0
        return sound

    def cover(self, count: int) -> Samples:
        """Sound instead of what is lost, or not here yet; ``count``: of `UNIT_SAMPLES`."""
        if self._is_resting:
            return self._rest(count)
        if self._hidden >= FADED_AT:
            self._tally.concealed += count
            return np.zeros(count, np.int16)
        return self._guessed(self._decoder.guess(count))

    def _rest(self, count: int) -> Samples:
        """The noise of a silence."""
        self._rested += count
        if self._rested > RESTS_UNTIL:
            return np.zeros(count, np.int16)
        return self._decoder.guess(count)

    def _guessed(self, sound: Samples) -> Samples:
        places = self._hidden + np.arange(len(sound))
        gain = np.clip((FADED_AT - places) / (FADED_AT - FADES_AT), 0, 1)
        self._hidden += len(sound)
        self._tally.concealed += len(sound)
        faded: Samples = (sound * gain).astype(np.int16)
        return faded


def whole_units(samples: int) -> int:
    """As many samples as libopus can guess, at most these."""
    return samples // UNIT_SAMPLES * UNIT_SAMPLES

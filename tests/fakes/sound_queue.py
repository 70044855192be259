"""Sound that waits for a sink."""

import numpy as np

from client.media.audio_source import Samples


class ReadySound:
    """A `SoundQueue` that gives what was put in, then silence."""

    def __init__(self) -> None:
        self._sound = np.zeros(0, np.int16)

    @property
    def waiting(self) -> int:
        return len(self._sound)

    def put(self, samples: Samples) -> None:
        self._sound = np.concatenate((self._sound, samples))

    def take(self, count: int) -> Samples:
        taken, self._sound = self._sound[:count], self._sound[count:]
        return np.pad(taken, (0, count - len(taken)))

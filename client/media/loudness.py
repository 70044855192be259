"""How loud sound is."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

SILENCE_DBFS: Final = -96.0
"""Below the smallest step of 16 bits: what digital silence reads."""
_FULL_SCALE: Final = 32_768.0


def dbfs(samples: NDArray[np.int16]) -> float:
    """Root mean square relative to the full scale of 16 bits, in dB, never below `SILENCE_DBFS`."""
    power = float(np.mean(np.square(samples.astype(np.float64)))) if samples.size else 0.0
    if power <= 0:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 10 * math.log10(power / _FULL_SCALE**2))

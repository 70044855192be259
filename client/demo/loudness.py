"""How loud a WAV file is, even while it is still being written."""

from pathlib import Path
from typing import Final

import numpy as np

from client.media.loudness import dbfs

HEADER_BYTES: Final = 44
"""Of a plain PCM WAV file; its length fields are filled in only when it is closed."""


def wav_dbfs(path: Path) -> float:
    """Loudness of all of a 16-bit file, root mean square over full scale, in decibels."""
    return dbfs(np.fromfile(path, dtype="<i2", offset=HEADER_BYTES))

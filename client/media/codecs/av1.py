"""AV1 by SVT-AV1, low delay: one picture in, one packet out."""

import os
from typing import Final

from client.core.adaptation.plan import PictureRung
from client.media.codecs.encoder import LibavEncoder
from client.media.thread_priority import ordinary_priority

LIBRARY: Final = "libsvtav1"

PRESET: Final = 9
"""chosen: 3-4 ms a picture at 320x240, within 1.5 VMAF of preset 8 at two thirds of its time."""

_PARAMETERS: Final = {
    "rtc": 1,
    "pred-struct": 1,  # low delay: no picture waits for a later one
    "rc": 2,  # constant bitrate
    "hierarchical-levels": 0,  # every picture alike: sizes deviate 0.22 instead of 0.88
    "lookahead": 0,
    "lp": 1,  # one worker
    "keyint": -1,  # key frames on request only
    "scm": 0,
    "buf-sz": 600,  # ms; 200 would squeeze a key frame to 1.3 kB
    "buf-initial-sz": 300,  # ms; a first key frame of at most this much of the line
    "buf-optimal-sz": 300,
}


class Encoder(LibavEncoder):
    """SVT-AV1 at one rung."""

    def __init__(self, rung: PictureRung) -> None:
        os.environ["SVT_LOG"] = "0"  # it writes on stderr and would wreck the terminal's screen
        preset = PRESET if rung.preset is None else rung.preset
        parameters = ":".join(f"{name}={value}" for name, value in _PARAMETERS.items())
        with ordinary_priority():
            super().__init__(LIBRARY, rung, {"preset": str(preset), "svtav1-params": parameters})

"""VP9 by libvpx, for machines that cannot afford AV1."""

from typing import Final

from client.core.adaptation.plan import PictureRung
from client.media.codecs import libvpx
from client.media.codecs.standing import StandingEncoder

LIBRARY: Final = "libvpx-vp9"
PRESET: Final = 7
"""chosen: libvpx's cpu-used; 2-5 ms a picture at 320x240."""


class Encoder(libvpx.LibvpxEncoder):
    """libvpx's VP9 at one rung."""

    def __init__(self, rung: PictureRung) -> None:
        preset = PRESET if rung.preset is None else rung.preset
        super().__init__(LIBRARY, rung, {**libvpx.options(rung, preset), "row-mt": "0"})


def heartbeat(rung: PictureRung) -> StandingEncoder:
    """An encoder of pictures that stand alone."""
    return libvpx.heartbeat(LIBRARY, rung)

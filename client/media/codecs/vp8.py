"""VP8 by libvpx: every browser decodes it."""

from typing import Final

from client.core.adaptation.plan import PictureRung
from client.media.codecs import libvpx
from client.media.codecs.standing import StandingEncoder

LIBRARY: Final = "libvpx"
_CPU_USED: Final = -6  # chosen: negative is libvpx's steady speed; 1-1.6 ms a picture at 320x240


class Encoder(libvpx.LibvpxEncoder):
    """libvpx's VP8 at one rung."""

    def __init__(self, rung: PictureRung) -> None:
        super().__init__(LIBRARY, rung, libvpx.options(rung, _CPU_USED))


def heartbeat(rung: PictureRung) -> StandingEncoder:
    """An encoder of pictures that stand alone."""
    return libvpx.heartbeat(LIBRARY, rung)

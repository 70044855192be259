"""VP9 by libvpx, for machines that cannot afford AV1."""

from typing import Final

from client.core.adaptation.plan import PictureRung
from client.media.codecs import libvpx
from client.media.codecs.encoder import LibavEncoder

LIBRARY: Final = "libvpx-vp9"
_CPU_USED: Final = 7  # chosen: 2-5 ms a picture at 320x240


class Encoder(LibavEncoder):
    """libvpx's VP9 at one rung."""

    def __init__(self, rung: PictureRung) -> None:
        super().__init__(LIBRARY, rung, {**libvpx.options(rung, _CPU_USED), "row-mt": "0"})

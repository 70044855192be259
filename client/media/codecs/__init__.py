"""The encoders, by the name a rung gives them; a codec is one file here."""

from collections.abc import Callable, Mapping
from typing import Final

from client.core.adaptation.plan import PictureRung
from client.core.encrypted_frames import SEALED_CODECS
from client.media.codecs import av1, h264, vp8, vp9
from client.media.codecs.encoder import VideoEncoder, is_built_in
from client.media.errors import CodecMissingError

ENCODERS: Final[Mapping[str, Callable[[PictureRung], VideoEncoder]]] = {
    "av1": av1.Encoder,
    "vp9": vp9.Encoder,
    "vp8": vp8.Encoder,
    "h264": h264.Encoder,
}
"""Best first: at 50-80 kbit/s AV1 needs about 60 % of VP8's bits."""

HEARTBEATS: Final[Mapping[str, Callable[[PictureRung], VideoEncoder]]] = {
    "av1": av1.heartbeat,
    "vp9": vp9.heartbeat,
    "vp8": vp8.heartbeat,
}
"""For rungs below one picture a second; x264's rate control keeps lone pictures to their size."""

_LIBRARIES: Final = {
    "av1": av1.LIBRARY,
    "vp9": vp9.LIBRARY,
    "vp8": vp8.LIBRARY,
    "h264": h264.LIBRARY,
}


def available() -> tuple[str, ...]:
    """Names of the encoders this machine's media library has, best first."""
    return tuple(name for name in ENCODERS if is_built_in(_LIBRARIES[name]))


def sealable() -> tuple[str, ...]:
    """Those of them whose pictures can be sealed: what a call may offer."""
    return tuple(name for name in available() if name in SEALED_CODECS)


def encoder(rung: PictureRung) -> VideoEncoder:
    """A new encoder for this rung; `CodecMissingError` if its codec is not here."""
    if rung.codec not in available():
        raise CodecMissingError(rung.codec)
    if rung.is_heartbeat and rung.codec in HEARTBEATS:
        return HEARTBEATS[rung.codec](rung)
    return ENCODERS[rung.codec](rung)

"""Frames of picture and voice for `scripts/make_vectors`, sealed as a connection seals them."""

from typing import Any

from vector_parcels import drawn

from client.core import encrypted_frames
from client.core.envelope import Role, SessionKeys
from client.core.frame_keys import FrameRatchet, Medium
from client.core.sframe import FrameOpener, FrameSealer

_KEYS = SessionKeys(drawn("site", 32), drawn("gp", 32), bytes(12), bytes(12), bytes(8))
_SITE_FINGERPRINT, _GP_FINGERPRINT = drawn("site certificate", 32), drawn("gp certificate", 32)
_ATTEMPT = 1_795_000_003

_DELIMITER = b"\x12\x00"
_SEQUENCE = b"\x0a\x0b" + drawn("sequence header", 11)
_FRAME = b"\x32\x96\x01" + drawn("frame", 32) * 4 + drawn("frame", 22)
_EXTENDED = b"\x36\x08\x20" + drawn("layer", 32)
_PADDING = b"\x7a\x03" + bytes(3)
_LAST_WITHOUT_SIZE = b"\x30" + drawn("open end", 32)

_STREAMS: tuple[tuple[str, Role, Medium, tuple[bytes, ...]], ...] = (
    (
        "av1",
        Role.SITE,
        Medium.PICTURE,
        (
            _DELIMITER + _SEQUENCE + _FRAME,
            _DELIMITER + _FRAME + _PADDING,
            _DELIMITER + _SEQUENCE + _EXTENDED + _FRAME,
            _SEQUENCE + _LAST_WITHOUT_SIZE,
        ),
    ),
    ("vp9", Role.SITE, Medium.PICTURE, (drawn("vp9", 32), b"")),
    ("vp8", Role.GP, Medium.PICTURE, (b"\x10" + drawn("key", 31), b"\x11" + drawn("delta", 31))),
    ("voice", Role.GP, Medium.VOICE, (drawn("opus", 32), b"\xf8", b"")),
)


def frames() -> dict[str, Any]:
    """Of several codecs, as sealed for one connection of a session that went on after a kill."""
    keys = FrameRatchet(_KEYS).keys(
        _ATTEMPT, site_fingerprint=_SITE_FINGERPRINT, gp_fingerprint=_GP_FINGERPRINT
    )
    return {
        "keys": {"site_key": _KEYS.site_key.hex(), "gp_key": _KEYS.gp_key.hex()},
        "attempt": _ATTEMPT,
        "site_fingerprint": _SITE_FINGERPRINT.hex(),
        "gp_fingerprint": _GP_FINGERPRINT.hex(),
        "streams": [
            {
                "codec": codec,
                "sender": sender.value,
                "medium": medium.value,
                "frames": _sealed(codec, keys.cipher(sender, medium), coded),
            }
            for codec, sender, medium, coded in _STREAMS
        ],
    }


def _sealed(codec: str, cipher: Any, coded: tuple[bytes, ...]) -> list[dict[str, str]]:
    sealer, opener = FrameSealer(cipher), FrameOpener(cipher)
    made = []
    for frame in coded:
        sealed = encrypted_frames.seal(codec, frame, sealer)
        opened = encrypted_frames.open_frame(codec, sealed, opener)
        if opened is None:
            raise ValueError(f"a frame of {codec} that does not open")
        made.append({"frame": frame.hex(), "sealed": sealed.hex(), "opened": opened.hex()})
    return made

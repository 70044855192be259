"""The camera and the machine of the simulated site, and a plain ladder.

The simulation is about rates, not looks, so it does not weigh every rung as `ladder.best_rung`.
"""

from typing import Final

from client.core.adaptation.ladder import EncoderLimit, PictureLimits
from client.core.adaptation.plan import Content, PictureRung, Preference

LIMITS: Final = PictureLimits(
    width=1280, height=720, frames_per_s=25, encoders=(EncoderLimit("av1", 10, 25_000_000),)
)

_HEADERS: Final = 0.85  # what of a rate on the line is payload
_LEAST_BPS: Final = 4_000
_MOTION_BPS: Final = 12_000
_PICTURE_BITS: Final = 6_000
_HEARTBEAT_BITS: Final = 20_000


def plain_ladder(
    picture_bps: int,
    preference: Preference,
    content: Content,
    limits: PictureLimits,
    current: PictureRung | None = None,
) -> PictureRung | None:
    """Pictures of about one size, as many as the rate allows; a heartbeat below."""
    del preference, content, current
    if picture_bps < _LEAST_BPS:
        return None
    payload_bps = int(picture_bps * _HEADERS)
    wanted = payload_bps / (_PICTURE_BITS if picture_bps >= _MOTION_BPS else _HEARTBEAT_BITS)
    frames_per_s = min(limits.frames_per_s, max(0.2, wanted))
    return PictureRung("av1", 320, 240, frames_per_s, payload_bps)

"""What a measured line is good for: asked of the allocator itself, before there is a call."""

import math
from dataclasses import dataclass, replace
from typing import Final

from client.core.adaptation.allocator import Allocator
from client.core.adaptation.ladder import EncoderLimit, PictureLimits
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.observation import LineEstimate, LossKind
from client.core.adaptation.plan import PictureRung, VoiceRung
from client.core.adaptation.preflight.measurement import LineMeasurement
from client.core.adaptation.wishes import Wishes
from client.core.lanes import Carrier, packet_limit_bytes
from client.core.stills import piece_bytes

PHOTO_BYTES: Final = 200_000
"""A usual still of the otoscope."""
USUAL_LIMITS: Final = PictureLimits(
    640, 480, 25.0, encoders=(EncoderLimit("av1", 9, 640 * 480 * 25.0),)
)
"""Of a site whose camera and processor are not tried: what most have."""
_AROUND_PIECE_BYTES: Final = Carrier.DATA.value + 12 + 16 + 1 + 4 + 16 + 42
"""SCTP (RFC 9260, 3), envelope and parcel, as `client.core.stills` fills its packets."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What may be expected of a consultation over this line."""

    send_bps: int
    """All lanes together, headroom and cap taken off."""
    voice: VoiceRung
    picture: PictureRung | None
    """None: none fits, or there is no camera."""
    photo_s: int | None
    """For `PHOTO_BYTES`; None: it would not end within an hour."""
    has_camera: bool = True


def promised(measurement: LineMeasurement, wishes: Wishes) -> Promise:
    """By the wishes' own headroom, cap, limits and link layer."""
    estimate = as_estimate(measurement)
    plan = Allocator().plan(estimate, wishes, 0.0)
    beside = Allocator().plan(estimate, replace(wishes, is_still_waiting=True), 0.0)
    return Promise(
        plan.send_bps,
        plan.voice,
        plan.picture,
        _photo_s(beside.still_bps, plan.send_bps, wishes.link_layer, measurement.rtt_s),
        has_camera=wishes.limits is not None,
    )


def as_estimate(measurement: LineMeasurement) -> LineEstimate:
    """The measurement as the estimator would tell it, on the empty line."""
    loss = measurement.loss_up or 0.0
    return LineEstimate(
        capacity_bps=measurement.up_bps,
        usable_bps=measurement.up_bps,
        is_known=True,
        is_silent=False,
        queue_s=0.0,
        rtt_s=measurement.rtt_s,
        jitter_s=measurement.jitter_s,
        loss_fraction=loss,
        loss_kind=LossKind.RADIO if loss else LossKind.NONE,
    )


def _photo_s(still_bps: int, send_bps: int, link: LinkLayer, rtt_s: float) -> int | None:
    if still_bps * _HOUR_S < PHOTO_BYTES * 8:
        return None
    piece = piece_bytes(packet_limit_bytes(send_bps, Carrier.DATA, link))
    pieces = math.ceil(PHOTO_BYTES / piece)
    line_bytes = pieces * link.cost_bytes(piece + _AROUND_PIECE_BYTES)
    return math.ceil(line_bytes * 8 / still_bps + 2 * rtt_s)


_HOUR_S: Final = 3_600

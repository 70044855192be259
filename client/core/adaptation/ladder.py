"""The rung that looks best at a rate: codec, size, frame rate and bits chosen together."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from client.core.adaptation import quality
from client.core.adaptation.link_layer import SEAL_BYTES, LinkLayer
from client.core.adaptation.plan import Content, PictureRung, Preference

HEADERS_BYTES: Final = 20 + 8 + 12 + 8 + 1 + 16
"""Of one picture packet: IPv4, UDP, RTP, transport-wide number, payload descriptor, AES-GCM tag."""
PACKET_BYTES: Final = 1_200
"""Payload of a full picture packet."""
LONGEST_BEAT_S: Final = 5.0
"""Slower than this, a heartbeat says nothing; the picture is given up instead."""

_SCALES: Final = (1.0, 0.75, 0.625, 0.5, 0.375, 0.25)  # chosen: steps of 1.4 to 1.8 in pixels
_FRAME_RATES: Final = (30.0, 25.0, 20.0, 17.0, 15.0, 12.5, 10.0, 8.0, 6.0, 5.0, 4.0, 3.0, 2.0)
_BEATS_PER_S: Final = (0.8, 0.5, 0.4, 1 / 3, 0.25, 1 / LONGEST_BEAT_S)
_SLOWEST_MOTION: Final = 1.5  # frames a second; slower, a picture that stands alone is as good
_SIZE_STEP: Final = 16  # pixels; a codec's blocks then fill the picture
_SMALLEST_WIDTH: Final = 160
_WORST_VMAF: Final[Mapping[Preference, float]] = {
    Preference.BALANCED: 40.0,
    Preference.SHARP: 60.0,
    Preference.SMOOTH: 30.0,
    Preference.STILL_FIRST: 40.0,
}
"""chosen: motion that looks worse says less than a sharp picture now and then."""
_LAST_VMAF: Final = 25.0  # chosen: of the slowest heartbeat; below it nothing is recognised
_SHARP_VMAF: Final = 75.0  # chosen: where faults begin to be seen only by looking for them
_SMOOTHNESS_WEIGHT: Final[Mapping[Preference, float]] = {
    Preference.BALANCED: 2.5,
    Preference.SHARP: 0.5,
    Preference.SMOOTH: 5.0,
    Preference.STILL_FIRST: 2.0,
}
"""chosen: exponent of smoothness against sharpness."""
_WORTH_A_KEY_FRAME: Final = 1.04
"""chosen: a key frame costs 0.2 to 0.5 s of the line; less gain than this does not pay for it."""


@dataclass(frozen=True, slots=True)
class EncoderLimit:
    """One encoder this machine has, and how much of it the CPU sustains."""

    codec: str
    preset: int | None
    pixels_per_s: float


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What there is to send, and with what."""

    width: int
    height: int
    frames_per_s: float
    """Of the source."""
    encoders: tuple[EncoderLimit, ...]
    link: LinkLayer = LinkLayer.ETHERNET


@dataclass(frozen=True, slots=True)
class _Candidate:
    rung: PictureRung
    worth: float


def best_rung(
    picture_bps: int,
    preference: Preference,
    content: Content,
    limits: PictureLimits,
    current: PictureRung | None = None,
) -> PictureRung | None:
    """The rung that looks best at `picture_bps` on the line, headers included; `None`: no picture.

    `current` is kept, with its rate adjusted, until another one is worth a key frame.
    """
    best = max(_candidates(picture_bps, preference, content, limits), key=_worth, default=None)
    if best is None:
        return None
    if current is None:
        return best.rung
    kept = max(
        _continuations(picture_bps, preference, content, limits, current),
        key=_worth,
        default=None,
    )
    if kept is None or best.worth > kept.worth * _WORTH_A_KEY_FRAME:
        return best.rung
    return kept.rung


def _worth(candidate: _Candidate) -> float:
    return candidate.worth


def _candidates(
    picture_bps: int, preference: Preference, content: Content, limits: PictureLimits
) -> Iterator[_Candidate]:
    rates = {min(rate, limits.frames_per_s) for rate in _FRAME_RATES}
    for encoder in limits.encoders:
        for scale in _SCALES:
            width, height = _size(limits, scale)
            if width < _SMALLEST_WIDTH and scale < 1:
                continue
            for frames_per_s in (*rates, *_BEATS_PER_S):
                rung = PictureRung(
                    encoder.codec,
                    width,
                    height,
                    frames_per_s,
                    _payload_bps(picture_bps, frames_per_s, limits.link),
                    encoder.preset,
                )
                yield from _judged(rung, encoder, preference, content, limits)


def _continuations(
    picture_bps: int,
    preference: Preference,
    content: Content,
    limits: PictureLimits,
    current: PictureRung,
) -> Iterator[_Candidate]:
    """What the encoder at work, or for a heartbeat any, can go on with."""
    for encoder in limits.encoders:
        if (encoder.codec, encoder.preset) == (current.codec, current.preset):
            same_bits = _stretched(current, picture_bps, limits)
            yield from _judged(same_bits, encoder, preference, content, limits)
    for candidate in _candidates(picture_bps, preference, content, limits):
        if _goes_on(current, candidate.rung):
            yield candidate


def _goes_on(current: PictureRung, rung: PictureRung) -> bool:
    """Whether the change needs no key frame that would not have been sent anyway."""
    if rung.is_heartbeat or current.is_heartbeat:
        return rung.is_heartbeat and current.is_heartbeat
    if _encoder(rung) != _encoder(current):
        return False
    return rung.codec != "av1"  # which goes on only as in `_stretched`


def _encoder(rung: PictureRung) -> tuple[str, int | None, int, int]:
    return rung.codec, rung.preset, rung.width, rung.height


def _stretched(current: PictureRung, picture_bps: int, limits: PictureLimits) -> PictureRung:
    """The same frames, as many of them as the rate carries."""
    bits = current.bitrate_bps / current.frames_per_s
    cost_bits = 8 * _cost_bytes(bits / 8, limits.link)
    frames_per_s = min(picture_bps / cost_bits, limits.frames_per_s)
    return replace(current, frames_per_s=frames_per_s, bitrate_bps=round(bits * frames_per_s))


def _judged(
    rung: PictureRung,
    encoder: EncoderLimit,
    preference: Preference,
    content: Content,
    limits: PictureLimits,
) -> Iterator[_Candidate]:
    """The rung with its worth, if it is possible at all."""
    pixels = rung.width * rung.height
    if rung.bitrate_bps <= 0 or pixels * rung.frames_per_s > encoder.pixels_per_s:
        return
    if not rung.is_heartbeat and rung.frames_per_s < _SLOWEST_MOTION:
        return
    seen = _vmaf(rung, content, limits)
    if seen < _least_vmaf(rung, preference):
        return
    smooth = quality.smoothness(content, rung.frames_per_s)
    yield _Candidate(rung, seen * smooth ** _SMOOTHNESS_WEIGHT[preference])


def _vmaf(rung: PictureRung, content: Content, limits: PictureLimits) -> float:
    size_bytes = rung.bitrate_bps / rung.frames_per_s / 8
    alone = rung.is_heartbeat
    if size_bytes < quality.least_bytes(rung.codec, rung.width * rung.height, is_alone=alone):
        return 0.0
    frame = quality.Frame(
        scale=rung.width / limits.width,
        source_pixels=limits.width * limits.height,
        size_bytes=size_bytes,
        frames_per_s=None if alone else rung.frames_per_s,
    )
    return quality.vmaf(quality.efficiency(rung.codec, rung.preset), content, frame)


def _least_vmaf(rung: PictureRung, preference: Preference) -> float:
    """A heartbeat is sharp: it slows down rather than blur, until it can go no slower."""
    if not rung.is_heartbeat:
        return _WORST_VMAF[preference]
    return _SHARP_VMAF if rung.frames_per_s > 1 / LONGEST_BEAT_S else _LAST_VMAF


def _size(limits: PictureLimits, scale: float) -> tuple[int, int]:
    if scale == 1:
        return limits.width, limits.height
    width = round(limits.width * scale / _SIZE_STEP) * _SIZE_STEP
    return width, round(width * limits.height / limits.width / 2) * 2


def _payload_bps(picture_bps: int, frames_per_s: float, link: LinkLayer) -> int:
    """What is left for the codec when each frame's packets have their headers."""
    room_bytes = picture_bps / 8 / frames_per_s
    packets = math.ceil(room_bytes / link.cost_bytes(PACKET_BYTES + HEADERS_BYTES))
    left_bytes = room_bytes - packets * link.cost_bytes(HEADERS_BYTES)
    payload_bytes = left_bytes / _dearness(link) - SEAL_BYTES
    return max(0, int(payload_bytes * 8 * frames_per_s))


def _cost_bytes(payload_bytes: float, link: LinkLayer) -> float:
    """On the line, of a frame of this payload, on average; the inverse of `_payload_bps`."""
    sealed_bytes = payload_bytes + SEAL_BYTES
    packets = math.ceil(sealed_bytes / PACKET_BYTES)
    return sealed_bytes * _dearness(link) + packets * link.cost_bytes(HEADERS_BYTES)


def _dearness(link: LinkLayer) -> float:
    """Bytes on the line for one more byte of payload."""
    full_bytes = link.cost_bytes(PACKET_BYTES + HEADERS_BYTES)
    return (full_bytes - link.cost_bytes(HEADERS_BYTES)) / PACKET_BYTES

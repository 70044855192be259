"""Which voice a line gets: bitrate and packet duration by what they cost on that line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from client.core.adaptation.link_layer import SEAL_BYTES, LinkLayer
from client.core.adaptation.observation import LineEstimate, LossKind
from client.core.adaptation.plan import VoiceRung

HEADERS_BYTES: Final = 20 + 8 + 12 + 8 + 16
"""Of one voice packet: IPv4, UDP, RTP, transport-wide number, AES-GCM tag."""
_REDUNDANCY_BYTES: Final = 4 + 1  # RFC 2198, 3: one block header, one last header

SMALLEST: Final[Mapping[LinkLayer, VoiceRung]] = {
    LinkLayer.ETHERNET: VoiceRung(6_000, 120),
    LinkLayer.MOBILE: VoiceRung(6_000, 120),
    LinkLayer.ADSL: VoiceRung(7_900, 120),  # as many cells as with 6,000
}

_CLIMB: Final = 1.1  # chosen: a rung is climbed this far above where it is left
_LONG_RTT_S: Final = 0.25
"""chosen: play-out waits for a repeat up to here, which also mends a burst; redundancy mends but a
single loss. Measured at 0.3 s on 3g-weak: waiting costs 0.5 s to the ear and spares nothing."""
_LOSSY: Final = 0.002  # chosen: a syllable a minute at 20 ms
_FEC_LOSS: Final = 0.01  # chosen: below it the bits are better spent on the voice itself
_FEC_LEAST_BPS: Final = 20_000  # facts-media.md 4: libopus makes none at 16,000
_REDUNDANT_SHARE: Final = 0.35  # chosen: of the rate; more would leave no picture
_LOSS_HALF_LIFE_S: Final = 10.0  # chosen: losses of a radio come in bursts, seconds apart


@dataclass(frozen=True, slots=True)
class _Step:
    from_bps: int
    """Of the rate to send at, all lanes together."""
    rung: VoiceRung
    beside_still: VoiceRung
    """While a still is on its way: as clear, packed closer."""


_BYTEWISE: Final = (
    _Step(0, VoiceRung(6_000, 120), VoiceRung(6_000, 120)),
    _Step(22_000, VoiceRung(8_000, 120), VoiceRung(6_000, 120)),
    _Step(36_000, VoiceRung(8_000, 60), VoiceRung(8_000, 120)),
    _Step(45_000, VoiceRung(12_000, 60), VoiceRung(8_000, 120)),
    _Step(80_000, VoiceRung(16_000, 60), VoiceRung(8_000, 120)),
    _Step(130_000, VoiceRung(16_000, 40), VoiceRung(16_000, 60)),
    _Step(170_000, VoiceRung(20_000, 40), VoiceRung(16_000, 60)),
    _Step(270_000, VoiceRung(24_000, 20), VoiceRung(16_000, 60)),
    _Step(380_000, VoiceRung(24_000, 20), VoiceRung(24_000, 40)),
)
"""chosen: 20 to 45 % of a thin line, 15 % of a good one; 20 ms packets once they cost a sixth."""

_CELLWISE: Final = (
    _Step(0, VoiceRung(7_900, 120), VoiceRung(7_900, 120)),
    _Step(60_000, VoiceRung(9_400, 60), VoiceRung(7_900, 120)),
    _Step(95_000, VoiceRung(15_800, 60), VoiceRung(9_400, 60)),
    _Step(180_000, VoiceRung(22_200, 60), VoiceRung(15_800, 60)),
    _Step(300_000, VoiceRung(23_800, 40), VoiceRung(22_200, 60)),
    _Step(550_000, VoiceRung(24_000, 20), VoiceRung(23_800, 40)),
)
"""chosen: bitrates that fill their ATM cells; 6,000 at 60 ms would cost as much as 9,400."""

_STEPS: Final[Mapping[LinkLayer, Sequence[_Step]]] = {
    LinkLayer.ETHERNET: _BYTEWISE,
    LinkLayer.MOBILE: _BYTEWISE,
    LinkLayer.ADSL: _CELLWISE,
}


def line_bps(rung: VoiceRung, link: LinkLayer, *, seal_bytes: int = SEAL_BYTES) -> int:
    """Bits per second on the line while somebody speaks, headers included."""
    payload_bytes = -(-rung.bitrate_bps * rung.packet_ms // 8_000)
    if rung.is_redundant:
        payload_bytes = 2 * payload_bytes + _REDUNDANCY_BYTES
    packet_bytes = HEADERS_BYTES + payload_bytes + seal_bytes
    return link.cost_bytes(packet_bytes) * 8_000 // rung.packet_ms


class VoiceLadder:
    """The voice rung for each moment: down at once, up only well above the step."""

    def __init__(self) -> None:
        self._height: int | None = None
        self._losses = _LossMemory()
        self._is_redundant = False
        self._has_fec = False

    def forget(self) -> None:
        """What the line gave before says nothing about what it gives now."""
        self._height = None

    def rung(
        self,
        send_bps: int,
        estimate: LineEstimate,
        link: LinkLayer,
        now_s: float,
        *,
        is_still_waiting: bool,
    ) -> VoiceRung:
        """What to speak with at this rate, all lanes together."""
        steps = _STEPS[link]
        self._height = _height(steps, send_bps, self._height)
        step = steps[self._height]
        rung = step.beside_still if is_still_waiting else step.rung
        return self._protected(rung, send_bps, estimate, link, now_s)

    def _protected(
        self, rung: VoiceRung, send_bps: int, estimate: LineEstimate, link: LinkLayer, now_s: float
    ) -> VoiceRung:
        """The same voice, made to survive the losses of the last seconds."""
        loss = self._losses.after(estimate, now_s)
        redundant = replace(rung, is_redundant=True)
        self._is_redundant = (
            _own_rtt_s(estimate) >= _LONG_RTT_S
            and _above(loss, _LOSSY, was_above=self._is_redundant)
            and line_bps(redundant, link) <= send_bps * _REDUNDANT_SHARE
        )
        self._has_fec = _above(loss, _FEC_LOSS, was_above=self._has_fec)
        if self._is_redundant:
            return redundant
        return replace(rung, has_fec=self._has_fec and rung.bitrate_bps >= _FEC_LEAST_BPS)


class _LossMemory:
    """Losses that sending less would not have spared us, slowly forgotten."""

    def __init__(self) -> None:
        self._fraction = 0.0
        self._noted_s = 0.0

    def after(self, estimate: LineEstimate, now_s: float) -> float:
        """The fraction to be ready for."""
        self._fraction *= 0.5 ** (max(0.0, now_s - self._noted_s) / _LOSS_HALF_LIFE_S)
        self._noted_s = now_s
        if estimate.loss_kind is not LossKind.CONGESTION:
            self._fraction = max(self._fraction, estimate.loss_fraction)
        return self._fraction


def _height(steps: Sequence[_Step], send_bps: int, before: int | None) -> int:
    known = len(steps) if before is None else before
    height = 0
    for number, step in enumerate(steps):
        if send_bps >= step.from_bps * (_CLIMB if number > known else 1):
            height = number
    return height


def _own_rtt_s(estimate: LineEstimate) -> float:
    """The round trip without the queue that will pass."""
    return 0.0 if estimate.rtt_s is None else estimate.rtt_s - estimate.queue_s


def _above(value: float, limit: float, *, was_above: bool) -> bool:
    return value >= (limit / 2 if was_above else limit)

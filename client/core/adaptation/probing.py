"""When to send padding so that the line is known before it is needed.

Padding packets of one train leave back to back: their arrival times tell the capacity (dispersion
of packet trains, Dovrolis 2001). A train is short enough, by what is surely there, for voice to
wait only a little; when the line turns out faster, the next is longer.
"""

from dataclasses import dataclass
from typing import Final

from client.core.adaptation.observation import LineEstimate

PADDING_BYTES: Final = 255
"""RTP padding of one packet, its count included (RFC 3550, 5.1)."""
_PACKET_BYTES: Final = 330
"""About what such a packet costs on the line."""
_TRAIN_S: Final = 0.045
"""chosen: a queue of less than 60 ms while the train passes."""
_PACKETS_LIMIT: Final = 12
_BEGIN_S: Final = 3.0
"""The first seconds, in which trains follow each other as soon as they are answered."""
_PAUSE_S: Final = 4.0
"""chosen: between trains on a line we leave half empty: about 1 % of it."""
_ANSWER_S: Final = 0.15
"""chosen: two feedback periods."""
_BUSY: Final = 0.6
"""Share of the line above which our own traffic measures it well enough."""


@dataclass(frozen=True, slots=True)
class Probe:
    """Padding packets to be sent back to back, on the retransmission stream."""

    packets: int
    padding_bytes: int = PADDING_BYTES


class Prober:
    """Decides when a train is worth its bytes."""

    def __init__(self, now_s: float) -> None:
        self._begun_s = now_s
        self._next_s = now_s
        self._sure_bps = 0.0

    def due(self, now_s: float, estimate: LineEstimate, sending_bps: float) -> Probe | None:
        """The train to send now, if any. ``sending_bps``: what was sent in the last second."""
        if now_s < self._next_s or estimate.is_silent or estimate.queue_s > _TRAIN_S:
            return None
        is_young = now_s - self._begun_s < _BEGIN_S
        if not is_young and sending_bps > _BUSY * estimate.usable_bps:
            return None
        round_trip_s = estimate.rtt_s if estimate.rtt_s is not None else 2 * _ANSWER_S
        self._next_s = now_s + (round_trip_s + _ANSWER_S if is_young else _PAUSE_S)
        if estimate.rtt_s is None:
            return Probe(1)
        fitting = int(estimate.usable_bps * _TRAIN_S / 8 / _PACKET_BYTES)
        return Probe(min(max(fitting, 1), _PACKETS_LIMIT))

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
_SEARCH_S: Final = 1.0
"""chosen: between trains on a line that was much better a while ago."""
_FALLEN: Final = 0.6
_BEST_S: Final = 15.0
_BUSY: Final = 0.6
"""Share of the line above which our own traffic measures it well enough."""
_LARGE_BYTES: Final = 500
"""chosen: the line's time for it stands out from the noise of the arrival times."""
TRAILING_BYTES: Final = 1
"""RTP padding of a packet that has but to arrive."""
_TRAILING_BITS: Final = 8 * 76  # such a packet on the line
_TRAILING_SHARE: Final = 0.005
"""chosen: of the line, for what is worth some 5 % of it."""
_TRAILING_S: Final = 1.0  # chosen: a line wanders by 10 % in a second


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
        self._best_bps = 0.0
        self._best_s = now_s

    def due(
        self, now_s: float, estimate: LineEstimate, sure_bps: float, sending_bps: float
    ) -> Probe | None:
        """The train to send now, if any.

        ``sure_bps``: what the line almost surely carries (`Estimator.sure_bps`);
        ``sending_bps``: what was sent in the last second.
        """
        self._remember(estimate.capacity_bps, now_s)
        if now_s < self._next_s or estimate.is_silent or estimate.queue_s > _TRAIN_S:
            return None
        pause_s = self._pause_s(now_s, estimate, sending_bps)
        if pause_s is None:
            return None
        self._next_s = now_s + pause_s
        fitting = int(sure_bps * _TRAIN_S / 8 / _PACKET_BYTES)
        return Probe(min(max(fitting, 1), _PACKETS_LIMIT))

    def _pause_s(self, now_s: float, estimate: LineEstimate, sending_bps: float) -> float | None:
        """How long the next train waits after this one; None: none is worth sending now."""
        round_trip_s = estimate.rtt_s if estimate.rtt_s is not None else 2 * _ANSWER_S
        if now_s - self._begun_s < _BEGIN_S:
            return round_trip_s + _ANSWER_S
        if estimate.capacity_bps < _FALLEN * self._best_bps:
            return max(_SEARCH_S, round_trip_s + _ANSWER_S)
        return None if sending_bps > _BUSY * estimate.usable_bps else _PAUSE_S

    def _remember(self, capacity_bps: int, now_s: float) -> None:
        if capacity_bps >= self._best_bps or now_s - self._best_s > _BEST_S:
            self._best_bps, self._best_s = capacity_bps, now_s


class Trailing:
    """Decides when a little padding is worth sending right behind a packet without a number.

    Nothing is reported of the packets of a still, and voice goes before them, so that it finds the
    line empty and says nothing of it. What trails one of them arrives as late as that one does.
    """

    def __init__(self) -> None:
        self._measured_s = float("-inf")

    def note_numbered(self, size_bytes: int, now_s: float) -> None:
        """A packet that will be reported on leaves; a large one measures the line by itself."""
        if size_bytes >= _LARGE_BYTES:
            self._measured_s = now_s

    def is_due(self, size_bytes: int, sure_bps: float, now_s: float) -> bool:
        """Whether padding is to leave right behind a packet of this size that carries no number."""
        pause_s = max(_TRAILING_S, _TRAILING_BITS / (_TRAILING_SHARE * sure_bps))
        if size_bytes < _LARGE_BYTES or now_s - self._measured_s < pause_s:
            return False
        self._measured_s = now_s
        return True

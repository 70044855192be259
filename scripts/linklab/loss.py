"""Which packets are lost on the air: one by one, or in bursts."""

import random
from dataclasses import dataclass
from typing import Protocol


class Loss(Protocol):
    """Decides packet by packet."""

    def loses_next(self) -> bool:
        """Whether the next packet in order is lost."""


class LossPlan(Protocol):
    """What a profile says of the loss."""

    def drawn_from(self, lots: random.Random) -> Loss:
        """Return the loss, which draws its lots there."""


@dataclass(frozen=True, slots=True)
class RandomLoss:
    """Every packet runs the same risk."""

    fraction: float

    def drawn_from(self, lots: random.Random) -> Loss:
        """See LossPlan."""
        return GilbertElliott(lots, enter=1.0, leave=0.0, lost_if_bad=self.fraction)


@dataclass(frozen=True, slots=True)
class BurstLoss:
    """Gilbert-Elliott (Elliott 1963): a good state and a bad one, left by chance at each packet."""

    fraction: float
    """Share of all packets that is lost in the long run."""
    burst_packets: float
    """Mean length of a stay in the bad state, in packets."""
    lost_if_bad: float = 1.0
    """Share of the packets lost in the bad state; in the good one, none."""

    def drawn_from(self, lots: random.Random) -> Loss:
        """See LossPlan."""
        bad_share = self.fraction / self.lost_if_bad
        leave = 1 / self.burst_packets
        enter = leave * bad_share / (1 - bad_share)
        return GilbertElliott(lots, enter=enter, leave=leave, lost_if_bad=self.lost_if_bad)


class GilbertElliott:
    """The two states at work."""

    def __init__(
        self, lots: random.Random, *, enter: float, leave: float, lost_if_bad: float
    ) -> None:
        """Begin in the good state, and step before each packet."""
        self._lots = lots
        self._enter = enter
        self._leave = leave
        self._lost_if_bad = lost_if_bad
        self._is_bad = False

    def loses_next(self) -> bool:
        """See Loss."""
        change = self._leave if self._is_bad else self._enter
        if self._lots.random() < change:
            self._is_bad = not self._is_bad
        return self._is_bad and self._lots.random() < self._lost_if_bad

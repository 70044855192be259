"""What the sender learns of its line, and what the estimator makes of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from client.core.lanes import Lane


class Passed(NamedTuple):
    """A packet that carried no transport-wide number: SCTP, RTCP, a repetition."""

    sent_s: float
    """Sender's monotonic clock."""
    size_bytes: int
    """On the line, by the link layer's own accounting."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of one packet that carried a transport-wide number."""

    number: int
    """Transport-wide sequence number, unwrapped: it never goes back."""
    lane: Lane
    size_bytes: int
    """On the line, by the link layer's own accounting."""
    before: tuple[Passed, ...]
    """What was sent without a number since the numbered packet before, in this order.

    On a first-in first-out line it arrived before this packet did.
    """
    sent_s: float
    """Sender's monotonic clock."""
    arrived_s: float | None
    """Receiver's clock, of unknown offset; None: lost."""

    @property
    def before_bytes(self) -> int:
        """All that was sent without a number since the numbered packet before."""
        return sum(passed.size_bytes for passed in self.before)


@dataclass(frozen=True, slots=True)
class Feedback:
    """One feedback packet of the receiver, joined with what was sent."""

    heard_s: float
    """Sender's monotonic clock."""
    arrivals: tuple[Arrival, ...]
    """In the order of their numbers; a number may come again when a later feedback corrects it."""


class LossKind(StrEnum):
    """Why packets are missing."""

    NONE = "none"
    RADIO = "radio"
    """Without a queue before them: sending less would not help."""
    CONGESTION = "congestion"


@dataclass(frozen=True, slots=True)
class LineEstimate:
    """What the line can carry now. Rates are bits per second by the link layer's accounting."""

    capacity_bps: int
    """What the bottleneck passes on."""
    usable_bps: int
    """What may be sent now without a queue building up; headroom for others not yet taken off."""
    is_known: bool
    """Measured on this line; else the rates are a cautious beginning."""
    is_silent: bool
    """No feedback for a second although packets were sent: link gone, not link free."""
    queue_s: float
    """Waiting time in the bottleneck, above the line's own delay."""
    rtt_s: float | None
    """Smoothed round trip, queue included."""
    jitter_s: float
    loss_fraction: float
    """Of the packets of the last two seconds or so."""
    loss_kind: LossKind

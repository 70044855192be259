"""One datagram's way over one direction of the line."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """One datagram that was sent, in the order of sending."""

    ip_bytes: int
    sent_s: float
    """Sender's clock."""
    arrived_s: float | None
    """Receiver's clock, of unknown offset; None: it did not arrive, or not yet."""


Passages = Sequence[Passage]

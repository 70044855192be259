"""What the line can carry, from transport-wide feedback alone.

`Estimator` believes in the capacities that explain the observed delays best (`line_model`), takes
from that what would let a standing queue drain, and tells silence and losses apart:

- Capacity never follows from how little was sent, so there is no death spiral; this replaces the
  rate control of draft-ietf-rmcat-gcc-02, 5.5, whose increase starts from the received rate.
- A standing queue lowers what may be sent at once, in proportion, as in NADA's gradual update
  (RFC 8698, 4.3), and by no more than half. The queue is carried on to the present with what is
  still in flight (RFC 8298, 4.1.2), so a late report does not make a late answer.
- Loss without a queue before it is the radio's and changes nothing (RFC 8698, 4.2 and appendix A.2
  on wireless loss), unless so much is lost that something polices the line.
- Silence is a broken link, not a free one: what was known is kept for when it comes back.
"""

from client.core.adaptation.estimator.estimator import Estimator, LineSeed

__all__ = ["Estimator", "LineSeed"]

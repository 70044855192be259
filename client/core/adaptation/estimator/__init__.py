"""What the line can carry, from transport-wide feedback alone.

`Estimator` believes in the capacities that explain the observed delays best (`line_model`), takes
from that what would let a standing queue drain, and tells silence, losses and others' queues apart:

- Capacity never follows from how little was sent, so there is no death spiral: the rate control of
  draft-ietf-rmcat-gcc-02, 5.5, and NADA's ramp-up (RFC 8698, 4.3) both start from the received
  rate, and a consultation often sends little.
- A standing queue lowers what may be sent at once, in proportion to its length as in NADA's gradual
  update (RFC 8698, 4.3), and by no more than about half. What is in flight counts (SCReAM,
  RFC 8298, 4.1), and an answer that is overdue too, so a late report does not make a late decision.
- Loss lowers nothing by itself: on radio it says nothing of the rate, and with a queue the queue
  has already said it. GCC's loss rule (gcc-02, 6) would halve a line with bursts of loss.
- A queue that does not drain when we give way is another's (`contention`): a share is held.
- Silence is a broken link, not a free one: what was known is kept for when it comes back.

Chosen by ``scripts/linklab/sweep estimators`` among this, GCC and NADA; its table is kept in
``scripts/linklab/simulation/results``. On our lines a rival needs ten to sixty seconds to find a
rate, because packets are few and it must send more to learn more.
"""

from client.core.adaptation.estimator.estimator import Estimator, LineSeed

__all__ = ["Estimator", "LineSeed"]

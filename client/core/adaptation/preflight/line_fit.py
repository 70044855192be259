"""The line that explains best when everything arrived, for each way of counting its bytes.

The line is that of `client.core.adaptation.estimator.line_model`: ``delay = base + queue + own
serialisation + noise``, the queue by Lindley's recursion (1952). The model there follows a line
packet by packet; here all packets are there, so every capacity of a finer and wider grid is simply
held against all of them. The noise is taken for Laplacian of unknown scale: likelihood falls with
the n-th power of the mean distance from the median, which a few late packets cannot move.

Others use the line meanwhile, our own letters to the relay among them, and a train that finds their
queue is late as a whole. So there are two noises: of whole trains, and of packets within theirs.

How bytes are counted shows in the delays, too: a datagram of one byte more than two cells hold
takes as long as three cells.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
import numpy.typing as npt

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.preflight.passage import Passages

_Floats = npt.NDArray[np.float64]

LOWEST_BPS: Final = 12_000
HIGHEST_BPS: Final = 60_000_000
_STEP: Final = 0.02
_LOG_BPS: Final = np.arange(math.log(LOWEST_BPS), math.log(HIGHEST_BPS), _STEP)
_S_PER_BYTE: Final = 8 / np.exp(_LOG_BPS)

_TRUST: Final = 0.5
"""chosen: what a packet counts, for noise comes in runs (as `line_model.Tuning.trust`)."""
_FIRST_NOISE_S: Final = 0.002
_FIRST_PACKETS: Final = 3.0
"""chosen: what is held of the noise before anything was seen, and for how many packets it counts:
two packets that agree by chance do not prove a capacity."""
_LEAST_NOISE_S: Final = 0.0002
"""chosen: no program's clock is better; below it two explanations are equally good."""
_FRAME_BYTES: Final = 42
"""PPPoE 8, Ethernet with checksum, preamble and gap 38, less what cannot be told: a line that
counts whole frames, as VDSL and cable do. Without it in the choice, such a line looks like ADSL."""


class Accounting(Enum):
    """What a packet costs on the line."""

    BYTES = "bytes"
    FRAMES = "frames"
    CELLS = "cells"


_COST_BYTES: Final[Mapping[Accounting, Callable[[int], int]]] = {
    Accounting.BYTES: LinkLayer.ETHERNET.cost_bytes,
    Accounting.FRAMES: lambda ip_bytes: ip_bytes + _FRAME_BYTES,
    Accounting.CELLS: LinkLayer.ADSL.cost_bytes,
}


@dataclass(frozen=True, slots=True)
class LineFit:
    """What one direction is like, if its bytes are counted this way."""

    log_likelihood: float
    """To be compared with that of another accounting of the same passages."""
    noise_s: float
    """Median distance of the delays from what explains them: a busy machine's few hiccups aside."""
    base_s: float
    """Delay of a packet without size on the empty line; the clocks' offset included."""
    belief: _Floats

    def quantile_bps(self, share: float) -> float:
        """The capacity below which the true one lies with this probability."""
        below = np.cumsum(self.belief) - self.belief / 2  # a point stands for half a step around
        return math.exp(float(np.interp(share, below, _LOG_BPS)))


def fit(passages: Passages, accounting: Accounting = Accounting.BYTES) -> LineFit:
    """The most likely line; with nothing arrived, any is."""
    unexplained = _unexplained(passages, _COST_BYTES[accounting])
    if not unexplained.size:
        flat = np.full(_LOG_BPS.size, 1 / _LOG_BPS.size)
        return LineFit(0.0, _FIRST_NOISE_S, 0.0, flat)
    base_s = np.median(unexplained, axis=0)
    train = _trains(passages)
    trains = int(train.max()) + 1
    late_s = np.array([np.median(unexplained[train == each], axis=0) for each in range(trains)])
    within_s = np.abs(unexplained - late_s[train])
    packets = train.size - trains
    likelihood = _nats(np.abs(late_s - base_s), trains) + _nats(within_s, packets)
    best = int(likelihood.argmax())
    belief = np.exp(likelihood - likelihood[best])
    apart_s = np.abs(unexplained[:, best] - base_s[best])
    return LineFit(
        float(likelihood[best]), float(np.median(apart_s)), float(base_s[best]),
        belief / belief.sum(),
    )  # fmt: skip


def _trains(passages: Passages) -> npt.NDArray[np.intp]:
    """Which train each arrival belongs to, from 0: those that left together are one."""
    left_s = np.array([each.sent_s for each in passages if each.arrived_s is not None])
    return np.unique(left_s, return_inverse=True)[1]


def _nats(apart_s: _Floats, count: int) -> _Floats:
    """Of `count` free distances, rows, for each capacity: the less of them, the likelier."""
    held_s = (apart_s.sum(axis=0) + _FIRST_PACKETS * _FIRST_NOISE_S) / (count + _FIRST_PACKETS)
    nats: _Floats = -_TRUST * count * np.log(np.maximum(held_s, _LEAST_NOISE_S))
    return nats


def _unexplained(passages: Passages, cost_bytes: Callable[[int], int]) -> _Floats:
    """Delay less queue and serialisation: a row for each arrival, a column for each capacity."""
    rows: list[_Floats] = []
    queue_s = np.zeros(_LOG_BPS.size)
    before_s = -math.inf
    for passage in passages:
        passed_s = passage.sent_s - before_s
        before_s = passage.sent_s
        queue_s = np.maximum(queue_s - passed_s, 0.0) + cost_bytes(passage.ip_bytes) * _S_PER_BYTE
        if passage.arrived_s is not None:
            rows.append(passage.arrived_s - passage.sent_s - queue_s)
    return np.array(rows)

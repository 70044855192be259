"""The test cases of RFC 8867 (wired), and lines that stand for those of RFC 8869 (wireless).

The site is the case's sender: its way up is the forward path. Where a case has several media flows
(5.2, 5.4, 5.5, 5.8), the line is the case's and the simulator puts its senders on it; 5.5 gives
each flow a delay of its own, which then is the sender's.

RFC 8869 asks for simulators of a cell and of Wi-Fi's air. What one user of those sees is drawn
here instead: a share of the cell that changes with the load (3.1) or the coverage (3.2), the jitter
of contention (4.1), and flows of others both ways (4.2). The rates and times of these are chosen.
"""

from dataclasses import replace
from typing import Final

from linklab.capacity import Steps, Wandering
from linklab.cross_traffic import CompetitorPlan, TcpFlow
from linklab.loss import BurstLoss
from linklab.profile import Profile, line

_DELAY_MS: Final = 50.0  # RFC 8867, 5: one-way propagation delay
_JITTER_MS: Final = 15.0  # RFC 8867, 5: end-to-end jitter of at most 30 ms
_QUEUE_MS: Final = 300.0  # RFC 8867, 5: drop tail
_LONG_QUEUE_MS: Final = 1000.0  # RFC 8867, 5.6: the bufferbloat variant
_BACK_BPS: Final = 4_000_000.0  # chosen: a feedback path of the default capacity, never congested
_RTT_S: Final = 2 * _DELAY_MS / 1000


def _varied(reference_bps: float, *ratios: tuple[float, float]) -> Steps:
    """Return the case's (from_s, path capacity ratio), times its reference capacity."""
    return Steps(tuple((from_s, ratio * reference_bps) for from_s, ratio in ratios))


def _case(  # noqa: PLR0913 - the parameters the RFC varies, each by name
    number: str,
    seconds: float,
    forward: Steps | float,
    back: Steps | float = _BACK_BPS,
    *,
    queue_ms: float = _QUEUE_MS,
    delay_ms: float = _DELAY_MS,
) -> Profile:
    jitter_ms = min(_JITTER_MS, delay_ms)
    return line(
        f"rfc8867-{number}",
        forward,
        back,
        delay_ms=delay_ms,
        jitter_ms=jitter_ms,
        queue_ms=queue_ms,
        seconds=seconds,
    )


def _with_others(profile: Profile, *others: CompetitorPlan) -> Profile:
    return replace(profile, up=replace(profile.up, competitors=others))


def _both_ways(profile: Profile, *others: CompetitorPlan) -> Profile:
    return replace(_with_others(profile, *others), down=replace(profile.down, competitors=others))


_LONG_TCP: Final = TcpFlow(_RTT_S, begins_s=5)
_SHORT_TCP: Final = TcpFlow(_RTT_S, transfer_bytes=(100_000, 1_000_000), idle_s=10)
"""RFC 8867, 5.7: ten of these, from 100 kB to 1 MB, idle for ten seconds in the mean."""

_WIRED: Final = (
    _case("5.1", 100, _varied(1e6, (0, 1.0), (40, 2.5), (60, 0.6), (80, 1.0))),
    _case("5.2", 125, _varied(2e6, (0, 2.0), (25, 1.0), (50, 1.75), (75, 0.5), (100, 1.0))),
    _case(
        "5.3",
        100,
        _varied(1e6, (0, 2.0), (20, 1.0), (40, 0.5), (60, 2.0)),
        _varied(1e6, (0, 2.0), (35, 0.8), (70, 2.0)),
    ),
    _case("5.4", 120, 3.5e6),
    _case("5.5", 300, 4e6, delay_ms=10),
    _with_others(_case("5.6", 120, 2e6), _LONG_TCP),
    _with_others(_case("5.6-long-queue", 120, 2e6, queue_ms=_LONG_QUEUE_MS), _LONG_TCP),
    _with_others(_case("5.7", 300, 2e6), *[_SHORT_TCP] * 10),
    _case("5.8", 120, 3.5e6),
)

_LOADED: Final = Wandering(300_000, 2_400_000, hold_s=(2, 10))
_POORLY_COVERED: Final = Wandering(
    100_000, 1_000_000, hold_s=(0.5, 4), dips=((25, 27, 20_000), (60, 64, 20_000))
)
_FADES: Final = BurstLoss(0.01, burst_packets=4)
_CONTENDED: Final = Wandering(1_000_000, 4_000_000, hold_s=(0.2, 2))

_WIRELESS: Final = (
    line("rfc8869-3.1", _LOADED, _LOADED, delay_ms=40, jitter_ms=10, queue_ms=300, seconds=120),
    line(
        "rfc8869-3.2",
        _POORLY_COVERED,
        _POORLY_COVERED,
        delay_ms=40,
        jitter_ms=20,
        loss=_FADES,
        queue_ms=300,
        seconds=120,
    ),
    _both_ways(
        line("rfc8869-4.1", 1e6, 1e6, delay_ms=50, jitter_ms=10, queue_ms=300, seconds=120),
        TcpFlow(_RTT_S, begins_s=20, transfer_bytes=(100_000, 1_000_000)),
    ),
    _both_ways(
        line(
            "rfc8869-4.2",
            _CONTENDED,
            _CONTENDED,
            delay_ms=10,
            jitter_ms=10,
            queue_ms=300,
            seconds=120,
        ),
        TcpFlow(0.02, begins_s=20),
        TcpFlow(0.02, begins_s=40),
    ),
)

RFC_PROFILES: Final = (*_WIRED, *_WIRELESS)

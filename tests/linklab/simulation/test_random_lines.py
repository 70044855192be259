"""What holds on any line."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from linklab.capacity import Outage, Steps
from linklab.line import Direction
from linklab.loss import BurstLoss
from linklab.profile import Profile
from linklab.simulation.outcome import quantile
from linklab.simulation.packets import Kind
from linklab.simulation.run import Session, run
from linklab.simulation.sources import Scene

from client.core.lanes import Carrier, packet_limit_bytes

SECONDS = 15.0
LEAST_PACKET_BYTES = packet_limit_bytes(0, Carrier.RTP)
"""Below 44 kbit/s one packet, or one that probes the line, takes more than 60 ms."""

rates = st.integers(40_000, 1_500_000).map(float)
some = settings(max_examples=10, deadline=None, derandomize=True)
"""Few, and the same each time; three hundred random ones of each were run when it was written."""


def session(way: Direction, seed: int, scene: Scene | None = None) -> Session:
    down = Direction(Steps(((0.0, 256_000.0),)), way.delay_s, 0.6, outages=way.outages)
    return run(Profile("random", way, down), seed, scene=scene, seconds=SECONDS)


def constant(rate: float, delay_s: float) -> Direction:
    return Direction(Steps(((0.0, rate),)), delay_s, 0.8)


@some
@given(rate=rates, delay_ms=st.integers(5, 300), seed=st.integers(0, 1_000))
def test_a_constant_line_keeps_a_short_queue_and_its_rate(
    rate: float, delay_ms: int, seed: int
) -> None:
    played = session(constant(rate, delay_ms / 1000), seed, Scene(still_at_s=6.0))
    waits = [one.queued_s for one in played.crossings if one.sent_s > 5]
    least_s = LEAST_PACKET_BYTES * 8 / rate
    assert quantile([one for one in waits if one is not None], 0.95) < max(0.06, least_s)
    usable = [one.usable_bps for at_s, one in played.log.estimates if at_s > 5]
    assert 0.8 * rate < quantile(usable, 0.5) < 1.12 * rate


@some
@given(
    first=rates,
    second=rates,
    jitter_ms=st.integers(0, 30),
    loss=st.sampled_from((0.0, 0.02)),
    seed=st.integers(0, 1_000),
)
def test_voice_and_readings_never_starve(
    first: float, second: float, jitter_ms: int, loss: float, seed: int
) -> None:
    way = Direction(
        Steps(((0.0, first), (10.0, second))),
        delay_s=0.06,
        queue_s=0.8,
        jitter_s=jitter_ms / 1000,
        loss=BurstLoss(loss, 3) if loss else None,
    )
    played = session(way, seed)
    born = [at_s for at_s, _ in played.received.voice if at_s < SECONDS - 2]
    assert max(after - before for before, after in pairwise([0.0, *sorted(born)])) < 2.5
    readings = [delay_s for _, delay_s in played.received.readings]
    assert quantile(readings, 0.9) < 3.0


@some
@given(rate=st.integers(64_000, 1_500_000), cut_s=st.floats(1.5, 5), seed=st.integers(0, 1_000))
def test_half_of_the_line_is_used_again_within_a_second_of_a_cut(
    rate: float, cut_s: float, seed: int
) -> None:
    outages = (Outage(8, 8 + cut_s),)
    played = session(replace(constant(rate, 0.05), outages=outages), seed)
    log = [(at_s, one) for at_s, one in played.log.estimates if at_s >= 8 + cut_s]
    back_s = next(at_s for at_s, one in log if not one.is_silent and one.usable_bps > 0.5 * rate)
    assert back_s - 8 - cut_s < 1.0


@some
@given(rate=rates, seed=st.integers(0, 1_000))
def test_nothing_but_probes_ever_leaves_faster_than_planned(rate: float, seed: int) -> None:
    played = session(constant(rate, 0.05), seed)
    most_bps = max(plan.send_bps for plan in played.log.plans)
    sent = [(at_s, size) for at_s, size, kind in played.log.sent if kind is not Kind.PADDING]
    for second in range(int(SECONDS)):
        bits = sum(8 * size for at_s, size in sent if second <= at_s < second + 1)
        assert bits <= 1.05 * most_bps + 2 * 8 * 1_200

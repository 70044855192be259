"""How much is lost on the air, and how it clusters."""

import itertools

import pytest
from linklab.loss import BurstLoss, LossPlan, RandomLoss
from linklab.lots import lots_of


def lost(plan: LossPlan, packets: int = 100_000) -> list[bool]:
    loss = plan.drawn_from(lots_of(7))
    return [loss.loses_next() for _ in range(packets)]


def bursts(fates: list[bool]) -> list[int]:
    return [len(list(run)) for is_lost, run in itertools.groupby(fates) if is_lost]


@pytest.mark.parametrize("fraction", [0.003, 0.02, 0.3])
def test_random_loss_has_its_share_and_no_memory(fraction: float) -> None:
    fates = lost(RandomLoss(fraction))
    assert sum(fates) / len(fates) == pytest.approx(fraction, rel=0.15)
    lengths = bursts(fates)
    assert sum(lengths) / len(lengths) == pytest.approx(1 / (1 - fraction), rel=0.05)


@pytest.mark.parametrize(("fraction", "length"), [(0.02, 3), (0.1, 8)])
def test_bursts_have_their_share_and_their_length(fraction: float, length: float) -> None:
    fates = lost(BurstLoss(fraction, burst_packets=length))
    assert sum(fates) / len(fates) == pytest.approx(fraction, rel=0.15)
    lengths = bursts(fates)
    assert sum(lengths) / len(lengths) == pytest.approx(length, rel=0.1)


def test_a_bad_state_may_let_some_through() -> None:
    fates = lost(BurstLoss(0.05, burst_packets=10, lost_if_bad=0.5))
    assert sum(fates) / len(fates) == pytest.approx(0.05, rel=0.15)
    assert max(bursts(fates)) < 20


def test_no_loss_is_none_at_all() -> None:
    assert not any(lost(RandomLoss(0.0)))

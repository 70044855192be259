"""When padding is worth its bytes."""

from dataclasses import replace

from client.core.adaptation.observation import LineEstimate, LossKind
from client.core.adaptation.probing import Probe, Prober

KNOWN = LineEstimate(
    capacity_bps=400_000,
    usable_bps=400_000,
    is_known=True,
    is_silent=False,
    queue_s=0.0,
    rtt_s=0.1,
    jitter_s=0.002,
    loss_fraction=0.0,
    loss_kind=LossKind.NONE,
)
UNKNOWN = replace(KNOWN, is_known=False, rtt_s=None, capacity_bps=100_000, usable_bps=100_000)


def due(prober: Prober, at_s: float, estimate: LineEstimate, sending_bps: float = 0) -> int:
    """Packets of the train that is due."""
    probe = prober.due(at_s, estimate, estimate.usable_bps, sending_bps)
    return 0 if probe is None else probe.packets


def test_a_new_line_is_probed_at_once_and_by_ever_longer_trains() -> None:
    prober = Prober(0.0)
    assert prober.due(0.0, UNKNOWN, 40_000, 0) == Probe(1)
    assert due(prober, 0.1, UNKNOWN) == 0
    assert due(prober, 1.0, KNOWN) == 6
    assert due(prober, 2.0, replace(KNOWN, usable_bps=2_000_000)) == 12


def test_a_line_that_traffic_measures_is_left_alone() -> None:
    prober = Prober(0.0)
    assert due(prober, 10.0, KNOWN, sending_bps=300_000) == 0
    assert due(prober, 10.0, KNOWN, sending_bps=50_000) > 0
    assert due(prober, 12.0, KNOWN, sending_bps=50_000) == 0
    assert due(prober, 14.1, KNOWN, sending_bps=50_000) > 0


def test_nothing_is_added_to_a_queue_or_to_silence() -> None:
    prober = Prober(0.0)
    assert due(prober, 10.0, replace(KNOWN, queue_s=0.2)) == 0
    assert due(prober, 10.0, replace(KNOWN, is_silent=True)) == 0


def test_a_line_that_was_better_is_searched_even_while_it_is_busy() -> None:
    prober = Prober(0.0)
    due(prober, 10.0, KNOWN, sending_bps=300_000)
    fallen = replace(KNOWN, capacity_bps=100_000, usable_bps=100_000)
    assert due(prober, 12.0, fallen, sending_bps=90_000) == 1
    assert due(prober, 12.5, fallen, sending_bps=90_000) == 0
    assert due(prober, 13.1, fallen, sending_bps=90_000) == 1
    assert due(prober, 28.0, fallen, sending_bps=90_000) == 0

"""When padding is worth its bytes."""

from dataclasses import replace

from client.core.adaptation.observation import LineEstimate, LossKind
from client.core.adaptation.probing import Probe, Prober, Trailing

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


def trailed(trailing: Trailing, moments_s: list[float], bps: float = 128_000) -> list[float]:
    """At which of these moments padding follows a packet of a still."""
    return [at_s for at_s in moments_s if trailing.is_due(1_150, bps, at_s)]


def test_a_still_that_passes_alone_is_followed_once_a_second() -> None:
    moments_s = [index / 10 for index in range(40)]
    assert trailed(Trailing(), moments_s) == [0.0, 1.0, 2.0, 3.0]


def test_the_thinner_the_line_the_less_is_spent_on_following() -> None:
    assert trailed(Trailing(), [0.0, 2.0, 3.5, 4.0], bps=32_000) == [0.0, 4.0]


def test_what_is_small_or_beside_large_pictures_is_not_followed() -> None:
    trailing = Trailing()
    assert not trailing.is_due(300, 128_000, 1.0)
    trailing.note_numbered(1_200, 1.0)
    trailing.note_numbered(180, 1.8)
    assert trailed(trailing, [1.9, 2.1]) == [2.1]

"""The catalogue of lines."""

import pytest
from linklab.capacity import Outage
from linklab.line import Line
from linklab.loss import BurstLoss, RandomLoss
from linklab.lots import lots_of
from linklab.profile import AddressChanged, Profile, lines, with_atm_cells
from linklab.profiles import PROFILES, UnknownProfileError, find

from client.core.adaptation.link_layer import LinkLayer

every_profile = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())


def rates(profile: Profile, at_s: float) -> tuple[float, float]:
    up, down = lines(profile, seed=1)
    return up.capacity_bps(at_s), down.capacity_bps(at_s)


@pytest.mark.parametrize(
    ("name", "up_bps", "down_bps", "delay_s", "queue_s"),
    [
        ("adsl-rural", 256_000, 2_000_000, 0.025, 0.6),
        ("adsl-poor", 128_000, 512_000, 0.035, 1.0),
        ("3g-fair", 384_000, 1_000_000, 0.060, 0.6),
        ("edge-64", 64_000, 128_000, 0.150, 1.5),
        ("floor-32", 32_000, 64_000, 0.200, 1.5),
        ("sat-geo", 512_000, 2_000_000, 0.300, 0.5),
        ("blackout", 256_000, 1_000_000, 0.040, 0.6),
    ],
)
def test_our_users_lines_are_those_of_the_table(
    name: str, up_bps: float, down_bps: float, delay_s: float, queue_s: float
) -> None:
    profile = find(name)
    assert rates(profile, 0) == (up_bps, down_bps)
    for way in (profile.up, profile.down):
        assert (way.delay_s, way.queue_s) == (delay_s, queue_s)


def test_their_radio_is_that_of_the_table() -> None:
    assert (find("3g-fair").up.jitter_s, find("3g-fair").up.loss) == (0.015, RandomLoss(0.005))
    assert find("sat-geo").up.loss == RandomLoss(0.003)
    weak = find("3g-weak").up
    assert (weak.delay_s, weak.jitter_s, weak.queue_s) == (0.12, 0.03, 0.8)
    assert isinstance(weak.loss, BurstLoss)
    assert weak.loss.fraction == 0.02


def test_a_weak_bar_wanders_apart_in_its_two_directions_and_dips_in_both() -> None:
    seconds = [rates(find("3g-weak"), second) for second in range(60)]
    assert [each for each in seconds if each == (24_000, 24_000)] == seconds[30:33]
    assert len({up for up, _ in seconds} & {down for _, down in seconds}) == 1


def test_what_happens_to_a_line_is_where_the_table_puts_it() -> None:
    assert find("blackout").up.outages == (Outage(20, 28), Outage(45, 75))
    assert find("blackout").down.outages == find("blackout").up.outages
    assert find("handover").events == (AddressChanged(20),)
    for name in ("bufferbloat-shared", "tcp-shared"):
        assert len(find(name).up.competitors) == 1
        assert not find(name).down.competitors


@pytest.mark.parametrize(
    ("name", "forward_bps"),
    [  # RFC 8867, 5.1 to 5.3: (from_s, path capacity ratio * reference)
        ("rfc8867-5.1", {0: 1e6, 40: 2.5e6, 60: 0.6e6, 80: 1e6}),
        ("rfc8867-5.2", {0: 4e6, 25: 2e6, 50: 3.5e6, 75: 1e6, 100: 2e6}),
        ("rfc8867-5.3", {0: 2e6, 20: 1e6, 40: 0.5e6, 60: 2e6}),
    ],
)
def test_the_rfcs_variations_are_theirs(name: str, forward_bps: dict[float, float]) -> None:
    profile = find(name)
    up = Line(profile.up, lots_of(1))
    assert {from_s: up.capacity_bps(from_s) for from_s in forward_bps} == forward_bps
    assert (profile.up.delay_s, profile.up.queue_s) == (0.05, 0.3)


@every_profile
def test_every_profile_carries_something_both_ways_and_outlasts_its_schedule(
    profile: Profile,
) -> None:
    for way in lines(profile, seed=1):
        assert way.capacity_bps(0) > 0
        assert way.capacity_bits(0, profile.seconds) > 1_000_000
    last = [event.at_s for event in profile.events]
    last += [outage.until_s for outage in (*profile.up.outages, *profile.down.outages)]
    assert all(at_s < profile.seconds for at_s in last)


@every_profile
def test_a_seed_is_a_line(profile: Profile) -> None:
    def fates(seed: int) -> list[object]:
        return [way.offer(900, tick / 50) for way in lines(profile, seed) for tick in range(500)]

    assert fates(1) == fates(1)


def test_atm_cells_are_a_choice() -> None:
    atm = with_atm_cells(find("adsl-rural"))
    assert atm.name == "adsl-rural-atm"
    assert atm.up.link_layer is LinkLayer.ADSL
    assert find("adsl-rural").up.link_layer is LinkLayer.ETHERNET


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownProfileError, match=r"no line named '4g'.*adsl-poor, adsl-rural"):
        find("4g")

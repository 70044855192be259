"""The lines everything is measured on, by name: those our users have, and those of the RFCs."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from linklab.capacity import Outage, Wandering
from linklab.cross_traffic import Bursts, CompetitorPlan, TcpFlow
from linklab.loss import BurstLoss, RandomLoss
from linklab.profile import AddressChanged, Profile, line
from linklab.rfc_profiles import RFC_PROFILES


class UnknownProfileError(Exception):
    """No line has that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no line named {name!r} (known: {', '.join(sorted(PROFILES))})")
        self.name = name


def find(name: str) -> Profile:
    """Return the profile of that name, or raise UnknownProfileError."""
    try:
        return PROFILES[name]
    except KeyError:
        raise UnknownProfileError(name) from None


_WEAK: Final = Wandering(60_000, 200_000, hold_s=(2, 5), dips=((30, 33, 24_000),))
"""Both ways, drawn apart: one bar of 3G is weak both ways. chosen: the dip in mid-run, at 30 s."""

_WEAK_LOSS: Final = BurstLoss(0.02, burst_packets=3)  # chosen: three packets, a fade of 100-200 ms


def _handover() -> Profile:
    telephone = line("handover", 384_000, 1_000_000, delay_ms=60, jitter_ms=15, queue_ms=600)
    return replace(telephone, events=(AddressChanged(20),))


def _shared(name: str, other: CompetitorPlan) -> Profile:
    counter = line(name, 256_000, 2_000_000, delay_ms=25, queue_ms=600)
    return replace(counter, up=replace(counter.up, competitors=(other,)))


_OURS: Final = (
    line("adsl-rural", 256_000, 2_000_000, delay_ms=25, queue_ms=600),
    line("adsl-poor", 128_000, 512_000, delay_ms=35, queue_ms=1000),
    line(
        "3g-fair",
        384_000,
        1_000_000,
        delay_ms=60,
        jitter_ms=15,
        loss=RandomLoss(0.005),
        queue_ms=600,
    ),
    line("3g-weak", _WEAK, _WEAK, delay_ms=120, jitter_ms=30, loss=_WEAK_LOSS, queue_ms=800),
    line("edge-64", 64_000, 128_000, delay_ms=150, queue_ms=1500),
    line("floor-32", 32_000, 64_000, delay_ms=200, queue_ms=1500),
    line("sat-geo", 512_000, 2_000_000, delay_ms=300, loss=RandomLoss(0.003), queue_ms=500),
    line(
        "blackout",
        256_000,
        1_000_000,
        delay_ms=40,
        queue_ms=600,  # chosen: adsl-rural's, the table names none
        outages=(Outage(20, 28), Outage(45, 75)),
        seconds=90,
    ),
    _handover(),
    _shared("bufferbloat-shared", Bursts(begins_s=5)),
    _shared("tcp-shared", TcpFlow(rtt_s=0.05, begins_s=10)),
    line("good-2m", 2_000_000, 8_000_000, delay_ms=20, queue_ms=300),
)

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {each.name: each for each in (*_OURS, *RFC_PROFILES)}
)

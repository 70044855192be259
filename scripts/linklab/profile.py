"""A line in both directions, and what happens to it."""

from dataclasses import dataclass, replace

from client.core.adaptation.link_layer import LinkLayer
from linklab.capacity import CapacityPlan, Outage, constant
from linklab.line import Direction, Line
from linklab.loss import LossPlan
from linklab.lots import lots_of


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """The site gets another address on the same line, as a telephone does between two cells."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Profile:
    """A line in both directions, and what happens to it."""

    name: str
    up: Direction
    """From the site to the GP."""
    down: Direction
    events: tuple[AddressChanged, ...] = ()
    seconds: float = 60.0
    """How long its schedule is made to be watched."""


def with_atm_cells(profile: Profile) -> Profile:
    """Return the same line with its rates counted in ATM cells (PPPoE over ATM)."""
    up, down = (replace(way, link_layer=LinkLayer.ADSL) for way in (profile.up, profile.down))
    return replace(profile, name=f"{profile.name}-atm", up=up, down=down)


def line(  # noqa: PLR0913 - a line has that many sides, each named where it is called
    name: str,
    up: CapacityPlan | float,
    down: CapacityPlan | float,
    *,
    delay_ms: float,
    queue_ms: float,
    jitter_ms: float = 0,
    loss: LossPlan | None = None,
    outages: tuple[Outage, ...] = (),
    seconds: float = 60,
) -> Profile:
    """Return a line whose two directions differ in capacity (a number: constant) alone."""

    def direction(capacity: CapacityPlan | float) -> Direction:
        return Direction(
            capacity=constant(capacity) if isinstance(capacity, int | float) else capacity,
            delay_s=delay_ms / 1000,
            queue_s=queue_ms / 1000,
            jitter_s=jitter_ms / 1000,
            loss=loss,
            outages=outages,
        )

    return Profile(name, direction(up), direction(down), seconds=seconds)


def lines(profile: Profile, seed: int, *, begins_s: float = 0.0) -> tuple[Line, Line]:
    """Return both directions at work, up and down, the same for the same seed wherever they run.

    The schedule's zero is at begins_s of the caller's clock.
    """
    ways = {"up": profile.up, "down": profile.down}
    up, down = (
        Line(way, lots_of(f"{seed} {name}"), begins_s=begins_s) for name, way in ways.items()
    )
    return up, down

"""One simulated session."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from client.core.adaptation.estimator import Estimator
from linklab.line import Delivery, Drop, Line
from linklab.profile import Profile
from linklab.simulation.agenda import Agenda
from linklab.simulation.far_end import Answers, FarEnd, Received
from linklab.simulation.packets import Kind, Load
from linklab.simulation.site import CapacityEstimator, Log, Site
from linklab.simulation.sources import Scene

_FEEDBACK_OVERHEAD_BYTES: Final = 28 + 14
_MISSING_BYTES: Final = 28 + 14 + 16
_MESSAGE_BYTES: Final = 28 + 29 + 28 + 82


@dataclass(slots=True)
class Crossing:
    """One packet of the site at the bottleneck."""

    sent_s: float
    size_bytes: int
    queued_s: float | None
    """None: dropped there, or lost behind it."""
    kind: Kind


@dataclass(slots=True)
class Session:
    """All that a run leaves."""

    seconds: float
    up: Line
    log: Log
    received: Received
    crossings: list[Crossing]
    still_at_s: float | None


class _Wires:
    """The line between the two ends, in both directions."""

    def __init__(self, profile: Profile, seed: int, agenda: Agenda, seconds: float) -> None:
        lots = random.Random(seed)  # noqa: S311 - a model, repeatable on purpose
        self.up = Line(profile.up, lots)
        self.crossings: list[Crossing] = []
        self._down = Line(profile.down, lots)
        self._agenda = agenda
        self._ends_s = seconds + 1

    def send(self, load: Load, size_bytes: int, arrive: Callable[[], None]) -> None:
        """One packet of the site's."""
        delivery = self.up.offer(size_bytes, self._agenda.now_s)
        queued_s = delivery.queued_s if isinstance(delivery, Delivery) else None
        self.crossings.append(Crossing(self._agenda.now_s, size_bytes, queued_s, load.kind))
        self._deliver(delivery, arrive)

    def back(self, size_bytes: int, arrive: Callable[[], None]) -> None:
        """One packet of the far end's."""
        self._deliver(self._down.offer(size_bytes, self._agenda.now_s), arrive)

    def _deliver(self, delivery: Delivery | Drop, arrive: Callable[[], None]) -> None:
        if isinstance(delivery, Delivery) and delivery.at_s < self._ends_s:
            self._agenda.at(delivery.at_s, arrive)


def run(
    profile: Profile,
    seed: int,
    *,
    estimator: Callable[[float], CapacityEstimator] = Estimator,
    scene: Scene | None = None,
    seconds: float = 60.0,
) -> Session:
    """Play one session; the same seed plays the same one."""
    scene = scene or Scene()
    agenda = Agenda()
    wires = _Wires(profile, seed, agenda, seconds)

    def send(load: Load, number: int | None, size_bytes: int) -> None:
        wires.send(load, size_bytes, lambda: far_end.take(load, number, size_bytes))

    site = Site(agenda, estimator(0.0), scene, send, seed)
    far_end = FarEnd(agenda, _answers(site, wires), -(-scene.still_bytes // 1_000))
    agenda.run(seconds)
    return Session(seconds, wires.up, site.log, far_end.received, wires.crossings, scene.still_at_s)


def _answers(site: Site, wires: _Wires) -> Answers:
    """What the far end says, on its way to the site."""
    back = wires.back
    return Answers(
        feedback=lambda packet: back(
            len(packet) + _FEEDBACK_OVERHEAD_BYTES, lambda: site.hear(packet)
        ),
        missing=lambda keys: back(_MISSING_BYTES, lambda: site.send_again(keys)),
        held=lambda pieces: back(_MESSAGE_BYTES, lambda: site.still.held(pieces)),
        reading_received=lambda unit: back(_MESSAGE_BYTES, lambda: site.reading_received(unit)),
    )

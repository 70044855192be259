"""One simulated session."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from client.core.adaptation.estimator import Estimator
from linklab.line import Delivery, Line
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
    lots = random.Random(seed)  # noqa: S311 - a model, repeatable on purpose
    agenda = Agenda()
    up, down = Line(profile.up, lots), Line(profile.down, lots)
    crossings: list[Crossing] = []

    def send(load: Load, number: int | None, size_bytes: int) -> None:
        delivery = up.offer(size_bytes, agenda.now_s)
        if not isinstance(delivery, Delivery):
            crossings.append(Crossing(agenda.now_s, size_bytes, None, load.kind))
            return
        crossings.append(Crossing(agenda.now_s, size_bytes, delivery.queued_s, load.kind))
        if delivery.at_s < seconds + 1:
            agenda.at(delivery.at_s, lambda: far_end.take(load, number, size_bytes))

    def back(size_bytes: int, action: Callable[[], None]) -> None:
        delivery = down.offer(size_bytes, agenda.now_s)
        if isinstance(delivery, Delivery) and delivery.at_s < seconds + 1:
            agenda.at(delivery.at_s, action)

    site = Site(agenda, estimator(0.0), scene, send, seed)
    answers = Answers(
        feedback=lambda packet: back(
            len(packet) + _FEEDBACK_OVERHEAD_BYTES, lambda: site.hear(packet)
        ),
        missing=lambda keys: back(_MISSING_BYTES, lambda: site.send_again(keys)),
        held=lambda pieces: back(_MESSAGE_BYTES, lambda: site.still.held(pieces)),
        reading_received=lambda unit: back(_MESSAGE_BYTES, lambda: site.reading_received(unit)),
    )
    far_end = FarEnd(agenda, answers, -(-scene.still_bytes // 1_000))
    agenda.run(seconds)
    return Session(seconds, up, site.log, far_end.received, crossings, scene.still_at_s)

"""A survey and a reflector at the two ends of a simulated line."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from linklab.line import Drop, Line
from linklab.lots import lots_of
from linklab.profile import Profile, lines

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.preflight.measurement import LineMeasurement
from client.core.adaptation.preflight.survey import Survey
from client.relay.reflector import Reflector

IP_UDP_BYTES = 28
SITE = ("192.0.2.7", 40_000)
BEGIN_S = 100.0
RELAY_AHEAD_S = 5_000.3
"""The two ends' clocks have nothing in common."""


@dataclass
class Run:
    """What a survey did to its line, and found."""

    survey: Survey
    seconds: float
    queue_s: float
    """The longest either way."""
    sent_bytes: int
    link_layer: LinkLayer | None = None
    found: LineMeasurement | None = field(init=False)

    def __post_init__(self) -> None:
        self.found = self.survey.result(self.link_layer)

    @property
    def measurement(self) -> LineMeasurement:
        assert self.found is not None
        return self.found


class _Way:
    """One direction, with what is on its way."""

    def __init__(self, line: Line, jitter: Callable[[], float]) -> None:
        self._line = line
        self._jitter = jitter
        self._numbers = itertools.count()
        self.coming: list[tuple[float, int, bytes]] = []
        self.queue_s = 0.0
        self.sent_bytes = 0

    def send(self, data: bytes, now_s: float) -> None:
        fate = self._line.offer(len(data) + IP_UDP_BYTES, now_s)
        self.queue_s = max(self.queue_s, self._line.queue_s(now_s))
        self.sent_bytes += len(data) + IP_UDP_BYTES
        if not isinstance(fate, Drop):
            at_s = fate.at_s + self._jitter()
            heapq.heappush(self.coming, (at_s, next(self._numbers), data))

    @property
    def next_s(self) -> float:
        return self.coming[0][0] if self.coming else float("inf")


def survey_over(
    profile: Profile,
    seed: int = 1,
    *,
    answers: Callable[[bytes, float], list[bytes]] | None = None,
    link_layer: LinkLayer | None = None,
) -> Run:
    """Measure this line; `answers` is the relay's end, an honest reflector if not given."""
    lots = lots_of(f"{seed} stamps")
    ways = [_Way(line, lambda: lots.uniform(0, 0.0004)) for line in lines(profile, seed)]
    for way in ways:
        way._line.begin(BEGIN_S)
    up, down = ways
    reflector = Reflector(b"k" * 32, RELAY_AHEAD_S)
    answer = answers or (lambda data, now_s: reflector.answers(data, SITE, now_s))
    survey = Survey(BEGIN_S)
    now_s = BEGIN_S
    while not (survey.is_over(now_s) or survey.is_unanswered(now_s)):
        for data in survey.due(now_s):
            up.send(data, now_s)
        now_s = max(now_s, min(survey.next_s(now_s) + 1e-6, up.next_s, down.next_s))
        while up.next_s <= now_s:
            for data in answer(heapq.heappop(up.coming)[2], now_s + RELAY_AHEAD_S):
                down.send(data, now_s)
        while down.next_s <= now_s:
            survey.hear(heapq.heappop(down.coming)[2], now_s)
    queue_s = max(way.queue_s for way in ways)
    return Run(survey, now_s - BEGIN_S, queue_s, up.sent_bytes, link_layer)

"""Five seconds of small trains, each as long as the line surely bears.

No I/O and no clock: the owner sends what `due` gives, hands over what comes, and asks again at
`next_s`. A train is a few large datagrams and then small ones, which are of 56 or 57 bytes with
their headers: on ADSL two cells or three. By the dispersion of such trains (Dovrolis 2001) the
capacity is known; the queue they make is bounded by what the slowest likely line bears.
"""

from dataclasses import dataclass, field
from typing import Final

from client.core import line_probe
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.preflight.line_fit import fit
from client.core.adaptation.preflight.measurement import LineMeasurement, Passed, measured
from client.core.adaptation.preflight.passage import Passage, Passages
from client.core.line_probe import Echo, ProbeError, Train, Wagon

SURVEY_S: Final = 5.0
"""All in all."""
PATIENCE_S: Final = 1.8
"""Without an answer to any hello for so long, nobody answers here. chosen: 3 satellite trips."""
ROUNDS_LIMIT: Final = 16
"""Bounds all that is remembered: of each round its questions and the wagons they asked for."""

_HELLOS_S: Final = (0.0, 0.45, 1.0)
_TRAIN_S: Final = 0.1
"""chosen: the queue a train makes on the slowest likely line; voice of others waits that long."""
_NOISY_S: Final = 0.003
_NOISY_TRAIN_S: Final = 0.12
"""chosen: where delays wander, a train has to be longer than they do, of few datagrams far apart:
those close together are held up by the same delay, and would make the line look slower."""
_SURE: Final = 0.07
_PAUSE_S: Final = 0.3
"""From one train to the next, at least."""
_ANSWER_S: Final = 0.2
"""chosen: what may come on top of round trip and train before an answer counts as lost."""
_LARGE_LIMIT: Final = 24
_SMALL_LIMIT: Final = 12
_LARGE_SHARE: Final = 0.65  # chosen: of a train's bytes; they tell the rate, the small ones cells
_SMALL_IP_BYTES: Final = (56, 57)
_RECENT: Final = 160
"""chosen: passages by which a train is sized, two or three rounds: lines change."""
_FEWEST: Final = 6
"""Arrivals without which nothing can be said."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """What takes our datagrams there."""

    headers_bytes: int = 20 + 8
    """Below the payload, IP header included; of UDP over IPv4."""
    is_reliable: bool = False
    """It repeats what is lost, and hides single packets."""


@dataclass(slots=True)
class _Round:
    asked: int
    """Number of the question its wagons answer."""
    begun_s: float
    ends_s: float
    """Then what has not come is taken for lost."""
    echoes: set[int] = field(default_factory=set)
    """Numbers not yet echoed."""
    wagons: int = 0
    """Not yet come."""

    def is_over(self, now_s: float) -> bool:
        """Whether everything has come, or will not."""
        return now_s >= self.ends_s or not (self.echoes or self.wagons > 0)


class Survey:
    """One measurement of the line. Every `now_s` is the same monotonic clock."""

    def __init__(self, now_s: float, carrier: Carrier | None = None) -> None:
        self._carrier = carrier or Carrier()
        self._begun_s = now_s
        self._hellos = 0
        self._token: bytes | None = None
        self._round_trip_s = SURVEY_S
        self._rounds = 0
        self._round: _Round | None = None
        self._sent: list[tuple[int, float]] = []
        """IP bytes and time, by number."""
        self._echoes: dict[int, tuple[Echo, float]] = {}
        self._trains: dict[int, tuple[Train, float]] = {}
        """Those of which something came, and when they left."""
        self._asked: dict[int, Train] = {}
        self._wagons: dict[tuple[int, int], float] = {}

    def due(self, now_s: float) -> list[bytes]:
        """What to send now, in order and at once."""
        if self.is_over(now_s) or self.is_unanswered(now_s):
            return []
        if self._token is None:
            return self._due_hello(now_s)
        if self._round is not None:
            earliest_s = self._round.begun_s + _PAUSE_S
            if now_s < earliest_s or not self._round.is_over(now_s):
                return []
        if self._rounds == ROUNDS_LIMIT or now_s > self._last_begin_s:
            return []
        return self._begin_round(self._token, now_s)

    def hear(self, data: bytes, now_s: float) -> None:
        """Something came; what is no answer to us is ignored."""
        try:
            heard = line_probe.answer(data)
        except ProbeError:
            return
        if isinstance(heard, Echo):
            self._hear_echo(heard, now_s)
        else:
            self._hear_wagon(heard, now_s)

    def next_s(self, now_s: float) -> float:
        """When to ask `due` again, if nothing comes before."""
        if self._token is None:
            waits = [self._begun_s + at_s for at_s in _HELLOS_S[self._hellos :]]
            return min([*waits, self._begun_s + PATIENCE_S])
        ends_s = self._begun_s + SURVEY_S
        if self._round is None or self._rounds == ROUNDS_LIMIT:
            return ends_s
        pause_ends_s = self._round.begun_s + _PAUSE_S
        wanted_s = pause_ends_s if self._round.is_over(now_s) else self._round.ends_s
        return min(ends_s, max(pause_ends_s, wanted_s))

    def progress(self, now_s: float) -> float:
        """How much is done, 0 to 1."""
        return min(1.0, max(0.0, (now_s - self._begun_s) / SURVEY_S))

    @property
    def is_answered(self) -> bool:
        """Somebody answers: a relay of ours."""
        return self._token is not None

    def is_unanswered(self, now_s: float) -> bool:
        """Nobody answers; another carrier may do better."""
        return self._token is None and now_s >= self._begun_s + PATIENCE_S

    def is_over(self, now_s: float) -> bool:
        """Whether there is nothing more to wait for."""
        if now_s >= self._begun_s + SURVEY_S:
            return True
        is_last = self._rounds == ROUNDS_LIMIT or now_s > self._last_begin_s
        return self._round is not None and is_last and self._round.is_over(now_s)

    def result(self, link_layer: LinkLayer | None = None) -> LineMeasurement | None:
        """What was found; None: too little came. Takes a tenth of a second of computing."""
        if len(self._echoes) < _FEWEST:
            return None
        return measured(
            Passed(
                up=self._up(),
                down=self._down(),
                loss_up=None if self._carrier.is_reliable else self._loss_up(),
                loss_down=None if self._carrier.is_reliable else self._loss_down(),
                has_trains=len(self._wagons) >= _FEWEST,
                is_coarse=self._carrier.is_reliable,
            ),
            link_layer,
        )

    @property
    def _last_begin_s(self) -> float:
        """A train that begins later is not answered in time."""
        return self._begun_s + SURVEY_S - self._round_trip_s - _TRAIN_S - _ANSWER_S

    def _due_hello(self, now_s: float) -> list[bytes]:
        if self._hellos == len(_HELLOS_S) or now_s < self._begun_s + _HELLOS_S[self._hellos]:
            return []
        self._hellos += 1
        return [self._numbered(line_probe.hello(len(self._sent)), now_s)]

    def _begin_round(self, token: bytes, now_s: float) -> list[bytes]:
        first = len(self._sent)
        small_bytes = _SMALL_IP_BYTES[self._rounds % 2]
        asked = self._train(self._down(), small_bytes)
        sent = self._train(self._up(), small_bytes)
        self._asked[first] = asked
        datagrams = [line_probe.ask(first, token, asked)]
        for offset, size_bytes in enumerate(sent.sizes_bytes, start=1):
            datagrams.append(line_probe.probe(first + offset, size_bytes))
        for datagram in datagrams:
            self._numbered(datagram, now_s)
        self._rounds += 1
        self._round = _Round(
            asked=first,
            begun_s=now_s,
            ends_s=now_s + self._round_trip_s + 2 * _TRAIN_S + _ANSWER_S,
            echoes=set(range(first, len(self._sent))),
            wagons=len(asked.sizes_bytes),
        )
        return datagrams

    def _train(self, passages: Passages, small_ip_bytes: int) -> Train:
        """As long as the slowest likely line bears."""
        found = fit(passages[-_RECENT:])
        is_noisy = found.noise_s > _NOISY_S
        train_s = _NOISY_TRAIN_S if is_noisy else _TRAIN_S
        room_bytes = found.quantile_bps(_SURE) * train_s / 8
        headers_bytes = self._carrier.headers_bytes
        full_bytes = line_probe.DATAGRAM_LIMIT + headers_bytes
        large_bytes = room_bytes * (1.0 if is_noisy else _LARGE_SHARE)
        large = min(_LARGE_LIMIT, max(1, int(large_bytes / full_bytes)))
        payload_bytes = int(min(large_bytes / large, full_bytes)) - headers_bytes
        small_bytes = max(small_ip_bytes - headers_bytes, line_probe.WAGON_LEAST_BYTES)
        small = (room_bytes - large_bytes) / LinkLayer.ADSL.cost_bytes(small_ip_bytes)
        return Train(
            large=large,
            large_bytes=max(small_bytes, payload_bytes),
            small=min(_SMALL_LIMIT, max(1, int(small))),
            small_bytes=small_bytes,
        )

    def _numbered(self, datagram: bytes, now_s: float) -> bytes:
        self._sent.append((len(datagram) + self._carrier.headers_bytes, now_s))
        return datagram

    def _hear_echo(self, echo: Echo, now_s: float) -> None:
        if echo.number >= len(self._sent) or echo.number in self._echoes:
            return
        _, sent_s = self._sent[echo.number]
        self._echoes[echo.number] = (echo, now_s)
        self._round_trip_s = min(self._round_trip_s, now_s - sent_s)
        self._token = self._token or echo.token
        if self._round is not None:
            self._round.echoes.discard(echo.number)

    def _hear_wagon(self, wagon: Wagon, now_s: float) -> None:
        train = self._asked.get(wagon.number)
        place = (wagon.number, wagon.index)
        if train is None or wagon.index >= len(train.sizes_bytes) or place in self._wagons:
            return
        self._wagons[place] = now_s
        self._trains.setdefault(wagon.number, (train, wagon.sent_s))
        if self._round is not None and wagon.number == self._round.asked:
            self._round.wagons -= 1

    def _up(self) -> Passages:
        return [
            Passage(ip_bytes, sent_s, self._arrived_s(number))
            for number, (ip_bytes, sent_s) in enumerate(self._sent)
        ]

    def _arrived_s(self, number: int) -> float | None:
        found = self._echoes.get(number)
        return None if found is None else found[0].arrived_s

    def _down(self) -> Passages:
        """In the order in which the relay sent them: a train follows its question's echo."""
        headers_bytes = self._carrier.headers_bytes
        echo_bytes = line_probe.PROBE_LEAST_BYTES + headers_bytes
        ordered = [
            ((echo.arrived_s, number, -1), Passage(echo_bytes, echo.arrived_s, at_s))
            for number, (echo, at_s) in self._echoes.items()
        ]
        for number, (train, left_s) in self._trains.items():
            for index, size_bytes in enumerate(train.sizes_bytes):
                at_s = self._wagons.get((number, index))
                passage = Passage(size_bytes + headers_bytes, left_s, at_s)
                ordered.append(((left_s, number, index), passage))
        return [passage for _, passage in sorted(ordered, key=lambda pair: pair[0])]

    def _loss_up(self) -> float:
        """By the relay's own count, from the first echo that has one to the last."""
        counted = [echo for echo, _ in self._echoes.values() if echo.received]
        if not counted:
            return 0.0
        first = min(counted, key=lambda echo: echo.number)
        last = max(counted, key=lambda echo: echo.number)
        numbers = last.number - first.number
        return max(0.0, 1 - (last.received - first.received) / numbers) if numbers else 0.0

    def _loss_down(self) -> float:
        """Of echoes the relay counts, and of wagons of trains that were seen to come."""
        counted = [echo for echo, _ in self._echoes.values() if echo.received]
        wagons = sum(len(train.sizes_bytes) for train, _ in self._trains.values())
        sent = max((echo.received for echo in counted), default=0) + wagons
        return max(0.0, 1 - (len(counted) + len(self._wagons)) / sent) if sent else 0.0

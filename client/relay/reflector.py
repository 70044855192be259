"""Answers those who measure their line to us; `client.core.line_probe` has the questions.

Knows addresses for half a minute and nothing about persons. Without a token an answer is never
larger than its question; with one it costs the address's budget, and everybody's. Nothing here can
be filled: tokens are computed, not kept, and there are only so many budgets.
"""

import hmac
from dataclasses import dataclass
from typing import Final

from client.core import line_probe
from client.core.line_probe import TOKEN_BYTES, Ask, Echo, Hello, ProbeError, Wagon

Address = tuple[str, int]
"""IP address and port."""

VISITORS_LIMIT: Final = 256
"""Addresses that measure at the same time; more get echoes alone."""
VISIT_S: Final = 30.0
"""After so long an address is forgotten; its next token begins a new visit."""
VISIT_BYTES: Final = 2_000_000
"""Sent in trains to one address in one visit. chosen: five seconds of a quick line need 1 MB."""
VISIT_BYTES_PER_S: Final = 500_000
TOTAL_BYTES_PER_S: Final = 4_000_000
"""In trains, to all together. chosen: a third of a 100 Mbit/s server."""
TOTAL_ANSWERS_PER_S: Final = 10_000
"""Echoes and welcomes, to all together."""
_TOKEN_S: Final = 60


class Bucket:
    """What may be spent: so much a second, and no more than a second's worth at once."""

    def __init__(self, per_s: float, now_s: float) -> None:
        self._per_s = per_s
        self._level = per_s
        self._now_s = now_s

    def takes(self, cost: float, now_s: float) -> bool:
        """Whether there is so much; then it is spent."""
        earned = max(0.0, now_s - self._now_s) * self._per_s
        self._level = min(self._per_s, self._level + earned)
        self._now_s = now_s
        if cost > self._level:
            return False
        self._level -= cost
        return True


@dataclass(slots=True)
class _Visit:
    """One address that has proved itself."""

    ends_s: float
    rate: Bucket
    left_bytes: int = VISIT_BYTES
    received: int = 0


class Reflector:
    """All visitors of one relay. Every `now_s` is the same monotonic clock."""

    def __init__(self, key: bytes, now_s: float) -> None:
        """`key`: 32 random bytes; tokens of another key are worth nothing here."""
        self._key = key
        self._visits: dict[Address, _Visit] = {}
        self._answers = Bucket(TOTAL_ANSWERS_PER_S, now_s)
        self._trains = Bucket(TOTAL_BYTES_PER_S, now_s)

    def answers(self, data: bytes, address: Address, now_s: float) -> list[bytes]:
        """What to send back at once, in order; nothing for what is no question."""
        try:
            asked = line_probe.question(data)
        except ProbeError:
            return []
        if not self._answers.takes(1, now_s):
            return []
        if isinstance(asked, Hello):
            token = self._token(address, now_s)
            return [line_probe.echo(Echo(asked.number, now_s, 0, token))]
        visit = self._visit(asked, address, now_s) if isinstance(asked, Ask) else None
        echoed = line_probe.echo(Echo(asked.number, now_s, self._count(address)))
        if visit is None or not isinstance(asked, Ask):
            return [echoed]
        return [echoed, *self._train(asked, visit, now_s)]

    def _count(self, address: Address) -> int:
        visit = self._visits.get(address)
        if visit is None:
            return 0
        visit.received += 1
        return visit.received

    def _visit(self, asked: Ask, address: Address, now_s: float) -> _Visit | None:
        """The visit this token belongs to, begun if need be; None for a wrong token, or no room."""
        tokens = (self._token(address, at_s) for at_s in (now_s, now_s - _TOKEN_S))
        if not any(hmac.compare_digest(asked.token, token) for token in tokens):
            return None
        self._forget(now_s)
        visit = self._visits.get(address)
        if visit is None and len(self._visits) < VISITORS_LIMIT:
            visit = _Visit(now_s + VISIT_S, Bucket(VISIT_BYTES_PER_S, now_s))
            self._visits[address] = visit
        return visit

    def _train(self, asked: Ask, visit: _Visit, now_s: float) -> list[bytes]:
        sizes_bytes = asked.train.sizes_bytes
        cost_bytes = sum(sizes_bytes)
        if cost_bytes > visit.left_bytes or not visit.rate.takes(cost_bytes, now_s):
            return []
        if not self._trains.takes(cost_bytes, now_s):
            return []
        visit.left_bytes -= cost_bytes
        return [
            line_probe.wagon(Wagon(asked.number, index, now_s), size_bytes)
            for index, size_bytes in enumerate(sizes_bytes)
        ]

    def _forget(self, now_s: float) -> None:
        """Visits end in the order in which they began."""
        while self._visits:
            oldest = next(iter(self._visits))
            if self._visits[oldest].ends_s > now_s:
                return
            del self._visits[oldest]

    def _token(self, address: Address, now_s: float) -> bytes:
        host, port = address
        said = f"{host} {port} {int(now_s // _TOKEN_S)}".encode()
        return hmac.digest(self._key, said, "sha256")[:TOKEN_BYTES]

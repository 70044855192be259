"""What a relay tells those who look after it: counts and times, never addresses nor contents.

Text format: https://prometheus.io/docs/instrumenting/exposition_formats/. A mailbox appears in no
label; labels have few values, all of them from our own code.
"""

from collections.abc import Callable
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

_PUT_S: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class Metrics:
    """The counts of one relay."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.connections = self._gauge("connections", "Visitors who are connected")
        self.draining = self._gauge("draining", "1 once the relay sends its visitors away")
        self.turned_away = self._counter("turned_away", "Visitors not let in, by limit", "limit")
        self.closed = self._counter("closed", "Connections ended, by WebSocket code", "code")
        self.logins = self._counter("logins", "Visitors who proved their key")
        self.stored = self._counter("letters_stored", "Letters on disk")
        self.stored_bytes = self._counter("letters_stored_bytes", "Bytes of letters on disk")
        self.refused = self._counter("letters_refused", "Letters refused, by reason", "reason")
        self.pushed = self._counter("letters_pushed", "Letters sent to their owners")
        self.acknowledged = self._counter("letters_acknowledged", "Letters deleted by their owners")
        self.expired = self._counter("letters_expired", "Letters nobody fetched in time")
        self.passes = self._counter("turn_passes", "Passes for the TURN server made")
        self.failures = self._counter("storage_failures", "Times the storage failed")
        self.put_s = Histogram(
            "chevet_relay_put_seconds",
            "From a letter's arrival until it is on disk",
            registry=self._registry,
            buckets=_PUT_S,
        )
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """Everything counted so far, as Prometheus reads it."""
        return generate_latest(self._registry)

    def follow_connections(self, count: Callable[[], int]) -> None:
        """Ask this for the number of visitors whenever somebody looks."""
        self.connections.set_function(count)

    def _gauge(self, name: str, what: str) -> Gauge:
        return Gauge(f"chevet_relay_{name}", what, registry=self._registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"chevet_relay_{name}", what, labels, registry=self._registry)

"""The only module of the client that reads a clock."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


def monotonic_s() -> float:
    """Seconds on a clock that never steps back; only differences mean something."""
    return time.monotonic()


def worked_s() -> float:
    """Seconds of processor time the calling thread has used; only differences mean something."""
    return time.thread_time()


def process_worked_s() -> float:
    """Seconds of processor time all threads of the process have used; for differences only."""
    return time.process_time()

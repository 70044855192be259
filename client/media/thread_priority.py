"""Keeps a library from raising our threads above the machine; the one place that knows how."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_OWN_THREADS: Final = Path("/proc/self/task")


@contextmanager
def ordinary_priority() -> Iterator[None]:
    """Give back ordinary priority to every thread that the block made real-time.

    SVT-AV1, run by root, puts its threads *and the one that opens it* under SCHED_FIFO at 99, above
    everything else on the machine, and programs started from that thread inherit it. The till's own
    software must not wait for a picture.
    """
    yield
    if sys.platform == "linux":
        for thread in _OWN_THREADS.iterdir():
            _make_ordinary(int(thread.name))


if sys.platform == "linux":

    def _make_ordinary(thread: int) -> None:
        try:
            if os.sched_getscheduler(thread) != os.SCHED_OTHER:
                os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))
        except ProcessLookupError:
            return  # it has ended meanwhile

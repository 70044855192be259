"""Reports whenever the event loop was held up, for the log of events."""

import asyncio
from collections.abc import Callable
from typing import Final

from client import clock
from client.session.events import EventLog

BLOCKED_MS: Final = 50
"""The loop must never be held longer: a voice packet leaves every 60 ms."""
LOOK_EVERY_S: Final = 0.02


async def watch(events: EventLog, note_lag: Callable[[float], None]) -> None:
    """Write ``loop_blocked`` with how late the loop was and how much it worked meanwhile.

    `note_lag` is told every time how late it was, in seconds.

    A loop that was late without working was starved by other programs or waited for the disk;
    one that worked all along was blocked by a call of ours.
    """
    while True:
        due_s, worked_s = clock.monotonic_s() + LOOK_EVERY_S, clock.worked_s()
        await asyncio.sleep(LOOK_EVERY_S)
        late_s = clock.monotonic_s() - due_s
        note_lag(late_s)
        late_ms = late_s * 1000
        if late_ms > BLOCKED_MS:
            worked_ms = (clock.worked_s() - worked_s) * 1000
            events("loop_blocked", late_ms=round(late_ms), worked_ms=round(worked_ms))

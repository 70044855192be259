"""What the media engine did, second by second, in a file of JSON lines for pictures and questions.

Only figures of the line and of the machine, and named events: no patient value, no name, no text,
no address. ``scripts/linklab/plot`` makes pictures of it.
"""

import asyncio
import json
import logging
import os
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final

from client.core.adaptation.snapshot import EngineSnapshot, events_between, rung_name
from client.session.events import EventLog

FORMAT: Final = "chevet trace 1"
SIZE_LIMIT_BYTES: Final = 8 * 1024 * 1024
"""chosen: two hours of seconds at 1,000 bytes each; then the file is closed with a last line."""
WAITING_LIMIT: Final = 1_000
"""Lines that wait for a slow disk; what comes on top is not written."""
FILES_LIMIT: Final = 50
"""Of one folder; the oldest go."""
WRITE_EVERY_S: Final = 1.0
TOLD: Final[Mapping[str, frozenset[str]]] = {
    "connected": frozenset(),
    "reconnecting": frozenset(),
    "reconnected": frozenset(),
    "still_taken": frozenset({"bytes"}),
    "still_acknowledged": frozenset({"bytes"}),
    "device_failed": frozenset({"device"}),
    "loop_blocked": frozenset({"late_ms", "worked_ms"}),
    "relay_lost": frozenset(),
    "relay_back": frozenset(),
    "line_measured": frozenset({"up_bps", "down_bps", "rtt_ms", "link_layer"}),
    "words_equal": frozenset(),
    "ended": frozenset(),
}
"""Events of the session that may stand in a trace, and those of their facts."""

_OWN_FILE: Final = 0o600
_FULL: Final = '{"kind":"full"}\n'
_log = logging.getLogger(__name__)


class Trace:
    """One session's file. Everything but `run` returns at once; nothing raises."""

    def __init__(self, path: Path, at: datetime, now_s: Callable[[], float]) -> None:
        """`at` is the wall clock now; times in the file count from here."""
        self._path = path
        self._now_s = now_s
        self._began_s = now_s()
        self._lock = Lock()
        self._waiting: deque[str] = deque()
        self._written_bytes = 0
        self._is_open = True
        self._before: EngineSnapshot | None = None
        self._add({"kind": "begin", "format": FORMAT, "at": at.astimezone(UTC).isoformat()})

    def second(self, snapshot: EngineSnapshot) -> None:
        """One more second, and what changed in it."""
        for event in events_between(self._before, snapshot):
            self.event(event.name, what=event.what)
        self._before = snapshot
        self._add({"kind": "second", "t": self._t, **figures(snapshot)})

    def event(self, name: str, **facts: str | float | None) -> None:
        """Something happened."""
        self._add({"kind": "event", "t": self._t, "event": name, **facts})

    async def run(self) -> None:
        """Write until cancelled, off the event loop; then write what is left."""
        try:
            while True:
                await asyncio.sleep(WRITE_EVERY_S)
                await asyncio.to_thread(self._write)
        finally:
            await asyncio.to_thread(self._write)

    @property
    def _t(self) -> float:
        return round(self._now_s() - self._began_s, 3)

    def _add(self, line: Mapping[str, object]) -> None:
        if self._is_open and len(self._waiting) < WAITING_LIMIT:
            self._waiting.append(json.dumps(line, separators=(",", ":")) + "\n")

    def _write(self) -> None:
        """Append what waits; a disk that refuses ends the trace, never the consultation."""
        with self._lock:
            lines = "".join(self._take())
            if not lines:
                return
            try:
                self._append(lines)
            except OSError as error:
                _log.warning("the trace cannot be written: %s", type(error).__name__)
                self._is_open = False

    def _append(self, lines: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        how = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if self._written_bytes else os.O_TRUNC)
        with os.fdopen(os.open(self._path, how, _OWN_FILE), "w", encoding="ascii") as file:
            file.write(lines)
        self._written_bytes += len(lines)

    def _take(self) -> list[str]:
        """What waits and still fits; the last line of a full file says that it is."""
        taken: list[str] = []
        room_bytes = SIZE_LIMIT_BYTES - self._written_bytes - len(_FULL)
        while self._waiting and self._is_open:
            line = self._waiting.popleft()
            room_bytes -= len(line)
            self._is_open = room_bytes >= 0
            taken.append(line if self._is_open else _FULL)
        return taken


class TracedEvents(EventLog):
    """A log of events that also tells the trace those that may stand there."""

    def __init__(self, events: EventLog, trace: Trace) -> None:
        """Both stay the caller's."""
        self._events = events
        self._trace = trace

    def __call__(self, event: str, **facts: str | float | None) -> None:
        """Write one event."""
        self._events(event, **facts)
        if event in TOLD:
            told = {name: value for name, value in facts.items() if name in TOLD[event]}
            self._trace.event(event, **told)


def file_in(folder: Path, at: datetime) -> Path:
    """Where a session that begins now is traced; called by its time alone. Drops the oldest."""
    traces = folder / "traces"
    if traces.is_dir():
        for old in sorted(traces.glob("*.jsonl"))[: 1 - FILES_LIMIT or None]:
            with suppress(OSError):  # somebody reads it: next time
                old.unlink()
    return traces / f"{at.astimezone(UTC):%Y-%m-%dT%H-%M-%S.%fZ}.jsonl"


def figures(snapshot: EngineSnapshot) -> dict[str, Any]:
    """A snapshot as json can write it; rates in bits per second on the line."""
    estimate, plan = snapshot.estimate, snapshot.plan
    voice = plan.voice
    return {
        "up_bps": snapshot.up_bps,
        "lanes": {
            view.lane.name.lower(): [view.bps, view.waiting_bytes, view.dropped]
            for view in snapshot.lanes
        },
        "capacity_bps": estimate.capacity_bps,
        "usable_bps": estimate.usable_bps,
        "is_known": estimate.is_known,
        "is_silent": estimate.is_silent,
        "queue_ms": round(1_000 * estimate.queue_s),
        "rtt_ms": None if estimate.rtt_s is None else round(1_000 * estimate.rtt_s),
        "jitter_ms": round(1_000 * estimate.jitter_s, 1),
        "loss_pct": round(100 * estimate.loss_fraction, 1),
        "loss_kind": estimate.loss_kind,
        "send_bps": plan.send_bps,
        "picture_bps": plan.picture_bps,
        "still_bps": plan.still_bps,
        "picture": rung_name(plan.picture),
        "frames_per_s": plan.picture.frames_per_s if plan.picture else 0,
        "voice_bps": voice.bitrate_bps,
        "voice_packet_ms": voice.packet_ms,
        "machine": {name: round(of, 3) for name, of in asdict(snapshot.machine).items()},
        "heard": asdict(snapshot.heard) if snapshot.heard else None,
        "concealed_here_pct": round(snapshot.concealed_here_pct, 1),
        "down_bps": snapshot.down_bps,
        "weak": snapshot.weak,
        "preference": snapshot.prevailing,
    }

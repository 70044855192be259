"""A trace of the media engine, and the true line it ran over, read for drawing. No I/O."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

FORMAT: Final = "chevet trace 1"


class UnreadableTraceError(Exception):
    """The file is not what it should be."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    at_s: float
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class TrueSecond:
    """One second of the line towards the GP, as the laboratory knows it."""

    at_s: float
    """On the trace's clock: the middle of it."""
    capacity_bps: float
    delivered_bps: float
    queue_p95_ms: float


@dataclass(frozen=True, slots=True)
class Trace:
    """One session."""

    began_at: str
    """ISO 8601."""
    seconds: tuple[dict[str, Any], ...]
    events: tuple[Event, ...]

    @property
    def connected_s(self) -> float:
        """When the first connection stood; 0 if none did."""
        return next((event.at_s for event in self.events if event.name == "connected"), 0.0)

    @property
    def times_s(self) -> list[float]:
        """Of the seconds."""
        return [second["t"] for second in self.seconds]

    def series(self, take: Callable[[dict[str, Any]], float | None]) -> list[float]:
        """One figure over time; what is missing is no number."""
        return [float("nan") if (v := take(s)) is None else float(v) for s in self.seconds]

    def machine(self, name: str) -> list[float]:
        """One figure of the machine's load."""
        return self.series(lambda second: (second["machine"] or {}).get(name))

    def named(self, *names: str) -> list[Event]:
        """The events of these names."""
        return [event for event in self.events if event.name in names]

    def heard(self, name: str) -> list[float]:
        """One figure of the GP's reports."""
        return self.series(lambda second: (second["heard"] or {}).get(name))

    def gained(self, name: str) -> list[float]:
        """By how much a count of the GP's grew each second; a new connection counts anew."""
        counts = self.heard(name)
        steps = [after - before for before, after in pairwise(counts)]
        return [float("nan"), *(step if not step < 0 else float("nan") for step in steps)]

    @property
    def freezes_s(self) -> list[tuple[float, float]]:
        """From when to when the GP's picture stood still; told when it had moved again."""
        told = zip(self.times_s, self.gained("frozen_ms"), strict=True)
        return [(at_s - frozen_ms / 1_000, at_s) for at_s, frozen_ms in told if frozen_ms > 0]

    @property
    def reshapings(self) -> list[Event]:
        """Changes of the picture's codec or size, and to and from a heartbeat; not of its pace."""
        told: list[Event] = []
        before = ""
        for event in self.named("picture_rung"):
            size, _, pace = event.what.partition("@")
            shape = f"{size} beats" if pace and float(pace) < 1 else size
            if shape != before:
                told.append(event)
            before = shape
        return told

    def lane_bps(self, lane: str) -> list[float]:
        """What left in one lane."""
        return self.series(lambda second: second["lanes"].get(lane, (0,))[0])


def read_trace(text: str) -> Trace:
    """The trace in these JSON lines; a last line that was cut off is left out."""
    lines = [_object(line) for line in text.splitlines() if line.strip()]
    if lines and lines[-1] is None:
        lines.pop()
    known = [line for line in lines if line is not None]
    if not known or len(known) < len(lines) or known[0].get("format") != FORMAT:
        raise UnreadableTraceError("not a trace of the media engine")
    seconds = tuple(line for line in known if line["kind"] == "second")
    if not seconds:
        raise UnreadableTraceError("the trace holds no second: nobody was ever connected")
    events = tuple(_event(line) for line in known if line["kind"] == "event")
    return Trace(known[0]["at"], seconds, events)


def read_line(text: str, begins_s: float) -> tuple[TrueSecond, ...]:
    """The line towards the GP from records, as JSON lines or one list, or from a bench's JSON.

    Of a bench it is the first run of chevet.

    `begins_s` is when, on the trace's clock, the line's schedule began.
    """
    try:
        content = json.loads(text)
    except ValueError:
        content = _each_line(text)
    if isinstance(content, dict):
        runs = [run for run in content.get("runs", ()) if run.get("peer") == "chevet"]
        content = (runs[0].get("line") or {}).get("log") if runs else None
    if not (isinstance(content, list) and content):
        raise UnreadableTraceError("no records of a line in this file")
    return tuple(
        _true_second(record, begins_s)
        for record in content
        if record["direction"] == "up" and record["seconds"] > 0 and record["from_s"] >= 0
    )


def spans(times_s: Sequence[float], is_on: Sequence[bool]) -> list[tuple[float, float]]:
    """From when to when it was on; each second reaches back to the one before."""
    found: list[tuple[float, float]] = []
    for index, on in enumerate(is_on):
        if not on:
            continue
        begins_s = times_s[index - 1] if index else times_s[index] - 1
        if found and found[-1][1] == begins_s:
            begins_s = found.pop()[0]
        found.append((begins_s, times_s[index]))
    return found


def _each_line(text: str) -> list[Any]:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise UnreadableTraceError("no records of a line in this file") from error


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) and "kind" in value else None


def _event(line: dict[str, Any]) -> Event:
    facts = (line[name] for name in ("what", "bytes", "device", "late_ms") if name in line)
    return Event(line["t"], line["event"], " ".join(map(str, facts)))


def _true_second(record: dict[str, Any], begins_s: float) -> TrueSecond:
    queue = record["queue_ms"]
    return TrueSecond(
        begins_s + record["from_s"] + record["seconds"] / 2,
        record["capacity_bps"],
        record["delivered_bytes"] * 8 / record["seconds"],
        queue["p95"] if queue else 0.0,
    )

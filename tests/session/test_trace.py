"""The trace: readable, bounded, written elsewhere, and free of anything of the patient's."""

import asyncio
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes.site_story import engine, estimate

from client.session import trace as tracing
from client.session.events import EventLog
from client.session.trace import FILES_LIMIT, FORMAT, WAITING_LIMIT, Trace, TracedEvents, file_in

AT = datetime(2026, 11, 23, 14, 6, 30, 250_000, tzinfo=UTC)


def clock() -> Iterator[float]:
    second = 100.0
    while True:
        yield second
        second += 0.5


def traced(path: Path) -> Trace:
    ticks = clock()
    return Trace(path, AT, lambda: next(ticks))


async def written(trace: Trace) -> None:
    """Run it as a session does, and end it."""
    work = asyncio.create_task(trace.run())
    await asyncio.sleep(0)
    work.cancel()
    await asyncio.wait([work])


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_a_second_and_what_changed_in_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "trace.jsonl"
    trace = traced(path)
    trace.second(engine())
    trace.second(engine(since_s=301.0, estimate=estimate(90_000, queue_s=0.25)))
    await written(trace)
    begin, *rest = lines(path)
    assert begin == {"kind": "begin", "format": FORMAT, "at": "2026-11-23T14:06:30.250000+00:00"}
    seconds = [line for line in rest if line["kind"] == "second"]
    assert [second["queue_ms"] for second in seconds] == [18, 250]
    assert seconds[0]["lanes"]["voice"] == [22_000, 0, 0]
    assert seconds[0]["up_bps"] == 118_000
    assert seconds[0]["t"] < seconds[1]["t"]
    assert {line["event"] for line in rest if line["kind"] == "event"} >= {"picture_rung", "weak"}


async def test_only_known_events_and_facts_are_told(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    stream, trace = io.StringIO(), traced(path)
    events = TracedEvents(EventLog(stream, lambda: AT), trace)
    told_nowhere = "https://relay.example/#geheim Mme Delacour 37.8"
    events("invitation", url=told_nowhere)
    events("words", words=told_nowhere)
    events("some_reading", value=told_nowhere)
    events("still_taken", id=1, bytes=48_213, label=told_nowhere)
    events("ended", reason=told_nowhere)
    await written(trace)
    assert stream.getvalue().count("Delacour") == 5
    text = path.read_text()
    assert "Delacour" not in text
    assert "relay.example" not in text
    told = [line for line in lines(path) if line["kind"] == "event"]
    assert [line["event"] for line in told] == ["still_taken", "ended"]
    assert told[0]["bytes"] == 48_213


async def test_a_full_trace_says_so_and_grows_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "SIZE_LIMIT_BYTES", 20_000)
    path = tmp_path / "trace.jsonl"
    trace = traced(path)
    for second in range(200):
        trace.second(engine(since_s=float(second)))
    await written(trace)
    size = path.stat().st_size
    assert 15_000 < size <= 20_000
    assert lines(path)[-1] == {"kind": "full"}
    trace.second(engine())
    await written(trace)
    assert path.stat().st_size == size


async def test_a_disk_that_does_not_keep_up_loses_lines_not_memory(tmp_path: Path) -> None:
    trace = traced(tmp_path / "trace.jsonl")
    for _ in range(3 * WAITING_LIMIT):
        trace.event("connected")
    await written(trace)
    assert len(lines(tmp_path / "trace.jsonl")) == WAITING_LIMIT


async def test_a_disk_that_refuses_ends_the_trace_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    trace = traced(tmp_path / "file" / "trace.jsonl")
    trace.event("connected")
    await written(trace)
    trace.second(replace(engine(), since_s=1.0))
    await written(trace)
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_folder_keeps_the_newest_traces_called_by_their_time(tmp_path: Path) -> None:
    for number in range(2 * FILES_LIMIT):
        path = file_in(tmp_path, AT + timedelta(seconds=number))
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    kept = sorted(file.name for file in (tmp_path / "traces").iterdir())
    assert len(kept) == FILES_LIMIT
    assert kept[-1] == f"{AT + timedelta(seconds=2 * FILES_LIMIT - 1):%Y-%m-%dT%H-%M-%S.%fZ}.jsonl"
    assert path.name == kept[-1]

"""The steps of a load test, and what a node cost at each."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from relay_load.servers import nats_cluster

ROOT = Path(__file__).resolve().parents[2]
IDLE_TOGETHER = 2_500
"""Idle visitors of one process."""
SERVERS = 3
SETTLE_S = 3.0
"""What logging in took is given back in part meanwhile."""


class Engine(StrEnum):
    """What the node keeps letters in."""

    SQLITE = "sqlite"
    NATS = "nats"


@dataclass(frozen=True, slots=True)
class Row:
    """One rate of letters beside so many idle visitors."""

    idle: int
    resident_mb: float
    """The node's memory before the traffic."""
    per_idle_kb: float
    """What one idle visitor added to the empty node."""
    rate: int
    """Letters a second asked for; 0 for as many as go."""
    told: dict[str, Any]
    """What `relay_load.traffic` printed."""
    node_ms: float
    """The node's processor time for one letter, from put to acknowledgement, of all threads."""


async def measured(
    engine: Engine, folder: Path, idle: Sequence[int], rates: Sequence[int], seconds: float
) -> list[Row]:
    """All rates at each number of idle visitors, then as many letters as go."""
    rows: list[Row] = []
    async with AsyncExitStack() as stack:
        node, url = await stack.enter_async_context(_node(engine, folder))
        empty_mb = await _settled_mb(node)
        here = 0
        crowds: list[Process] = []
        for count in idle:
            while here < count:
                size = min(IDLE_TOGETHER, count - here)
                crowds.append(await stack.enter_async_context(_crowd(url, here, size)))
                here += size
            resident_mb = await _settled_mb(node)
            per_idle_kb = 1_000 * (resident_mb - empty_mb) / count if count else 0.0
            for rate in (*rates, 0):
                before_s = _worked_s(node)
                told = await _traffic(url, rate, seconds)
                node_ms = 1_000 * (_worked_s(node) - before_s) / told["letters"]
                rows.append(Row(count, resident_mb, per_idle_kb, rate, told, node_ms))
                _progress(rows[-1])
        lost = sum([await _lost(crowd) for crowd in crowds])
        print(f"idle visitors lost on the way: {lost}", file=sys.stderr)
    return rows


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    lines = [
        (
            "| idle | node MB | kB each | asked/s | stored/s | stored p50, p99 ms"
            " | delivered p50, p99 ms | node ms each |"
        ),
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        stored, delivered = row.told["stored_ms"], row.told["delivered_ms"]
        lines.append(
            f"| {row.idle:,} | {row.resident_mb:.0f} | {row.per_idle_kb:.1f}"
            f" | {row.rate or 'all'} | {row.told['per_s']:.0f}"
            f" | {stored[0]:.1f}, {stored[1]:.1f} | {delivered[0]:.1f}, {delivered[1]:.1f}"
            f" | {row.node_ms:.2f} |"
        )
    return "\n".join(lines)


def _progress(row: Row) -> None:
    print(table([row]).splitlines()[-1], file=sys.stderr, flush=True)


@asynccontextmanager
async def _node(engine: Engine, folder: Path) -> AsyncIterator[tuple[Process, str]]:
    async with AsyncExitStack() as stack:
        arguments = [str(folder / "relay")]
        if engine is Engine.NATS:
            servers = await stack.enter_async_context(nats_cluster(folder, SERVERS))
            arguments.append(",".join(server.url for server in servers))
        node = await stack.enter_async_context(_program("node", *arguments))
        yield node, await _line(node)


@asynccontextmanager
async def _crowd(url: str, first: int, count: int) -> AsyncIterator[Process]:
    async with _program("idle", url, str(first), str(count)) as crowd:
        await _line(crowd)
        yield crowd


async def _lost(crowd: Process) -> int:
    told, _ = await crowd.communicate(b"")  # ends its input
    return int(told.decode().split()[1])


async def _traffic(url: str, rate: int, seconds: float) -> dict[str, Any]:
    async with _program("traffic", url, str(rate), str(seconds)) as traffic:
        told: dict[str, Any] = json.loads(await _line(traffic))
        return told


@asynccontextmanager
async def _program(name: str, *arguments: str) -> AsyncIterator[Process]:
    places = (ROOT, ROOT / "scripts")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, places))}
    command = (sys.executable, "-m", f"relay_load.{name}", *arguments)
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, env=environment
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _line(process: Process) -> str:
    assert process.stdout is not None  # noqa: S101 -- it was asked for
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError("a process of the load test has failed")
    return line.decode().strip()


async def _settled_mb(process: Process) -> float:
    await asyncio.sleep(SETTLE_S)
    return _resident_mb(process)


def _resident_mb(process: Process) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    (resident,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(resident.split()[1]) / 1_000


def _worked_s(process: Process) -> float:
    """User and system time of all its threads: fields 14 and 15 of proc_pid_stat(5)."""
    stat = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii")
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

"""What every call is given, and what every call is watched with."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from client import clock
from linklab.measuring import processes
from linklab.measuring.camera import Loop
from linklab.measuring.evidence import SiteUsage
from linklab.peers.place import Place

if TYPE_CHECKING:
    from linklab.measuring.lanes import Row

READING_PERIOD_S: Final = 1.0
STILL_BYTES: Final = 200_000
_STILL_AT_S: Final = 15.0
_POLL_S: Final = 0.5
_ROOT: Final = Path(__file__).parents[3]
_USAGE_PERIOD_S: Final = 2.0
"""chosen: reading a browser's memory maps costs milliseconds each time."""
_STOP_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One line, its two ends, and what is said and shown."""

    site: Place
    gp: Place
    camera: Loop
    voice: Path
    """What is spoken at the site, again and again: 16-bit mono WAV at 48 kHz."""
    gp_camera: Path
    gp_voice: Path
    still: Path
    """A JPEG of about `STILL_BYTES`."""
    seconds: float
    """How long it is measured."""
    patience_s: float
    """How long a still on its way is waited for beyond that."""
    folder: Path
    """Temporary."""
    playwright: Any
    start_clock: Callable[[], Any]
    """To be awaited when the call is to be measured from now on."""

    @property
    def still_at_s(self) -> float:
        """When the still is asked for: 15 s, or sooner in a short call."""
        return min(_STILL_AT_S, self.seconds / 4)

    async def wait_for_still(self, page: Any, is_there: str) -> None:
        """Wait until the script says true on the page, or for as long as patience lasts."""
        until_s = clock.monotonic_s() + self.patience_s
        while (  # noqa: ASYNC110 -- it happens in another program's page
            clock.monotonic_s() < until_s and not await page.evaluate(is_there)
        ):
            await asyncio.sleep(_POLL_S)


def wall_ms() -> float:
    """The clock of everything that is measured."""
    return clock.now().timestamp() * 1000


def python(place: Place, module: str, *words: str) -> tuple[str, ...]:
    """The command line of one of our own modules there."""
    return place.command(sys.executable, "-m", module, *words)


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What our own modules need to be found."""
    paths = os.pathsep.join((str(_ROOT), str(_ROOT / "scripts")))
    return {**os.environ, "PYTHONPATH": paths, **(more or {})}


class Tap:
    """The packets that the site puts on the line."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        """Filled when the tap has ended."""


@asynccontextmanager
async def tapped(site: Place) -> AsyncIterator[Tap]:
    """Count them for the length of a block."""
    tap = Tap()
    words = python(site, "linklab.measuring.tap", site.interface)
    process = await asyncio.create_subprocess_exec(
        *words, stdin=PIPE, stdout=PIPE, env=environment()
    )
    try:
        yield tap
    finally:
        told, _ = await process.communicate(b"")
        tap.rows.extend(json.loads(told or b"[]"))


class UsageWatch:
    """What a tree of processes uses, from `begin` to `end`."""

    def __init__(self, pids: Callable[[], set[int]]) -> None:
        self._pids = pids
        self._began_s = clock.monotonic_s()
        self._first: dict[int, float] = {}
        self._last: dict[int, float] = {}
        self._peak_mb = 0.0
        self._task = asyncio.create_task(self._watch())

    async def end(self) -> SiteUsage:
        """Stop watching; returns the mean share of a core and the largest memory."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.to_thread(self._look)
        seconds = clock.monotonic_s() - self._began_s
        used_s = sum(self._last[pid] - self._first[pid] for pid in self._last)
        return SiteUsage(used_s / seconds, self._peak_mb)

    async def _watch(self) -> None:
        while True:
            await asyncio.to_thread(self._look)
            await asyncio.sleep(_USAGE_PERIOD_S)

    def _look(self) -> None:
        is_first = not self._last
        memory_mb = 0.0
        for pid in self._pids():
            now = processes.usage([pid])
            memory_mb += now.memory_mb
            # A process that began later used everything it used within the call.
            self._first.setdefault(pid, now.cpu_s if is_first else 0.0)
            self._last[pid] = max(now.cpu_s, self._last.get(pid, 0.0))
        self._peak_mb = max(self._peak_mb, memory_mb)


async def stop(process: Process) -> None:
    """Ask it to end, then insist."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_S)
    except TimeoutError:
        process.kill()
        await process.wait()

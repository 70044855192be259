"""The demo's own programs: started as children, stopped by their process ids, never left behind."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from client.errors import ChevetError

START_S: Final = 20.0
"""A program not ready by then has failed; chosen: ten times a busy 2-core machine."""
STOP_S: Final = 15.0
"""After that a program that was asked to end is killed."""
POLL_S: Final = 0.05


class ProgramFailedError(ChevetError):
    """One of the demo's programs ended or did not start."""

    def __init__(self, program: str, detail: str) -> None:
        super().__init__(f"{program} failed: {detail}")
        self.program = program
        self.detail = detail


class Program:
    """One running child: ``chevet`` with these words."""

    def __init__(self, name: str, process: Process) -> None:
        self.name = name
        self.process = process

    @classmethod
    async def start(
        cls, *words: str, environment: Mapping[str, str] | None = None, in_front: bool = False
    ) -> "Program":
        """Run ``chevet WORDS``; `in_front` gives it the terminal."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "client",
            *words,
            env={**os.environ, **(environment or {})},
            stdin=None if in_front else DEVNULL,
            stdout=None if in_front else PIPE,
            stderr=None if in_front else PIPE,
        )
        return cls(words[0], process)

    async def first_line(self) -> str:
        """What it says first; `ProgramFailedError` with its complaint if it says nothing."""
        assert self.process.stdout is not None  # noqa: S101 -- started with a pipe
        async with asyncio.timeout(START_S):
            line = (await self.process.stdout.readline()).decode().strip()
        if not line:
            raise ProgramFailedError(self.name, await self._complaint())
        return line

    async def ended_well(self, timeout_s: float) -> None:
        """Wait for its end; `ProgramFailedError` if it fails or takes longer."""
        try:
            async with asyncio.timeout(timeout_s):
                status = await self.process.wait()
        except TimeoutError:
            raise ProgramFailedError(self.name, f"still running after {timeout_s:g} s") from None
        if status != 0:
            raise ProgramFailedError(self.name, await self._complaint())

    async def stop(self) -> None:
        """Ask it to end, then insist."""
        if self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)

    async def _complaint(self) -> str:
        if self.process.stderr is None:
            return ""
        return (await self.process.stderr.read()).decode(errors="replace").strip()


@asynccontextmanager
async def running(*words: str, **options: Any) -> AsyncIterator[Program]:
    """A program for the length of a block."""
    program = await Program.start(*words, **options)
    try:
        yield program
    finally:
        await program.stop()


class EventFile:
    """The JSON lines a site writes with ``--events``, as they come."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> list[dict[str, Any]]:
        """Every whole line so far."""
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def count(self, event: str) -> int:
        """How often this happened."""
        return sum(line["event"] == event for line in self.all())

    async def first(
        self, event: str, timeout_s: float, is_it: Callable[[dict[str, Any]], bool] = bool
    ) -> dict[str, Any]:
        """The first such line, once it is there; `TimeoutError` if it never is."""
        async with asyncio.timeout(timeout_s):
            while True:
                for line in self.all():
                    if line["event"] == event and is_it(line):
                        return line
                await asyncio.sleep(POLL_S)

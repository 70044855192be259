"""A real line between two network namespaces of this machine, as bad as a profile says.

::

    async with laboratory(find("adsl-rural"), seed=1) as lab:
        server = lab.gp.popen(["python", "-m", "http.server", "--bind", lab.gp.address])
        ...
        await lab.start_clock()  # t = 0 of the profile's schedule
        ...
    print(lab.whole["up"]["queue_ms"])

From the beginning the line is as its profile says of t = 0; `start_clock` starts what changes with
time (rates, outages, others' traffic, another address). Needs root and Linux.
"""

import asyncio
import base64
import json
import os
import pickle
import secrets
import socket
import subprocess  # noqa: TC003 - a type that callers may look up
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final

from client.clock import monotonic_s
from linklab import namespaces
from linklab.namespaces import Namespace
from linklab.profile import Profile
from linklab.wiring import NETWORK, Setup

_ROOT: Final = Path(__file__).parents[2]
_ADDRESSES: Final = tuple(str(NETWORK.network_address + host) for host in (0x0102, 0x0202))
"""Of the site and of the GP, far enough apart for the site's next ones."""
_NEXT_ADDRESS: Final = 1
_END_WAIT_S: Final = 5.0


class ForwarderEndedError(Exception):
    """The process between the two ends is no more."""

    def __init__(self) -> None:
        super().__init__("the line's forwarder ended unasked; its own words are on stderr")


@dataclass(slots=True)
class End:
    """One end of the line."""

    namespace: Namespace
    device: str
    address: str
    """IPv4; the site's changes where the profile says so."""

    def popen(self, args: Sequence[str], **options: Any) -> "subprocess.Popen[Any]":
        """Start a program there; its process id is its own, not a wrapper's."""
        return self.namespace.popen(args, **options)

    async def start(self, args: Sequence[str], **options: Any) -> asyncio.subprocess.Process:
        """Start a program there, for a caller that waits with asyncio."""
        command = self.namespace.command(args)
        return await asyncio.create_subprocess_exec(*command, **options)

    def socket(self, kind: socket.SocketKind = socket.SOCK_DGRAM) -> socket.socket:
        """Open an IPv4 socket there, for use in this process."""
        return self.namespace.socket(kind)


class Laboratory:
    """A line at work, made by `laboratory`."""

    def __init__(
        self, profile: Profile, process: asyncio.subprocess.Process, ends: "tuple[End, End]"
    ) -> None:
        self.profile = profile
        self.site, self.gp = ends
        self.records: list[dict[str, Any]] = []
        """One a second and direction: records.Record as JSON."""
        self.whole: dict[str, dict[str, Any]] = {}
        """By direction, since the clock's start; filled when the laboratory closes."""
        self._process = process
        self._begun: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._listening = asyncio.create_task(self._listen())
        self._changes: asyncio.Task[None] | None = None

    async def start_clock(self) -> float:
        """Begin the profile's schedule, once; return its zero on the monotonic clock."""
        self._tell("begin")
        await asyncio.wait((self._begun, self._listening), return_when=asyncio.FIRST_COMPLETED)
        if not self._begun.done():
            raise ForwarderEndedError
        begun_s = self._begun.result()
        self._changes = asyncio.create_task(self._change_addresses(begun_s))
        return begun_s

    async def close(self) -> None:
        """End the line; what happened to it is known then."""
        self._tell("quit")
        try:
            await asyncio.wait_for(self._listening, _END_WAIT_S)
        except TimeoutError:
            self._process.kill()
        await self._process.wait()
        if self._changes:
            self._changes.cancel()
            await asyncio.wait((self._changes,))
            if not self._changes.cancelled():
                self._changes.result()  # raises what went wrong, if anything did

    def _tell(self, word: str) -> None:
        if self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(f"{word}\n".encode())

    async def _listen(self) -> None:
        """Keep what the forwarder says until it ends."""
        async for line in _stdout(self._process):
            message = json.loads(line)
            if "begun_s" in message:
                self._begun.set_result(message["begun_s"])
            elif "second" in message:
                self.records.append(message["second"])
            elif "whole" in message:
                self.whole[message["whole"]["direction"]] = message["whole"]

    async def _change_addresses(self, begun_s: float) -> None:
        """Give the site its other addresses when their time comes; the GP's way to all is kept."""
        for event in self.profile.events:
            await asyncio.sleep(max(begun_s + event.at_s - monotonic_s(), 0))
            former = self.site.address
            self.site.address = str(IPv4Address(former) + _NEXT_ADDRESS)
            self.site.namespace.configure(
                f"address delete {former}/32 dev {self.site.device}",
                *_addressing(self.site),
            )


@asynccontextmanager
async def laboratory(
    profile: Profile, *, seed: int = 0, packet_log: Path | None = None
) -> AsyncIterator[Laboratory]:
    """Make the line and its two ends; remove them, and what runs there, at the end.

    The packet log has one line a packet: direction, time it was offered (monotonic clock), IP
    bytes, and the time it arrives or why it does not. Raise NamespacesUnavailableError where such
    a line cannot be made.
    """
    names = namespaces.create(("site", "gp"))
    try:
        run = secrets.token_hex(3)
        devices = (f"lab{run}s", f"lab{run}g")
        setup = Setup(profile, seed, devices, (names[0].name, names[1].name), packet_log)
        process = await _forwarder(setup)
        site, gp = (End(*each) for each in zip(names, devices, _ADDRESSES, strict=True))
        lab = Laboratory(profile, process, (site, gp))
        try:
            for end in (site, gp):
                namespaces.move(end.device, end.namespace)
                end.namespace.configure(f"link set {end.device} up", *_addressing(end))
            yield lab
        finally:
            await lab.close()
    finally:
        namespaces.delete(names)


def _addressing(end: End) -> tuple[str, str]:
    """Commands that give the end its address, and its way out, which one without loses."""
    return (
        f"address add {end.address}/32 dev {end.device}",
        f"route replace default dev {end.device}",
    )


async def _forwarder(setup: Setup) -> asyncio.subprocess.Process:
    """Start a forwarder, and wait until it has its devices."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "linklab.forwarder"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(_ROOT), str(_ROOT / "scripts")))},
        start_new_session=True,  # an interrupt is for the laboratory, which then closes it
    )
    if process.stdin:
        process.stdin.write(base64.b64encode(pickle.dumps(setup)) + b"\n")
    try:
        async for line in _stdout(process):
            if "ready" in json.loads(line):
                return process
    except asyncio.CancelledError:
        process.kill()
        raise
    await process.wait()
    raise ForwarderEndedError


async def _stdout(process: asyncio.subprocess.Process) -> AsyncIterator[bytes]:
    if process.stdout:
        async for line in process.stdout:
            yield line

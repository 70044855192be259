"""Real NATS servers on free ports of this machine, one or a cluster, ended by their process ids."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Debian puts it where the paths of ordinary users do not lead.
PROGRAM: Final = shutil.which("nats-server", path=os.environ["PATH"] + os.pathsep + "/usr/sbin")


@dataclass(frozen=True, slots=True)
class Server:
    """One server of a cluster."""

    name: str
    url: str
    process: asyncio.subprocess.Process

    async def kill(self) -> None:
        """As kill -9 does."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def nats_cluster(folder: Path, size: int) -> AsyncIterator[list[Server]]:
    """So many servers that know each other, with JetStream on files in the folder."""
    ports, routes = free_ports(size), free_ports(size)
    async with AsyncExitStack() as stack:
        servers = [await started(folder, number, ports[number], routes) for number in range(size)]
        for server in servers:
            stack.push_async_callback(server.kill)
        yield servers


async def started(folder: Path, number: int, port: int, routes: list[int]) -> Server:
    """The server of this number, on what it left in the folder."""
    options = ["--addr", "127.0.0.1", "--port", str(port), "--jetstream"]
    options += ["--name", f"server-{number}", "--store_dir", str(folder / f"nats-{number}")]
    if len(routes) > 1:
        options += ["--cluster_name", "chevet"]
        options += ["--cluster", f"nats://127.0.0.1:{routes[number]}"]
        options += ["--routes", ",".join(f"nats://127.0.0.1:{route}" for route in routes)]
    if PROGRAM is None:
        raise FileNotFoundError("nats-server")
    process = await asyncio.create_subprocess_exec(
        PROGRAM, *options, stderr=asyncio.subprocess.DEVNULL
    )
    return Server(f"server-{number}", f"nats://127.0.0.1:{port}", process)


def free_ports(count: int) -> list[int]:
    """So many ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [server.getsockname()[1] for server in sockets]
    for server in sockets:
        server.close()
    return ports

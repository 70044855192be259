"""Three NATS servers, two relay nodes, clients under way; then one of each is killed with -9."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from relay.nats_servers import needs_nats_server
from relay_load.servers import Server, free_ports, nats_cluster

from client.core.identity import Identity
from client.net.relay_client import RelayClient
from client.relay.storage.gateway import Gateway
from client.relay.storage.jetstream import STREAM

pytestmark = needs_nats_server

REPOSITORY: Final = Path(__file__).parents[2]
PAIRS: Final = 4
LETTERS: Final = 60
"""Each sender's."""
UNDER_WAY: Final = 6
"""Letters of one sender that wait for their answer at once."""
UNTIL_S: Final = 1 << 40
TOKEN: Final = b"sixteen bytes ok"


@dataclass(slots=True)
class Pair:
    """A sender at one node and an owner at the other."""

    number: int
    arrived: list[int] = field(default_factory=list)
    progress: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def owner(self) -> Identity:
        return Identity(bytes([1, self.number]) * 16)

    @property
    def sender(self) -> Identity:
        return Identity(bytes([2, self.number]) * 16)

    async def take(self, data: bytes) -> None:
        """A letter reached the owner."""
        async with self.progress:
            self.arrived.append(int(data))
            self.progress.notify_all()

    async def has(self, count: int) -> None:
        """Return once so many different letters arrived."""
        async with self.progress:
            await self.progress.wait_for(lambda: len(set(self.arrived)) >= count)

    async def exchange(self, sender_url: str, owner_url: str) -> None:
        """All letters of this pair, from the first to the last that arrives."""
        async with (
            RelayClient(owner_url, self.owner, on_letter=self.take) as owner,
            RelayClient(sender_url, self.sender, on_letter=lambda _: None) as sender,
        ):
            await owner.admit(TOKEN, UNTIL_S)
            turns = asyncio.Semaphore(UNDER_WAY)

            async def put(number: int) -> None:
                try:
                    await sender.put(self.owner.address, TOKEN, b"%d" % number, 3_600)
                finally:
                    turns.release()

            async with asyncio.TaskGroup() as putting:
                for number in range(LETTERS):
                    await turns.acquire()
                    putting.create_task(put(number))
            # Every put has returned: whatever is acknowledged has to arrive.
            await self.has(LETTERS)


@asynccontextmanager
async def relay_node(
    servers: list[Server], port: int, other: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """One node as a process of its own, killed with -9 at the end."""
    program = Path(__file__).with_name("serving_node.py")
    node = await asyncio.create_subprocess_exec(
        *(sys.executable, str(program), ",".join(server.url for server in servers)),
        *(str(port), f"http://127.0.0.1:{other}"),
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(REPOSITORY)},
    )
    try:
        assert node.stdout is not None
        assert await node.stdout.readline() == f"http://127.0.0.1:{port}\n".encode()
        yield node
    finally:
        if node.returncode is None:
            node.kill()
        await node.wait()


async def leader(servers: list[Server]) -> Server:
    """The server that leads the stream of letters."""
    asking = Gateway(lambda: None)
    await asking.open([server.url for server in servers], [])
    stream = await asking._stream.stream_info(STREAM)
    await asking.close()
    assert stream.cluster is not None
    return next(server for server in servers if server.name == stream.cluster.leader)


def first_times(arrived: list[int]) -> list[int]:
    """Without what came again."""
    return list(dict.fromkeys(arrived))


@pytest.mark.parametrize("is_leader_killed", [True, False], ids=["leader", "follower"])
async def test_nothing_acknowledged_is_lost_when_a_server_and_a_node_are_killed(
    tmp_path: Path, *, is_leader_killed: bool
) -> None:
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(nats_cluster(tmp_path, 3))
        ports = free_ports(2)
        lost = await stack.enter_async_context(relay_node(servers, ports[0], ports[1]))
        await stack.enter_async_context(relay_node(servers, ports[1], ports[0]))
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        leading = await leader(servers)
        other = next(server for server in servers if server is not leading)

        pairs = [Pair(number) for number in range(PAIRS)]
        async with asyncio.TaskGroup() as exchanging:
            for pair in pairs:  # half of the senders, and half of the owners, lose their node
                at = urls if pair.number % 2 else urls[::-1]
                exchanging.create_task(pair.exchange(*at))
            for pair in pairs:
                await pair.has(LETTERS // 4)
            await (leading if is_leader_killed else other).kill()
            for pair in pairs:
                await pair.has(LETTERS // 2)
            lost.kill()

        for pair in pairs:
            assert first_times(pair.arrived) == list(range(LETTERS))

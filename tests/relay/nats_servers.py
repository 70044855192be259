"""Storages on real NATS servers."""

from typing import Final

import pytest
from relay_load.servers import PROGRAM, Server

from client.relay.storage.jetstream import JetStreamStorage

needs_nats_server: Final = pytest.mark.skipif(
    PROGRAM is None, reason="no nats-server on this machine: apt-get install nats-server"
)


async def opened_storage(
    servers: list[Server], *, node: bytes = b"n" * 8, limit_bytes: int = 1 << 30
) -> JetStreamStorage:
    """A relay node's storage on these servers."""
    moments = iter(range(1, 1 << 30))
    storage = JetStreamStorage(node=node, now_us=lambda: next(moments))
    urls = [server.url for server in servers]
    await storage.open(urls, copies=len(servers), limit_bytes=limit_bytes)
    return storage

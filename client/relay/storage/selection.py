"""Which engine a relay works with."""

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import platformdirs

from client import clock
from client.errors import UsageError
from client.relay.storage import MailboxStorage
from client.relay.storage.claims import NODE_BYTES
from client.relay.storage.jetstream import COPIES, JetStreamStorage
from client.relay.storage.sqlite import SqliteStorage

_SCHEMES: Final = ("nats", "tls")


class StorageUrlError(UsageError):
    """The storage given is neither a folder's file nor a list of NATS servers."""

    def __init__(self) -> None:
        super().__init__("the storage is not a list of NATS servers")  # may hold a password


async def opened_storage(cluster: str | None, folder: Path | None) -> MailboxStorage:
    """The engine, ready.

    ``cluster`` are servers of a NATS cluster, ``nats://[user:password@]host:4222`` with commas in
    between; ``tls:`` asks for an encrypted way. With three or more, three of them hold every
    letter. None is a file in ``folder``, or in the user's own data folder. `StorageUrlError`,
    `StorageError`.
    """
    if cluster is None:
        own = platformdirs.user_data_path("chevet", appauthor=False) / "relay"
        return await asyncio.to_thread(SqliteStorage, folder or own)
    servers = _servers(cluster)
    storage = JetStreamStorage(node=secrets.token_bytes(NODE_BYTES), now_us=_now_us)
    await storage.open(servers, copies=COPIES if len(servers) >= COPIES else 1)
    return storage


def _now_us() -> int:
    return int(clock.now().timestamp() * 1_000_000)


def _servers(cluster: str) -> Sequence[str]:
    servers = [server.strip() for server in cluster.split(",")]
    for server in servers:
        try:
            parts = urlsplit(server)
            is_good = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_good = False
        if not is_good:
            raise StorageUrlError
    return servers

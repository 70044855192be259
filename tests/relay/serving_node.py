"""Run one of a relay's nodes as a process of its own: ``serving_node.py CLUSTER PORT NODE_URL``.

Tests kill it.
"""

import sys

from client.relay.process import run_until_stopped
from client.relay.serve import RelaySettings, serve


def announce(url: str) -> None:
    print(url, flush=True)  # noqa: T201 -- its only way to tell the test


cluster, port, *nodes = sys.argv[1:]
settings = RelaySettings(nodes=tuple(nodes))
run_until_stopped(serve("127.0.0.1", int(port), None, announce, cluster=cluster, settings=settings))

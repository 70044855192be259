"""One relay node that lets a whole load test in from one address: ``node FOLDER [CLUSTER]``."""

import sys
from pathlib import Path

from client.relay.limits import Limits
from client.relay.process import run_until_stopped
from client.relay.serve import RelaySettings, serve

MANY = 1_000_000
LIMITS = Limits(
    connections=15_000,
    connections_per_network=15_000,
    arrivals_per_s=MANY,
    arrivals_burst=MANY,
    frames_per_s=MANY,
    frames_burst=MANY,
    address_bytes=1e12,
    network_bytes=1e12,
)


def announce(url: str) -> None:
    """Tell whoever started it."""
    print(url, flush=True)


folder, *cluster = sys.argv[1:]
run_until_stopped(
    serve(
        *("127.0.0.1", 0, Path(folder), announce),
        cluster=cluster[0] if cluster else None,
        settings=RelaySettings(limits=LIMITS),
    )
)

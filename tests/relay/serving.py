"""Run a relay as a process of its own: ``serving.py FOLDER PORT``. Tests kill it."""

import sys
from pathlib import Path

from client.relay.process import run_until_stopped
from client.relay.serve import serve


def announce(url: str) -> None:
    print(url, flush=True)  # noqa: T201 -- its only way to tell the test


run_until_stopped(serve("127.0.0.1", int(sys.argv[2]), Path(sys.argv[1]), announce))

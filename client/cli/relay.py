"""``chevet relay``: the mailbox through which the two ends meet, and the GP's page."""

import argparse
import os
from pathlib import Path

from client.catalogue import Catalogue
from client.errors import UsageError

_PORT_LIMIT = 1 << 16
_STORAGE_VARIABLE = "CHEVET_STORAGE"
"""Where servers that want a password are named: command lines are for all users to see."""


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",  # no public name for it
    say: Catalogue,
) -> None:
    """Add the command and its options."""
    parser = subparsers.add_parser(
        "relay", help=say("cli.relay.help"), description=say("cli.relay.description")
    )
    parser.add_argument("--host", default="127.0.0.1", help=say("cli.relay.host"))
    parser.add_argument("--port", type=int, default=8787, help=say("cli.relay.port"))
    parser.add_argument("--data", type=Path, metavar="DIR", help=say("cli.relay.data"))
    parser.add_argument(
        "--storage",
        metavar="NATS",
        default=os.environ.get(_STORAGE_VARIABLE),
        help=say("cli.relay.storage", variable=_STORAGE_VARIABLE),
    )
    parser.add_argument("--print-url", action="store_true", help=say("cli.print_url"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, say: Catalogue) -> int:
    """Serve until stopped."""
    if not 0 <= args.port < _PORT_LIMIT:
        raise UsageError(say("cli.port_range", port=args.port))
    from client.relay.serve import run_until_stopped, serve  # noqa: PLC0415 -- heavy, see --help

    def announce(url: str) -> None:
        if args.print_url:
            print(url, flush=True)  # noqa: T201 -- the command's output
        print(say("cli.relay.ready", url=url), flush=True)  # noqa: T201 -- same

    run_until_stopped(serve(args.host, args.port, args.data, announce, cluster=args.storage))
    return 0

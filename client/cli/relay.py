"""``chevet relay``: the mailbox through which the two ends meet, and the GP's page."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from client.catalogue import Catalogue
from client.errors import UsageError

if TYPE_CHECKING:
    from client.relay.serve import RelaySettings

_PORT_LIMIT = 1 << 16
_LOOPBACK = "127.0.0.1"
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
    _add_front(parser, say)
    _add_oversight(parser, say)
    parser.set_defaults(run=run)


def _add_front(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    """How visitors reach it, and each other."""
    add = parser.add_argument
    add("--name", action="append", default=[], metavar="HOST", help=say("cli.relay.name"))
    add("--node-url", action="append", default=[], metavar="URL", help=say("cli.relay.node_url"))
    add("--certificate", type=Path, metavar="FILE", help=say("cli.relay.certificate"))
    add("--key", type=Path, metavar="FILE", help=say("cli.relay.key"))
    add(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="NETWORK",
        help=say("cli.relay.trusted_proxy"),
    )
    add("--line", metavar="[HOST:]PORT", help=say("cli.relay.line"))
    add("--profession", type=Path, metavar="FILE", help=say("cli.relay.profession"))
    add("--turn", action="append", default=[], metavar="URI", help=say("cli.relay.turn"))
    add(
        "--turn-secret-file",
        type=Path,
        metavar="FILE",
        help=say("cli.relay.turn_secret_file", variable="CHEVET_TURN_SECRET"),
    )


def _add_oversight(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    """What those who look after it want."""
    add = parser.add_argument
    add("--connections", type=int, metavar="N", help=say("cli.relay.connections"))
    add("--network-connections", type=int, metavar="N", help=say("cli.relay.network_connections"))
    add("--metrics", metavar="[HOST:]PORT", help=say("cli.relay.metrics"))
    add("--log", choices=("text", "json"), default="text", help=say("cli.relay.log"))


def run(args: argparse.Namespace, say: Catalogue) -> int:
    """Serve until stopped."""
    if not 0 <= args.port < _PORT_LIMIT:
        raise UsageError(say("cli.port_range", port=args.port))
    from client.relay.logs import log_json_lines  # noqa: PLC0415 -- heavy, see --help
    from client.relay.process import run_until_stopped  # noqa: PLC0415 -- same
    from client.relay.serve import serve  # noqa: PLC0415 -- same

    if args.log == "json":
        log_json_lines()

    def announce(url: str) -> None:
        if args.print_url:
            print(url, flush=True)  # noqa: T201 -- the command's output
        print(say("cli.relay.ready", url=url), flush=True)  # noqa: T201 -- same

    serving = serve(
        args.host,
        args.port,
        args.data,
        announce,
        cluster=args.storage,
        settings=_settings(args, say),
    )
    run_until_stopped(serving)
    return 0


def _settings(args: argparse.Namespace, say: Catalogue) -> "RelaySettings":
    from client.relay.limits import limits  # noqa: PLC0415 -- heavy, see --help
    from client.relay.serve import RelaySettings  # noqa: PLC0415 -- same
    from client.relay.tls import CertificateFiles  # noqa: PLC0415 -- same
    from client.relay.turn import turn_servers  # noqa: PLC0415 -- same
    from client.relay.visitors import proxies  # noqa: PLC0415 -- same

    if (args.certificate is None) != (args.key is None):
        raise UsageError(say("cli.relay.half_certificate"))
    return RelaySettings(
        hosts=frozenset(name.lower() for name in args.name),
        nodes=_nodes(args.node_url, say),
        limits=limits(args.connections, args.network_connections),
        trusted_proxies=proxies(args.trusted_proxy),
        turn=turn_servers(args.turn, args.turn_secret_file, os.environ),
        certificate=CertificateFiles(args.certificate, args.key) if args.certificate else None,
        oversight=_address(args.metrics, _LOOPBACK, say),
        line=_address(args.line, args.host, say),
        profession=args.profession,
    )


def _nodes(urls: list[str], say: Catalogue) -> tuple[str, ...]:
    from client.core.mailbox import NODES_LIMIT, mailbox_url  # noqa: PLC0415 -- heavy, see --help

    if len(urls) > NODES_LIMIT:
        raise UsageError(say("cli.relay.too_many_nodes", limit=NODES_LIMIT))
    return tuple(mailbox_url(url) for url in urls)


def _address(given: str | None, host: str, say: Catalogue) -> tuple[str, int] | None:
    """``8787``, ``192.0.2.1:8787`` or ``[::1]:8787``."""
    if given is None:
        return None
    before, _, port = given.rpartition(":")
    if not port.isdecimal() or int(port) >= _PORT_LIMIT:
        raise UsageError(say("cli.relay.not_an_address", given=given))
    return before.strip("[]") or host, int(port)

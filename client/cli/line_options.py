"""What the person may say of the line, for every command that uses one."""

import argparse
from typing import TYPE_CHECKING

from client.catalogue import Catalogue
from client.errors import UsageError

if TYPE_CHECKING:
    from client.core.adaptation.link_layer import LinkLayer

_DEFAULT_HEADROOM_PCT = 15
_HEADROOM_LIMIT_PCT = 90
_LEAST_CAP_KBIT = 16


def add_line_options(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    """Link layer, headroom and cap."""
    parser.add_argument(
        "--link-layer", choices=("ethernet", "adsl", "mobile"), help=say("cli.line.link_layer")
    )
    parser.add_argument(
        "--headroom",
        type=int,
        default=_DEFAULT_HEADROOM_PCT,
        metavar="PCT",
        help=say("cli.line.headroom"),
    )
    parser.add_argument("--cap", type=int, metavar="KBIT", help=say("cli.line.cap"))


def check_line_options(arguments: argparse.Namespace, say: Catalogue) -> None:
    """`UsageError` for what no line can be shared by."""
    if not 0 <= arguments.headroom <= _HEADROOM_LIMIT_PCT:
        raise UsageError(say("cli.line.headroom_range", most=_HEADROOM_LIMIT_PCT))
    if arguments.cap is not None and arguments.cap < _LEAST_CAP_KBIT:
        raise UsageError(say("cli.line.cap_range", least=_LEAST_CAP_KBIT))


def link_layer_of(arguments: argparse.Namespace) -> "LinkLayer | None":
    """What was said of the link layer; None: nothing."""
    from client.core.adaptation.link_layer import LinkLayer  # noqa: PLC0415 -- keeps --help instant

    return None if arguments.link_layer is None else LinkLayer(arguments.link_layer)


def headroom_of(arguments: argparse.Namespace) -> float:
    """As a fraction."""
    return float(arguments.headroom) / 100


def cap_bps_of(arguments: argparse.Namespace) -> int | None:
    """In bits per second."""
    return None if arguments.cap is None else int(arguments.cap) * 1_000

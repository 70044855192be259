"""``chevet site``: the terminal beside the patient."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from client.catalogue import Catalogue
from client.cli.line_options import add_line_options, check_line_options
from client.cli.settings_open import has_settings, site_settings
from client.cli.site_defaults import complete, language
from client.core.site_settings.checks import broker_key
from client.errors import UsageError

if TYPE_CHECKING:
    from client.core.site_settings.values import SiteSettings

AUTOMATIC = "auto"
"""Stands for a driver's name: whatever is plugged in is recognised, at this machine's ports or, for
tests, at those that a folder's links name."""


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", say: Catalogue
) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "site",
        help=say("cli.site.help"),
        description=say("cli.site.description"),
        epilog=say("cli.site.epilog"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, metavar in (
        ("relay", "URL"),
        ("camera", "SRC"),
        ("microphone", "SRC"),
        ("speaker", "SINK"),
        ("place", None),
        ("operator", None),
        ("role", None),
        ("rpps", None),
    ):
        parser.add_argument(f"--{name}", metavar=metavar, help=say(f"cli.site.{name}"))
    for name, metavar in (
        ("record", "DIR"),
        ("export", "DIR"),
        ("events", "FILE"),
        ("trace", "FILE"),
    ):
        parser.add_argument(f"--{name}", type=Path, metavar=metavar, help=say(f"cli.site.{name}"))
    parser.add_argument(
        "--instrument",
        action="append",
        default=[],
        metavar="DRIVER=PORT",
        help=say("cli.site.instrument"),
    )
    parser.add_argument(
        "--broker",
        action="append",
        default=[],
        metavar="KEY",
        help=say("cli.site.broker"),
    )
    parser.add_argument(
        "--no-echo-cancelling",
        dest="has_echo_cancelling",
        action="store_false",
        help=say("cli.site.no_echo_cancelling"),
    )
    parser.add_argument(
        "--patient-window",
        dest="window",
        choices=("second", "on", "off"),
        help=say("cli.site.patient_window"),
    )
    add_line_options(parser, say)
    parser.add_argument("--resume", action="store_true", help=say("cli.site.resume"))
    parser.add_argument("--unattended", action="store_true", help=say("cli.site.unattended"))
    parser.add_argument("--training", action="store_true", help=say("training.option"))
    parser.add_argument("--plain", action="store_true", help=say("training.plain.option"))
    parser.set_defaults(run=run, headroom=None)


def run(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Run consultations; returns once everything they started has ended."""
    if _is_first_run(arguments):
        from client.cli.plain_terminal import LinesOneByOne  # noqa: PLC0415 -- keeps --help instant
        from client.cli.settings_edit import edit  # noqa: PLC0415 -- same

        edit(say, LinesOneByOne() if arguments.plain else None)
    told = Told(*_understood(arguments, say))
    if arguments.training:
        from client.cli.training import run_training  # noqa: PLC0415 -- keeps --help instant

        return run_training(told.arguments, told.settings, told.say)
    from client.cli.site_run import run_site  # noqa: PLC0415 -- keeps --help instant

    return run_site(told, lambda: Told(*_understood(arguments, say)))


class Told(NamedTuple):
    """What the person and the settings say together."""

    arguments: argparse.Namespace
    plugs: list[tuple[str, str]]
    settings: "SiteSettings"
    say: Catalogue


def _understood(
    arguments: argparse.Namespace, say: Catalogue
) -> tuple[argparse.Namespace, list[tuple[str, str]], "SiteSettings", Catalogue]:
    """The settings as they are now under the words that were given."""
    words = argparse.Namespace(**vars(arguments))
    settings = site_settings()
    say = language(words, settings, say)
    complete(words, settings, say)
    check_line_options(words, say)
    words.broker = [_broker(text, say) for text in words.broker]
    return words, [_plug(text, say) for text in words.instrument], settings, say


def _is_first_run(arguments: argparse.Namespace) -> bool:
    """Somebody is there who can be asked, and nobody was ever."""
    is_there = sys.stdin.isatty() and sys.stdout.isatty()
    is_told = bool(arguments.relay or arguments.unattended or arguments.training)
    return is_there and not is_told and not has_settings()


def _broker(text: str, say: Catalogue) -> bytes:
    try:
        return broker_key(text)
    except ValueError as error:
        raise UsageError(say("cli.site.broker_unclear")) from error


def _plug(text: str, say: Catalogue) -> tuple[str, str]:
    if text == AUTOMATIC:
        return AUTOMATIC, ""
    driver, separator, port = text.partition("=")
    if not (driver and separator and port):
        raise UsageError(say("cli.site.instrument_unclear", text=text))
    return driver, port

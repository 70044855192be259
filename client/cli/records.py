"""``chevet records``: what this site has kept, and its upkeep.

What is searched for is read from the terminal or from standard input, never from the command's
words: those stay in the shell's history and are seen by every program of the machine.
"""

import argparse
from datetime import datetime
from pathlib import Path
from typing import Final

from client.catalogue import Catalogue
from client.errors import UsageError

PAGE: Final = 50
"""Lines of a list unless more are asked for."""
_ACTIONS: Final = (
    *("list", "search", "show", "export", "verify", "backup", "restore", "begin-anew"),
    *("purge", "erase"),
)
_PLACES: Final = {
    **dict.fromkeys(("show", "export", "erase"), "number"),
    **dict.fromkeys(("backup", "restore"), "file"),
}


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", say: Catalogue
) -> None:
    """Add the sub-command and its own."""
    parser = subparsers.add_parser(
        "records",
        help=say("records.help"),
        description=say("records.description"),
        epilog=say("records.epilog"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(metavar=say("cli.command"), dest="action", required=True)
    for name in _ACTIONS:
        _add(actions, name, say)
    for name in ("list", "search"):
        _page(actions.choices[name], say)
    actions.choices["export"].add_argument("folder", type=Path, help=say("records.folder"))
    actions.choices["export"].add_argument(
        "--patient", action="store_true", help=say("records.patient")
    )
    actions.choices["show"].add_argument("--last", type=int, default=0, help=say("records.last"))
    actions.choices["verify"].add_argument(
        "--noted", metavar="N:HASH", default="", help=say("records.noted")
    )
    for name in ("begin-anew", "erase"):
        actions.choices[name].add_argument("--yes", action="store_true", help=say("records.yes"))
    for name in ("pictures", "records", "rooms"):
        actions.choices["purge"].add_argument(
            f"--{name}", type=int, metavar="N", help=say(f"records.keep.{name}")
        )


def run(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Carry out one action; 1 when something was found that is not as it was written."""
    from client.cli import records_acts, records_shown  # noqa: PLC0415 -- keeps --help instant

    return (records_shown.ACTIONS | records_acts.ACTIONS)[arguments.action](arguments, say)


def _add(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, say: Catalogue
) -> None:
    parser = actions.add_parser(name, help=say(f"records.{name.replace('-', '_')}.help"))
    place = _PLACES.get(name)
    if place == "number":
        is_needed = name != "show"
        parser.add_argument(
            *("number",),
            type=int,
            nargs=None if is_needed else "?",
            help=say(f"records.{name}.number"),
        )
    elif place == "file":
        parser.add_argument("file", type=Path, help=say("records.file"))
    parser.add_argument("--record", type=Path, metavar="DIR", help=say("cli.contacts.record"))
    parser.add_argument("--json", action="store_true", help=say("records.json"))
    parser.set_defaults(run=run)


def _page(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    for name in ("since", "until"):
        parser.add_argument(f"--{name}", metavar="AAAA-MM-JJ", help=say(f"records.{name}"))
    parser.add_argument("--limit", type=int, default=PAGE, help=say("records.limit"))
    parser.add_argument("--offset", type=int, default=0, help=say("records.offset"))


def day(text: str | None, say: Catalogue) -> datetime | None:
    """The midnight here that begins this day; `UsageError` for anything else."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise UsageError(say("records.not_a_day", text=text)) from None

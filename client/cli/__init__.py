"""The command ``chevet``: one module per sub-command, loaded only when it is used."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from client.catalogue import LANGUAGES, Catalogue
from client.cli import (
    check,
    contacts,
    demo,
    devices,
    documents,
    gp,
    link,
    records,
    relay,
    settings,
    site,
)
from client.core.plain_text import printable, printable_lines
from client.errors import UsageError
from devices.errors import UnknownDeviceError

FAILED: Final = 1
MISUSED: Final = 2
INTERRUPTED: Final = 130
"""What shells expect of a program ended by Ctrl-C."""
_MISUSES: Final = (UsageError, UnknownDeviceError)
"""The words of the command were wrong, rather than the world."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 1 (failed) or 2 (misused)."""
    words = list(sys.argv[1:] if argv is None else argv)
    say = Catalogue(_language(words))
    parser = _parser(say)
    arguments = parser.parse_args(words)
    _log_to_terminal(logging.INFO if arguments.verbose else logging.ERROR)
    try:
        return int(arguments.run(arguments, say))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_has_left()
    except Exception as error:  # noqa: BLE001 -- the last resort: a sentence, not a trace
        return _explained(error, say, is_verbose=arguments.verbose)


class _PlainFormatter(logging.Formatter):
    """Peers' and instruments' words reach errors and traces, and those reach the terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return printable_lines(super().format(record))


def _log_to_terminal(level: int) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_PlainFormatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


def _explained(error: Exception, say: Catalogue, *, is_verbose: bool) -> int:
    """Tell what happened and what to do; the trace is for those who asked for it."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if is_verbose:
        logging.getLogger(__name__).error("the command failed", exc_info=error)
    what, hint = say.explain(error)
    if isinstance(error, _MISUSES):
        sys.stderr.write(printable(f"{what} {hint}") + "\n")
        return MISUSED
    sys.stderr.write(printable_lines(f"{what}\n{hint}\n"))
    return FAILED


def _reader_has_left() -> int:
    """``chevet ... | head``: the reader has seen enough, which is no failure of ours."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _language(words: Sequence[str]) -> str:
    """French unless ``--lang en`` or ``CHEVET_LANG=en`` says otherwise."""
    wanted = os.environ.get("CHEVET_LANG", LANGUAGES[0])
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "--lang":
            wanted = following
        elif word.startswith("--lang="):
            wanted = word.removeprefix("--lang=")
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks the person's language and complains in one sentence."""

    say: Catalogue

    def error(self, message: str) -> NoReturn:
        """One sentence, then exit 2."""
        self.exit(MISUSED, self.say("cli.misused", program=self.prog, detail=message) + "\n")

    def format_help(self) -> str:
        """The usual help under translated headings."""
        return self._translated(super().format_help())

    def format_usage(self) -> str:
        """The usual usage line under a translated heading."""
        return self._translated(super().format_usage())

    def _translated(self, text: str) -> str:
        for heading in ("usage", "positional arguments", "options"):
            text = text.replace(f"{heading}:", self.say(f"cli.heading.{heading}"), 1)
        return text.replace("show this help message and exit", self.say("cli.help"))


def _parser(say: Catalogue) -> argparse.ArgumentParser:
    Parser.say = say
    parser = Parser(prog="chevet", description=say("cli.description"))
    parser.add_argument("--lang", choices=LANGUAGES, help=say("cli.lang"))
    parser.add_argument("--verbose", action="store_true", help=say("cli.verbose"))
    subparsers = parser.add_subparsers(
        metavar=say("cli.command"), required=True, parser_class=Parser
    )
    for command in (
        *(demo, site, settings, contacts, records, documents, gp, relay, devices, check, link),
    ):
        command.register(subparsers, say)
    return parser

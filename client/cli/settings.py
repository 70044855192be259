"""``chevet settings``: what this site is set to, and whether the file says what it means."""

import argparse
import sys
from typing import TYPE_CHECKING, Final

from client.catalogue import Catalogue, settings_template
from client.cli.settings_open import has_settings, settings_path, site_settings

if TYPE_CHECKING:
    from client.core.site_settings.reading import Problem

WRONG: Final = 1
"""Exit status of ``check`` when a line is to be put right."""


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", say: Catalogue
) -> None:
    """Add the sub-command and its own."""
    parser = subparsers.add_parser(
        "settings", help=say("training.settings.help"), description=say("training.settings.help")
    )
    commands = parser.add_subparsers(
        metavar=say("cli.command"), required=True, parser_class=type(parser)
    )
    for name, run in (("show", _show), ("check", _check), ("path", _path), ("edit", _edit)):
        words = say(f"training.settings.{name}")
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        if run is _edit:
            command.add_argument("--plain", action="store_true", help=say("training.plain.option"))


def _show(_arguments: argparse.Namespace, say: Catalogue) -> int:
    """The whole file as it would be written now: what is set and what could be."""
    from client.core.site_settings.writing import written  # noqa: PLC0415 -- keeps --help instant

    _tell(written(site_settings(), settings_template(say.language)).rstrip("\n"))
    return 0


def _check(_arguments: argparse.Namespace, say: Catalogue) -> int:
    from client.core.site_settings.reading import SettingsError  # noqa: PLC0415 -- as above

    if not has_settings():
        _tell(say("training.settings.none", path=settings_path()))
        return 0
    try:
        problems = _unusable(site_settings().devices)
    except SettingsError as error:
        problems = error.problems
    for problem in problems:
        _tell(sentence(say, problem))
    if not problems:
        _tell(say("training.settings.fine", path=settings_path()))
    return WRONG if problems else 0


def _unusable(devices: object) -> "tuple[Problem, ...]":
    """Cameras, microphones and speakers that are written as nothing is."""
    from client.core.site_settings.reading import Problem, Wrong  # noqa: PLC0415 -- as above
    from client.media.errors import UnknownSinkError, UnknownSourceError  # noqa: PLC0415 -- same
    from client.media.sources import parse_sink, parse_source  # noqa: PLC0415 -- same

    found = []
    for name in ("camera", "microphone", "speaker"):
        try:
            (parse_sink if name == "speaker" else parse_source)(getattr(devices, name))
        except (UnknownSinkError, UnknownSourceError) as error:
            found.append(Problem(0, f"devices.{name}", Wrong.SOURCE, tuple(error.known)))
    return tuple(found)


def sentence(say: Catalogue, problem: "Problem") -> str:
    """One line of what is to be put right."""
    what = say(f"training.wrong.{problem.wrong}", name=problem.name)
    if problem.choices:
        what += " " + say("training.wrong.choices", choices=", ".join(problem.choices))
    if not problem.line:
        return what
    return say("training.wrong.line", line=problem.line, what=what)


def _path(_arguments: argparse.Namespace, _say: Catalogue) -> int:
    _tell(str(settings_path()))
    return 0


def _edit(arguments: argparse.Namespace, say: Catalogue) -> int:
    """The screens, or the lines, that ask and write."""
    from client.cli.plain_terminal import LinesOneByOne  # noqa: PLC0415 -- keeps --help instant
    from client.cli.settings_edit import edit  # noqa: PLC0415 -- same

    return edit(say, LinesOneByOne() if arguments.plain else None)


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")

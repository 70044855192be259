"""``chevet demo``: a whole consultation on this machine."""

import argparse
import json
import os
from pathlib import Path

from client.catalogue import Catalogue
from client.cli.running import run as run_to_end
from client.errors import UsageError


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", say: Catalogue
) -> None:
    """Add the sub-command."""
    parser = subparsers.add_parser(
        "demo", help=say("cli.demo.help"), description=say("cli.demo.description")
    )
    parser.add_argument("--unattended", action="store_true", help=say("cli.demo.unattended"))
    parser.add_argument("--out", type=Path, metavar="DIR", help=say("cli.demo.out"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Play it; an unattended run prints its report."""
    if arguments.unattended and arguments.out is None:
        raise UsageError(say("cli.demo.out_missing"))
    if arguments.unattended and (arguments.out / "record.json").exists():
        raise UsageError(say("cli.demo.out_taken", out=arguments.out))
    os.environ["CHEVET_LANG"] = say.language  # the demo's programs speak it too
    from client.demo.run import attended, unattended  # noqa: PLC0415 -- keeps --help instant

    if not arguments.unattended:
        run_to_end(attended(say, _tell))
        return 0
    report = run_to_end(unattended(arguments.out, say, _tell))
    print(json.dumps(report, indent=2, ensure_ascii=False))  # noqa: T201 -- the command's output
    return 0


def _tell(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 -- progress is part of the output

"""``chevet devices``: which instruments there are, what they said, and simulated ones."""

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from client.catalogue import Catalogue


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",  # no public name for it
    say: Catalogue,
) -> None:
    """Add the command and its own sub-commands."""
    parser = subparsers.add_parser(
        "devices", help=say("cli.devices.help"), description=say("cli.devices.description")
    )
    commands = parser.add_subparsers(metavar=say("cli.devices.command"), required=True)
    _command(commands, "list", say).set_defaults(run=_lazily("ports", "list_devices"))
    probing = _command(commands, "probe", say)
    probing.add_argument("ports", nargs="*", metavar="PORT", help=say("cli.devices.probe.port"))
    probing.set_defaults(run=_lazily("ports", "probe_ports"))
    _add_decode(_command(commands, "decode", say), say)
    _add_record(_command(commands, "record", say), say)
    _add_simulate(_command(commands, "simulate", say), say)


def _add_decode(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    parser.add_argument("driver", metavar="DRIVER", help=say("cli.devices.driver"))
    parser.add_argument("file", type=Path, metavar="FILE", help=say("cli.devices.decode.file"))
    parser.add_argument("--hex", action="store_true", help=say("cli.devices.decode.hex"))
    parser.add_argument("--model", metavar="MODEL", help=say("cli.devices.decode.model"))
    parser.add_argument("--start", metavar="TIME", help=say("cli.devices.decode.start"))
    parser.add_argument("--all", action="store_true", help=say("cli.devices.decode.all"))
    parser.set_defaults(run=_lazily("decoding", "decode_file"))


def _add_record(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    parser.add_argument("port", metavar="PORT", help=say("cli.devices.record.port"))
    parser.add_argument("file", type=Path, metavar="FILE", help=say("cli.devices.record.file"))
    parser.add_argument("--driver", metavar="NAME", help=say("cli.devices.record.driver"))
    told = say("cli.devices.record.ask")
    parser.add_argument("--ask", action="append", default=[], metavar="REQUEST", help=told)
    told = say("cli.devices.record.line")
    parser.add_argument("--line", default="9600 8N1", metavar="LINE", help=told)
    told = say("cli.devices.record.seconds")
    parser.add_argument("--seconds", type=float, metavar="S", help=told)
    parser.set_defaults(run=_lazily("recording", "record"))


def _add_simulate(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    parser.add_argument("driver", metavar="DRIVER", help=say("cli.devices.driver"))
    for option in ("capture", "picture"):
        told = say(f"cli.devices.simulate.{option}")
        parser.add_argument(f"--{option}", type=Path, metavar="FILE", help=told)
    told = say("cli.devices.simulate.fault")
    parser.add_argument("--fault", action="append", default=[], metavar="FAULT", help=told)
    parser.add_argument("--link", type=Path, metavar="PATH", help=say("cli.devices.simulate.link"))
    parser.set_defaults(run=_lazily("simulation", "simulate"))


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",  # no public name for it
    name: str,
    say: Catalogue,
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=say(f"cli.devices.{name}.help"),
        description=say(f"cli.devices.{name}.description"),
    )


def _lazily(module: str, function: str) -> Callable[[argparse.Namespace, Catalogue], int]:
    """The function of a module beside this one, imported when it runs: --help stays instant."""

    def run(arguments: argparse.Namespace, say: Catalogue) -> int:
        status: int = getattr(import_module(f"{__name__}.{module}"), function)(arguments, say)
        return status

    return run

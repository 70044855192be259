"""``chevet devices``: which instruments there are, what they said, and simulated ones."""

import argparse
import json
import re
import signal
import sys
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Signal
from typing import TYPE_CHECKING, Final

from client import clock
from client.catalogue import Catalogue
from client.errors import UsageError

if TYPE_CHECKING:
    # The package behind them is loaded only by the sub-command that needs it, for --help's sake.
    from collections.abc import Iterable, Iterator

    from devices.driver import Line
    from devices.readings import Event, LabResult, Reading
    from devices.recording import Recording
    from devices.simulators.line import Trouble
    from devices.simulators.pty import SimulatedInstrument

FAILED: Final = 1


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]",  # no public name for it
    say: Catalogue,
) -> None:
    """Add the command and its own sub-commands."""
    parser = subparsers.add_parser(
        "devices", help=say("cli.devices.help"), description=say("cli.devices.description")
    )
    commands = parser.add_subparsers(metavar=say("cli.devices.command"), required=True)
    _command(commands, "list", say).set_defaults(run=list_devices)
    probing = _command(commands, "probe", say)
    probing.add_argument("ports", nargs="*", metavar="PORT", help=say("cli.devices.probe.port"))
    probing.set_defaults(run=probe_ports)
    _add_decode(_command(commands, "decode", say), say)
    _add_simulate(_command(commands, "simulate", say), say)


def _add_decode(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    parser.add_argument("driver", metavar="DRIVER", help=say("cli.devices.driver"))
    parser.add_argument("file", type=Path, metavar="FILE", help=say("cli.devices.decode.file"))
    parser.add_argument("--hex", action="store_true", help=say("cli.devices.decode.hex"))
    parser.add_argument("--model", metavar="MODEL", help=say("cli.devices.decode.model"))
    parser.add_argument("--start", metavar="TIME", help=say("cli.devices.decode.start"))
    parser.add_argument("--all", action="store_true", help=say("cli.devices.decode.all"))
    parser.set_defaults(run=decode_file)


def _add_simulate(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    parser.add_argument("driver", metavar="DRIVER", help=say("cli.devices.driver"))
    for option in ("capture", "picture"):
        told = say(f"cli.devices.simulate.{option}")
        parser.add_argument(f"--{option}", type=Path, metavar="FILE", help=told)
    told = say("cli.devices.simulate.fault")
    parser.add_argument("--fault", action="append", default=[], metavar="FAULT", help=told)
    parser.add_argument("--link", type=Path, metavar="PATH", help=say("cli.devices.simulate.link"))
    parser.set_defaults(run=simulate)


def list_devices(_args: argparse.Namespace, say: Catalogue) -> int:
    """The table of drivers, then the serial ports of this machine."""
    from devices import registry  # noqa: PLC0415 -- see TYPE_CHECKING above
    from devices.link import ports  # noqa: PLC0415 -- pyserial, same

    rows = [
        [say(f"cli.devices.list.{key}") for key in ("driver", "kind", "model", "line", "gives")]
    ]
    for name in registry.names():
        driver = registry.load(name)
        gives = [vital.code for vital in driver.VITALS] + sorted(driver.REQUESTS)
        rows.append([name, driver.KIND.value, driver.MODEL, _line(driver.LINE), ", ".join(gives)])
    _print_table(rows)
    found = ports()
    _print(say("cli.devices.list.ports") if found else say("cli.devices.no_ports"))
    _print_table([[f"  {port}", description] for port, description in found])
    return 0


def probe_ports(args: argparse.Namespace, say: Catalogue) -> int:
    """Who answers at each port; fails when nobody answers at any."""
    from devices.link import GONE, ports  # noqa: PLC0415 -- see TYPE_CHECKING above
    from devices.probe import probe  # noqa: PLC0415 -- same

    wanted = args.ports or [port for port, _ in ports()]
    if not wanted:
        _print(say("cli.devices.no_ports"))
    found_any = False
    for port in wanted:
        try:
            with _words_checked(say):
                found = probe(port, clock.now)
        except GONE as error:
            _print(say("cli.devices.probe.closed", port=port, reason=error))
            continue
        if found is None:
            _print(say("cli.devices.probe.nobody", port=port))
            continue
        key = "refused" if found.is_refused else "found"
        _print(say(f"cli.devices.probe.{key}", port=port, driver=found.driver, model=found.model))
        found_any = found_any or not found.is_refused
    return 0 if found_any else FAILED


def decode_file(args: argparse.Namespace, say: Catalogue) -> int:
    """One JSON object a line for every reading of a recording."""
    from devices import registry  # noqa: PLC0415 -- see TYPE_CHECKING above
    from devices.driver import ModelAware  # noqa: PLC0415 -- same
    from devices.recording import decode, model_named  # noqa: PLC0415 -- same

    with _words_checked(say):
        driver = registry.load(args.driver)()
    recording = _recording(args.file, say, is_hex=args.hex)
    model = args.model
    if model is None and isinstance(driver, ModelAware):
        model = model_named(f"{recording.comments}\n{args.file.name}", driver.MODELS)
        if model is not None:
            sys.stderr.write(say("cli.devices.decode.assumed", model=model) + "\n")
    started_at = _start(args.start, args.file, say)
    _print_events(decode(args.driver, recording.data, started_at, model), say, is_all=args.all)
    return 0


def simulate(args: argparse.Namespace, say: Catalogue) -> int:
    """Run an instrument's other end until Ctrl-C; obey words typed meanwhile."""
    from devices.simulators.instrument import Material, create  # noqa: PLC0415 -- see above
    from devices.simulators.pty import SimulatedInstrument  # noqa: PLC0415 -- same

    capture = _recording(args.capture, say).data if args.capture else None
    material = Material(capture, _bytes(args.picture, say) if args.picture else None)
    troubles = tuple(_trouble(text, say) for text in args.fault)
    with _words_checked(say):
        simulator = create(args.driver, material)
        instrument = SimulatedInstrument(
            simulator, clock.monotonic_s, link=args.link, troubles=troubles
        )
    signal.signal(signal.SIGTERM, _end)
    try:
        _print(instrument.port)
        sys.stderr.write(
            say("cli.devices.simulate.ready", words=", ".join(sorted(instrument.words))) + "\n"
        )
        _obey(instrument, say)
        Signal().wait()
    except KeyboardInterrupt:
        return 0
    finally:
        instrument.close()
    return 0


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


def _obey(instrument: "SimulatedInstrument", say: Catalogue) -> None:
    """Read words until the input ends; in the background there is none to read."""
    if hasattr(signal, "SIGTTIN"):
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    try:
        for line in sys.stdin:
            if line.strip():
                _tell(instrument, line, say)
    except OSError:
        return


def _tell(instrument: "SimulatedInstrument", line: str, say: Catalogue) -> None:
    from devices.errors import UnknownTroubleError  # noqa: PLC0415 -- see TYPE_CHECKING above

    try:
        instrument.trouble(_trouble(line, say))
    except (UsageError, UnknownTroubleError) as error:
        sys.stderr.write("\n".join(say.explain(error)) + "\n")


def _trouble(text: str, say: Catalogue) -> "Trouble":
    from devices.simulators.line import Trouble  # noqa: PLC0415 -- see TYPE_CHECKING above

    try:
        return Trouble.parse(text)
    except ValueError:
        raise UsageError(say("cli.devices.simulate.bad_fault", text=text.strip())) from None


@contextmanager
def _words_checked(say: Catalogue) -> "Iterator[None]":
    """A name nobody knows is a wrong word on the command line."""
    from devices import errors  # noqa: PLC0415 -- see TYPE_CHECKING above

    try:
        yield
    except (errors.UnknownDeviceError, errors.UnknownTroubleError, errors.BadPortError) as error:
        raise UsageError(" ".join(say.explain(error))) from None


def _end(_signum: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _recording(path: Path, say: Catalogue, *, is_hex: bool = False) -> "Recording":
    from devices.recording import Recording  # noqa: PLC0415 -- see TYPE_CHECKING above

    data = _bytes(path, say)
    if is_hex or path.suffix in {".hex", ".cap"}:
        return Recording.from_hex(data.decode("utf-8", errors="replace"))
    return Recording(data)


def _bytes(path: Path, say: Catalogue) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(say("cli.devices.unreadable", path=path, reason=reason)) from None


def _start(text: str | None, path: Path, say: Catalogue) -> datetime:
    """The recording's first moment: as given, else the file's own time."""
    if text is None:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise UsageError(say("cli.devices.decode.bad_start", text=text))
    return start.astimezone(UTC)


def _print_events(events: "Iterable[Event]", say: Catalogue, *, is_all: bool) -> None:
    from devices.readings import LabResult, Reading, Resynced  # noqa: PLC0415 -- see TYPE_CHECKING above

    skipped = 0
    for event in events:
        if isinstance(event, Resynced):
            skipped += event.dropped
        elif isinstance(event, Reading | LabResult):
            _print(json.dumps(_spoken(event)))
        elif is_all:
            _print(json.dumps(_plain(event)))
    if skipped:
        sys.stderr.write(say("cli.devices.decode.skipped", count=skipped) + "\n")


def _line(line: "Line") -> str:
    from devices.driver import PictureStream, SerialSettings  # noqa: PLC0415 -- see TYPE_CHECKING

    if isinstance(line, SerialSettings):
        return f"{line.baud} {line.data_bits}{line.parity}1"
    return "USB video" if isinstance(line, PictureStream) else "USB audio"


def _spoken(reading: "Reading | LabResult") -> dict[str, object]:
    """What is said of every value, then what only some have."""
    from devices.readings import Reading  # noqa: PLC0415 -- see TYPE_CHECKING above

    if isinstance(reading, Reading):
        named: dict[str, object] = {"vital": reading.vital.code, "value": reading.value}
        named["unit"] = reading.vital.ucum
        named_also = {"sent_as": reading.sent_as}
    else:
        named = {"vital": "lab", "test": reading.test, "value": reading.value}
        named["unit"] = reading.unit
        named_also = {
            "loinc": reading.loinc,
            "reference_range": reading.reference_range,
            "flags": reading.flags,
        }
    always = {"quality": reading.quality.value, "taken_at": _iso(reading.taken_at)}
    sometimes = {
        "origin": reading.origin.value,
        "record": reading.record,
        "measured_at": reading.measured_at.isoformat() if reading.measured_at else None,
        "marks": sorted(reading.marks) or None,
    } | named_also
    return named | always | {key: word for key, word in sometimes.items() if word is not None}


def _plain(event: "Event") -> dict[str, object]:
    """Any other event as JSON: its kind, then its fields; bytes as hexadecimal."""
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
    plain: dict[str, object] = {"event": kind}
    for field in fields(event):
        value = getattr(event, field.name)
        if isinstance(value, datetime):
            value = _iso(value)
        elif isinstance(value, bytes):
            value = value.hex()
        plain[field.name] = value
    return plain


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _print_table(rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        _print("  ".join(cells).rstrip())


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- the command's output

"""``chevet devices record``: write down what an instrument really sends."""

import argparse
import re
import signal
import sys
from pathlib import Path
from threading import Event as Signal
from typing import Final, Literal, TextIO, cast

from client import clock
from client.catalogue import Catalogue
from client.cli.devices.inputs import words_checked
from client.cli.devices.output import print_line
from client.errors import UsageError
from devices import registry
from devices.driver import Driver, Line, Request, SerialSettings
from devices.recording import Recorder, line_named

_SHOWN_EVERY_S: Final = 0.5
_CLEAR_LINE: Final = "\r\x1b[K"
_OWNER_ONLY: Final = 0o600
_LINE: Final = re.compile(r"(\d{3,7}) ?([78])([NOE])1")


def record(args: argparse.Namespace, say: Catalogue) -> int:
    """Record until Ctrl-C, or for so many seconds."""
    with words_checked(say):
        driver_class = registry.load(args.driver) if args.driver else None
    requests = _requests(args.ask, driver_class, say)
    line = driver_class.LINE if driver_class else _line(args.line, say)
    with _created(args.file, say) as file, words_checked(say):
        recorder = Recorder(
            file.write,
            args.port,
            line,
            now=clock.now,
            monotonic_s=clock.monotonic_s,
            driver_class=driver_class,
            requests=requests,
        )
        sys.stderr.write(say("cli.devices.record.ready", line=line_named(line)) + "\n")
        signal.signal(signal.SIGTERM, _end)
        try:
            recorder.start()
            _watch(recorder, args.seconds, say)
        except KeyboardInterrupt:
            pass
        finally:
            recorder.close()
    key = "done" if recorder.received_bytes else "nothing"
    told = say(f"cli.devices.record.{key}", count=recorder.received_bytes, path=args.file)
    sys.stderr.write(_CLEAR_LINE * sys.stderr.isatty() + told + "\n")
    print_line(str(args.file))
    return 0


def _watch(recorder: Recorder, lasting_s: float | None, say: Catalogue) -> None:
    """Show how much came, on a terminal; return when the time is over."""
    began_s = clock.monotonic_s()
    never = Signal()
    while (passed_s := clock.monotonic_s() - began_s) < (lasting_s or float("inf")):
        if sys.stderr.isatty():
            told = say(
                "cli.devices.record.progress", count=recorder.received_bytes, seconds=int(passed_s)
            )
            sys.stderr.write(_CLEAR_LINE + told)
            sys.stderr.flush()
        never.wait(_SHOWN_EVERY_S)


def _requests(
    words: list[str], driver_class: type[Driver] | None, say: Catalogue
) -> tuple[Request, ...]:
    known = sorted(driver_class.REQUESTS) if driver_class else []
    for word in words:
        if word not in known:
            raise UsageError(say("cli.devices.record.bad_ask", text=word, known=", ".join(known)))
    return tuple(Request(word) for word in words)


def _line(text: str, say: Catalogue) -> Line:
    found = _LINE.fullmatch(text.strip())
    if found is None:
        raise UsageError(say("cli.devices.record.bad_line", text=text))
    baud, bits, parity = found.groups()
    return SerialSettings(
        int(baud), cast("Literal['N', 'O', 'E']", parity), cast("Literal[7, 8]", int(bits))
    )


def _created(path: Path, say: Catalogue) -> TextIO:
    """A new file that only its owner reads; one that exists is never written over."""
    try:
        path.touch(mode=_OWNER_ONLY, exist_ok=False)
        return path.open("w", encoding="utf-8", buffering=1, newline="\n")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(say("cli.devices.record.unwritable", path=path, reason=reason)) from None


def _end(_signum: int, _frame: object) -> None:
    raise KeyboardInterrupt

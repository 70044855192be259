"""A recorded byte stream and what a driver makes of it.

Hexadecimal text may hold blanks, ``0x``, commas and ``#`` comments. In a capture file (`.cap`)
lines with ``<`` are what the instrument sent, ``>`` what it was sent, ``=`` what a driver must make
of it. ``< +1.250 51 24`` came 1.25 s after the recording began; a line without such a time belongs
to the one before. `Recorder` writes such files.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Final

from devices import registry
from devices.driver import (
    Driver,
    Line,
    ModelAware,
    PictureStream,
    Request,
    SerialSettings,
    Streaming,
)
from devices.errors import BadHexError, NothingUnderstoodError, UnknownModelError
from devices.link import LinkMaker, serial_link
from devices.plausibility import vouched_together
from devices.readings import Alive, Baud, Event, Identified, Refused, Resynced, Send

SLICE_BYTES: Final = 9
"""chosen: one packet of the fastest stream we know, so that each gets its own time."""
_AFTERWARDS: Final = (timedelta(milliseconds=50), timedelta(seconds=1))
"""chosen: the quiet after the last byte, in which drivers tell what they held back."""
_BYTES_A_LINE: Final = 24
_HEADER: Final = """\
# model:  (maker and model, as printed on the instrument)
# origin: recorded from the instrument, {line}
# started: {started}
# PERSONAL DATA: what an instrument says may be somebody's health, name and number, in its memory
#         too. Record yourself or a simulator, never a patient; take out what is not needed.
# A fixture: put under the bytes of each message a line with = for what a driver must make of it.
"""
_CAPTURE_LINE: Final = re.compile(r"([<>=]?)\s*(?:\+(\d+(?:\.\d+)?)(?!\S))?(.*)")
_STARTED: Final = re.compile(r"^\s*started:\s*(\S+)$", re.MULTILINE)
_MODEL_WORD: Final = re.compile(r"[A-Za-z]+-?\d+")


@dataclass(frozen=True, slots=True)
class Slice:
    """Bytes that went over the line together, and when."""

    at_s: float
    """Seconds after the recording began."""
    data: bytes
    is_from_host: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """What an instrument sent, and what the person who recorded it wrote beside it."""

    data: bytes
    """Everything the instrument sent."""
    comments: str = ""
    slices: tuple[Slice, ...] = ()
    """Both ends of the line with their times, where the file holds times."""

    @classmethod
    def from_hex(cls, text: str) -> "Recording":
        """Read hexadecimal text; `BadHexError` names the line that is something else."""
        slices: list[Slice] = []
        comments = []
        is_timed = False
        for number, line in enumerate(text.splitlines(), start=1):
            content, _, comment = line.partition("#")
            comments.append(comment)
            end, stamp, digits = _CAPTURE_LINE.findall(content.strip())[0]
            if not digits or end == "=" or (end == ">" and not stamp and not is_timed):
                continue
            is_timed = is_timed or bool(stamp)
            at_s = float(stamp) if stamp else (slices[-1].at_s if slices else 0.0)
            slices.append(Slice(at_s, _bytes(digits, number), is_from_host=end == ">"))
        data = b"".join(each.data for each in slices if not each.is_from_host)
        return cls(data, "\n".join(comments), tuple(slices) if is_timed else ())

    @property
    def started_at(self) -> datetime | None:
        """When it began, where a comment says so."""
        found = _STARTED.search(self.comments)
        try:
            return datetime.fromisoformat(found[1]).astimezone(UTC) if found else None
        except ValueError:
            return None


def model_named(words: str, models: Sequence[str]) -> str | None:
    """The one model that these words name, spelt the driver's way; `None` for none or several."""
    found = {match.group().upper().replace("-", "") for match in _MODEL_WORD.finditer(words)}
    named = found & set(models)
    return named.pop() if len(named) == 1 else None


def decode(
    name: str,
    data: bytes,
    started_at: datetime,
    model: str | None = None,
    slices: Sequence[Slice] = (),
) -> Iterator[Event]:
    """Everything the recording says, impossible values removed.

    An event's time is `started_at`, plus the time recorded with the `slices`, else its place in the
    stream where the pace is known. `model` is for a recording that does not hold it. Raises any of
    `devices.errors` that says Unknown, or `NothingUnderstoodError`.
    """
    driver = registry.load(name)()
    needs_model = isinstance(driver, ModelAware)
    if isinstance(driver, ModelAware) and model is not None:
        _assume(name, driver, model)
        needs_model = False
    is_understood = False
    for event in _events(driver, data, started_at, slices):
        if isinstance(event, Refused):
            raise UnknownModelError(name, event.model, known=_models(driver))
        needs_model = needs_model and not isinstance(event, Identified)
        is_understood = is_understood or not isinstance(event, Resynced)
        if not isinstance(event, Send | Baud | Alive):
            yield event
    if not is_understood:
        raise NothingUnderstoodError(name, len(data))
    if needs_model:
        raise UnknownModelError(name, None, known=_models(driver))


def _events(
    driver: Driver, data: bytes, started_at: datetime, slices: Sequence[Slice]
) -> Iterator[Event]:
    heard = [each for each in slices if not each.is_from_host] or list(_paced(driver, data))
    at_s = 0.0
    for each in heard:
        if slices:
            yield from _quiet(driver, started_at + timedelta(seconds=at_s), each.at_s - at_s)
        at_s = each.at_s
        now = started_at + timedelta(seconds=at_s)
        yield from vouched_together(driver.receive(each.data, now))
    yield from _quiet(driver, started_at + timedelta(seconds=at_s))


def _paced(driver: Driver, data: bytes) -> Iterator[Slice]:
    """Slices of a recording without times, as far apart as the instrument's pace tells."""
    rate = driver.BYTES_PER_S if isinstance(driver, Streaming) else inf
    for place in range(0, len(data), SLICE_BYTES):
        yield Slice(place / rate, data[place : place + SLICE_BYTES])


def _quiet(driver: Driver, since: datetime, lasting_s: float = inf) -> Iterator[Event]:
    """What a driver tells when nothing more comes for a while."""
    for quiet in _AFTERWARDS:
        if quiet.total_seconds() < lasting_s:
            yield from vouched_together(driver.tick(since + quiet))


def _bytes(digits: str, line_number: int) -> bytes:
    try:
        return bytes.fromhex(re.sub(r"0[xX]|[\s,<]", "", digits))
    except ValueError:
        raise BadHexError(line_number) from None


def _assume(name: str, driver: ModelAware, model: str) -> None:
    spelt = model_named(model, driver.MODELS)
    if spelt is None:
        raise UnknownModelError(name, model, known=driver.MODELS)
    driver.assume(spelt)


def _models(driver: Driver) -> tuple[str, ...]:
    return driver.MODELS if isinstance(driver, ModelAware) else ()


class Recorder:
    """Listens at a link, and writes down what passes in the format `Recording` reads.

    With a driver it speaks as the host does; without one it only listens. Its calls come from the
    link's thread.
    """

    def __init__(  # noqa: PLR0913 -- what it writes to, what it hears, and two clocks
        self,
        write: Callable[[str], object],
        port: str,
        line: Line,
        *,
        now: Callable[[], datetime],
        monotonic_s: Callable[[], float],
        driver_class: type[Driver] | None = None,
        requests: Sequence[Request] = (),
        open_link: LinkMaker = serial_link,
    ) -> None:
        """`write` takes whole lines; `requests` are asked of the driver whenever the port opens.

        Raises what `open_link` raises for a name that is no port.
        """
        self._write = write
        self._now = now
        self._monotonic_s = monotonic_s
        self._driver_class = driver_class
        self._requests = requests
        self._driver: Driver | None = None
        self._began_s = monotonic_s()
        self.received_bytes = 0
        write(
            _HEADER.format(started=now().isoformat(timespec="milliseconds"), line=line_named(line))
        )
        self._link = open_link(port, line, self, None)

    def start(self) -> None:
        """Begin; `BadPortError` when the name can never be a port."""
        self._link.start()

    def close(self) -> None:
        """End; returns when the last line is written."""
        self._link.close()

    def opened(self) -> None:
        """The port is open: a driver, if there is one, begins anew."""
        if self._driver_class is not None:
            self._driver = self._driver_class()
            self._act(self._driver.start(self._now()))
            for request in self._requests:
                self._act(self._driver.ask(request, self._now()))

    def received(self, data: bytes) -> None:
        """Write it down before anything is made of it."""
        self.received_bytes += len(data)
        self._note("<", data)
        if self._driver is not None:
            self._act(self._driver.receive(data, self._now()))

    def ticked(self) -> None:
        """Let the driver see the time."""
        if self._driver is not None:
            self._act(self._driver.tick(self._now()))

    def lost(self, reason: str) -> None:  # noqa: ARG002 -- the contract
        """The port is gone, or not there yet."""
        self._driver = None
        self._write("# the port is not there\n")

    def _act(self, events: list[Event]) -> None:
        for event in events:
            match event:
                case Send(data):
                    self._note(">", data)
                    self._link.write(data)
                case Baud(baud):
                    self._write(f"# from here on at {baud} baud\n")
                    self._link.set_baud(baud)

    def _note(self, end: str, data: bytes) -> None:
        stamp = f"+{self._monotonic_s() - self._began_s:.3f} "
        for place in range(0, len(data), _BYTES_A_LINE):
            piece = data[place : place + _BYTES_A_LINE]
            self._write(f"{end} {stamp}{piece.hex(' ').upper()}\n")
            stamp = ""


def line_named(line: Line) -> str:
    """How the port is opened, as tables print it: ``9600 8N1``."""
    if isinstance(line, SerialSettings):
        return f"{line.baud} {line.data_bits}{line.parity}1"
    return "USB video" if isinstance(line, PictureStream) else "USB audio"

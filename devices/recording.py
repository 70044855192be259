"""A recorded byte stream and what a driver makes of it.

Hexadecimal text may hold blanks, ``0x``, commas and ``#`` comments. In a capture file (`.cap`)
lines with ``<`` are what the instrument sent; lines with ``>`` and ``=`` are not, and are skipped.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from devices import registry
from devices.driver import Driver, ModelAware, Streaming
from devices.errors import BadHexError, NothingUnderstoodError, UnknownModelError
from devices.plausibility import vouched_together
from devices.readings import Alive, Baud, Event, Identified, Refused, Resynced, Send

SLICE_BYTES: Final = 9
"""chosen: one packet of the fastest stream we know, so that each gets its own time."""
_AFTERWARDS: Final = (timedelta(milliseconds=50), timedelta(seconds=1))
"""chosen: the quiet after the last byte, in which drivers tell what they held back."""
_MODEL_WORD: Final = re.compile(r"[A-Za-z]+-?\d+")


@dataclass(frozen=True, slots=True)
class Recording:
    """What an instrument sent, and what the person who recorded it wrote beside it."""

    data: bytes
    comments: str = ""

    @classmethod
    def from_hex(cls, text: str) -> "Recording":
        """Read hexadecimal text; `BadHexError` names the line that is something else."""
        data = bytearray()
        comments = []
        for number, line in enumerate(text.splitlines(), start=1):
            content, _, comment = line.partition("#")
            comments.append(comment)
            if content.lstrip().startswith((">", "=")):
                continue
            digits = re.sub(r"0[xX]|[\s,<]", "", content)
            try:
                data += bytes.fromhex(digits)
            except ValueError:
                raise BadHexError(number) from None
        return cls(bytes(data), "\n".join(comments))


def model_named(words: str, models: Sequence[str]) -> str | None:
    """The one model that these words name, spelt the driver's way; `None` for none or several."""
    found = {match.group().upper().replace("-", "") for match in _MODEL_WORD.finditer(words)}
    named = found & set(models)
    return named.pop() if len(named) == 1 else None


def decode(
    name: str, data: bytes, started_at: datetime, model: str | None = None
) -> Iterator[Event]:
    """Everything the recording says, impossible values removed.

    An event's time is `started_at`, plus its place in the stream where the pace is known. `model`
    is for a recording that does not hold it. Raises any of `devices.errors` that says Unknown,
    or `NothingUnderstoodError`.
    """
    driver = registry.load(name)()
    needs_model = isinstance(driver, ModelAware)
    if isinstance(driver, ModelAware) and model is not None:
        _assume(name, driver, model)
        needs_model = False
    is_understood = False
    for event in _events(driver, data, started_at):
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


def _events(driver: Driver, data: bytes, started_at: datetime) -> Iterator[Event]:
    now = started_at
    for place in range(0, len(data), SLICE_BYTES):
        if isinstance(driver, Streaming):
            now = started_at + timedelta(seconds=place / driver.BYTES_PER_S)
        yield from vouched_together(driver.receive(data[place : place + SLICE_BYTES], now))
    for quiet in _AFTERWARDS:
        yield from vouched_together(driver.tick(now + quiet))


def _assume(name: str, driver: ModelAware, model: str) -> None:
    spelt = model_named(model, driver.MODELS)
    if spelt is None:
        raise UnknownModelError(name, model, known=driver.MODELS)
    driver.assume(spelt)


def _models(driver: Driver) -> tuple[str, ...]:
    return driver.MODELS if isinstance(driver, ModelAware) else ()

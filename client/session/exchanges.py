"""The log of exchanges on the site's screen: what was sent, what came, what is acknowledged."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from client.core import wire
from client.core.dossier.consent import is_picture
from client.session.snapshot import ExchangeLine, LineKind
from devices.readings import Origin, Vital

SHOWN_LINES: Final = 200
"""Lines kept for the screen; the record keeps them all."""


class ExchangeLog:
    """Newest last. Readings of one vital sign share a line, since a live one comes every second."""

    def __init__(self) -> None:
        self._lines: list[ExchangeLine] = []
        self._by_number: dict[int, ExchangeLine] = {}

    @property
    def lines(self) -> tuple[ExchangeLine, ...]:
        """Everything the screen can show."""
        return tuple(self._lines)

    def sent(self, number: int | None, message: wire.Message, at: datetime) -> None:
        """A durable message is on its way."""
        line = _line(message, at, is_here=True)
        if line is None or number is None:
            return
        if line.kind is LineKind.READING:
            self._replace_reading(line)
        else:
            self._append(line)
        self._by_number[number] = line

    def came(self, message: wire.Message, at: datetime) -> None:
        """A durable message came from the GP."""
        line = _line(message, at, is_here=False)
        if line is not None:
            self._append(replace(line, is_acknowledged=True))

    def acknowledged(self, numbers: list[int]) -> None:
        """The GP has these."""
        for number in numbers:
            line = self._by_number.pop(number, None)
            if line in self._lines:
                index = self._lines.index(line)
                self._lines[index] = replace(line, is_acknowledged=True)

    def mailed(self, numbers: list[int]) -> None:
        """These wait in the GP's mailbox."""
        for number in numbers:
            line = self._by_number.get(number)
            if line in self._lines:
                index = self._lines.index(line)
                self._lines[index] = self._by_number[number] = replace(line, is_deferred=True)

    def _append(self, line: ExchangeLine) -> None:
        self._lines.append(line)
        del self._lines[:-SHOWN_LINES]

    def _replace_reading(self, line: ExchangeLine) -> None:
        for index in range(len(self._lines) - 1, -1, -1):
            old = self._lines[index]
            if old.kind is LineKind.READING and old.subject == line.subject:
                del self._lines[index]
                break
        self._append(line)


def _kind_of(media_type: str) -> LineKind:
    if not is_picture(media_type):
        return LineKind.PAPER
    return LineKind.SOUND if media_type.startswith("audio/") else LineKind.STILL


def _line(message: wire.Message, at: datetime, *, is_here: bool) -> ExchangeLine | None:
    match message:
        case wire.Measured(vital, value, origin=origin):
            text = "" if value is None else f"{value:.{Vital.from_code(vital).decimals}f}"
            kind = LineKind.STORED if origin == Origin.STORED else LineKind.READING
            subject, shown = vital, text
        case wire.LabResult(test, value):
            kind, subject, shown = LineKind.RESULT, test, value or ""
        case wire.StillOffered(label=label, media_type=media_type, part="whole"):
            kind, subject, shown = _kind_of(media_type), label, ""
        case wire.Asked(_, what, text):
            kind, subject, shown = LineKind.ASKED, what, text
        case wire.AskAnswered(_, outcome):
            kind, subject, shown = LineKind.ASK_ANSWERED, outcome, ""
        case wire.Text(text):
            kind, subject, shown = LineKind.TEXT_HERE if is_here else LineKind.TEXT_GP, text, ""
        case wire.Intake():
            kind, subject, shown = LineKind.INTAKE, "", ""
        case wire.Summary():
            kind, subject, shown = LineKind.SUMMARY, "", ""
        case _:
            return None
    return ExchangeLine(at, kind, subject, shown, is_acknowledged=False)

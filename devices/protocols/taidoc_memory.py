"""The memory of a TaiDoc or FORA instrument: its newest record watched, all of it fetched.

No answer says which record it belongs to, and a new measurement moves every record by one place.
So a record's date is asked for twice, around its value: what moved in between shows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from devices.protocols import taidoc_records
from devices.protocols.taidoc import Command, Frame, Question
from devices.protocols.taidoc_models import Family
from devices.readings import Event, Origin

MOST_RECORDS: Final = 2000
"""chosen: twice what the largest memory known holds (FORA MD6, 1000); a larger count is an error.
"""
MOST_TEARS: Final = 20
"""chosen: how often a record may move while it is read, before fetching is given up."""
_COUNT: Final = Question(Command.RECORD_COUNT)

Answers = list[bytes | None]


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the instrument told it."""

    date: bytes | None
    """The answer to command 25."""
    value: bytes
    """The answer to command 26, or a scale's to 71."""


class Teller:
    """Counts the records of one connection."""

    def __init__(self) -> None:
        self._told = 0

    def told(self, family: Family, record: Record, origin: Origin, now: datetime) -> list[Event]:
        """What the record says, numbered if it says anything."""
        number = None if origin is Origin.LIVE else self._told + 1
        how = taidoc_records.Circumstances(now, origin, number)
        values = taidoc_records.of_record(family, record.date, record.value, how)
        self._told += number is not None and bool(values)
        return list(values)


class Serial:
    """The serial number, of which each half is an answer of its own."""

    def __init__(self) -> None:
        self._halves: dict[int, bytes] = {}

    def hear(self, frame: Frame) -> bool:
        """Take a half of it; whether both are known now."""
        if frame.is_reply and frame.command in (Command.SERIAL_LOW, Command.SERIAL_HIGH):
            self._halves[frame.command] = frame.data
        return self.text is not None

    @property
    def text(self) -> str | None:
        """The sixteen digits; `None` until both halves are known."""
        low, high = map(self._halves.get, (Command.SERIAL_LOW, Command.SERIAL_HIGH))
        return None if low is None or high is None else (low + high)[::-1].hex().upper()


class Pairing:
    """Finds the records in answers that somebody else asked for."""

    def __init__(self) -> None:
        self._date: bytes | None = None
        self._is_doubtful = False

    def take(self, frame: Frame) -> Record | None:
        """The record this frame completes; without its date where another came in between."""
        if frame.is_after_noise:
            self._date, self._is_doubtful = None, False
        if not frame.is_reply:
            return None
        if frame.command == Command.RECORD_DATE:
            self._is_doubtful |= self._date not in (None, frame.data)
            self._date = frame.data
        if frame.command == Command.WEIGHT:
            return Record(None, frame.data)
        if frame.command != Command.RECORD_VALUE:
            return None
        date = None if self._is_doubtful else self._date
        self._date, self._is_doubtful = None, False
        return Record(date, frame.data)


@dataclass(frozen=True, slots=True)
class News:
    """What became of the newest record since it was last looked at."""

    record: Record | None = None
    """The newest record, if it is a new one."""
    is_counted: bool = True
    """Whether the number of records changed with it."""


class Watch:
    """Compares the newest record with the one before."""

    def __init__(self) -> None:
        self._newest: tuple[int | None, Record | None] | None = None
        """Number of records, and the newest; `None` before first contact."""

    @staticmethod
    def questions(family: Family) -> tuple[Question, ...]:
        """One look at the newest record; the first and the last are the number of records."""
        return (_COUNT, *_record_questions(family, 0), _COUNT)

    def found_empty(self, answers: Answers) -> None:
        """Not all of a look was answered; an empty memory answers only its number of records."""
        if answers and _count(answers[0]) == 0:
            self._newest = (0, None)

    def compared(self, answers: Answers) -> News:
        """What the answers to one look say; nothing of a record that moved during the look."""
        counts = _count(answers[0]), _count(answers[-1])
        record = _record(answers[1:-1])
        if counts[0] != counts[1] or record is None:
            return News()
        newest = (counts[0], record)
        before, self._newest = self._newest, newest
        if before is None or before == newest:
            return News()
        if (counts[0] or 0) < (before[0] or 0):  # the memory was cleared
            return News()
        return News(record, is_counted=counts[0] != before[0])


class Fetch:
    """Reads the memory from the newest record to the oldest."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._tears = 0
        self.received = 0
        self.total: int | None = None
        """Records in all; `None` until the instrument said it."""
        self.is_failed = False

    @property
    def is_over(self) -> bool:
        """Every record was read."""
        return self.received == self.total

    @property
    def questions(self) -> tuple[Question, ...]:
        """What to ask next."""
        if self.total is None:
            return (_COUNT,)
        return (*_record_questions(self._family, self.received), _COUNT)

    def take(self, answers: Answers) -> Record | None:
        """The record that the answers to `questions` hold; `None` when there is none yet."""
        count = _count(answers[-1])
        if self.total is None:
            self.total = count
            self.is_failed = count is None or count > MOST_RECORDS
            return None
        record = _record(answers[-len(self.questions) : -1])
        if record is None or count != self.total:
            self._tears += 1
            self.is_failed = self._tears > MOST_TEARS or count is None or count < self.total
            self._move(count)
            return None
        self.received += 1
        return record

    def _move(self, count: int | None) -> None:
        """New records came before the others: all those left are further down now."""
        if count is not None and self.total is not None and count > self.total:
            self.received += count - self.total
            self.total = count


def _record_questions(family: Family, index: int) -> tuple[Question, ...]:
    if family is Family.SCALE:
        return (Question(Command.WEIGHT, index.to_bytes(2, "little")),)
    place = index.to_bytes(4, "little")
    date = Question(Command.RECORD_DATE, place)
    return (date, Question(Command.RECORD_VALUE, place), date)


def _record(answers: Answers) -> Record | None:
    """The record; `None` when its date changed around its value."""
    first, value, last = (None, answers[0], None) if len(answers) == 1 else answers
    return Record(first, value) if value is not None and first == last else None


def _count(answer: bytes | None) -> int | None:
    return None if answer is None else int.from_bytes(answer[:2], "little")

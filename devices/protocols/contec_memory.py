"""The stored session of Contec's first protocol: one sample a second, and no date.

Source: agreeing public programs, and a recording quoted by the Apnea Board wiki. Three times
``F2 80 00``, then a length of three bytes with seven bits each, then samples of three bytes. The
length is one byte less than what follows: 242 for 81 samples.
"""

from datetime import datetime
from typing import Final

from devices.protocols.contec_five import LOW, TRIPLE_BYTES
from devices.readings import Event, Origin, Progress, Quality, Reading, Vital

FETCH: Final = b"\xf5\xf5"
RESUME: Final = b"\xf6\xf6\xf6"
"""Back to the live stream."""
PREAMBLE: Final = b"\xf2\x80\x00"
PROGRESS_EVERY: Final = 60
"""chosen: a minute of recording; a night is told in some hundred steps."""

_SAMPLE: Final = 0xF0
_SAMPLE_MASK: Final = 0xFE
_MISSING: Final = {Vital.SPO2: (0, 0x7F), Vital.PULSE: (0, 0xFF)}


class Memory:
    """Turns samples into records, and counts them."""

    def __init__(self) -> None:
        self._record = 0
        self._received = 0
        self._total: int | None = None

    @staticmethod
    def is_sample(group: bytes) -> bool:
        """Whether this group can be a sample."""
        return len(group) == TRIPLE_BYTES and group[0] & _SAMPLE_MASK == _SAMPLE

    @staticmethod
    def is_length(group: bytes) -> bool:
        """Whether this group can be the length; a stray byte was seen behind it."""
        return len(group) in (TRIPLE_BYTES, TRIPLE_BYTES + 1) and group[0] < _SAMPLE

    @property
    def is_complete(self) -> bool:
        """Whether every sample that was announced has come."""
        return self._total is not None and self._received >= self._total

    def begin(self) -> None:
        """Another session begins; its length is not known yet."""
        self._received = 0
        self._total = None

    def expect(self, group: bytes) -> list[Event]:
        """The length came; only the one before the first sample counts."""
        if self._total is not None or self._received:
            return []
        length = (group[0] & LOW) << 14 | (group[1] & LOW) << 7 | group[2]
        self._total = (length + 1) // TRIPLE_BYTES
        return [Progress(0, self._total)]

    def add(self, sample: bytes, now: datetime) -> list[Event]:
        """One second of the session."""
        self._received += 1
        self._record += 1
        pulse = (sample[0] & 1) << 7 | sample[1] & LOW
        events: list[Event] = [
            self._reading(Vital.SPO2, sample[2], now),
            self._reading(Vital.PULSE, pulse, now),
        ]
        if self._received % PROGRESS_EVERY == 0 or self.is_complete:
            events.append(Progress(self._received, self._total))
        return events

    def _reading(self, vital: Vital, value: int, now: datetime) -> Reading:
        """Zero is a second without a finger; the invalid codes of the live stream are no value."""
        given = None if value in _MISSING[vital] else value
        quality = Quality.NO_SIGNAL if given is None else Quality.GOOD
        return Reading(vital, given, quality, now, origin=Origin.STORED, record=self._record)

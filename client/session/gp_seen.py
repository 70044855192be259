"""What has reached the Python GP, and what it remembers of it."""

from bisect import insort
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from client import clock
from client.core import wire
from client.core.consultation import LinkState
from client.core.record import Direction
from client.errors import ChevetError
from client.session.interrupted import Interrupted
from devices.readings import Origin

READINGS_LIMIT: Final = 100_000
"""Readings remembered; a day of three a second would be 260,000, an act lasts minutes."""


@dataclass(slots=True)
class Seen:
    """What has reached the GP."""

    words: tuple[str, ...] = ()
    site_card: wire.Card | None = None
    site_words_equal: bool | None = None
    link: LinkState = LinkState.NONE
    intake: wire.Intake | None = None
    readings: list[tuple[wire.Measured, datetime]] = field(default_factory=list)
    """Each with the moment it arrived; in the order they were taken. Never from a memory."""
    stored: list[wire.Measured] = field(default_factory=list)
    """From the memories of instruments, in the order they came."""
    results: list[wire.LabResult] = field(default_factory=list)
    instruments: wire.Instruments | None = None
    asked: int = 0
    """Steps of the examination that were asked for."""
    answers: dict[int, str] = field(default_factory=dict)
    """Outcome by ask."""
    stills: dict[int, bytes] = field(default_factory=dict)
    """Whole ones, clips and sounds too, by id."""
    parts: dict[int, bytes] = field(default_factory=dict)
    """Previews and regions, by id."""
    still_offers: dict[int, wire.StillOffered] = field(default_factory=dict)
    wave_samples: int = 0
    waves: set[str] = field(default_factory=set)
    """The waveforms of which any sample came."""
    texts: list[str] = field(default_factory=list)
    deferred: list[wire.Message] = field(default_factory=list)
    """What waited in the mailbox, among all that came."""
    mailed: set[int] = field(default_factory=set)
    """Numbers of our messages that lie in the site's mailbox, or did."""
    patient: wire.Patient | None = None
    background: wire.Background | None = None
    question: str | None = None
    """What an expertise is asked about."""
    went_on: str | None = None
    """How the site goes on without a picture."""
    goodbye: str | None = None
    why: str = ""
    """Of an ``unsuitable`` goodbye."""
    refused: ChevetError | None = None
    is_kept: bool = False
    """The site is in the book now."""

    def _remember_value(self, message: wire.Measured | wire.LabResult) -> None:
        if isinstance(message, wire.LabResult):
            self.results.append(message)
            del self.results[:-READINGS_LIMIT]
        elif message.origin == Origin.STORED:
            self.stored.append(message)
            del self.stored[:-READINGS_LIMIT]
        else:
            insort(self.readings, (message, clock.now()), key=lambda seen: seen[0].taken_ms)
            del self.readings[:-READINGS_LIMIT]

    def _learn(self, message: wire.Message) -> None:
        match message:
            case wire.Patient():
                self.patient = message
            case wire.Background():
                self.background = message
            case wire.Question(text):
                self.question = text
            case wire.WentOn(how):
                self.went_on = how
            case wire.Goodbye(reason, _, why):
                self.goodbye, self.why = reason, why

    def remember_all(self, interrupted: Interrupted) -> list[wire.StillOffered]:
        """See again what an earlier process saw; the site's files are left to the caller."""
        offers: list[wire.StillOffered] = []
        for one in interrupted.in_order:
            message = one.parcel.message
            if one.direction is Direction.SENT:
                self.asked += isinstance(message, wire.Asked)
            elif isinstance(message, wire.StillOffered):
                offers.append(message)
            else:
                self.remember(message)
        return offers

    def remember(self, message: wire.Message) -> None:
        """Take in what the site says, except stills and signalling."""
        match message:
            case wire.Card():
                self.site_card = message
            case wire.WordsCompared(equal):
                self.site_words_equal = equal
            case wire.Intake():
                self.intake = message
            case wire.Measured() | wire.LabResult():
                self._remember_value(message)
            case wire.WaveSamples(wave, samples):
                self.wave_samples += len(samples)
                self.waves |= {wave} if samples else set()
            case wire.Instruments():
                self.instruments = message
            case wire.AskAnswered(identifier, outcome):
                self.answers[identifier] = outcome
            case wire.Text(text):
                self.texts.append(text)
            case _:
                self._learn(message)


class Memory:
    """Durable for as long as the program: enough for a tool that never restarts."""

    async def sent(self, parcel: wire.Parcel) -> None:
        """Nothing to write."""

    async def received(self, parcel: wire.Parcel) -> None:
        """Nothing to write."""

    async def piece(self, piece: wire.StillPiece) -> None:
        """Nothing to write."""

    async def acknowledged(self, numbers: list[int]) -> None:
        """Nothing to write."""

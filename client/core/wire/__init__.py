"""What the two ends say to each other once they share keys.

A `Parcel` is one message with its number, encoded by `client.core.parcels` and then sealed by
`client.core.envelope`. Numbered parcels are durable: the sender keeps them until the peer's
`Received` names their number. Unnumbered ones describe the present and are worth nothing later.
Fields travel by position, without their names; those at the end that hold their defaults do not
travel. The page mirrors this module; ``tests/vectors/wire.json`` holds both to the same bytes.
"""

from dataclasses import dataclass
from typing import Final, get_args

from client.core.wire.files import RegionAsked, StillHeld, StillOffered, StillPiece, StillReceived
from client.core.wire.findings import Instruments, LabResult, Measured, WaveSamples
from client.core.wire.guidance import AskAnswered, Asked, Pointed, Summary, Text, Waiting
from client.core.wire.line import LinkReport, PageReport, PictureAsked, WentOn
from client.core.wire.presentation import Background, Intake, Patient, Question
from client.core.wire.trust import (
    Acquaintance,
    Attested,
    Card,
    Goodbye,
    Hello,
    Received,
    Signal,
    WordsCompared,
)

__all__ = [
    "DURABLE",
    "MESSAGES",
    "TEXT_LIMIT",
    "Acquaintance",
    "AskAnswered",
    "Asked",
    "Attested",
    "Background",
    "Card",
    "Goodbye",
    "Hello",
    "Instruments",
    "Intake",
    "LabResult",
    "LinkReport",
    "Measured",
    "Message",
    "PageReport",
    "Parcel",
    "Patient",
    "PictureAsked",
    "Pointed",
    "Question",
    "Received",
    "RegionAsked",
    "Signal",
    "StillHeld",
    "StillOffered",
    "StillPiece",
    "StillReceived",
    "Summary",
    "Text",
    "Waiting",
    "WaveSamples",
    "WentOn",
    "WordsCompared",
    "kind_of",
]

TEXT_LIMIT: Final = 8_192
"""Characters of any one text; chosen: a long summary is 4 000."""

Message = (
    Hello
    | Received
    | Signal
    | WordsCompared
    | Card
    | Text
    | Goodbye
    | Intake
    | Measured
    | WaveSamples
    | Instruments
    | LinkReport
    | StillOffered
    | StillPiece
    | StillHeld
    | StillReceived
    | Asked
    | AskAnswered
    | Summary
    | PictureAsked
    | PageReport
    | LabResult
    | RegionAsked
    | Acquaintance
    | Patient
    | Background
    | Question
    | Pointed
    | Waiting
    | WentOn
    | Attested
)

DURABLE: Final = (
    WordsCompared,
    Card,
    Text,
    Goodbye,
    Intake,
    Measured,
    StillOffered,
    StillReceived,
    Asked,
    AskAnswered,
    Summary,
    PictureAsked,
    LabResult,
    RegionAsked,
    Acquaintance,
    Patient,
    Background,
    Question,
    Waiting,
    WentOn,
    Attested,
)
"""Kinds that are numbered, kept and repeated until the peer's receipt."""

MESSAGES: Final[dict[str, type[Message]]] = {
    "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_"): cls
    for cls in get_args(Message)
}
"""Kind in records and vectors (``still_piece``) to class (`StillPiece`)."""

_KINDS: Final = {cls: kind for kind, cls in MESSAGES.items()}


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way, with its number where it is durable."""

    number: int | None
    """Counts the sender's durable messages of this consultation from 1."""
    message: Message


def kind_of(message: Message) -> str:
    """The name of the message's kind, in records; `client.core.parcels.KINDS` numbers them."""
    return _KINDS[type(message)]

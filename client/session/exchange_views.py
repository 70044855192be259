"""What the screens show of what was asked, sent and said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StillState(StrEnum):
    """How far a still has come."""

    TAKING = "taking"
    DOUBTFUL = "doubtful"
    """It is not sent yet: take it again, or send it as it is."""
    SENDING = "sending"
    RECEIVED = "received"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StillView:
    """The still being taken or sent, or the last one."""

    label: str
    state: StillState
    done: int
    """Bytes read from the instrument while taking, bytes held by the GP while sending."""
    total: int
    flaw: str = ""
    """`client.media.picture_quality.Flaw`, while doubtful and after."""


@dataclass(frozen=True, slots=True)
class AskView:
    """What the GP asks for next."""

    id: int
    what: str
    """See `client.core.wire.Asked`."""
    text: str
    asked_at: datetime


class LineKind(StrEnum):
    """Kinds of line in the log of exchanges."""

    READING = "reading"
    STORED = "stored"
    """From an instrument's memory: an earlier measurement."""
    RESULT = "result"
    """Of a laboratory test."""
    STILL = "still"
    SOUND = "sound"
    PAPER = "paper"
    """A letter or an earlier result, as a file."""
    ASKED = "asked"
    ASK_ANSWERED = "ask_answered"
    TEXT_HERE = "text_here"
    TEXT_GP = "text_gp"
    INTAKE = "intake"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class ExchangeLine:
    """One durable thing that was sent or came, and whether the GP acknowledged it."""

    at: datetime
    kind: LineKind
    subject: str
    """Vital code, still label, asked thing or the text itself, by kind."""
    value: str
    """Formatted number for a reading, else empty."""
    is_acknowledged: bool
    is_deferred: bool = False
    """It went, or came, by the mailbox."""

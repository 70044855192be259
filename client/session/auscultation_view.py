"""What the screen shows of an auscultation, and what it may ask of it."""

from dataclasses import dataclass
from enum import StrEnum

from client.core.auscultation import NotLive, Place
from client.media.auscultation import Flaw


class AuscultationStep(StrEnum):
    """What the person at the bedside does."""

    RECORD = "record"
    """Begin, or begin again: what was not sent is thrown away."""
    STOP = "stop"
    """End it; before `client.core.auscultation.LEAST_S` this throws it away."""
    REPLAY = "replay"
    """Hear it here; again: stop hearing it."""
    SEND = "send"
    LISTEN = "listen"
    """Let the GP hear the chest live; again: let the GP hear the room."""


class TapeState(StrEnum):
    """How far a recording has come."""

    EMPTY = "empty"
    RECORDING = "recording"
    FINISHED = "finished"
    """It can be heard, sent or made anew."""
    SENDING = "sending"
    RECEIVED = "received"
    FAILED = "failed"
    """The stethoscope went away, or what it gave could not be kept."""


@dataclass(frozen=True, slots=True)
class AuscultationView:
    """The stethoscope at one moment."""

    place: Place
    state: TapeState = TapeState.EMPTY
    length_s: float = 0.0
    outline: bytes = b""
    """Lowest and highest of every 10 ms in turn, see `devices.drivers.stethoscope`; of the whole
    recording, or while there is none of the last seconds heard."""
    flaw: Flaw | None = None
    is_live: bool = False
    """The GP hears the chest and not the room: the microphone is off."""
    why_not_live: NotLive | None = None
    is_replaying: bool = False
    done: int = 0
    """Bytes the GP holds."""
    total: int = 0

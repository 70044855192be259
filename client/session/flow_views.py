"""What the screens of the flow show beside the examination: the room, what waits, what came."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from client.core.dossier.file import Dossier
from client.core.dossier.traits import Traits
from client.errors import ChevetError
from devices.readings import Vital


class VoiceTrial(StrEnum):
    """How the "un, deux, trois" of this machine goes."""

    UNTRIED = "untried"
    RECORDING = "recording"
    PLAYING = "playing"
    PLAYED = "played"
    """It was played back; whether anybody heard it only the person knows."""
    UNHEARD = "unheard"
    """The microphone gave nothing but silence."""
    FAILED = "failed"


class DocumentState(StrEnum):
    """How far a file of the GP's has come."""

    ARRIVING = "arriving"
    HELD = "held"
    """Whole, and its hash agrees."""
    FAILED = "failed"


class PrintState(StrEnum):
    """What became of the documents on paper."""

    UNAVAILABLE = "unavailable"
    """Nothing here prints."""
    READY = "ready"
    PRINTING = "printing"
    PRINTED = "printed"
    """The system's printer took them."""
    SAVING = "saving"
    SAVED = "saved"
    """They lie as files in the folder that was chosen."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A file of the GP's: a prescription, an annotated still. No path: a screen opens nothing."""

    label: str = field(repr=False)
    media_type: str
    state: DocumentState
    done: int = 0
    """Bytes held."""
    total: int = 0


@dataclass(frozen=True, slots=True)
class EarlierValue:
    """A vital sign of an earlier consultation of the same patient at this site; never current."""

    vital: Vital
    value: float = field(repr=False)
    taken_at: datetime
    model: str = ""


@dataclass(frozen=True, slots=True)
class ResumableView:
    """A consultation that was left and can be taken up again."""

    consultation: int
    """Its number in the records."""
    began_at: datetime
    patient_name: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ExpertiseView:
    """A question asked of a GP without meeting, and the answer once it came."""

    consultation: int
    asked_at: datetime
    patient_name: str = field(repr=False)
    question: str = field(repr=False)
    gp_name: str = ""
    answered_at: datetime | None = None
    answer: str = field(default="", repr=False)
    is_refused: bool = False
    """The GP's page did not take the call; nobody will answer."""


@dataclass(frozen=True, slots=True)
class RecordView:
    """One earlier consultation of this site, as a list shows it."""

    consultation: int
    began_at: datetime
    patient_name: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)
    is_over: bool = True
    is_training: bool = False
    is_erased: bool = False
    """The patient's values were removed; the fact of the act stays."""


@dataclass(frozen=True, slots=True)
class RecordsView:
    """What was looked for in the records, what fits, and the one that was read."""

    text: str = field(default="", repr=False)
    rows: tuple[RecordView, ...] = ()
    """The newest first."""
    read: int | None = None
    summary: str | None = field(default=None, repr=False)
    """Of the one that was read; `None`: it has none."""
    dossier: Dossier | None = field(default=None, repr=False)
    """Of the one that was read, where it is over and its end can still be chosen."""
    failure: ChevetError | None = None
    """Why none could be looked for, or the last one not be read; `read` is `None` then."""
    printing: PrintState | None = None
    """What became of the paper of the one that was read; `None`: nobody asked for any."""
    print_failure: ChevetError | None = None


@dataclass(frozen=True, slots=True)
class IdentityFileView:
    """A file of the practice's own software that may hold an identity."""

    name: str = field(repr=False)
    """Within the folder of the settings; software names such files after patients."""
    at: datetime
    """When it was written."""


@dataclass(frozen=True, slots=True)
class IdentitiesView:
    """What may be imported, the newest first, and what was read of the one that was chosen."""

    files: tuple[IdentityFileView, ...] = ()
    read: Traits | None = field(default=None, repr=False)
    failure: ChevetError | None = None
    """Why nothing could be listed or read."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person wants after this consultation: another, which takes another session."""

    consultation: int | None = None
    """Its number in the records, where one that was left is taken up again; else a new one."""
    keeps_patient: bool = False
    """The new one is about the same patient: nothing is typed twice."""

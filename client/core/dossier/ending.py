"""How a consultation stops, goes on otherwise, or is closed."""

from dataclasses import dataclass
from enum import StrEnum


class StopReason(StrEnum):
    """Why a consultation at a distance does not suit this case (rules-fr.md, d-7)."""

    TECHNIQUE = "technique"
    COMMUNICATION = "communication"
    EXAMINATION_NEEDED = "examination_needed"
    """The patient must be examined by a physician's own hands."""
    EMERGENCY = "emergency"
    PATIENT_WISH = "patient_wish"
    OTHER = "other"


class Alternative(StrEnum):
    """How to go on when the picture is impossible (d-6)."""

    VOICE = "voice"
    TELEPHONE = "telephone"
    DEFERRED = "deferred"
    RESCHEDULED = "rescheduled"


class Destination(StrEnum):
    """Where the documents go, as consented (d-24)."""

    OWN_DOCTOR = "own_doctor"
    SHARED_RECORD = "shared_record"
    SECURE_MAIL = "secure_mail"
    PATIENT = "patient"
    """On paper."""


class Role(StrEnum):
    """Who may accompany (d-31)."""

    PHARMACIST = "pharmacist"
    PHARMACY_ASSISTANT = "pharmacy_assistant"
    NURSE = "nurse"
    MEDICAL_ASSISTANT = "medical_assistant"
    OTHER = "other"


class Act(StrEnum):
    """What the accompanying professional bills (d-3, d-4)."""

    TLM = "TLM"
    TLS = "TLS"
    TLL = "TLL"
    TLD = "TLD"


@dataclass(frozen=True, slots=True)
class Ending:
    """What was chosen when the consultation was over."""

    destinations: tuple[Destination, ...] = ()
    act: Act | None = None
    handed_over: bool = False
    """The patient has the printed documents."""
    stop_reason: StopReason | None = None
    stop_note: str = ""
    went_on: Alternative | None = None
    is_chosen: bool = False
    """Destinations and act are somebody's choice, even if there are none."""

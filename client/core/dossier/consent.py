"""What the patient was told, agreed to and refused (rules-fr.md, d-9 and d-10)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Item(StrEnum):
    """What may be refused by itself; the software respects each."""

    TELECONSULTATION = "teleconsultation"
    ACCOMPANIMENT = "accompaniment"
    """The presence of the accompanying person."""
    PICTURES = "pictures"
    """Photos, clips and recorded sounds."""
    SHARED_RECORD = "shared_record"
    """DMP and Mon espace sante."""
    OWN_DOCTOR = "own_doctor"
    """Sending to the patient's own doctor."""


_PICTURES: Final = ("image/", "video/", "audio/")


def is_picture(media_type: str) -> bool:
    """Whether a file of this type is what `Item.PICTURES` is about: something seen or heard."""
    return media_type.lower().startswith(_PICTURES)


class Giver(StrEnum):
    """Who consented."""

    PATIENT = "patient"
    LEGAL_REPRESENTATIVE = "legal_representative"
    TRUSTED_PERSON = "trusted_person"


class Mode(StrEnum):
    """How it was given."""

    SPOKEN = "spoken"
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Consent:
    """Given before the act; a later one replaces it and both are in the journal."""

    version: str
    """Of the text that was read: ``fr/1``."""
    text_sha256: str
    """Hexadecimal, of the text's UTF-8 bytes as read."""
    language: str
    read_by: str
    given_by: Giver
    mode: Mode
    at_ms: int
    refused: tuple[Item, ...] = ()
    giver_name: str = field(default="", repr=False)
    """Empty when it was the patient."""

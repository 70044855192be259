"""Why the patient comes and what there is to know before the call."""

from dataclasses import dataclass, field
from enum import StrEnum


class Question(StrEnum):
    """What is asked; the order is the forms'. Codes follow the request document (d-22)."""

    SINCE = "since"
    PAIN = "pain"
    """0 to 10, as said by the patient."""
    HOME_TEMPERATURE = "home_temperature"
    """Degrees Celsius, measured at home."""
    ANTECEDENTS = "antecedents"
    ALLERGIES = "allergies"
    TREATMENTS = "treatments"
    PREGNANCY = "pregnancy"
    OXYGEN = "oxygen"
    """Room air, or litres per minute: an SpO2 means nothing without it (d-23)."""
    OTHER = "other"
    """A protocol's own question; `Answer.label` has its words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One question and what was said."""

    question: Question
    text: str = field(repr=False)
    label: str = ""


@dataclass(frozen=True, slots=True)
class Background:
    """The forms' answers; none is required but the reason."""

    reason: str = field(default="", repr=False)
    answers: tuple[Answer, ...] = field(default=(), repr=False)
    protocol: str = ""
    """`client.core.dossier.protocols.Protocol.name`; empty when none was chosen."""

"""Whom the consultation is about, why, and what there is to know before the picture comes."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Intake:
    """Whom the consultation is about and why. Site to GP."""

    name: str
    reason: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Patient:
    """The patient's identity, as the site has it; a later one replaces it. Site to GP.

    Traits as the national identity reference names them (rules-fr.md, d-11); what is not known is
    empty.
    """

    birth_name: str
    first_names: str
    """All of them, separated by spaces."""
    used_name: str
    birth_date: str
    """ISO 8601; a year and a month, or a year, where no more is known."""
    sex: str
    """`client.core.dossier.traits.Sex`."""
    birth_place: str
    """The official geographic code (COG) of the place of birth."""
    matricule: str | None
    """Never a social-security number (d-12)."""
    matricule_oid: str | None
    status: str
    """`client.core.dossier.traits.IdentityStatus`, as received (d-15)."""
    address: str
    """Where the patient is now (d-7)."""
    callback: str
    """Telephone number to call when the line is cut for good (d-7)."""
    doctor: str
    """The patient's own doctor; empty: none, which is a first-class path."""
    at_ms: int


@dataclass(frozen=True, slots=True)
class Background:
    """What was asked before the call, and what the patient refused. Site to GP.

    A later one replaces it.
    """

    answers: list[dict[str, Any]]
    """Maps with ``question`` (a `client.core.dossier.background.Question`, or ``other`` with its
    words in ``label``), ``answer`` and ``label`` (or null), in the order they were asked."""
    refused: list[str]
    """`client.core.dossier.consent.Item` that the patient did not agree to."""
    protocol: str
    """`client.core.dossier.protocols.Protocol.name`; empty when none was chosen."""
    at_ms: int


@dataclass(frozen=True, slots=True)
class Question:
    """The GP is asked for an expertise without meeting; the answer is a `Summary`. Site to GP."""

    text: str
    at_ms: int

"""The dossier as the GP is told of it: few words first, all of it as long as a parcel holds."""

from dataclasses import replace
from typing import Any, Final

from client.core import wire
from client.core.dossier.background import Answer, Background
from client.core.dossier.file import Contact, Dossier
from client.core.dossier.traits import Traits
from client.core.parcels import PARCEL_LIMIT, encode

Told = wire.Intake | wire.Patient | wire.Background | wire.Question
TOLD: Final = (wire.Intake, wire.Patient, wire.Background, wire.Question)
"""What the GP learns of the dossier, in this order; each is told again when it changes."""
FIELD_LIMIT: Final = 300
"""Characters of one trait or address; chosen: twice what the national reference allows a name."""
ANSWERS_LIMIT: Final = 24
"""chosen: twice what the richest protocol asks."""
CUT: Final = "\N{NO-BREAK SPACE}[…]"
"""Where a text was too long to travel; the record keeps it whole."""
_LENGTHS: Final = (4_096, 2_048, 1_024, 512, 256, 128)
"""Characters of one answer: the longest that lets all of them travel together."""
_ROOM: Final = PARCEL_LIMIT - 16
"""Bytes of a parcel, less what a later number may take."""


def full_name(traits: Traits) -> str:
    """As people are called: the name in use and the first of the first names."""
    first = traits.first_names[0] if traits.first_names else ""
    return f"{traits.used_name or traits.birth_name} {first}".strip()


def intake(dossier: Dossier, at_ms: int) -> wire.Intake | None:
    """Name and reason, which go first; `None` while neither is known."""
    name = full_name(dossier.traits) if dossier.traits else ""
    reason = dossier.background.reason if dossier.background else ""
    if not name and not reason:
        return None
    return wire.Intake(cut(name, FIELD_LIMIT), cut(reason, _LENGTHS[2]), at_ms)


def patient(dossier: Dossier, at_ms: int) -> wire.Patient | None:
    """Identity, place and call-back number; `None` while nothing of it is known."""
    if dossier.traits is None and dossier.contact is None:
        return None
    traits, contact = dossier.traits or Traits(), dossier.contact or Contact()
    matricule = traits.matricule
    return wire.Patient(
        birth_name=cut(traits.birth_name, FIELD_LIMIT),
        first_names=cut(" ".join(traits.first_names), FIELD_LIMIT),
        used_name=cut(traits.used_name, FIELD_LIMIT),
        birth_date=cut(traits.birth_date, FIELD_LIMIT),
        sex=traits.sex.value,
        birth_place=cut(traits.birth_place, FIELD_LIMIT),
        matricule=matricule.value if matricule else None,
        matricule_oid=matricule.oid if matricule else None,
        status=traits.status.value,
        address=cut(contact.address, FIELD_LIMIT),
        callback=cut(contact.callback, FIELD_LIMIT),
        doctor=cut(contact.own_doctor, FIELD_LIMIT),
        at_ms=at_ms,
    )


def background(dossier: Dossier, at_ms: int) -> wire.Background | None:
    """Answers and refusals; `None` while there is neither."""
    if dossier.background is None and dossier.consent is None:
        return None
    said = dossier.background or Background()
    refused = [item.value for item in dossier.consent.refused] if dossier.consent else []
    answers = [one for one in said.answers if one.text.strip()][:ANSWERS_LIMIT]
    whole = wire.Background([], refused, cut(said.protocol, FIELD_LIMIT), at_ms)
    for length in _LENGTHS:
        message = replace(whole, answers=[_told(one, length) for one in answers])
        if _fits(message):
            return message
    return replace(whole, answers=[_told(one, _LENGTHS[-1]) for one in answers[:4]])


def question(text: str, at_ms: int) -> wire.Question:
    """What an expertise is asked about."""
    for length in _LENGTHS:
        message = wire.Question(cut(text, length), at_ms)
        if _fits(message):
            return message
    raise AssertionError("the shortest length always fits")


def cut(text: str, length: int) -> str:
    """At most so many characters; a text that was cut says so."""
    return text if len(text) <= length else text[: length - len(CUT)] + CUT


def _told(answer: Answer, length: int) -> dict[str, Any]:
    return {
        "question": answer.question.value,
        "answer": cut(answer.text, length),
        "label": cut(answer.label, FIELD_LIMIT // 3) or None,
    }


def _fits(message: wire.Message) -> bool:
    return len(encode(wire.Parcel(1, message))) <= _ROOM

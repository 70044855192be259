"""What must be there before a call, and what each refusal or gap switches off.

See rules-fr.md: d-7 (place and call-back number), d-9 and d-10 (consent, refusals), d-12 (identity
that is not qualified), d-3, d-4 and d-20 (acts by role).
"""

from enum import StrEnum
from typing import Final

from client.core.dossier.consent import Item
from client.core.dossier.ending import Act, Destination, Role
from client.core.dossier.file import Dossier
from client.core.dossier.matricule import is_qualified


class Missing(StrEnum):
    """What a call waits for."""

    ADDRESS = "address"
    CALLBACK = "callback"
    CONSENT = "consent"
    """Nobody has answered the text yet."""
    TELECONSULTATION = "teleconsultation"
    """It was refused: there is nothing to be done at a distance (d-9)."""
    QUESTION = "question"
    """A deferred expertise without its question."""


class Why(StrEnum):
    """Why something is switched off."""

    NO_CONSENT = "no_consent"
    """Nobody has answered the text yet."""
    REFUSED = "refused"
    NOT_QUALIFIED = "not_qualified"
    """The identity is not qualified (d-12)."""
    NO_OWN_DOCTOR = "no_own_doctor"


_REFUSED_BY: Final = {
    Destination.OWN_DOCTOR: Item.OWN_DOCTOR,
    Destination.SECURE_MAIL: Item.OWN_DOCTOR,
    Destination.SHARED_RECORD: Item.SHARED_RECORD,
}
_QUALIFIED_ONLY: Final = (Destination.SHARED_RECORD, Destination.SECURE_MAIL)
_TO_OWN_DOCTOR: Final = (Destination.OWN_DOCTOR, Destination.SECURE_MAIL)
_ACTS: Final = {
    Role.PHARMACIST: (Act.TLM,),
    Role.PHARMACY_ASSISTANT: (Act.TLM,),
    Role.NURSE: (Act.TLS, Act.TLL, Act.TLD),
}


def missing(dossier: Dossier) -> tuple[Missing, ...]:
    """What is still to be done before calling, in the order of the steps; empty: call.

    An expertise is asked for without a call, so no address or number is needed to call back.
    """
    found: list[Missing] = []
    contact, consent = dossier.contact, dossier.consent
    if dossier.is_deferred and not dossier.question.strip():
        found.append(Missing.QUESTION)
    if not dossier.is_deferred:
        if contact is None or not contact.address.strip():
            found.append(Missing.ADDRESS)
        if contact is None or not any(map(str.isdigit, contact.callback)):
            found.append(Missing.CALLBACK)
    if consent is None:
        found.append(Missing.CONSENT)
    elif Item.TELECONSULTATION in consent.refused:
        found.append(Missing.TELECONSULTATION)
    return tuple(found)


def pictures_off(dossier: Dossier) -> Why | None:
    """Why no photo, clip or sound may be taken; `None`: they may (d-10)."""
    return _refusal(dossier, Item.PICTURES)


def destination_off(destination: Destination, dossier: Dossier) -> Why | None:
    """Why the documents may not go there; `None`: they may. Paper always may."""
    item = _REFUSED_BY.get(destination)
    if item is None:
        return None
    refusal = _refusal(dossier, item)
    if refusal is not None:
        return refusal
    has_doctor = dossier.contact is not None and bool(dossier.contact.own_doctor.strip())
    if destination in _TO_OWN_DOCTOR and not has_doctor:
        return Why.NO_OWN_DOCTOR
    if destination in _QUALIFIED_ONLY and not is_qualified(dossier.traits):
        return Why.NOT_QUALIFIED
    return None


def is_accompanied(dossier: Dossier) -> bool:
    """Whether who prepares the consultation takes part in it: the patient may refuse it (d-10)."""
    return dossier.consent is None or Item.ACCOMPANIMENT not in dossier.consent.refused


def acts_offered(dossier: Dossier) -> tuple[Act, ...]:
    """What may be billed by who accompanies; nothing where a responsible pharmacist is not named.

    The convention says "le pharmacien": an assistant's act is the pharmacist's (d-20). Without
    accompaniment there is no act of it.
    """
    operator = dossier.operator
    if not is_accompanied(dossier):
        return ()
    if operator.role is Role.PHARMACY_ASSISTANT and not operator.responsible_rpps:
        return ()
    return _ACTS.get(operator.role, ())


def _refusal(dossier: Dossier, item: Item) -> Why | None:
    if dossier.consent is None:
        return Why.NO_CONSENT
    return Why.REFUSED if item in dossier.consent.refused else None

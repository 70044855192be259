"""Room air or oxygen, without which an SpO2 means nothing (rules-fr.md, d-23)."""

import re
from collections.abc import Iterator
from typing import Final

from client.core.dossier.background import Question
from client.exports.fhir import terms
from client.exports.fhir.telling import Resource, Telling, concept, filled

_FLOW: Final = re.compile(
    r"\s*(\d{1,2}(?:[.,]\d{1,2})?)\s*L\s*/\s*min\s*", re.ASCII | re.IGNORECASE
)


def said(telling: Telling) -> str:
    """In the words of whoever answered; "not said" where nobody did."""
    return _answer(telling) or telling.words.say("documents.unknown")


def flow(telling: Telling) -> float | None:
    """Litres per minute; `None` for room air and for anything that is no flow."""
    told = _FLOW.fullmatch(_answer(telling))
    litres = float(told[1].replace(",", ".")) if told else 0.0
    return litres or None


def beside(telling: Telling) -> Resource:
    """What an SpO2 says of it: the administration it is part of, and the flow."""
    litres = flow(telling)
    if litres is None:
        return {}
    code = concept(terms.LOINC, *terms.OXYGEN_FLOW)
    return {
        "partOf": [telling.to("MedicationAdministration")],
        "component": [{"code": code, "valueQuantity": _rate(litres)}],
    }


def administration(telling: Telling) -> Iterator[Resource]:
    """Oxygen while it was measured, where it was given."""
    litres = flow(telling)
    if litres is None:
        return
    made = filled(
        resourceType="MedicationAdministration",
        meta={"profile": [terms.FR_CORE + "fr-core-medication-administration-inhaled-oxygen"]},
        status="in-progress",
        medicationCodeableConcept=concept(terms.SNOMED, *terms.INHALED_OXYGEN),
        subject=telling.to("Patient"),
        context=telling.to("Encounter"),
        effectiveDateTime=telling.instant(telling.report.times.began_at),
        dosage={"text": said(telling), "rateQuantity": _rate(litres)},
    )
    yield telling.entry(made)


def _rate(litres: float) -> Resource:
    return {"value": litres, "unit": "L/min", "system": terms.UCUM, "code": "L/min"}


def _answer(telling: Telling) -> str:
    dossier = telling.report.dossier
    background = dossier.background if dossier else None
    answers = background.answers if background else ()
    told = [answer.text for answer in answers if answer.question is Question.OXYGEN]
    return told[-1].strip() if told else ""

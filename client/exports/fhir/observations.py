"""Observations of what instruments vouched for, as ANS "Mesures de sante" has them (d-23).

No interpretation is given and none is made: the guides' optional ranges stay empty (d-29).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from client.core.dossier.background import Question
from client.exports.documents import Measurement, Value
from client.exports.fhir import oxygen, terms
from client.exports.fhir.telling import (
    Resource,
    Telling,
    coding,
    concept,
    filled,
    instrument_keys,
    measurement_keys,
)
from devices.readings import Origin, Quality, Vital

PRESSURES: Final = (Vital.SYSTOLIC, Vital.DIASTOLIC, Vital.MEAN_PRESSURE)
_REQUIRED: Final = (Vital.SYSTOLIC, Vital.DIASTOLIC)
_HIGHEST_PAIN: Final = 10


def vital_signs(telling: Telling) -> Iterator[Resource]:
    """One for each value; one for a blood pressure with all its values."""
    for measured in telling.report.measurements:
        pressures = [value for value in measured.values if value.vital in PRESSURES]
        if pressures:
            yield _pressure(telling, measured, pressures)
        for value in measured.values:
            if value.vital not in PRESSURES:
                yield _single(telling, measured, value)


def _pressure(telling: Telling, measured: Measurement, values: Sequence[Value]) -> Resource:
    given = {value.vital: value for value in values}
    wanted = dict.fromkeys((*_REQUIRED, *given))
    made = _measured(telling, measured, terms.PRESSURE_PROFILE) | filled(
        code=concept(
            *(terms.LOINC, *terms.PRESSURE_PANEL), text=telling.words.say("documents.pressure")
        ),
        method=concept(*terms.CONNECTED),
        note=_notes(telling, measured, values[0]),
        component=[_component(vital, given.get(vital)) for vital in wanted],
    )
    return telling.entry(made, "pressure", *measurement_keys(measured))


def _component(vital: Vital, value: Value | None) -> Resource:
    code = concept(terms.LOINC, vital.loinc, terms.NAMES[vital])
    if value is None:
        return {"code": code, "dataAbsentReason": concept(terms.ABSENT, "unknown", "Unknown")}
    return {"code": code, "valueQuantity": quantity(value)}


def _single(telling: Telling, measured: Measurement, value: Value) -> Resource:
    vital = value.vital
    method = terms.METHODS.get(vital)
    made = _measured(telling, measured, terms.PROFILES.get(vital, "")) | filled(
        code=_code(telling, vital),
        valueQuantity=quantity(value),
        method=concept(*method) if method else None,
        note=_notes(telling, measured, value),
    )
    if vital is Vital.SPO2:
        made |= oxygen.beside(telling)
    return telling.entry(made, vital.code, *measurement_keys(measured))


def _code(telling: Telling, vital: Vital) -> Resource:
    codes = [coding(*one) for one in terms.CODES[vital]]
    return {"coding": codes, "text": telling.words.say(f"vital.{vital.code}")}


def _measured(telling: Telling, measured: Measurement, profile: str) -> Resource:
    """What every measurement says; the instrument is always named (d-23)."""
    return (
        filled(resourceType="Observation", meta={"profile": [profile]} if profile else None)
        | _said_of(telling, "vital-signs", measured.origin)
        | effective(telling, measured.origin, measured.received_at, measured.measured_at)
        | {
            "issued": telling.instant(measured.received_at),
            "device": telling.to("Device", *instrument_keys(measured.instrument)),
        }
    )


def _said_of(telling: Telling, category: str, origin: Origin = Origin.SPOT) -> Resource:
    """What an instrument remembers may be another person's: nobody has verified it."""
    by = [telling.to("PractitionerRole", "operator")] if telling.is_accompanied else []
    return filled(
        status="preliminary" if origin is Origin.STORED else "final",
        category=[concept(terms.CATEGORY, category, category)],
        subject=telling.to("Patient"),
        encounter=telling.to("Encounter"),
        performer=by,
    )


def effective(
    telling: Telling, origin: Origin, received_at: datetime, measured_at: str | None
) -> Resource:
    """When it was measured.

    What was measured now was measured when it came, by the site's clock; what was read from an
    instrument's memory, when the instrument's clock says, in the room's time zone. An instrument
    that keeps no clock leaves it unknown.
    """
    if origin is not Origin.STORED:
        return {"effectiveDateTime": telling.instant(received_at)}
    told = _device_clock(telling, measured_at or "")
    if told:
        return {"effectiveDateTime": told}
    unknown = {"url": terms.DATA_ABSENT, "valueCode": "unknown"}
    return {"_effectiveDateTime": {"extension": [unknown]}}


def _device_clock(telling: Telling, text: str) -> str:
    """With the offset of the room at that time; to the day where there is no time."""
    zone = telling.words.zone
    try:
        if len(text) == len("2026-11-22"):
            return date.fromisoformat(text).isoformat()
        told = datetime.fromisoformat(text)
    except ValueError:
        return ""
    zoned = told.replace(tzinfo=zone) if zone and told.tzinfo is None else told.astimezone(zone)
    return zoned.isoformat(timespec="seconds")


def quantity(value: Value) -> Resource:
    """The number as the instrument gave it, with its UCUM unit."""
    unit = value.vital.ucum
    return {"value": value.number, "unit": unit, "system": terms.UCUM, "code": unit}


def _notes(telling: Telling, measured: Measurement, value: Value) -> list[Resource]:
    say, words = telling.words.say, telling.words
    told = [say(f"documents.origin.{measured.origin}")]
    if value.quality is not Quality.GOOD:
        told.append(say(f"quality.{value.quality}"))
    told += [say(f"mark.{mark}") for mark in measured.marks]
    if value.sent_as:
        told.append(say("documents.sent_as", value=value.sent_as))
    if measured.measured_at:
        clock = words.device_clock(measured.measured_at)
        told.append(say("documents.device_clock", time=clock))
    if measured.live:
        told.append(
            say(
                "documents.course",
                lowest=words.number(value.vital, measured.live.lowest),
                highest=words.number(value.vital, measured.live.highest),
                start=words.time(measured.live.first_at),
                count=measured.live.count,
            )
        )
    if value.vital is Vital.SPO2:
        told.append(say("documents.oxygen", said=oxygen.said(telling)))
    return [{"text": text} for text in told]


def pain(telling: Telling) -> Iterator[Resource]:
    """As the patient said it, from 0 to 10; words that are no number stay in the narrative."""
    dossier = telling.report.dossier
    background = dossier.background if dossier else None
    for answer in background.answers if background else ():
        number = answer.text.strip()
        is_number = number.isascii() and number.isdigit() and int(number) <= _HIGHEST_PAIN
        if answer.question is Question.PAIN and is_number:
            yield telling.entry(_pain(telling, int(number)), "pain")


def _pain(telling: Telling, level: int) -> Resource:
    at = telling.instant(telling.report.times.began_at)
    value = {"value": level, "unit": "Level", "system": terms.UCUM, "code": "1"}
    return (
        {"resourceType": "Observation", "meta": {"profile": [terms.PAIN_PROFILE]}}
        | _said_of(telling, "vital-signs")
        | {
            "performer": [telling.to("Patient")],
            "code": concept(terms.LOINC, *terms.PAIN),
            "effectiveDateTime": at,
            "valueQuantity": value,
            "method": concept(*terms.PAIN_METHOD),
        }
    )


def analyses(telling: Telling) -> Iterator[Resource]:
    """Laboratory results in the analyser's own words and units, which it alone vouches for."""
    for place, result in enumerate(telling.report.analyses):
        when = effective(telling, result.origin, result.received_at, result.measured_at)
        named = [coding(terms.LOINC, result.loinc)] if result.loinc else []
        ranges = [{"text": result.reference_range}] if result.reference_range else []
        made = filled(
            resourceType="Observation",
            **_said_of(telling, "laboratory", result.origin),
            code=filled(coding=named, text=result.test),
            **when,
            issued=telling.instant(result.received_at),
            valueString=f"{result.value} {result.unit or ''}".strip(),
            note=[{"text": result.flags}] if result.flags else [],
            device=telling.to("Device", *instrument_keys(result.instrument)),
            referenceRange=ranges,
        )
        yield telling.entry(made, "analysis", place)

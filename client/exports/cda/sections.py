"""Sections of a structured body: what a person reads, and the entries that refer to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from client.exports.cda.elements import coded, element, identified, moment, xml_text
from client.exports.cda.heading import LOINC, oid
from client.exports.documents import Measurement, Value
from client.exports.fhir.telling import Telling, measurement_keys
from devices.readings import Vital

_MEDICATION: Final = (
    *("2.16.840.1.113883.10.20.1.24", "1.3.6.1.4.1.19376.1.5.3.1.4.7"),
    *("1.2.250.1.213.1.1.3.42", "1.3.6.1.4.1.19376.1.5.3.1.4.7.1"),
)
_PRODUCT: Final = (
    *("2.16.840.1.113883.10.20.1.53", "1.3.6.1.4.1.19376.1.5.3.1.4.7.2"),
    "1.2.250.1.213.1.1.3.43",
)
_ORGANIZER: Final = (
    *("2.16.840.1.113883.10.20.1.32", "2.16.840.1.113883.10.20.1.35"),
    *("1.3.6.1.4.1.19376.1.5.3.1.4.13.1", "1.2.250.1.213.1.1.3.49"),
)
_OBSERVATION: Final = (
    *("2.16.840.1.113883.10.20.1.31", "1.3.6.1.4.1.19376.1.5.3.1.4.13"),
    *("1.3.6.1.4.1.19376.1.5.3.1.4.13.2", "1.2.250.1.213.1.1.3.50"),
)
CODES: Final[Mapping[Vital, tuple[str, str]]] = {
    Vital.SPO2: ("20564-1", "Saturation en O2"),
    Vital.PULSE: ("8867-4", "Fréquence cardiaque"),
    Vital.HEART_RATE: ("8867-4", "Fréquence cardiaque"),
    Vital.TEMPERATURE: ("8310-5", "Température corporelle"),
    Vital.TEMPERATURE_2: ("8310-5", "Température corporelle"),
    Vital.SYSTOLIC: ("8480-6", "Pression artérielle systolique"),
    Vital.DIASTOLIC: ("8462-4", "Pression artérielle diastolique"),
    Vital.RESPIRATION: ("9279-1", "Fréquence respiratoire"),
    Vital.WEIGHT: ("29463-7", "Poids"),
    Vital.HEIGHT: ("8302-2", "Taille"),
    Vital.BMI: ("39156-5", "Indice de masse corporelle"),
}
"""JDV_SignesVitaux_CISIS (1.2.250.1.213.1.1.5.171), which alone CI-SIS takes here: a saturation has
another code than in FHIR."""


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of section."""

    key: str
    """Names it within the document."""
    templates: tuple[str, ...]
    code: str
    """LOINC."""
    display: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the text; an entry refers to what it says by its name."""

    name: str
    title: str
    said: str = field(repr=False)


def section(
    telling: Telling,
    kind: Section,
    title: str,
    lines: Sequence[Line],
    *inside: Element,
) -> Element:
    """With its text, unless there is none to say, then what it holds."""
    return element(
        "component",
        element(
            "section",
            *_templates(kind.templates),
            identified(oid(telling.uuid("section", kind.key))),
            coded("code", kind.code, LOINC, kind.display, "LOINC"),
            element("title", text=title),
            _text(lines) if lines else None,
            *inside,
        ),
    )


def treatment(telling: Telling, line: Line) -> Element:
    """What was answered of treatments: in words alone, which nobody coded."""
    material = element(
        "manufacturedMaterial",
        element("code", element("originalText", _reference(line)), nullFlavor="NI"),
        element("name", nullFlavor="NA"),
    )
    product = element("manufacturedProduct", *_templates(_PRODUCT), material)
    taken = element(
        "substanceAdministration",
        *_templates(_MEDICATION),
        identified(oid(telling.uuid("entry", line.name))),
        element("text", _reference(line)),
        element("statusCode", code="completed"),
        element("consumable", product),
        classCode="SBADM",
        moodCode="EVN",
    )
    return element("entry", taken, typeCode="DRIV")


def vital_signs(
    telling: Telling, measured: Iterable[tuple[Line, Measurement, Value]], at: datetime
) -> Element:
    """The panel (LOINC 85353-1), each value in its own unit; only what has one of `CODES`."""
    cluster = element(
        "organizer",
        *_templates(_ORGANIZER),
        identified(oid(telling.uuid("entry", "vital_signs"))),
        coded("code", "85353-1", LOINC, "Signes vitaux", "LOINC"),
        element("statusCode", code="completed"),
        moment("effectiveTime", at),
        *(_observed(telling, *one) for one in measured),
        classCode="CLUSTER",
        moodCode="EVN",
    )
    return element("entry", cluster)


def _observed(telling: Telling, line: Line, measured: Measurement, value: Value) -> Element:
    vital = value.vital
    number = f"{value.number:.{vital.decimals}f}"
    code, name = CODES[vital]
    keys = (*measurement_keys(measured), vital.code)
    observed = element(
        "observation",
        *_templates(_OBSERVATION),
        identified(oid(telling.uuid("observation", *keys))),
        coded("code", code, LOINC, name, "LOINC"),
        element("text", _reference(line)),
        element("statusCode", code="completed"),
        moment("effectiveTime", measured.received_at),
        element("value", **{"xsi:type": "PQ", "value": number, "unit": vital.ucum}),
        classCode="OBS",
        moodCode="EVN",
    )
    return element("component", observed, typeCode="COMP")


def _templates(roots: Iterable[str]) -> Iterator[Element]:
    return (element("templateId", root=root) for root in roots)


def _reference(line: Line) -> Element:
    return element("reference", value=f"#{line.name}")


def _text(lines: Iterable[Line]) -> Element:
    """A table, as in the public examples: what each line is, then its words."""
    rows = (element("tr", element("td", text=line.title), _said(line)) for line in lines)
    return element("text", element("table", element("tbody", *rows), border="0"))


def _said(line: Line) -> Element:
    first, *others = line.said.splitlines() or [""]
    content = element("content", text=first, ID=line.name)
    for other in others:
        SubElement(content, "br").tail = xml_text(other)
    return element("td", content)

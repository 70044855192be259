"""TLM-DA_2022.01: what a site asks of a doctor before an act (rules-fr.md, d-22).

Structure after the public examples ``ExemplesCDA/TLM-DA_2022.01_TCG.xml`` and, for an anamnesis in
words alone, ``TLM-DA_2022.01_TE1_anamnèse-non-structurée.xml`` of
github.com/ansforge/TestContenuCDA-3-0. Nobody here codes what was answered: an allergy of "none"
would become an allergy. What instruments measured is coded, each value for itself.
"""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from client.core.dossier import matricule
from client.core.dossier.background import Answer, Question
from client.exports.cda import people
from client.exports.cda.elements import element, moment
from client.exports.cda.heading import Heading, Kind, written
from client.exports.cda.readiness import CdaNotReadyError, request_lacks
from client.exports.cda.sections import CODES, Line, Section, section, treatment, vital_signs
from client.exports.documents import ConsultationReport, Measurement, Value
from client.exports.fhir import sections as fhir_sections
from client.exports.fhir.people import usable_rpps
from client.exports.fhir.telling import Telling
from client.exports.pdf.wording import Words

_KIND: Final = Kind(
    template=("1.2.250.1.213.1.1.1.38", "2022.01"),
    code="75496-0",
    display="Demande d'acte de télémédecine",
    series=("request",),
)
_RISKS: Final = Section("risks", ("1.2.250.1.213.1.1.2.68",), "46612-8", "Conclusions de synthèse")
_ANAMNESIS: Final = Section(
    "anamnesis", ("1.2.250.1.213.1.1.2.69",), "34117-2", "Historique et physique"
)
_TREATMENTS: Final = Section(
    "treatments",
    (
        *("2.16.840.1.113883.10.20.1.8", "1.3.6.1.4.1.19376.1.5.3.1.3.19"),
        "1.2.250.1.213.1.1.2.143",
    ),
    *("10160-0", "Traitements"),
)
_VITAL_SIGNS: Final = Section(
    "vital_signs",
    (
        *("2.16.840.1.113883.10.20.1.16", "1.3.6.1.4.1.19376.1.5.3.1.3.25"),
        *("1.3.6.1.4.1.19376.1.5.3.1.1.5.3.2", "1.2.250.1.213.1.1.2.75"),
    ),
    *("8716-3", "Signes vitaux"),
)
_RESULTS: Final = Section(
    "results",
    ("1.3.6.1.4.1.19376.1.5.3.1.3.27", "1.2.250.1.213.1.1.2.150"),
    *("30954-2", "Résultats d'examens"),
)


def request_document(words: Words, report: ConsultationReport) -> bytes:
    """The document, UTF-8. The same record gives the same bytes.

    Raises `CdaNotReadyError`, or `client.core.dossier.matricule.WrongModeError` for an identity of
    the other mode (d-14).
    """
    missing = request_lacks(report)
    dossier = report.dossier
    traits = dossier.traits if dossier else None
    if missing or dossier is None or traits is None or not traits.matricule:
        raise CdaNotReadyError(missing)
    number = matricule.checked(traits.matricule, is_training=dossier.is_training)
    heading = Heading(Telling(words, report), dossier, traits, number)
    body = element("structuredBody", *_sections(heading))
    return written(*_header(heading), element("component", body))


def _header(heading: Heading) -> Iterator[Element]:
    """In the order of the schema; whoever accompanies asks, and answers for what is asked."""
    report, dossier = heading.report, heading.dossier
    asks = people.accompanying_body(report, dossier)
    at = moment("time", heading.telling.dated_at())
    gp_rpps = usable_rpps(report.gp.rpps if report.gp else "", is_training=dossier.is_training)
    doctor = people.doctor_body(report, gp_rpps) if gp_rpps else asks
    yield from heading.about(_KIND, heading.telling.words.say("documents.leaving.request"))
    yield heading.record_target()
    yield element("author", at, element("assignedAuthor", *asks))
    yield heading.custodian()
    if report.gp:
        yield people.recipient(report.gp.name, gp_rpps)
    yield element(
        "legalAuthenticator",
        at,
        element("signatureCode", code="S"),
        element("assignedEntity", *asks),
    )
    yield from heading.participant()
    yield from heading.acts(doctor)
    yield heading.encounter(doctor)


def _sections(heading: Heading) -> Iterator[Element]:
    """In the order of the example; treatments are there even when nobody answered."""
    telling, say = heading.telling, heading.telling.words.say
    told = section(telling, _ANAMNESIS, say("documents.why"), [*_anamnesis(heading)])
    yield section(telling, _RISKS, say("documents.why"), [], told)
    taken = _treatments(heading)
    title = say("documents.question.treatments")
    yield section(telling, _TREATMENTS, title, [taken], treatment(telling, taken))
    measured = [*_measured(heading)]
    if signs := [one for one in measured if one[2].vital in CODES]:
        panel = vital_signs(telling, signs, telling.dated_at())
        lines = [line for line, _, _ in signs]
        yield section(telling, _VITAL_SIGNS, say("documents.measures"), lines, panel)
    others = [line for line, _, value in measured if value.vital not in CODES]
    if results := [*others, *_results(heading)]:
        yield section(telling, _RESULTS, say("documents.leaving.results"), results)


def _anamnesis(heading: Heading) -> Iterator[Line]:
    """Why the patient comes, what is asked, and every answer but that on treatments."""
    report, say = heading.report, heading.telling.words.say
    yield Line("reason", say("documents.reason"), report.reason or say("documents.reason.none"))
    if report.question:
        yield Line("question", say("documents.question"), report.question)
    for place, answer in enumerate(_answers(heading), 1):
        if answer.question is not Question.TREATMENTS:
            yield Line(f"answer-{place}", fhir_sections.asked(heading.telling, answer), answer.text)


def _treatments(heading: Heading) -> Line:
    say = heading.telling.words.say
    told = [one.text for one in _answers(heading) if one.question is Question.TREATMENTS]
    title = say("documents.question.treatments")
    return Line("treatments", title, "\n".join(told) or say("documents.unknown"))


def _answers(heading: Heading) -> list[Answer]:
    background = heading.dossier.background
    return [one for one in background.answers if one.text] if background else []


def _measured(heading: Heading) -> Iterator[tuple[Line, Measurement, Value]]:
    """Each value with its line: what it is, how much, by which instrument and when."""
    words = heading.telling.words
    values = ((one, value) for one in heading.report.measurements for value in one.values)
    for place, (one, value) in enumerate(values, 1):
        said = words.quantity(value.vital, value.number)
        where = f"{one.instrument.model}, {words.time(one.received_at)}"
        name = words.say(f"vital.{value.vital.code}")
        yield Line(f"measure-{place}", name, f"{said} ({where})"), one, value


def _results(heading: Heading) -> Iterator[Line]:
    for place, result in enumerate(heading.report.analyses, 1):
        yield Line(f"result-{place}", result.test, f"{result.value} {result.unit or ''}".strip())

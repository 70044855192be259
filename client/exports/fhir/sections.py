"""The sections of a Composition: what a person reads, and the resources it stands for."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from client.core.dossier.background import Answer, Question
from client.exports.documents import Measurement
from client.exports.fhir import terms
from client.exports.fhir.telling import Resource, Telling, coding, concept, filled

ALLERGIES: Final = ("48765-2", "Allergies and adverse reactions Document")
ANAMNESIS: Final = ("46612-8", "Synthesis conclusions")
PROBLEMS: Final = ("11450-4", "Problem list - Reported")
HISTORY: Final = ("11348-0", "History of Past illness note")
TREATMENTS: Final = ("10160-0", "History of Medication use Narrative")
INSTRUMENTS: Final = ("46264-8", "History of medical device use")
VITAL_SIGNS: Final = ("8716-3", "Vital signs note")
RESULTS: Final = ("30954-2", "Relevant diagnostic tests/laboratory data note")
DOCUMENTS: Final = ("55107-7", "Addendum Document")
CONCLUSION: Final = ("51848-0", "Evaluation note")
CONSENT: Final = ("59284-0", "Consent Document")


def section(
    title: str,
    code: tuple[str, str] | None,
    lines: Iterable[tuple[str, str]],
    entries: Sequence[Resource] = (),
) -> Resource:
    """Named lines and references; with neither, FHIR wants the reason why it is empty."""
    told = [*lines]
    held = [
        {"reference": one["fullUrl"], "type": one["resource"]["resourceType"]} for one in entries
    ]
    empty = concept(terms.EMPTY, "notasked", "Not Asked") if not told and not held else None
    return filled(
        title=title,
        code=concept(terms.LOINC, *code) if code else None,
        text=narrative(told) if told else None,
        entry=held,
        emptyReason=empty,
    )


def narrative(lines: Iterable[tuple[str, str]]) -> Resource:
    """XHTML of what is not in the entries word for word too, hence "additional"."""
    told = "".join(f"<p>{_line(name, text)}</p>" for name, text in lines)
    return {
        "status": "additional",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{told}</div>',
    }


def _line(name: str, text: str) -> str:
    said = "<br/>".join(escape(line, quote=False) for line in text.splitlines())
    return f"<b>{escape(name, quote=False)}</b> {said}" if name else said


def answers(telling: Telling, *questions: Question) -> Iterator[tuple[str, str]]:
    """What was answered of these questions, under their names."""
    dossier = telling.report.dossier
    background = dossier.background if dossier else None
    for answer in background.answers if background else ():
        if answer.question in questions and answer.text:
            yield asked(telling, answer), answer.text


def asked(telling: Telling, answer: Answer) -> str:
    """The question's name; of a question of the protocol's own, its own."""
    if answer.question is Question.OTHER and answer.label:
        return answer.label
    return telling.words.say(f"documents.question.{answer.question}")


def reason(telling: Telling) -> Iterator[tuple[str, str]]:
    """Why the patient comes, and what is asked of the doctor."""
    say, report = telling.words.say, telling.report
    yield say("documents.reason"), report.reason or say("documents.reason.none")
    if report.question:
        yield say("documents.question"), report.question


def measures(telling: Telling) -> Iterator[tuple[str, str]]:
    """Each value as the paper has it."""
    for measured in telling.report.measurements:
        yield from _measure(telling, measured)
    for result in telling.report.analyses:
        yield result.test, f"{result.value} {result.unit or ''}".strip()


def _measure(telling: Telling, measured: Measurement) -> Iterator[tuple[str, str]]:
    words = telling.words
    for value in measured.values:
        where = f"{measured.instrument.model}, {words.time(measured.received_at)}"
        said = words.quantity(value.vital, value.number)
        yield words.say(f"vital.{value.vital.code}"), f"{said} ({where})"


def conclusion(telling: Telling) -> Iterator[tuple[str, str]]:
    """The doctor's words, and what is known of who signed them."""
    say, summary, gp = telling.words.say, telling.report.summary, telling.report.gp
    if summary is None:
        yield "", say("documents.summary.none")
        return
    yield "", summary.text
    name = gp.name if gp else say("documents.unknown")
    at = telling.words.moment(summary.written_at)
    yield "", say(f"documents.signature.{summary.signature}", name=name, at=at)


def incidents(telling: Telling) -> Iterator[tuple[str, str]]:
    """Technical incidents, as the record must hold them (d-5)."""
    found = telling.report.incidents
    if not found:
        yield "", telling.words.say("documents.incidents.none")
    for incident in found:
        yield "", telling.words.incident(incident)


def stills(telling: Telling) -> Iterator[tuple[str, str]]:
    """Each still the doctor chose; one that this record does not hold is said to be missing."""
    say = telling.words.say
    for still in telling.report.stills:
        label = still.label or say("documents.unknown")
        why_not = "refused" if still.is_refused else "not_held"
        said = label if still.data else say(f"documents.still.{why_not}", what=label)
        yield say("documents.still.number", number=still.id), said


def received(telling: Telling) -> Iterator[tuple[str, str]]:
    """Each file of the doctor's; one that has not come whole is said to be missing."""
    say = telling.words.say
    for document in telling.report.documents:
        label = document.label or say("documents.unknown")
        kind = document.media_type
        is_here = bool(document.data)
        yield "", label if is_here else say("documents.file.missing", label=label, kind=kind)


def consent(telling: Telling) -> Iterator[tuple[str, str]]:
    """What was refused; the text itself is known by its hash."""
    say, dossier = telling.words.say, telling.report.dossier
    given = dossier.consent if dossier else None
    if given is None:
        yield "", say("documents.consent.none")
    elif given.refused:
        items = ", ".join(say(f"documents.item.{item}") for item in given.refused)
        yield "", say("documents.refused", items=items)
    else:
        yield "", say("documents.refused.none")


def training_mark(telling: Telling) -> Resource:
    """What tells a simulated patient's document from all others."""
    if not telling.is_training:
        return {}
    mark = coding(terms.ACT_REASON, "HTEST", "test health data")
    return {"meta": {"security": [mark]}}

"""The Compositions: a telemedicine act's report, and the request for one."""

from collections.abc import Mapping, Sequence
from typing import Final

from client.core.dossier.background import Question
from client.exports.documents import SignatureState
from client.exports.fhir import sections, terms
from client.exports.fhir.sections import section
from client.exports.fhir.telling import Resource, Telling, concept, filled

Parts = Mapping[str, Sequence[Resource]]
"""Entries of the bundle by what they are, for the sections to refer to."""


def report(telling: Telling, parts: Parts) -> Resource:
    """The doctor's; preliminary, and the site's, until the doctor has written."""
    say, summary = telling.words.say, telling.report.summary
    is_written = summary is not None and telling.report.gp is not None
    dossier = telling.report.dossier
    kind = "deferred" if dossier and dossier.is_deferred else "consultation"
    return _composition(telling, terms.REPORT, say(f"documents.title.{kind}")) | filled(
        status="final" if is_written else "preliminary",
        author=[telling.to("PractitionerRole", "gp") if is_written else site(telling)],
        attester=_attester(telling),
        section=_report_sections(telling, parts),
    )


def _report_sections(telling: Telling, parts: Parts) -> list[Resource]:
    say = telling.words.say
    told = [*sections.reason(telling), *sections.answers(telling, *Question)]
    return [
        section(say("documents.why"), sections.ANAMNESIS, told),
        section(say("documents.summary"), sections.CONCLUSION, sections.conclusion(telling)),
        _measures(telling, parts),
        section(
            say("documents.stills"), sections.DOCUMENTS, sections.stills(telling), parts["stills"]
        ),
        section(say("documents.leaving.files"), None, sections.received(telling), parts["files"]),
        section(
            *(say("documents.consent"), sections.CONSENT, sections.consent(telling)),
            parts["consents"],
        ),
        section(say("documents.incidents"), None, sections.incidents(telling)),
    ]


def _measures(telling: Telling, parts: Parts) -> Resource:
    title = telling.words.say("documents.measures")
    told = sections.measures(telling)
    return section(title, sections.VITAL_SIGNS, told, (*parts["vitals"], *parts["analyses"]))


def _attester(telling: Telling) -> list[Resource]:
    """Only a signature that was verified is an attestation."""
    summary = telling.report.summary
    if summary is None or summary.signature is not SignatureState.VALID or not telling.report.gp:
        return []
    at = telling.instant(summary.written_at)
    return [{"mode": "professional", "time": at, "party": telling.to("PractitionerRole", "gp")}]


def site(telling: Telling) -> Resource:
    """Who prepares it there, or the place itself where nobody of it takes part (d-10)."""
    who = ("PractitionerRole", "operator") if telling.is_accompanied else ("Organization",)
    return telling.to(*who)


def request(telling: Telling, parts: Parts) -> Resource:
    """The site's, for the doctor to read before the act (d-22)."""
    title = telling.words.say("documents.leaving.request")
    made = _composition(telling, terms.REQUEST, title)
    return made | {
        "status": "final",
        "author": [site(telling)],
        "section": [*_request_sections(telling, parts)],
    }


def _request_sections(telling: Telling, parts: Parts) -> list[Resource]:
    """In the order of TLM-DA_2022.01; one that nobody answered says so."""
    say = telling.words.say
    others = (Question.PAIN, Question.HOME_TEMPERATURE, Question.PREGNANCY, Question.OTHER)
    told = [*sections.reason(telling), *sections.answers(telling, *others)]
    agreed = sections.consent(telling)
    return [
        section(say("documents.why"), sections.ANAMNESIS, told, parts["requests"]),
        *(_asked(telling, question, code) for question, code in _ASKED.items()),
        section(say("documents.equipment.devices"), sections.INSTRUMENTS, (), parts["devices"]),
        section(
            *(say("documents.measures"), sections.VITAL_SIGNS, sections.measures(telling)),
            parts["vitals"],
        ),
        section(say("documents.head.analysis"), sections.RESULTS, (), parts["analyses"]),
        section(say("documents.consent"), sections.CONSENT, agreed, parts["consents"]),
    ]


_ASKED: Final = {
    Question.SINCE: sections.PROBLEMS,
    Question.ANTECEDENTS: sections.HISTORY,
    Question.ALLERGIES: sections.ALLERGIES,
    Question.TREATMENTS: sections.TREATMENTS,
}


def _asked(telling: Telling, question: Question, code: tuple[str, str]) -> Resource:
    """As it was answered; coded by nobody here."""
    title = telling.words.say(f"documents.question.{question}")
    return section(title, code, sections.answers(telling, question))


def _composition(telling: Telling, kind: tuple[str, str], title: str) -> Resource:
    return filled(
        resourceType="Composition",
        identifier={"system": "urn:ietf:rfc:3986", "value": telling.uuid("set", kind[0]).urn},
        language="fr-FR" if telling.words.say.language == "fr" else "en",
        type=concept(terms.LOINC, *kind),
        subject=telling.to("Patient"),
        encounter=telling.to("Encounter"),
        date=telling.instant(telling.dated_at()),
        title=title,
        confidentiality="N",
        custodian=telling.to("Organization"),
    )

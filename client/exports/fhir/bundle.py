"""The document Bundles, put together in one order so that the same record is the same bytes."""

import json
from collections.abc import Iterable
from uuid import uuid5

from client.exports.documents import ConsultationReport, content_sha256
from client.exports.fhir import composition, files, observations, oxygen, people, visit
from client.exports.fhir.devices import devices
from client.exports.fhir.sections import training_mark
from client.exports.fhir.telling import Resource, Telling, filled
from client.exports.pdf.wording import Words


def report_bundle(words: Words, report: ConsultationReport, pdf: bytes = b"") -> Resource:
    """The report of the act, with the stills the GP chose and, if given, the printed report.

    Raises `client.core.dossier.matricule.WrongModeError` for a test identity outside training or a
    real one in it, `MatriculeError` for one that is none.
    """
    telling = Telling(words, report)
    parts = _common(telling) | {
        "stills": [*files.stills(telling)],
        "files": [*files.received(telling), *(files.printed(telling, pdf) if pdf else ())],
    }
    shown = {name: [*_referable(held)] for name, held in parts.items()}
    made = telling.entry(composition.report(telling, shown), "report")
    return _bundle(telling, made, parts)


def request_bundle(words: Words, report: ConsultationReport) -> Resource:
    """The request for an act, to be sent ahead of it; raises as `report_bundle` does."""
    telling = Telling(words, report)
    parts = _common(telling) | {"requests": [_service(telling)]}
    made = telling.entry(composition.request(telling, parts), "request")
    return _bundle(telling, made, parts)


def written(bundle: Resource) -> bytes:
    """UTF-8 JSON, one way for one bundle."""
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode() + b"\n"


def _referable(held: Iterable[Resource]) -> Iterable[Resource]:
    """Without the bytes, which the entries refer to by themselves."""
    return (one for one in held if one["resource"]["resourceType"] != "Binary")


def _common(telling: Telling) -> dict[str, list[Resource]]:
    dossier = telling.report.dossier
    if dossier and dossier.traits:
        people.identifiers(dossier.traits, is_training=dossier.is_training)
    return {
        "people": [
            *(people.patient(telling), *people.professionals(telling)),
            *(people.organization(telling), *visit.location(telling), visit.encounter(telling)),
        ],
        "devices": [*devices(telling)],
        "oxygen": [*oxygen.administration(telling)],
        "vitals": [*observations.vital_signs(telling), *observations.pain(telling)],
        "analyses": [*observations.analyses(telling)],
        "consents": [*visit.consents(telling)],
    }


def _service(telling: Telling) -> Resource:
    """What is asked for, of whom."""
    report, say = telling.report, telling.words.say
    is_deferred = report.dossier is not None and report.dossier.is_deferred
    kind = "expertise" if is_deferred else "consultation"
    made = filled(
        resourceType="ServiceRequest",
        status="active",
        intent="order",
        code={"text": say(f"documents.leaving.asked.{kind}")},
        subject=telling.to("Patient"),
        encounter=telling.to("Encounter"),
        authoredOn=telling.instant(report.times.began_at),
        requester=composition.site(telling) if report.dossier else None,
        performer=[telling.to("PractitionerRole", "gp")] if report.gp else [],
        reasonCode=[{"text": report.reason}] if report.reason else [],
        note=[{"text": report.question}] if report.question else [],
    )
    return telling.entry(made)


def _bundle(telling: Telling, first: Resource, parts: dict[str, list[Resource]]) -> Resource:
    """A new identity for new content (FHIR R4, 3.3.1: a document is never changed)."""
    entries = [first, *(one for held in parts.values() for one in held)]
    content = content_sha256(telling.report).hex()
    version = uuid5(telling.uuid("Bundle", first["fullUrl"]), content)
    return {
        "resourceType": "Bundle",
        "id": str(version),
        **training_mark(telling),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": version.urn},
        "type": "document",
        "timestamp": telling.instant(telling.dated_at()),
        "entry": entries,
    }

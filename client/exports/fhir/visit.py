"""The encounter, where it took place, and what was consented to (rules-fr.md, d-5, d-9, d-10)."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator

from client.core.dossier.consent import Consent, Giver, Item
from client.core.record import moment
from client.exports.fhir import terms
from client.exports.fhir.telling import Resource, Telling, coding, concept, filled


def encounter(telling: Telling) -> Resource:
    """Virtual, from its beginning to its end."""
    report = telling.report
    times = report.times
    has_place = bool(report.dossier and report.dossier.contact and report.dossier.contact.address)
    begun, ended = times.linked_at or times.began_at, times.ended_at
    period = {"start": telling.instant(begun)}
    return telling.entry(
        filled(
            resourceType="Encounter",
            meta={"profile": [terms.FR_CORE + "fr-core-encounter"]},
            identifier=[_number(telling)],
            status="finished" if ended else "in-progress",
            **{"class": coding(terms.ACT_CODE, "VR", "virtual")},
            subject=telling.to("Patient"),
            participant=[*_participants(telling)],
            period=period | ({"end": telling.instant(ended)} if ended else {}),
            reasonCode=[{"text": report.reason}] if report.reason else [],
            location=[{"location": telling.to("Location")}] if has_place else [],
            serviceProvider=telling.to("Organization"),
        )
    )


def _number(telling: Telling) -> Resource:
    """FR Core wants a type, a namespace and a value: the site's own running number."""
    return {
        "type": concept(terms.IDENTIFIER_TYPE, "VN", "Visit number"),
        "system": telling.site_uuid().urn,
        "value": str(telling.report.consultation),
    }


def _participants(telling: Telling) -> Iterator[Resource]:
    if telling.report.gp:
        yield _participant(telling, "PPRF", "gp")
    dossier = telling.report.dossier
    if dossier is None or not telling.is_accompanied:
        return
    yield _participant(telling, "SPRF", "operator")
    if dossier.operator.responsible_name:
        yield _participant(telling, "RESP", "responsible")


def _participant(telling: Telling, part: str, who: str) -> Resource:
    return {
        "type": [concept(terms.PARTICIPATION, part)],
        "individual": telling.to("PractitionerRole", who),
    }


def location(telling: Telling) -> Iterator[Resource]:
    """Where the patient was during the act (d-7)."""
    dossier = telling.report.dossier
    if dossier and dossier.contact and dossier.contact.address:
        address = {"text": dossier.contact.address}
        yield telling.entry({"resourceType": "Location", "mode": "instance", "address": address})


def consents(telling: Telling) -> Iterator[Resource]:
    """What was read aloud, by its hash, and each refusal."""
    dossier = telling.report.dossier
    consent = dossier.consent if dossier else None
    if consent is None:
        return
    is_other = consent.given_by is not Giver.PATIENT
    if is_other:
        yield telling.entry(_giver(telling, consent))
    said = Item.TELECONSULTATION not in consent.refused
    yield telling.entry(
        filled(
            resourceType="Consent",
            meta={"profile": [terms.FR_CORE + "fr-core-consent"]},
            status="active" if said else "rejected",
            scope=concept("http://terminology.hl7.org/CodeSystem/consentscope", "treatment"),
            category=[concept(terms.LOINC, "59284-0", "Consent Document")],
            patient=telling.to("Patient"),
            dateTime=telling.instant(moment(consent.at_ms)),
            performer=[telling.to("RelatedPerson" if is_other else "Patient")],
            organization=[telling.to("Organization")],
            policy=[{"uri": named_information(bytes.fromhex(consent.text_sha256))}],
            provision=_provision(telling, consent),
        )
    )


def _giver(telling: Telling, consent: Consent) -> Resource:
    """Who consented for the patient."""
    name = [{"text": consent.giver_name}] if consent.giver_name else []
    return filled(
        resourceType="RelatedPerson",
        patient=telling.to("Patient"),
        relationship=[{"text": telling.words.say(f"documents.giver.{consent.given_by}")}],
        name=name,
    )


def _provision(telling: Telling, consent: Consent) -> Resource:
    refused = [
        {"type": "deny", "code": [{"text": telling.words.say(f"documents.item.{item}")}]}
        for item in consent.refused
    ]
    return {"type": "permit"} | filled(provision=refused)


def named_information(sha256: bytes) -> str:
    """A hash as an address (RFC 6920, section 3)."""
    return "ni:///sha-256;" + urlsafe_b64encode(sha256).decode().rstrip("=")

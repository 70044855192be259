"""Patient, professionals and places, as FR Core has them (rules-fr.md, d-11 to d-18, d-20)."""

from collections.abc import Iterator
from typing import Final

from client.core.dossier import matricule, numbers
from client.core.dossier.ending import Role
from client.core.dossier.file import Operator
from client.core.dossier.traits import IdentityStatus, Matricule, Sex, Traits
from client.exports.fhir import terms
from client.exports.fhir.telling import Resource, Telling, coding, concept, filled

_STATUSES: Final = {
    IdentityStatus.PROVISIONAL: "PROV",
    IdentityStatus.RETRIEVED: "RECUP",
    IdentityStatus.VALIDATED: "VALI",
    IdentityStatus.QUALIFIED: "QUAL",
}
"""FR Core CodeSystem identity-status, from the RNIV (EXI SI 07)."""
_KINDS: Final = {
    "1.2.250.1.213.1.4.8": ("INS-NIR", "official"),
    "1.2.250.1.213.1.4.9": ("INS-NIA", "temp"),
    "1.2.250.1.213.1.4.10": ("INS-NIR-TEST", "official"),
    "1.2.250.1.213.1.4.11": ("INS-NIR-DEMO", "official"),
}
"""FR Core Patient INS: type and use of the identifier by OID."""
PROFESSIONS: Final = {Role.PHARMACIST: "G15_21", Role.NURSE: "G15_60"}
"""d-17; what is no health profession of TRE_G15 has no code."""


def patient(telling: Telling) -> Resource:
    """Who was seen. The matricule leaves with a qualified identity alone, as FR Core rules."""
    report = telling.report
    traits = report.dossier.traits if report.dossier else None
    contact = report.dossier.contact if report.dossier else None
    callback = contact.callback if contact else ""
    told = _told(traits) if traits else filled(name=_called(report.patient_name))
    doctor = [telling.to("Practitioner", "own_doctor")] if contact and contact.own_doctor else []
    phone = [{"system": "phone", "value": callback}] if callback else []
    return telling.entry(
        {"resourceType": "Patient"} | told | filled(telecom=phone, generalPractitioner=doctor)
    )


def identifiers(traits: Traits, *, is_training: bool) -> Matricule | None:
    """The matricule that may leave; `WrongModeError` for one of the other mode (d-14)."""
    if traits.matricule is None:
        return None
    checked = matricule.checked(traits.matricule, is_training=is_training)
    return checked if _travels(traits) else None


def has_all_traits(traits: Traits) -> bool:
    """Whether an identity has what the INS is made of (d-11); "unknown" is a sex it knows."""
    named = (traits.birth_name, traits.first_names, traits.birth_date, traits.birth_place)
    return all(named)


def _travels(traits: Traits) -> bool:
    """A matricule never leaves without its traits: the reader could not tell whose it is."""
    return matricule.is_qualified(traits) and has_all_traits(traits)


def _told(traits: Traits) -> Resource:
    is_ins = _travels(traits)
    profile = "fr-core-patient-ins" if is_ins else "fr-core-patient"
    gender = traits.sex.value if traits.sex is not Sex.UNKNOWN else "unknown"
    return filled(
        meta={"profile": [terms.FR_CORE + profile]},
        extension=[_status(traits), *_birth_place(traits)],
        identifier=_identifier(traits.matricule) if is_ins and traits.matricule else None,
        name=[*_names(traits)],
        gender=gender,
        birthDate=traits.birth_date,
    )


def _status(traits: Traits) -> Resource:
    status = coding(terms.FR_IDENTITY_STATUS, _STATUSES[traits.status])
    part = {"url": "identityStatus", "valueCoding": status}
    return {"url": terms.FR_CORE + "fr-core-identity-reliability", "extension": [part]}


def _birth_place(traits: Traits) -> Iterator[Resource]:
    if not traits.birth_place:
        return
    insee = {
        "url": terms.FR_CORE + "fr-core-address-insee-code",
        "valueCoding": coding(terms.COMMUNES, traits.birth_place),
    }
    yield {"url": terms.BIRTH_PLACE, "valueAddress": {"extension": [insee]}}


def _identifier(number: Matricule) -> list[Resource]:
    kind, use = _KINDS[number.oid]
    return [
        {
            "use": use,
            "type": concept(terms.FR_IDENTIFIERS, kind),
            "system": f"urn:oid:{number.oid}",
            "value": number.value,
        }
    ]


def _names(traits: Traits) -> Iterator[Resource]:
    given = [
        {
            "url": terms.FR_CORE + "fr-core-patient-birth-list-given-name",
            "valueString": " ".join(traits.first_names),
        }
    ]
    first = [*traits.first_names[:1]]
    if traits.birth_name or first:
        yield filled(
            extension=given if first else None,
            use="official",
            family=traits.birth_name,
            given=first,
        )
    if traits.used_name:
        yield filled(use="usual", family=traits.used_name, given=first)


def _called(name: str) -> list[Resource]:
    return [{"text": name}] if name else []


def professionals(telling: Telling) -> Iterator[Resource]:
    """The doctor, who accompanied, who answers for them, and the patient's own doctor."""
    report = telling.report
    dossier = report.dossier
    gp = report.gp
    if gp:
        yield _practitioner(telling, "gp", gp.name, gp.rpps)
        role = filled(code=[concept(terms.PROFESSIONS, terms.DOCTOR, text=gp.role)])
        yield _role(telling, "gp", role)
    if dossier is None:
        return
    if telling.is_accompanied:
        yield from _accompanying(telling, dossier.operator)
    if dossier.contact and dossier.contact.own_doctor:
        named = (dossier.contact.own_doctor, dossier.contact.own_doctor_rpps)
        yield _practitioner(telling, "own_doctor", *named)


def _accompanying(telling: Telling, operator: Operator) -> Iterator[Resource]:
    yield _practitioner(telling, "operator", operator.name, operator.rpps)
    yield _role(telling, "operator", {"code": [_profession(telling, operator.role)]})
    if operator.responsible_name:
        named = (operator.responsible_name, operator.responsible_rpps)
        yield _practitioner(telling, "responsible", *named)
        yield _role(telling, "responsible", {"code": [_profession(telling, Role.PHARMACIST)]})


def _practitioner(telling: Telling, who: str, name: str, rpps: str) -> Resource:
    profile = {"profile": [terms.FR_CORE + "fr-core-practitioner"]}
    made = filled(
        resourceType="Practitioner",
        meta=profile,
        identifier=_rpps(usable_rpps(rpps, is_training=telling.is_training)),
        name=_called(name),
    )
    return telling.entry(made, who)


def usable_rpps(number: str, *, is_training: bool) -> str:
    """The number, or nothing where its check digit is wrong; in training any will do (d-17)."""
    if is_training:
        return number
    try:
        return numbers.checked_rpps(number)
    except numbers.RppsError:
        return ""


def _rpps(number: str) -> list[Resource]:
    if not number:
        return []
    named = concept(terms.FR_IDENTIFIERS, "RPPS")
    national = concept(terms.FR_IDENTIFIERS, "IDNPS")
    return [
        {"type": national, "system": "urn:oid:1.2.250.1.71.4.2.1", "value": f"8{number}"},
        {"type": named, "system": "https://rpps.esante.gouv.fr", "value": number},
    ]


def _role(telling: Telling, who: str, more: Resource) -> Resource:
    made = {
        "resourceType": "PractitionerRole",
        "practitioner": telling.to("Practitioner", who),
        **({} if who == "gp" else {"organization": telling.to("Organization")}),
        **more,
    }
    return telling.entry(made, who)


def _profession(telling: Telling, role: Role) -> Resource:
    text = telling.words.say(f"documents.role.{role}")
    code = PROFESSIONS.get(role)
    return concept(terms.PROFESSIONS, code, text=text) if code else {"text": text}


def organization(telling: Telling) -> Resource:
    """The site; its FINESS where it has one (d-18)."""
    report = telling.report
    finess = report.dossier.finess if report.dossier else ""
    return telling.entry(
        filled(
            resourceType="Organization",
            meta={"profile": [terms.FR_CORE + "fr-core-organization"]},
            identifier=_finess(finess) or [_local(telling)],
            name=report.site_name,
            address=[{"text": report.site_place}] if report.site_place else [],
        )
    )


def _finess(number: str) -> list[Resource]:
    if not number:
        return []
    national = concept(terms.FR_IDENTIFIERS, "IDNST")
    own = concept(terms.FR_IDENTIFIERS, "FINEG")
    oid = "urn:oid:1.2.250.1.71.4.2.2"
    return [
        {"use": "official", "type": national, "system": oid, "value": f"1{number}"},
        {"type": own, "system": "https://finess.esante.gouv.fr", "value": number},
    ]


def _local(telling: Telling) -> Resource:
    return {"system": "urn:ietf:rfc:3986", "value": telling.site_uuid().urn}

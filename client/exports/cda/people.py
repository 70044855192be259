"""Professionals and places of the header (rules-fr.md, d-17, d-18, d-20, d-21)."""

from typing import Final
from xml.etree.ElementTree import Element

from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier
from client.exports.cda.elements import coded, element, identified, unknown
from client.exports.documents import ConsultationReport
from client.exports.fhir.people import usable_rpps

RPPS: Final = "1.2.250.1.71.4.2.1"
FINESS: Final = "1.2.250.1.71.4.2.2"
PROFESSIONS: Final = "1.2.250.1.213.1.1.4.5"
DOCTOR: Final = ("G15_10/SM26", "Médecin - Qualifié en Médecine Générale (SM)")
_PROFESSIONS: Final = {
    Role.PHARMACIST: ("G15_21", "Pharmacien"),
    Role.NURSE: ("G15_60", "Infirmier"),
}


def doctor_body(report: ConsultationReport, rpps: str) -> tuple[Element | None, ...]:
    """What an assigned author or entity of the doctor holds."""
    name = report.gp.name if report.gp else ""
    return (
        _rpps(rpps),
        coded("code", DOCTOR[0], PROFESSIONS, DOCTOR[1]),
        unknown("addr"),
        unknown("telecom"),
        element("assignedPerson", _name(name)),
        element(
            "representedOrganization",
            element("name", text=(report.gp.place if report.gp else "") or name),
            _ambulatory(),
        ),
    )


def accompanying_body(report: ConsultationReport, dossier: Dossier) -> tuple[Element | None, ...]:
    """Whose act the accompaniment is: an assistant's is the pharmacist's (d-20)."""
    name, rpps, role = accompanying(dossier)
    site = organization("representedOrganization", report, dossier)
    site.append(_ambulatory())
    return (
        _rpps(rpps),
        _profession(role),
        unknown("addr"),
        unknown("telecom"),
        element("assignedPerson", _name(name)),
        site,
    )


def accompanying(dossier: Dossier) -> tuple[str, str, Role]:
    """Name, usable RPPS and role of the professional whose act the accompaniment is."""
    who = dossier.operator
    is_training = dossier.is_training
    if who.role is Role.PHARMACY_ASSISTANT and who.responsible_name:
        rpps = usable_rpps(who.responsible_rpps, is_training=is_training)
        return who.responsible_name, rpps, Role.PHARMACIST
    return who.name, usable_rpps(who.rpps, is_training=is_training), who.role


def _ambulatory() -> Element:
    """JDV_J04-XdsPracticeSettingCode-CISIS: a practice, a pharmacy, a visit at home."""
    named = ("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire", "practiceSettingCode")
    return coded("standardIndustryClassCode", *named)


def present(dossier: Dossier) -> Element:
    """Who stayed with the patient, whatever their profession."""
    operator = dossier.operator
    return element(
        "associatedEntity",
        _rpps(usable_rpps(operator.rpps, is_training=dossier.is_training)),
        _profession(operator.role),
        unknown("addr"),
        element("associatedPerson", _name(operator.name)),
        classCode="PROV",
    )


def recipient(name: str, rpps: str) -> Element:
    """The patient's own doctor."""
    intended = element(
        "intendedRecipient",
        _rpps(rpps),
        unknown("addr"),
        unknown("telecom"),
        element("informationRecipient", _name(name)),
    )
    return element("informationRecipient", intended)


def organization(tag: str, report: ConsultationReport, dossier: Dossier) -> Element:
    """The site."""
    return element(
        tag,
        identified(FINESS, "1" + dossier.finess),
        element("name", text=report.site_name or dossier.finess),
        *((unknown("telecom"), place(report)) if tag.startswith("represented") else ()),
    )


def place(report: ConsultationReport) -> Element:
    """The site's address as it is known: in one line."""
    if not report.site_place:
        return unknown("addr")
    return element("addr", element("streetAddressLine", text=report.site_place))


def _rpps(number: str) -> Element | None:
    """None where it is not known: CI-SIS takes no identifier that says so."""
    return identified(RPPS, "8" + number) if number else None


def _profession(role: Role) -> Element | None:
    told = _PROFESSIONS.get(role)
    return coded("code", told[0], PROFESSIONS, told[1]) if told else None


def _name(name: str) -> Element:
    """Nobody told first from family names: the whole stands as the family name."""
    return element("name", element("family", text=name))

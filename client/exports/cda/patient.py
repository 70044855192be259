"""The record target: the patient by their INS (rules-fr.md, d-11 to d-16)."""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from client.core.dossier.completeness import destination_off
from client.core.dossier.ending import Destination
from client.core.dossier.file import Dossier
from client.core.dossier.traits import Matricule, Sex, Traits
from client.exports.cda.elements import coded, element, identified, unknown

MAILBOX: Final = "@patient.mssante.fr"
"""d-16."""
_GENDERS: Final = {
    Sex.FEMALE: ("F", "Féminin"),
    Sex.MALE: ("M", "Masculin"),
    Sex.UNKNOWN: ("UN", "Inconnu"),
}
"""JDV_J143-AdministrativeGender-CISIS."""


def mailbox(matricule: Matricule) -> str:
    """The patient's own secure address."""
    return matricule.value + MAILBOX


def record_target(dossier: Dossier, traits: Traits, matricule: Matricule) -> Element:
    """Whose document it is."""
    role = element(
        "patientRole",
        identified(matricule.oid, matricule.value),
        unknown("addr"),
        *_telecoms(dossier, matricule),
        _patient(traits),
    )
    return element("recordTarget", role)


def _telecoms(dossier: Dossier, matricule: Matricule) -> Iterator[Element]:
    """Said to be unknown only where there is none at all."""
    phone = "".join((dossier.contact.callback if dossier.contact else "").split())
    has_mailbox = destination_off(Destination.SHARED_RECORD, dossier) is None
    if phone:
        yield element("telecom", value=f"tel:{phone}")
    if has_mailbox:
        yield element("telecom", value=f"mailto:{mailbox(matricule)}")
    if not phone and not has_mailbox:
        yield unknown("telecom")


def _patient(traits: Traits) -> Element:
    code, display = _GENDERS[traits.sex]
    return element(
        "patient",
        element("name", *_names(traits)),
        coded("administrativeGenderCode", code, "2.16.840.1.113883.5.1", display),
        element("birthTime", value=traits.birth_date.replace("-", "")),
        _birth_place(traits),
        classCode="PSN",
    )


def _names(traits: Traits) -> Iterator[Element]:
    """Of birth: all first names, then the first one; then what is used."""
    yield element("family", text=traits.birth_name, qualifier="BR")
    yield element("given", text=" ".join(traits.first_names))
    yield element("given", text=traits.first_names[0], qualifier="BR")
    if traits.used_name:
        yield element("family", text=traits.used_name, qualifier="CL")
        yield element("given", text=traits.first_names[0], qualifier="CL")


def _birth_place(traits: Traits) -> Element | None:
    if not traits.birth_place:
        return None
    address = element("addr", element("county", text=traits.birth_place))
    return element("birthplace", element("place", address))

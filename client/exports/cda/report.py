"""TLM-CR_2022.01: the header, and the printed report as its body (rules-fr.md, d-21).

Structure after the public example ``ExemplesCDA/TLM-CR_2022.01.xml`` of
github.com/ansforge/TestContenuCDA-3-0.
"""

from base64 import b64encode
from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, indent, tostring

from client.core.dossier import matricule
from client.core.dossier.completeness import destination_off
from client.core.dossier.ending import Act, Destination, Role
from client.core.dossier.file import Dossier
from client.core.dossier.traits import Matricule, Traits
from client.exports.cda import people
from client.exports.cda.elements import (
    HL7,
    XSI,
    coded,
    element,
    identified,
    interval,
    moment,
)
from client.exports.cda.patient import record_target
from client.exports.cda.readiness import CdaNotReadyError, lacks
from client.exports.documents import ConsultationReport, SummaryText, content_sha256
from client.exports.fhir.people import usable_rpps
from client.exports.fhir.telling import Telling
from client.exports.pdf.wording import Words

_TEMPLATES: Final = (
    "2.16.840.1.113883.2.8.2.1",
    "1.2.250.1.213.1.1.1.1",
    "1.3.6.1.4.1.19376.1.2.20",
)
"""HL7 France, CI-SIS, and a document whose body has no structure."""
_NGAP: Final = "1.2.250.1.215.200.3.3"
_DOCTORS_ACT: Final = (
    "TCG",
    (
        "Consultation à distance réalisée entre un patient et un médecin généraliste ou "
        "spécialiste en médecine générale dit téléconsultant"
    ),
)
_EXPERTS_ACT: Final = ("TE2", "Téléexpertise de deuxième niveau")
_ACTS: Final = {
    Act.TLM: "Téléconsultation accompagnée par un pharmacien",
    Act.TLS: "Téléconsultation d'accompagnement lors d'un soin",
    Act.TLL: "Téléconsultation d'accompagnement dans un lieu dédié",
    Act.TLD: "Téléconsultation d'accompagnement à domicile",
}
_SECTORS: Final = {
    Role.PHARMACIST: ("SA33", "Pharmacie d'officine"),
    Role.PHARMACY_ASSISTANT: ("SA33", "Pharmacie d'officine"),
}
_CABINET: Final = ("SA07", "Cabinet individuel")


def report_document(words: Words, report: ConsultationReport, pdf_a1: bytes) -> bytes:
    """The document, UTF-8. `pdf_a1` is the printed report as PDF/A-1, which CI-SIS alone takes.

    The same record gives the same bytes. Raises `CdaNotReadyError`, or
    `client.core.dossier.matricule.WrongModeError` for an identity of the other mode (d-14).
    """
    missing = lacks(report)
    dossier, summary = report.dossier, report.summary
    traits = dossier.traits if dossier else None
    if missing or dossier is None or summary is None or traits is None or not traits.matricule:
        raise CdaNotReadyError(missing)
    number = matricule.checked(traits.matricule, is_training=dossier.is_training)
    document = _Document(Telling(words, report), dossier, traits, number, summary)
    root = element("ClinicalDocument", *document.header(), document.body(pdf_a1))
    root.attrib |= {"xmlns": HL7, "xmlns:xsi": XSI}
    indent(root)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


class _Document:
    """One report, whose parts are all there."""

    def __init__(
        self,
        telling: Telling,
        dossier: Dossier,
        traits: Traits,
        number: Matricule,
        summary: SummaryText,
    ) -> None:
        self._telling = telling
        self._report = telling.report
        self._dossier = dossier
        self._traits = traits
        self._number = number
        self._summary = summary
        rpps = self._report.gp.rpps if self._report.gp else ""
        self._rpps = usable_rpps(rpps, is_training=dossier.is_training)

    def header(self) -> Iterator[Element]:
        """In the order of the schema."""
        yield from self._about()
        yield record_target(self._dossier, self._traits, self._number)
        written = moment("time", self._summary.written_at)
        yield element("author", written, element("assignedAuthor", *self._doctor()))
        yield self._custodian()
        yield from self._recipients()
        yield self._legal_authenticator()
        yield self._participant()
        yield from self._acts()
        yield self._encounter()

    def body(self, pdf: bytes) -> Element:
        """The printed report, byte for byte."""
        data = b64encode(pdf).decode()
        text = element("text", text=data, mediaType="application/pdf", representation="B64")
        return element("component", element("nonXMLBody", text))

    def _about(self) -> Iterator[Element]:
        say = self._telling.words.say
        kind = "deferred" if self._dossier.is_deferred else "consultation"
        title = say(f"documents.leaving.report.{kind}")
        mark = say("documents.training_mark") + " - " if self._dossier.is_training else ""
        series = self._telling.uuid("ClinicalDocument")
        yield element("realmCode", code="FR")
        yield element("typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
        for template in _TEMPLATES:
            yield element("templateId", root=template)
        yield identified(_oid(uuid5(series, content_sha256(self._report).hex())))
        yield _loinc()
        yield element("title", text=mark + title)
        yield moment("effectiveTime", self._telling.dated_at())
        normal = ("N", "2.16.840.1.113883.5.25", "Normal", "Confidentiality")
        yield coded("confidentialityCode", *normal)
        yield element("languageCode", code="fr-FR")
        yield element("setId", root=_oid(series))
        yield element("versionNumber", value=str(self._version()))

    def _version(self) -> int:
        """Grows whenever the record does: the lines of its journal."""
        return max(1, self._report.seal.count)

    def _doctor(self) -> tuple[Element | None, ...]:
        return people.doctor_body(self._report, self._rpps)

    def _custodian(self) -> Element:
        kept = people.organization("representedCustodianOrganization", self._report, self._dossier)
        return element("custodian", element("assignedCustodian", kept))

    def _recipients(self) -> Iterator[Element]:
        """The patient's own doctor, unless it was refused (d-10)."""
        contact = self._dossier.contact
        if contact and destination_off(Destination.OWN_DOCTOR, self._dossier) is None:
            rpps = usable_rpps(contact.own_doctor_rpps, is_training=self._dossier.is_training)
            yield people.recipient(contact.own_doctor, rpps)

    def _legal_authenticator(self) -> Element:
        """The doctor, whose signature under the summary was verified."""
        return element(
            "legalAuthenticator",
            moment("time", self._summary.written_at),
            element("signatureCode", code="S"),
            element("assignedEntity", *self._doctor()),
        )

    def _participant(self) -> Element:
        function = ("353", "1.2.250.1.213.1.6.1.107", "Membre de l'équipe de soins")
        times = self._report.times
        time = interval("time", times.linked_at or times.began_at, times.ended_at)
        time.set("xsi:type", "IVL_TS")
        return element(
            "participant",
            coded("functionCode", *function),
            time,
            people.present(self._dossier),
            typeCode="PRF",
        )

    def _acts(self) -> Iterator[Element]:
        """The doctor's, then the accompanying professional's where one was chosen."""
        doctors = _EXPERTS_ACT if self._dossier.is_deferred else _DOCTORS_ACT
        yield self._act(*doctors, self._doctor())
        ending = self._dossier.ending
        if ending and ending.act:
            by = people.accompanying_body(self._report, self._dossier)
            yield self._act(ending.act.value, _ACTS[ending.act], by)

    def _act(self, code: str, display: str, by: tuple[Element | None, ...]) -> Element:
        performer = element("performer", element("assignedEntity", *by), typeCode="PRF")
        event = element(
            "serviceEvent",
            coded("code", code, _NGAP, display, "NGAP"),
            self._during(),
            performer,
            classCode="ACT",
        )
        return element("documentationOf", event)

    def _during(self) -> Element:
        times = self._report.times
        return interval("effectiveTime", times.linked_at or times.began_at, times.ended_at)

    def _encounter(self) -> Element:
        virtual = ("VR", "2.16.840.1.113883.5.4", "Virtuelle")
        entity = element("assignedEntity", *self._doctor(), classCode="ASSIGNED")
        encounter = element(
            "encompassingEncounter",
            coded("code", *virtual),
            self._during(),
            element("responsibleParty", entity),
            element("location", self._facility()),
        )
        return element("componentOf", encounter)

    def _facility(self) -> Element:
        code, display = _SECTORS.get(self._dossier.operator.role, _CABINET)
        named = element("name", text=self._report.site_name or self._dossier.finess)
        return element(
            "healthCareFacility",
            identified(people.FINESS, "1" + self._dossier.finess),
            coded("code", code, "1.2.250.1.71.4.2.4", display, "healthCareFacilityTypeCode"),
            element("location", named, people.place(self._report)),
        )


def _loinc() -> Element:
    named = "Compte-rendu d'acte de télémédecine"
    return coded("code", "85208-7", "2.16.840.1.113883.6.1", named, "LOINC")


def _oid(identity: UUID) -> str:
    """A UUID as an object identifier (ITU-T X.667, 7)."""
    return f"2.25.{identity.int}"

"""The header that the documents of one consultation share (rules-fr.md, d-17, d-18, d-21, d-22).

Structure after the public examples ``ExemplesCDA/TLM-CR_2022.01.xml`` and
``ExemplesCDA/TLM-DA_2022.01_TCG.xml`` of github.com/ansforge/TestContenuCDA-3-0.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, indent, tostring

from client.core.dossier.completeness import is_accompanied
from client.core.dossier.ending import Act, Role
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
from client.exports.documents import ConsultationReport, content_sha256
from client.exports.fhir.telling import Telling

LOINC: Final = "2.16.840.1.113883.6.1"
Body = tuple[Element | None, ...]
"""What an assigned author or entity holds."""

_GENERAL: Final = (("2.16.840.1.113883.2.8.2.1", ""), ("1.2.250.1.213.1.1.1.1", ""))
"""HL7 France, CI-SIS."""
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


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document."""

    template: tuple[str, str]
    """Its own, beside the general ones: root and, where it has one, extension."""
    code: str
    """LOINC."""
    display: str
    series: tuple[str, ...] = ()
    """Tells its series from the other kinds' of the same consultation."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One consultation of a patient whose identity may travel."""

    telling: Telling
    dossier: Dossier
    traits: Traits
    number: Matricule

    @property
    def report(self) -> ConsultationReport:
        """What was kept."""
        return self.telling.report

    def about(self, kind: Kind, title: str) -> Iterator[Element]:
        """From the realm to the version, in the order of the schema."""
        mark = self.telling.words.say("documents.training_mark") + " - "
        series = self.telling.uuid("ClinicalDocument", *kind.series)
        yield element("realmCode", code="FR")
        yield element("typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
        for root, extension in (*_GENERAL, kind.template):
            named = {"extension": extension} if extension else {}
            yield element("templateId", root=root, **named)
        yield identified(oid(uuid5(series, content_sha256(self.report).hex())))
        yield coded("code", kind.code, LOINC, kind.display, "LOINC")
        yield element("title", text=(mark if self.dossier.is_training else "") + title)
        yield moment("effectiveTime", self.telling.dated_at())
        normal = ("N", "2.16.840.1.113883.5.25", "Normal", "Confidentiality")
        yield coded("confidentialityCode", *normal)
        yield element("languageCode", code="fr-FR")
        yield element("setId", root=oid(series))
        yield element("versionNumber", value=str(self._version()))

    def record_target(self) -> Element:
        """Whose document it is."""
        return record_target(self.dossier, self.traits, self.number)

    def custodian(self) -> Element:
        """The site, which keeps it."""
        kept = people.organization("representedCustodianOrganization", self.report, self.dossier)
        return element("custodian", element("assignedCustodian", kept))

    def participant(self) -> Iterator[Element]:
        """Who stayed with the patient; nobody, where the patient wanted to be alone (d-10)."""
        if not is_accompanied(self.dossier):
            return
        function = ("353", "1.2.250.1.213.1.6.1.107", "Membre de l'équipe de soins")
        time = self._during("time")
        time.set("xsi:type", "IVL_TS")
        yield element(
            "participant",
            coded("functionCode", *function),
            time,
            people.present(self.dossier),
            typeCode="PRF",
        )

    def acts(self, doctors: Body) -> Iterator[Element]:
        """The doctor's, then the accompanying professional's where one was chosen."""
        yield self._act(*(_EXPERTS_ACT if self.dossier.is_deferred else _DOCTORS_ACT), doctors)
        ending = self.dossier.ending
        if ending and ending.act and is_accompanied(self.dossier):
            by = people.accompanying_body(self.report, self.dossier)
            yield self._act(ending.act.value, _ACTS[ending.act], by)

    def encounter(self, responsible: Body) -> Element:
        """At a distance, at the site."""
        virtual = ("VR", "2.16.840.1.113883.5.4", "Virtuelle")
        entity = element("assignedEntity", *responsible, classCode="ASSIGNED")
        encounter = element(
            "encompassingEncounter",
            coded("code", *virtual),
            self._during("effectiveTime"),
            element("responsibleParty", entity),
            element("location", self._facility()),
        )
        return element("componentOf", encounter)

    def _version(self) -> int:
        """Grows whenever the record does: the lines of its journal."""
        return max(1, self.report.seal.count)

    def _during(self, tag: str) -> Element:
        times = self.report.times
        return interval(tag, times.linked_at or times.began_at, times.ended_at)

    def _act(self, code: str, display: str, by: Body) -> Element:
        performer = element("performer", element("assignedEntity", *by), typeCode="PRF")
        event = element(
            "serviceEvent",
            coded("code", code, _NGAP, display, "NGAP"),
            self._during("effectiveTime"),
            performer,
            classCode="ACT",
        )
        return element("documentationOf", event)

    def _facility(self) -> Element:
        code, display = _SECTORS.get(self.dossier.operator.role, _CABINET)
        named = element("name", text=self.report.site_name or self.dossier.finess)
        return element(
            "healthCareFacility",
            identified(people.FINESS, "1" + self.dossier.finess),
            coded("code", code, "1.2.250.1.71.4.2.4", display, "healthCareFacilityTypeCode"),
            element("location", named, people.place(self.report)),
        )


def written(*parts: Element) -> bytes:
    """The whole document, UTF-8."""
    root = element("ClinicalDocument", *parts)
    root.attrib |= {"xmlns": HL7, "xmlns:xsi": XSI}
    indent(root)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def oid(identity: UUID) -> str:
    """A UUID as an object identifier (ITU-T X.667, 7)."""
    return f"2.25.{identity.int}"

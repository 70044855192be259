"""TLM-CR_2022.01: the header, and the printed report as its body (rules-fr.md, d-21)."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from client.core.dossier import matricule
from client.core.dossier.completeness import destination_off
from client.core.dossier.ending import Destination
from client.exports.cda import people
from client.exports.cda.elements import element, moment
from client.exports.cda.heading import Heading, Kind, written
from client.exports.cda.readiness import CdaNotReadyError, lacks
from client.exports.documents import ConsultationReport, SummaryText
from client.exports.fhir.people import usable_rpps
from client.exports.fhir.telling import Telling
from client.exports.pdf.wording import Words

_KIND: Final = Kind(
    template=("1.3.6.1.4.1.19376.1.2.20", ""),
    code="85208-7",
    display="Compte-rendu d'acte de télémédecine",
)
"""A document whose body has no structure."""


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
    heading = Heading(Telling(words, report), dossier, traits, number)
    return written(*_header(heading, summary), _body(pdf_a1))


def _header(heading: Heading, summary: SummaryText) -> Iterator[Element]:
    """In the order of the schema; the doctor is the author and answers for it."""
    report, dossier = heading.report, heading.dossier
    rpps = usable_rpps(report.gp.rpps if report.gp else "", is_training=dossier.is_training)
    doctor = people.doctor_body(report, rpps)
    kind = "deferred" if dossier.is_deferred else "consultation"
    title = heading.telling.words.say(f"documents.leaving.report.{kind}")
    yield from heading.about(_KIND, title)
    yield heading.record_target()
    signed = moment("time", summary.written_at)
    yield element("author", signed, element("assignedAuthor", *doctor))
    yield heading.custodian()
    yield from _recipients(heading)
    yield element(
        "legalAuthenticator",
        signed,
        element("signatureCode", code="S"),
        element("assignedEntity", *doctor),
    )
    yield from heading.participant()
    yield from heading.acts(doctor)
    yield heading.encounter(doctor)


def _recipients(heading: Heading) -> Iterator[Element]:
    """The patient's own doctor, unless it was refused (d-10)."""
    dossier = heading.dossier
    if dossier.contact and destination_off(Destination.OWN_DOCTOR, dossier) is None:
        rpps = usable_rpps(dossier.contact.own_doctor_rpps, is_training=dossier.is_training)
        yield people.recipient(dossier.contact.own_doctor, rpps)


def _body(pdf: bytes) -> Element:
    """The printed report, byte for byte."""
    data = b64encode(pdf).decode()
    text = element("text", text=data, mediaType="application/pdf", representation="B64")
    return element("component", element("nonXMLBody", text))

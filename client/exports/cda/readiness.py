"""What a CDA document cannot be made without; nothing of it is ever invented."""

from collections.abc import Mapping
from enum import StrEnum

from client.core.dossier import matricule
from client.core.dossier.file import Dossier
from client.errors import ChevetError
from client.exports.cda.people import accompanying
from client.exports.documents import ConsultationReport, SignatureState
from client.exports.fhir.people import has_all_traits, usable_rpps


class Lack(StrEnum):
    """One thing that is missing."""

    SUMMARY = "summary"
    """The doctor has written nothing: there is no report."""
    SIGNATURE = "signature"
    """The doctor's signature was not verified: nobody is made to answer for what they may not
    have written."""
    DOCTOR_RPPS = "doctor_rpps"
    """CI-SIS wants it of every author (d-17)."""
    ACCOMPANYING_RPPS = "accompanying_rpps"
    """Of whoever bills the accompaniment (d-4, d-20)."""
    REQUESTER_RPPS = "requester_rpps"
    """Of whoever asks for the act, and so is the request's author (d-17, d-20)."""
    QUALIFIED_IDENTITY = "qualified_identity"
    """DMP and MSSante take no other (d-12)."""
    TRAITS = "traits"
    """Of the INS: birth name and first names, birth date and place (d-11)."""
    PLACE = "place"
    """The FINESS of the site, which keeps the document (d-18)."""


class CdaNotReadyError(ChevetError):
    """The document cannot be made yet."""

    def __init__(self, missing: tuple[Lack, ...]) -> None:
        super().__init__("missing for a CDA document: " + ", ".join(missing))
        self.missing = missing


def lacks(report: ConsultationReport) -> tuple[Lack, ...]:
    """What is missing, in the order it can be mended; empty: the document can be made.

    Raises `client.core.dossier.matricule.WrongModeError` for an identity of the other mode (d-14).
    """
    dossier = report.dossier
    is_training = dossier is not None and dossier.is_training
    identity = _identity(dossier)
    rpps = usable_rpps(report.gp.rpps, is_training=is_training) if report.gp else ""
    signature = report.summary.signature if report.summary else SignatureState.NONE
    found = {
        Lack.SUMMARY: report.summary is None,
        Lack.SIGNATURE: signature is not SignatureState.VALID,
        Lack.DOCTOR_RPPS: not rpps,
        Lack.ACCOMPANYING_RPPS: dossier is not None and _is_act_nobodys(dossier),
    } | identity
    return _missing(found)


def request_lacks(report: ConsultationReport) -> tuple[Lack, ...]:
    """The same of the request, which needs no word of the doctor's."""
    dossier = report.dossier
    identity = _identity(dossier)
    return _missing(
        {Lack.REQUESTER_RPPS: dossier is None or not accompanying(dossier)[1]} | identity
    )


def is_requested(report: ConsultationReport) -> bool:
    """Whether a request went out: before an act, or as a question to be answered later."""
    dossier = report.dossier
    return bool(report.patient_name) or (dossier is not None and dossier.is_deferred)


def _identity(dossier: Dossier | None) -> dict[Lack, bool]:
    """Whether whose it is, and where it is kept, is missing."""
    traits = dossier.traits if dossier else None
    if dossier and traits and traits.matricule:
        matricule.checked(traits.matricule, is_training=dossier.is_training)
    return {
        Lack.QUALIFIED_IDENTITY: not matricule.is_qualified(traits),
        Lack.TRAITS: traits is None or not has_all_traits(traits),
        Lack.PLACE: dossier is None or not dossier.finess,
    }


def _missing(found: Mapping[Lack, bool]) -> tuple[Lack, ...]:
    return tuple(lack for lack, is_missing in found.items() if is_missing)


def _is_act_nobodys(dossier: Dossier) -> bool:
    """Whether an act was chosen for a professional whose number is not known."""
    _, rpps, _ = accompanying(dossier)
    return bool(dossier.ending and dossier.ending.act) and not rpps

"""What stands beside exported files, so that the practice's software can send them on (d-24).

Chevet sends nothing to a shared record or to a secure mailbox: that needs certificates which the
practice's software has. The manifest says what each file is, where the patient agreed that it may
go, and why it may not go elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from client.core.dossier import matricule
from client.core.dossier.completeness import Why, destination_off
from client.core.dossier.ending import Destination
from client.core.dossier.file import Dossier
from client.exports.cda.patient import mailbox
from client.exports.cda.readiness import Lack
from client.exports.documents import ConsultationReport, content_sha256

NAME: Final = "manifest.json"
_FORMAT: Final = 1
"""Raised when a field of the manifest changes its meaning."""


class What(StrEnum):
    """What a file is."""

    REPORT_PDF = "report_pdf"
    REPORT_CDA = "report_cda"
    """CI-SIS TLM-CR_2022.01."""
    REPORT_FHIR = "report_fhir"
    REQUEST_FHIR = "request_fhir"
    REQUEST_CDA = "request_cda"
    """CI-SIS TLM-DA_2022.01."""
    STILL = "still"
    RECEIVED = "received"
    """A file of the doctor's: a prescription, an annotated still."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """One file; its name says nothing of the patient."""

    name: str
    what: What
    media_type: str
    data: bytes = field(repr=False)


class Withheld(StrEnum):
    """Why nothing may go to a destination, beyond what the dossier alone tells."""

    TRAINING = "training"
    """A simulated patient."""
    NO_DOSSIER = "no_dossier"
    """A record of before there were any: nobody knows what was consented to."""
    NOT_CHOSEN = "not_chosen"
    """It may go there, and nobody asked for it when the consultation was closed."""


_FILES: Final = {
    Destination.OWN_DOCTOR: (What.REPORT_PDF, What.REPORT_CDA, What.STILL),
    Destination.SECURE_MAIL: (What.REPORT_PDF, What.REPORT_CDA, What.STILL),
    Destination.SHARED_RECORD: (What.REPORT_CDA,),
    Destination.PATIENT: (What.REPORT_PDF, What.RECEIVED),
}
"""What is for whom. A shared record takes CDA alone; a prescription is the patient's (d-25)."""


def manifest(
    report: ConsultationReport,
    files: Iterable[Leaving],
    missing: Iterable[Lack] = (),
    missing_of_request: Iterable[Lack] = (),
) -> bytes:
    """UTF-8 JSON. `missing` is why there is no CDA document, where there is none.

    Raises `client.core.dossier.matricule.WrongModeError` for an identity of the other mode (d-14).
    """
    held = tuple(files)
    dossier = report.dossier
    traits = dossier.traits if dossier else None
    if dossier and traits and traits.matricule:
        matricule.checked(traits.matricule, is_training=dossier.is_training)
    told = {
        "format": _FORMAT,
        "consultation": report.consultation,
        "content_sha256": content_sha256(report).hex(),
        "training": dossier is not None and dossier.is_training,
        "identity": traits.status.value if traits else None,
        "files": [_file(one) for one in held],
        "no_cda": [*missing],
        "no_request_cda": [*missing_of_request],
        "destinations": [_destination(one, report, held) for one in Destination],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def why_not(destination: Destination, dossier: Dossier | None) -> Why | Withheld | None:
    """Why nothing goes there; `None`: it does, as the patient agreed and someone chose."""
    if dossier is None:
        return Withheld.NO_DOSSIER
    if dossier.is_training:
        return Withheld.TRAINING
    off = destination_off(destination, dossier)
    if off is not None:
        return off
    chosen = dossier.ending.destinations if dossier.ending else ()
    return None if destination in chosen else Withheld.NOT_CHOSEN


def _file(one: Leaving) -> dict[str, Any]:
    return {
        "name": one.name,
        "what": one.what.value,
        "media_type": one.media_type,
        "size": len(one.data),
        "sha256": hashlib.sha256(one.data).hexdigest(),
    }


def _destination(
    destination: Destination, report: ConsultationReport, files: tuple[Leaving, ...]
) -> dict[str, Any]:
    reason = why_not(destination, report.dossier)
    if reason is not None or report.dossier is None:
        return {"destination": destination.value, "send": False, "why": reason}
    names = [one.name for one in files if one.what in _FILES[destination]]
    sent = {"destination": destination.value, "send": True, "files": names}
    return sent | dict(_address(destination, report.dossier))


def _address(destination: Destination, dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Who it is for; the patient's mailbox belongs to their shared record's space (d-16)."""
    contact, traits = dossier.contact, dossier.traits
    if destination in {Destination.OWN_DOCTOR, Destination.SECURE_MAIL} and contact:
        yield "name", contact.own_doctor
        if contact.own_doctor_rpps:
            yield "rpps", contact.own_doctor_rpps
    if destination is Destination.SHARED_RECORD and traits and traits.matricule:
        yield "patient_mailbox", mailbox(matricule.checked(traits.matricule, is_training=False))

"""The manifest says what may go where, and why not; the pack holds just what it lists."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from exports.cda.conftest import NAMED, Signed, signed
from exports.documents.ward import PRESCRIPTION

from client.core.dossier.consent import Item
from client.core.dossier.ending import Destination
from client.core.dossier.file import Dossier
from client.core.dossier.matricule import WrongModeError
from client.core.dossier.traits import IdentityStatus, Matricule
from client.exports.documents import ConsultationReport, SignatureState
from client.exports.manifest import NAME, Leaving, What, manifest, why_not
from client.exports.pack import pack
from client.exports.pdf.wording import Words

__all__ = ["signed"]

NUMBER = "279035121518989"
assert NAMED.traits
assert NAMED.consent
assert NAMED.contact
assert NAMED.ending
EVERYWHERE = replace(
    NAMED,
    consent=replace(NAMED.consent, refused=()),
    ending=replace(NAMED.ending, destinations=tuple(Destination)),
)
FILES = (
    Leaving("report.pdf", What.REPORT_PDF, "application/pdf", b"%PDF"),
    Leaving("report-cda.xml", What.REPORT_CDA, "text/xml", b"<x/>"),
    Leaving("document-1.pdf", What.RECEIVED, "application/pdf", PRESCRIPTION),
)


def told(report: ConsultationReport) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(manifest(report, FILES))
    return made


def to(report: ConsultationReport, destination: Destination) -> dict[str, Any]:
    (found,) = [
        one for one in told(report)["destinations"] if one["destination"] == destination.value
    ]
    return dict(found)


def test_each_file_has_its_hash_and_kind(signed: Signed) -> None:
    assert told(signed())["files"][0] == {
        "name": "report.pdf",
        "what": "report_pdf",
        "media_type": "application/pdf",
        "size": 4,
        "sha256": hashlib.sha256(b"%PDF").hexdigest(),
    }


def test_a_qualified_identity_may_go_wherever_it_was_agreed_and_chosen(signed: Signed) -> None:
    report = signed(EVERYWHERE)
    assert to(report, Destination.SHARED_RECORD) == {
        "destination": "shared_record",
        "send": True,
        "files": ["report-cda.xml"],
        "patient_mailbox": f"{NUMBER}@patient.mssante.fr",
    }
    assert to(report, Destination.SECURE_MAIL)["name"] == "Dr Anne Lafage"
    assert to(report, Destination.PATIENT)["files"] == ["report.pdf", "document-1.pdf"]


@pytest.mark.parametrize("status", set(IdentityStatus) - {IdentityStatus.QUALIFIED})
def test_an_identity_that_is_not_qualified_goes_to_no_record_and_no_mailbox(
    signed: Signed, status: IdentityStatus
) -> None:
    traits = replace(NAMED.traits, status=status)
    report = signed(replace(EVERYWHERE, traits=traits))
    for destination in (Destination.SHARED_RECORD, Destination.SECURE_MAIL):
        found = to(report, destination)
        assert (found["send"], found["why"]) == (False, "not_qualified")
    assert to(report, Destination.PATIENT)["send"]
    assert NUMBER not in manifest(report, FILES).decode()
    assert told(report)["identity"] == status.value


@pytest.mark.parametrize(
    ("dossier", "destination", "why"),
    [
        (NAMED, Destination.SHARED_RECORD, "refused"),
        (NAMED, Destination.SECURE_MAIL, "not_chosen"),
        (NAMED, Destination.OWN_DOCTOR, None),
        (replace(EVERYWHERE, consent=None), Destination.SHARED_RECORD, "no_consent"),
        (
            replace(EVERYWHERE, contact=replace(NAMED.contact, own_doctor="")),
            *(Destination.OWN_DOCTOR, "no_own_doctor"),
        ),
        (
            replace(EVERYWHERE, consent=replace(NAMED.consent, refused=(Item.OWN_DOCTOR,))),
            *(Destination.SECURE_MAIL, "refused"),
        ),
        (replace(EVERYWHERE, is_training=True), Destination.PATIENT, "training"),
        (None, Destination.PATIENT, "no_dossier"),
    ],
)
def test_why_nothing_goes_there(
    dossier: Dossier | None, destination: Destination, why: str | None
) -> None:
    assert why_not(destination, dossier) == why


def test_a_test_identity_gets_no_manifest_outside_training(signed: Signed) -> None:
    traits = replace(NAMED.traits, matricule=Matricule(NUMBER, "1.2.250.1.213.1.4.10"))
    wrong = replace(NAMED, traits=traits)
    with pytest.raises(WrongModeError):
        manifest(signed(wrong), FILES)
    practised = told(signed(replace(wrong, is_training=True)))
    assert practised["training"]
    assert not any(one["send"] for one in practised["destinations"])


def test_the_pack_is_what_the_manifest_lists(words: Words, signed: Signed) -> None:
    files = dict(pack(words, signed()))
    listed = json.loads(files.pop(NAME))
    assert [*files] == [one["name"] for one in listed["files"]]
    for one in listed["files"]:
        assert hashlib.sha256(files[one["name"]]).hexdigest() == one["sha256"]
    assert (listed["no_cda"], listed["no_request_cda"]) == ([], [])
    assert {one["what"] for one in listed["files"]} == set(What) - {What.STILL}
    assert files["document-1.pdf"] == PRESCRIPTION


def test_the_same_consultation_leaves_as_the_same_bytes(words: Words, signed: Signed) -> None:
    first, again = (pack(words, signed()) for _ in range(2))
    assert dict(first) == dict(again)
    assert {"report-cda.xml", "report-fhir.json", "report.pdf"} <= {*dict(first)}


def test_a_pack_without_cda_says_what_it_lacks(words: Words, signed: Signed) -> None:
    files = dict(pack(words, signed(signature=SignatureState.UNCHECKED)))
    assert "report-cda.xml" not in files
    assert json.loads(files[NAME])["no_cda"] == ["signature"]


def test_the_request_needs_no_word_of_the_doctors(words: Words, signed: Signed) -> None:
    report = replace(signed(), summary=None, gp=None)
    files = dict(pack(words, report))
    assert "request-cda.xml" in files
    assert json.loads(files[NAME])["no_request_cda"] == []


def test_a_request_without_a_professionals_number_is_no_cda_and_says_so(
    words: Words, signed: Signed
) -> None:
    nameless = replace(NAMED, operator=replace(NAMED.operator, responsible_rpps=""))
    files = dict(pack(words, signed(nameless)))
    assert "request-fhir.json" in files
    assert "request-cda.xml" not in files
    assert json.loads(files[NAME])["no_request_cda"] == ["requester_rpps"]


def test_where_nothing_was_asked_there_is_no_request(words: Words, signed: Signed) -> None:
    unasked = replace(signed(), patient_name="")
    files = dict(pack(words, unasked))
    assert not {"request-fhir.json", "request-cda.xml"} & files.keys()
    assert json.loads(files[NAME])["no_request_cda"] == []
    deferred = replace(unasked, dossier=replace(NAMED, is_deferred=True), question="?")
    assert {"request-fhir.json", "request-cda.xml"} <= dict(pack(words, deferred)).keys()

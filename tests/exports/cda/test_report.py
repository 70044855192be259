"""TLM-CR_2022.01 against what CI-SIS asks of it, and against the record."""

import base64
from dataclasses import replace
from io import BytesIO

import pytest
from exports.cda.conftest import NAMED, Signed
from exports.cda.header import ACTS, HEADER, NS, ORDER, Asked
from lxml import etree
from pypdf import PdfReader

from client.core.dossier.consent import Item
from client.core.dossier.ending import Act, Role
from client.core.dossier.file import Dossier
from client.core.dossier.matricule import WrongModeError
from client.core.dossier.traits import IdentityStatus, Matricule, Sex
from client.exports.cda import CdaNotReadyError, Lack, lacks, report_document
from client.exports.documents import ConsultationReport, SignatureState
from client.exports.pdf.summary import summary_sheet
from client.exports.pdf.typesetting import Standard, pdf
from client.exports.pdf.wording import Words

NUMBER = "279035121518989"
assert NAMED.traits
assert NAMED.consent
assert NAMED.ending
assert NAMED.contact


def parsed(words: Words, report: ConsultationReport, printed: bytes = b"%PDF") -> etree._Element:
    return etree.fromstring(report_document(words, report, printed))


@pytest.mark.parametrize("asked", HEADER, ids=lambda asked: asked.path)
def test_the_header_has_what_ci_sis_asks(words: Words, signed: Signed, asked: Asked) -> None:
    found = parsed(words, signed()).xpath(asked.path, namespaces=NS)
    assert len(found) == asked.count, asked.source


def test_its_parts_stand_in_the_order_of_the_public_example(words: Words, signed: Signed) -> None:
    root = parsed(words, signed())
    assert tuple(etree.QName(child).localname for child in root) == ORDER
    assert {etree.QName(one).namespace for one in root.iter()} == {NS["h"]}


def test_the_printed_report_is_its_body(words: Words, signed: Signed) -> None:
    report = signed()
    printed = pdf(summary_sheet(words, report), Standard.CDA)
    text = parsed(words, report, printed).findtext(".//h:nonXMLBody/h:text", namespaces=NS)
    assert base64.b64decode(text, validate=True) == printed
    assert "PAT-TROIS" in PdfReader(BytesIO(printed)).pages[0].extract_text()


def test_the_same_record_is_the_same_bytes(words: Words, signed: Signed) -> None:
    report = signed()
    assert report_document(words, report, b"x") == report_document(words, report, b"x")


def test_a_later_summary_is_a_later_version_of_the_same_series(
    words: Words, signed: Signed
) -> None:
    report = signed()
    assert report.summary
    seal = replace(report.seal, count=report.seal.count + 3)
    later = replace(report, seal=seal, summary=replace(report.summary, text="Autre avis."))
    before, after = parsed(words, report), parsed(words, later)

    def told(path: str) -> tuple[str, str]:
        first, second = (one.xpath(path, namespaces=NS)[0] for one in (before, after))
        return first, second

    series, identity, version = (
        told("h:setId/@root"),
        told("h:id/@root"),
        told("h:versionNumber/@value"),
    )
    assert series[0] == series[1]
    assert identity[0] != identity[1]
    assert int(version[0]) < int(version[1])


def test_the_doctor_is_author_and_the_operator_only_present(words: Words, signed: Signed) -> None:
    root = parsed(words, signed())
    authors = root.xpath("h:author//h:family/text()", namespaces=NS)
    present = root.xpath("h:participant//h:family/text()", namespaces=NS)
    billed = root.xpath("h:documentationOf[2]//h:family/text()", namespaces=NS)
    assert (authors, present, billed) == (["Dr Martin"], ["Sophie Marchand"], ["Élise Dumas"])


def test_who_was_refused_takes_no_part_and_bills_nothing(words: Words, signed: Signed) -> None:
    refused = replace(NAMED.consent, refused=(Item.ACCOMPANIMENT,))
    root = parsed(words, signed(replace(NAMED, consent=refused)))
    assert root.xpath("h:documentationOf/h:serviceEvent/h:code/@code", namespaces=NS) == ["TCG"]
    assert not root.xpath("h:participant", namespaces=NS)
    named = root.xpath("//h:family/text()", namespaces=NS)
    assert not {"Sophie Marchand", "Élise Dumas"} & {*named}


@pytest.mark.parametrize("act", Act)
def test_every_act_that_may_be_billed_may_be_documented(
    words: Words, signed: Signed, act: Act
) -> None:
    nurse = replace(NAMED.operator, role=Role.NURSE, rpps="10101234564", responsible_name="")
    dossier = replace(NAMED, operator=nurse, ending=replace(NAMED.ending, act=act))
    root = parsed(words, signed(dossier))
    codes = root.xpath("h:documentationOf/h:serviceEvent/h:code/@code", namespaces=NS)
    assert codes == ["TCG", act.value]
    assert set(codes) <= ACTS


def test_an_expertise_given_later_is_another_act(words: Words, signed: Signed) -> None:
    root = parsed(words, signed(replace(NAMED, is_deferred=True, question="?")))
    code = root.xpath("h:documentationOf[1]/h:serviceEvent/h:code/@code", namespaces=NS)
    assert code == ["TE2"]


def test_a_refusal_to_send_to_the_own_doctor_is_respected(words: Words, signed: Signed) -> None:
    refused = replace(NAMED.consent, refused=(Item.OWN_DOCTOR,))
    root = parsed(words, signed(replace(NAMED, consent=refused)))
    assert not root.xpath("h:informationRecipient", namespaces=NS)


def test_the_patients_mailbox_is_told_unless_the_shared_record_was_refused(
    words: Words, signed: Signed
) -> None:
    mailbox = f"mailto:{NUMBER}@patient.mssante.fr".encode()
    assert mailbox not in report_document(words, signed(), b"x")
    agreed = replace(NAMED, consent=replace(NAMED.consent, refused=()))
    assert mailbox in report_document(words, signed(agreed), b"x")


@pytest.mark.parametrize(
    ("dossier", "lack"),
    [
        (replace(NAMED, finess=""), Lack.PLACE),
        (replace(NAMED, traits=None), Lack.TRAITS),
        (replace(NAMED, traits=replace(NAMED.traits, birth_date="")), Lack.TRAITS),
        (replace(NAMED, traits=replace(NAMED.traits, birth_place="")), Lack.TRAITS),
        (replace(NAMED, operator=replace(NAMED.operator, role=Role.NURSE)), Lack.ACCOMPANYING_RPPS),
        *(
            (replace(NAMED, traits=replace(NAMED.traits, status=status)), Lack.QUALIFIED_IDENTITY)
            for status in IdentityStatus
            if status is not IdentityStatus.QUALIFIED
        ),
    ],
)
def test_without_what_it_needs_there_is_no_document(
    words: Words, signed: Signed, dossier: Dossier, lack: Lack
) -> None:
    with pytest.raises(CdaNotReadyError) as refused:
        report_document(words, signed(dossier), b"x")
    assert lack in refused.value.missing


def test_a_patient_without_any_address_is_said_to_have_none(words: Words, signed: Signed) -> None:
    """min: a telecom that is not known stands beside no other."""
    agreed = replace(NAMED, consent=replace(NAMED.consent, refused=()))
    path = "h:recordTarget//h:telecom"
    for dossier, known, unknown in (
        (NAMED, 1, 0),
        (agreed, 2, 0),
        (replace(agreed, contact=None), 1, 0),
        (replace(NAMED, contact=None), 0, 1),
    ):
        root = parsed(words, signed(dossier))
        assert len(root.xpath(f"{path}[@value]", namespaces=NS)) == known
        assert len(root.xpath(f"{path}[@nullFlavor]", namespaces=NS)) == unknown


def test_a_sex_that_is_not_known_has_its_french_code(words: Words, signed: Signed) -> None:
    """JDV_J143: UN."""
    root = parsed(words, signed(replace(NAMED, traits=replace(NAMED.traits, sex=Sex.UNKNOWN))))
    assert root.xpath("h:recordTarget//h:administrativeGenderCode/@code", namespaces=NS) == ["UN"]


@pytest.mark.parametrize("signature", set(SignatureState) - {SignatureState.VALID})
def test_nobody_answers_for_what_they_did_not_sign(
    signed: Signed, signature: SignatureState
) -> None:
    assert lacks(signed(signature=signature)) == (Lack.SIGNATURE,)


def test_a_doctor_without_a_right_number_is_no_author(signed: Signed) -> None:
    report = signed()
    assert report.gp
    for rpps in ("", "10002345678"):
        assert lacks(replace(report, gp=replace(report.gp, rpps=rpps))) == (Lack.DOCTOR_RPPS,)
    assert lacks(replace(report, summary=None)) == (Lack.SUMMARY, Lack.SIGNATURE)


@pytest.mark.parametrize(
    ("oid", "is_training"),
    [("1.2.250.1.213.1.4.10", False), ("1.2.250.1.213.1.4.8", True)],
)
def test_test_identities_are_for_training_alone_and_the_reverse(
    words: Words, signed: Signed, oid: str, *, is_training: bool
) -> None:
    traits = replace(NAMED.traits, matricule=Matricule(NUMBER, oid))
    wrong = replace(NAMED, traits=traits, is_training=is_training)
    with pytest.raises(WrongModeError):
        report_document(words, signed(wrong), b"x")
    right = parsed(words, signed(replace(wrong, is_training=not is_training)))
    title = right.findtext("h:title", namespaces=NS)
    assert ("FORMATION" in title) is not is_training


def test_what_people_write_cannot_break_the_document(words: Words, signed: Signed) -> None:
    traits = replace(NAMED.traits, birth_name='<x a="1">&\x00\x0b\x1f\ufffe')
    root = parsed(words, signed(replace(NAMED, traits=traits)))
    names = root.xpath("h:recordTarget//h:family[@qualifier='BR']/text()", namespaces=NS)
    assert names == ['<x a="1">&']

"""TLM-DA_2022.01 against what CI-SIS asks of it, and against the record."""

from dataclasses import replace

import pytest
from exports.cda.conftest import NAMED, Signed
from exports.cda.header import ACTS, NS, Asked
from exports.cda.request_rules import ORDER, REQUEST, UNITS
from lxml import etree

from client.core.dossier.background import Answer, Background, Question
from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier
from client.core.dossier.matricule import WrongModeError
from client.core.dossier.traits import IdentityStatus, Matricule
from client.exports.cda import (
    CdaNotReadyError,
    Lack,
    report_document,
    request_document,
    request_lacks,
)
from client.exports.documents import Analysis, ConsultationReport, Instrument
from client.exports.pdf.wording import Words
from devices.readings import Origin

assert NAMED.traits


def parsed(words: Words, report: ConsultationReport) -> etree._Element:
    return etree.fromstring(request_document(words, report))


def words_of(root: etree._Element, code: str) -> list[str]:
    """What a section with this LOINC code says."""
    path = f"//h:section[h:code/@code='{code}']/h:text//h:content"
    return ["".join(one.itertext()) for one in root.xpath(path, namespaces=NS)]


@pytest.mark.parametrize("asked", REQUEST, ids=lambda asked: asked.path)
def test_it_has_what_ci_sis_asks(words: Words, signed: Signed, asked: Asked) -> None:
    found = parsed(words, signed()).xpath(asked.path, namespaces=NS)
    assert len(found) == asked.count, asked.source


def test_its_parts_stand_in_the_order_of_the_public_example(words: Words, signed: Signed) -> None:
    root = parsed(words, signed())
    assert tuple(etree.QName(child).localname for child in root) == ORDER
    assert {etree.QName(one).namespace for one in root.iter()} == {NS["h"]}


def test_each_value_is_coded_in_its_unit_and_said_in_words(words: Words, signed: Signed) -> None:
    root = parsed(words, signed())
    observed = root.xpath("//h:organizer/h:component/h:observation", namespaces=NS)
    told = {
        (one.find("h:code", NS).get("code"), one.find("h:value", NS).get("value")): (
            one.find("h:value", NS).get("unit")
        )
        for one in observed
    }
    assert told == {
        (code, number): UNITS[code]
        for code, number in (
            *(("8480-6", "128"), ("8462-4", "79"), ("8867-4", "74")),
            *(("8867-4", "76"), ("20564-1", "97"), ("8310-5", "38.4")),
        )
    }
    assert len(observed) == len(told)
    assert "38,4\N{NO-BREAK SPACE}°C (FORA IR42, 14:04)" in words_of(root, "8716-3")


def test_a_value_ci_sis_has_no_code_for_is_a_result_in_words(words: Words, signed: Signed) -> None:
    """JDV_SignesVitaux_CISIS has no glucose."""
    (glucose,) = words_of(parsed(words, signed()), "30954-2")
    assert glucose.startswith("104\N{NO-BREAK SPACE}mg/dL (")


def test_every_reference_leads_to_one_text(words: Words, signed: Signed) -> None:
    root = parsed(words, signed())
    names = root.xpath("//@ID")
    assert len(names) == len({*names})
    led = root.xpath("//h:reference/@value", namespaces=NS)
    assert led
    assert {*led} <= {f"#{name}" for name in names}
    identities = root.xpath("//h:structuredBody//h:id/@root", namespaces=NS)
    assert len(identities) == len({*identities})


def test_answers_are_said_as_they_were_given_and_coded_by_nobody(
    words: Words, signed: Signed
) -> None:
    answers = (
        Answer(Question.SINCE, "hier\nsoir <après> dîner"),
        Answer(Question.ALLERGIES, "aucune"),
        Answer(Question.OTHER, "non", label="Voyage récent"),
        Answer(Question.TREATMENTS, "aspirine"),
    )
    dossier = replace(NAMED, background=Background("otalgie", answers), question="Otite ?")
    root = parsed(words, signed(dossier))
    assert words_of(root, "34117-2") == [
        *("otalgie", "Otite ?", "hiersoir <après> dîner", "aucune", "non"),
    ]
    titles = root.xpath("//h:section[h:code/@code='34117-2']//h:tr/h:td[1]/text()", namespaces=NS)
    assert titles == ["Motif", "Question posée", "Depuis", "Allergies", "Voyage récent"]
    assert len(root.xpath("//h:content/h:br", namespaces=NS)) == 1
    assert words_of(root, "10160-0") == ["aspirine"]


def test_treatments_nobody_asked_of_are_said_to_be_unknown(words: Words, signed: Signed) -> None:
    root = parsed(words, signed(replace(NAMED, background=None)))
    assert words_of(root, "10160-0") == ["non précisé"]


def test_without_values_and_results_their_sections_are_left_out(
    words: Words, signed: Signed
) -> None:
    root = parsed(words, replace(signed(), measurements=(), analyses=()))
    codes = root.xpath(
        "h:component/h:structuredBody/h:component/h:section/h:code/@code", namespaces=NS
    )
    assert codes == ["46612-8", "10160-0"]


def test_results_are_said_as_the_analyser_gave_them(words: Words, signed: Signed) -> None:
    report = signed()
    crp = Analysis(
        *("CRP", "<5", "mg/L", None, None, "1988-5", Instrument("Afinion 2"), Origin.SPOT),
        *(report.times.began_at, None),
    )
    root = parsed(words, replace(report, analyses=(crp,)))
    assert words_of(root, "30954-2")[-1] == "<5 mg/L"
    results = "//h:section[h:code/@code='30954-2']"
    assert not root.xpath(f"{results}/h:entry", namespaces=NS), "S_results: without entries"


def test_a_doctor_nobody_knows_yet_is_not_made_up(words: Words, signed: Signed) -> None:
    root = parsed(words, replace(signed(), gp=None, summary=None))
    assert not root.xpath("h:informationRecipient", namespaces=NS)
    assert b"Martin" not in etree.tostring(root)
    performer = root.xpath("h:documentationOf[1]//h:family/text()", namespaces=NS)
    assert performer == ["Élise Dumas"], "example: who asks stands there"


def test_an_expertise_given_later_is_another_act(words: Words, signed: Signed) -> None:
    root = parsed(words, signed(replace(NAMED, is_deferred=True, question="?")))
    codes = root.xpath("h:documentationOf/h:serviceEvent/h:code/@code", namespaces=NS)
    assert codes == ["TE2", "TLM"]
    assert {*codes} <= ACTS


def test_it_is_another_document_than_the_report(words: Words, signed: Signed) -> None:
    report = signed()
    request = parsed(words, report)
    answer = etree.fromstring(report_document(words, report, b"x"))
    for path in ("h:setId/@root", "h:id/@root"):
        assert request.xpath(path, namespaces=NS) != answer.xpath(path, namespaces=NS)
    assert request_document(words, report) == request_document(words, report)


@pytest.mark.parametrize(
    ("dossier", "lack"),
    [
        (replace(NAMED, finess=""), Lack.PLACE),
        (replace(NAMED, traits=None), Lack.TRAITS),
        (
            replace(NAMED, operator=replace(NAMED.operator, responsible_rpps="10101234569")),
            Lack.REQUESTER_RPPS,
        ),
        (replace(NAMED, operator=replace(NAMED.operator, role=Role.NURSE)), Lack.REQUESTER_RPPS),
        (
            replace(NAMED, traits=replace(NAMED.traits, status=IdentityStatus.VALIDATED)),
            Lack.QUALIFIED_IDENTITY,
        ),
    ],
)
def test_without_what_it_needs_there_is_no_document(
    words: Words, signed: Signed, dossier: Dossier, lack: Lack
) -> None:
    report = signed(dossier)
    assert lack in request_lacks(report)
    with pytest.raises(CdaNotReadyError) as refused:
        request_document(words, report)
    assert lack in refused.value.missing


def test_a_test_identity_makes_none_outside_training_and_a_marked_one_in_it(
    words: Words, signed: Signed
) -> None:
    traits = replace(NAMED.traits, matricule=Matricule("279035121518989", "1.2.250.1.213.1.4.10"))
    wrong = replace(NAMED, traits=traits)
    with pytest.raises(WrongModeError):
        request_document(words, signed(wrong))
    practised = parsed(words, signed(replace(wrong, is_training=True)))
    mark = words.say("documents.training_mark")
    assert practised.findtext("h:title", namespaces=NS).startswith(mark)

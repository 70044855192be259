"""What a document Bundle says, against the record it is told from."""

import base64
import hashlib
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from exports.documents.ward import DOSSIER, NOTES, PRESCRIPTION, SUMMARY, at_ms, photo, reading
from exports.fhir.conftest import Told
from exports.fhir.reading import at, references

from client.core.dossier.background import Answer, Background, Question
from client.core.dossier.consent import Item
from client.core.wire import Summary
from client.exports.fhir import written
from client.store.journal import JournalEvent

SIGNED = Summary(SUMMARY, at_ms(500), signature=bytes(64))


def test_it_is_a_document_of_a_telemedicine_act(told: Told) -> None:
    bundle = told()
    composition = bundle.composition()
    assert bundle.json["type"] == "document"
    assert composition["type"]["coding"][0]["code"] == "85208-7"
    assert composition["status"] == "final"
    author = bundle.by_url[composition["author"][0]["reference"]]
    assert bundle.by_url[author["practitioner"]["reference"]]["name"] == [{"text": "Dr Martin"}]


def test_without_the_doctors_words_it_is_preliminary_and_the_sites(told: Told) -> None:
    bundle = told(summary=None)
    composition = bundle.composition()
    assert composition["status"] == "preliminary"
    author = bundle.by_url[composition["author"][0]["reference"]]
    name = bundle.by_url[author["practitioner"]["reference"]]["name"]
    assert name == [{"text": "Sophie Marchand"}]


def test_an_unverified_signature_attests_nothing(told: Told) -> None:
    assert "attester" not in told().composition()
    refused = (*NOTES, (JournalEvent.SIGNATURE_REFUSED, 505.0, {}))
    assert "attester" not in told(summary=SIGNED, notes=refused).composition()


def test_a_signature_that_the_site_verified_is_the_doctors_attestation(told: Told) -> None:
    verified = (*NOTES, (JournalEvent.SIGNATURE_VERIFIED, 505.0, {}))
    composition = told(summary=SIGNED, notes=verified).composition()
    (attester,) = composition["attester"]
    assert attester["party"] == composition["author"][0]
    assert attester["time"] == "2026-11-22T14:10:20.000+01:00"


def test_every_reference_is_in_the_bundle_and_everything_is_referred_to(
    told: Told, asked: Told
) -> None:
    """FHIR R4, 3.3.1: a document's resources are reached from its Composition."""
    for bundle in (told(), asked()):
        used = {one for one in references([*bundle.by_url.values()]) if one.startswith("urn:uuid:")}
        assert used <= set(bundle.by_url)
        reached = {bundle.json["entry"][0]["fullUrl"]}
        front = reached
        while front:
            front = {ref for url in front for ref in references(bundle.by_url[url])} - reached
            front &= set(bundle.by_url)
            reached = reached | front
        left = {bundle.by_url[url]["resourceType"] for url in set(bundle.by_url) - reached}
        assert not left


def test_the_same_record_is_the_same_bytes(told: Told) -> None:
    first, second = told().json, told().json
    assert written(first) == written(second)
    other = told(readings=[reading("spo2", 91, "%", "CMS50E", 60)]).json
    assert other["identifier"] != first["identifier"]
    assert other["entry"][0]["fullUrl"] == first["entry"][0]["fullUrl"]


def test_only_values_an_instrument_vouched_for_leave(told: Told) -> None:
    bundle = told()
    assert bundle.observation("2708-6")["valueQuantity"]["value"] == 97
    assert all(code != "29463-7" for code in _codes(bundle.all("Observation")))
    glucose = [one for one in _codes(bundle.all("Observation")) if one == "41653-7"]
    assert len(glucose) == 1, "a control solution says nothing of a patient"


def _codes(observations: list[dict[str, object]]) -> list[str]:
    return [code["code"] for one in observations for code in one["code"]["coding"]]  # type: ignore[index] # JSON


def test_a_blood_pressure_is_one_panel_with_its_instrument(told: Told) -> None:
    bundle = told()
    found = bundle.observation("85354-9")
    values = {
        one["code"]["coding"][0]["code"]: one["valueQuantity"]["value"]
        for one in found["component"]
    }
    assert values == {"8480-6": 128, "8462-4": 79}
    device = bundle.by_url[found["device"]["reference"]]
    assert (device["modelNumber"], device["serialNumber"]) == ("UA-767", "X1234567")
    assert "pouls irrégulier" in json.dumps(found["note"], ensure_ascii=False)


def test_a_value_measured_now_is_of_when_it_came_whatever_the_instruments_clock(
    told: Told,
) -> None:
    found = told().observation("8310-5")
    assert found["effectiveDateTime"] == "2026-11-22T14:04:30.000+01:00"
    assert found["issued"] == found["effectiveDateTime"]
    assert "22/11/2026 14:04" in json.dumps(found["note"])


@pytest.mark.parametrize(
    ("clock", "effective"),
    [
        ("2026-11-20T08:15:00", "2026-11-20T08:15:00+01:00"),
        ("2026-11-20", "2026-11-20"),
        (None, None),
        ("yesterday", None),
    ],
)
def test_a_stored_value_is_of_when_the_instrument_says_or_of_nobody_knows_when(
    told: Told, clock: str | None, effective: str | None
) -> None:
    stored = reading("glucose", 104, "mg/dL", "M", 60, origin="stored", measured_at=clock)
    found = told(readings=[stored]).observation("41653-7")
    assert found.get("effectiveDateTime") == effective
    assert ("_effectiveDateTime" in found) is (effective is None)
    assert found["issued"] == "2026-11-22T14:03:00.000+01:00"


@pytest.mark.parametrize(
    ("said", "flow"), [("air ambiant", None), ("2,5 L/min", 2.5), ("0 L/min", None), ("peu", None)]
)
def test_oxygen_is_said_beside_every_saturation(told: Told, said: str, flow: float | None) -> None:
    background = Background("x", (Answer(Question.OXYGEN, said),))
    bundle = told(replace(DOSSIER, background=background))
    found = bundle.observation("2708-6")
    assert f"oxygène\u202f: {said}" in json.dumps(found["note"], ensure_ascii=False)
    assert ("partOf" in found) is (flow is not None)
    if flow:
        given = bundle.by_url[found["partOf"][0]["reference"]]
        assert given["dosage"]["rateQuantity"]["value"] == flow


def test_oxygen_that_nobody_asked_about_is_said_too(told: Told) -> None:
    found = told(replace(DOSSIER, background=None)).observation("2708-6")
    assert "non précisé" in json.dumps(found["note"], ensure_ascii=False)


@pytest.mark.parametrize(("said", "value"), [("6", 6), ("10", 10), ("11", None), ("forte", None)])
def test_pain_is_a_number_only_where_one_was_said(told: Told, said: str, value: int | None) -> None:
    bundle = told(replace(DOSSIER, background=Background("x", (Answer(Question.PAIN, said),))))
    found = [one for one in bundle.all("Observation") if "72514-3" in json.dumps(one)]
    assert [one["valueQuantity"]["value"] for one in found] == ([value] if value else [])
    assert said in json.dumps(bundle.composition(), ensure_ascii=False)


def test_stills_and_files_are_the_original_bytes(told: Told) -> None:
    bundle = told(stills=(photo(), photo(90)))
    for media in bundle.all("Media"):
        content = media["content"]
        data = base64.b64decode(bundle.by_url[content["url"]]["data"])
        assert base64.b64decode(content["hash"]) == hashlib.sha1(data).digest()  # noqa: S324 -- FHIR's
        named = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        assert media["identifier"][0]["value"] == f"ni:///sha-256;{named}"
    held = {base64.b64decode(one["data"]) for one in bundle.all("Binary")}
    assert held == {photo(), photo(90), PRESCRIPTION, b"%PDF-1.7 the report"}


def test_what_an_instrument_remembers_is_verified_by_nobody(told: Told) -> None:
    bundle = told()
    assert bundle.observation("41653-7")["status"] == "preliminary"
    assert bundle.observation("2708-6")["status"] == "final"


def test_what_is_missing_is_said_to_be_missing(told: Told) -> None:
    bundle = told(stills=(), documents=())
    assert not bundle.all("Media")
    said = json.dumps(bundle.composition(), ensure_ascii=False)
    assert said.count("absente du dossier") == 2
    assert "pas arrivé en entier" in said


def test_refusals_are_in_the_consent(told: Told) -> None:
    consent = told().one("Consent")
    assert [one["type"] for one in consent["provision"]["provision"]] == ["deny"]
    assert consent["status"] == "active"
    assert DOSSIER.consent
    refused = replace(DOSSIER.consent, refused=(Item.TELECONSULTATION,))
    assert told(replace(DOSSIER, consent=refused)).one("Consent")["status"] == "rejected"


@pytest.mark.parametrize("kind", ["told", "asked"])
def test_who_was_refused_takes_part_in_nothing(request: pytest.FixtureRequest, kind: str) -> None:
    bundled: Told = request.getfixturevalue(kind)
    assert "Sophie Marchand" in str(bundled().json)
    assert DOSSIER.consent
    refused = replace(DOSSIER.consent, refused=(Item.ACCOMPANIMENT,))
    alone = bundled(replace(DOSSIER, consent=refused))
    assert not any(name in str(alone.json) for name in ("Sophie Marchand", "Élise Dumas"))
    taking_part = alone.one("Encounter").get("participant", [])
    parts = [one["type"][0]["coding"][0]["code"] for one in taking_part]
    assert parts == (["PPRF"] if kind == "told" else [])
    assert {*at(alone.all("Observation"), "performer.type")} == {"Patient"}  # who said it hurts
    assert {one for one in references(alone.json) if one.startswith("urn:")} <= {*alone.by_url}


def test_a_picture_that_was_refused_after_all_is_not_there(told: Told) -> None:
    assert DOSSIER.consent
    refused = replace(DOSSIER.consent, refused=(Item.PICTURES,))
    bundle = told(replace(DOSSIER, consent=refused))
    assert not bundle.all("Media")
    shown = base64.b64encode(photo()).decode()
    assert shown not in str(bundle.json)
    assert shown in str(told().json)
    said = json.dumps(bundle.composition(), ensure_ascii=False)
    assert said.count("à la demande du patient") == 2


def test_technical_incidents_are_told(told: Told) -> None:
    said = json.dumps(told().composition(), ensure_ascii=False)
    assert "liaison avec le médecin coupée" in said
    assert "image impossible" in said


def test_what_people_wrote_cannot_break_the_narrative(told: Told) -> None:
    background = Background('<script>alert("x")</script> & co', ())
    said = json.dumps(told(replace(DOSSIER, background=background)).composition())
    assert "<script>" not in said
    assert "&lt;script&gt;" in said


def test_every_narrative_is_well_formed_and_without_anything_active(
    told: Told, asked: Told
) -> None:
    """FHIR R4, 2.4: a subset of XHTML, in its namespace."""
    for bundle in (told(), asked()):
        for section in bundle.composition()["section"]:
            if "text" not in section:
                assert {"entry", "emptyReason"} & section.keys()
                continue
            told_there = ET.fromstring(section["text"]["div"])  # noqa: S314 -- our own
            names = {one.tag.partition("}")[2] for one in told_there.iter()}
            assert names <= {"div", "p", "b", "br"}
            assert told_there.tag == "{http://www.w3.org/1999/xhtml}div"


def test_an_rpps_whose_check_digit_is_wrong_is_no_identifier(told: Told) -> None:
    operator = replace(DOSSIER.operator, rpps="10101234564")
    said = json.dumps(told(replace(DOSSIER, operator=operator)).json)
    assert "10101234564" in said
    assert "10101234569" not in said, "the responsible pharmacist's, of which a digit is wrong"


def test_a_request_has_the_sections_of_the_french_one_and_says_what_nobody_asked(
    asked: Told,
) -> None:
    composition = asked().composition()
    assert composition["type"]["coding"][0]["code"] == "75496-0"
    codes = [one["code"]["coding"][0]["code"] for one in composition["section"]]
    assert codes == [
        *("46612-8", "11450-4", "11348-0", "48765-2", "10160-0", "46264-8"),
        *("8716-3", "30954-2", "59284-0"),
    ]
    by_code = dict(zip(codes, composition["section"], strict=True))
    assert "pénicilline" in by_code["48765-2"]["text"]["div"]
    assert by_code["11348-0"]["emptyReason"]["coding"][0]["code"] == "notasked"


def test_a_question_for_later_goes_with_the_request(asked: Told) -> None:
    deferred = replace(DOSSIER, is_deferred=True, question="Faut-il drainer ?")
    service = asked(deferred).one("ServiceRequest")
    assert service["note"] == [{"text": "Faut-il drainer ?"}]
    assert service["code"] == {"text": "téléexpertise"}

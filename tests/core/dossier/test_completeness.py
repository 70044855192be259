"""What a call waits for, what refusals switch off, and how the GP is told."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.dossier import telling
from client.core.dossier.background import Answer, Background, Question
from client.core.dossier.completeness import (
    Missing,
    Why,
    acts_offered,
    destination_off,
    is_accompanied,
    missing,
    pictures_off,
)
from client.core.dossier.consent import Consent, Giver, Item, Mode, is_picture
from client.core.dossier.ending import Act, Destination, Role
from client.core.dossier.file import Contact, Dossier, Operator
from client.core.dossier.traits import REAL_OIDS, IdentityStatus, Matricule, Traits
from client.core.parcels import PARCEL_LIMIT, decode, encode
from client.core.wire import Parcel

NURSE = Operator("Mme Roy", Role.NURSE)
CONSENT = Consent("fr/1", "0" * 64, "fr", "Mme Roy", Giver.PATIENT, Mode.SPOKEN, 1)
CONTACT = Contact("2 rue du Lac, 25300 Doubs", "03 81 00 00 00", "Dr Petit")
QUALIFIED = Traits(
    "DURAND",
    ("JEANNE", "MARIE"),
    matricule=Matricule("279035121518989", REAL_OIDS[0]),
    status=IdentityStatus.QUALIFIED,
)
READY = Dossier(NURSE, traits=QUALIFIED, contact=CONTACT, consent=CONSENT)


def without(*items: Item) -> Dossier:
    return replace(READY, consent=replace(CONSENT, refused=items))


def test_a_new_dossier_waits_for_place_number_and_consent() -> None:
    assert missing(Dossier(NURSE)) == (Missing.ADDRESS, Missing.CALLBACK, Missing.CONSENT)
    assert missing(READY) == ()


@pytest.mark.parametrize(
    ("dossier", "expected"),
    [
        (replace(READY, contact=replace(CONTACT, address=" ")), Missing.ADDRESS),
        (replace(READY, contact=replace(CONTACT, callback="none")), Missing.CALLBACK),
        (replace(READY, consent=None), Missing.CONSENT),
        (without(Item.TELECONSULTATION), Missing.TELECONSULTATION),
    ],
)
def test_each_gap_alone_holds_the_call_back(dossier: Dossier, expected: Missing) -> None:
    assert missing(dossier) == (expected,)


def test_nobody_is_turned_away_for_want_of_an_identity_or_a_doctor() -> None:
    assert missing(Dossier(NURSE, contact=replace(CONTACT, own_doctor=""), consent=CONSENT)) == ()


def test_an_expertise_needs_its_question_and_consent_and_no_number() -> None:
    deferred = Dossier(NURSE, is_deferred=True)
    assert missing(deferred) == (Missing.QUESTION, Missing.CONSENT)
    assert missing(replace(deferred, question="Quelle conduite ?", consent=CONSENT)) == ()


def test_pictures_are_off_before_consent_and_when_refused() -> None:
    assert pictures_off(Dossier(NURSE)) is Why.NO_CONSENT
    assert pictures_off(without(Item.PICTURES)) is Why.REFUSED
    assert pictures_off(without(Item.OWN_DOCTOR, Item.SHARED_RECORD)) is None


@pytest.mark.parametrize("destination", Destination)
def test_all_destinations_are_open_to_a_qualified_consenting_patient(
    destination: Destination,
) -> None:
    assert destination_off(destination, READY) is None


@pytest.mark.parametrize(
    ("item", "off"),
    [
        (Item.OWN_DOCTOR, {Destination.OWN_DOCTOR, Destination.SECURE_MAIL}),
        (Item.SHARED_RECORD, {Destination.SHARED_RECORD}),
        (Item.PICTURES, set()),
        (Item.ACCOMPANIMENT, set()),
    ],
)
def test_each_refusal_switches_off_its_destinations(item: Item, off: set[Destination]) -> None:
    found = {one: destination_off(one, without(item)) for one in Destination}
    assert {one for one, why in found.items() if why is not None} == off
    assert set(found.values()) <= {None, Why.REFUSED}


@pytest.mark.parametrize("status", set(IdentityStatus) - {IdentityStatus.QUALIFIED})
def test_an_identity_that_is_not_qualified_blocks_what_is_electronic(
    status: IdentityStatus,
) -> None:
    dossier = replace(READY, traits=replace(QUALIFIED, status=status))
    off = {one for one in Destination if destination_off(one, dossier) is Why.NOT_QUALIFIED}
    assert off == {Destination.SHARED_RECORD, Destination.SECURE_MAIL}


def test_without_own_doctor_nothing_is_sent_to_one() -> None:
    dossier = replace(READY, contact=replace(CONTACT, own_doctor=""))
    assert destination_off(Destination.OWN_DOCTOR, dossier) is Why.NO_OWN_DOCTOR
    assert destination_off(Destination.PATIENT, dossier) is None


@pytest.mark.parametrize(
    ("operator", "acts"),
    [
        (NURSE, (Act.TLS, Act.TLL, Act.TLD)),
        (Operator("x", Role.PHARMACIST), (Act.TLM,)),
        (Operator("x", Role.PHARMACY_ASSISTANT), ()),
        (Operator("x", Role.PHARMACY_ASSISTANT, responsible_rpps="10003456786"), (Act.TLM,)),
        (Operator("x", Role.MEDICAL_ASSISTANT), ()),
        (Operator("x", Role.OTHER), ()),
    ],
)
def test_acts_are_those_of_the_role(operator: Operator, acts: tuple[Act, ...]) -> None:
    assert acts_offered(Dossier(operator)) == acts
    assert acts_offered(replace(READY, operator=operator)) == acts


@pytest.mark.parametrize("role", Role)
def test_who_was_refused_bills_nothing_and_is_not_there(role: Role) -> None:
    operator = Operator("x", role, responsible_rpps="10003456786")
    assert is_accompanied(replace(READY, operator=operator))
    alone = replace(without(Item.ACCOMPANIMENT), operator=operator)
    assert acts_offered(alone) == ()
    assert not is_accompanied(alone)


@pytest.mark.parametrize(
    ("media_type", "is_one"),
    [
        *((one, True) for one in ("image/jpeg", "IMAGE/PNG", "video/mp4", "audio/flac")),
        *((one, False) for one in ("application/pdf", "text/plain", "", "application/image")),
    ],
)
def test_what_is_seen_or_heard_is_told_from_papers(media_type: str, *, is_one: bool) -> None:
    assert is_picture(media_type) is is_one


def test_the_gp_is_told_in_the_order_of_need() -> None:
    dossier = replace(
        without(Item.PICTURES),
        background=Background("toux", (Answer(Question.SINCE, "3 jours"),), "angine"),
    )
    intake = telling.intake(dossier, 5)
    patient = telling.patient(dossier, 5)
    background = telling.background(dossier, 5)
    assert intake is not None
    assert (intake.name, intake.reason) == ("DURAND JEANNE", "toux")
    assert patient is not None
    assert (patient.first_names, patient.callback) == ("JEANNE MARIE", CONTACT.callback)
    assert patient.status == "qualified"
    assert background is not None
    assert background.refused == ["pictures"]
    assert background.answers == [{"question": "since", "answer": "3 jours", "label": None}]


def test_nothing_known_is_nothing_told() -> None:
    empty = Dossier(NURSE)
    assert telling.intake(empty, 1) is None
    assert telling.patient(empty, 1) is None
    assert telling.background(empty, 1) is None


@given(texts=st.lists(st.text(max_size=30), max_size=30), times=st.integers(1, 400))
def test_whatever_was_typed_travels_as_one_parcel(texts: list[str], times: int) -> None:
    answers = tuple(Answer(Question.OTHER, text * times, text) for text in texts)
    long = "é" * 20_000
    dossier = replace(
        READY,
        traits=replace(QUALIFIED, birth_name=long, first_names=(long,) * 3),
        contact=Contact(long, long, long),
        background=Background(long, answers, long),
    )
    for message in (
        telling.intake(dossier, 1),
        telling.patient(dossier, 1),
        telling.background(dossier, 1),
        telling.question("\U0001f600" * 9_000, 1),
    ):
        assert message is not None
        parcel = Parcel(10**15, message)
        assert len(encode(parcel)) <= PARCEL_LIMIT
        assert decode(encode(parcel)) == parcel


def test_what_was_cut_says_so() -> None:
    assert telling.cut("a" * 10, 10) == "a" * 10
    assert telling.cut("a" * 11, 10).endswith(telling.CUT)

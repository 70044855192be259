"""What was forgotten, by the record alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from client.core.dossier.background import Answer, Background, Question
from client.core.dossier.consent import Consent, Giver, Item, Mode
from client.core.dossier.ending import Ending, Role, StopReason
from client.core.dossier.file import Contact, Dossier, Operator
from client.core.dossier.room import RoomCheck, RoomItem
from client.core.record import (
    ConsultationRecord,
    Direction,
    JournalEntry,
    JournalHead,
    KeptParcel,
    milliseconds,
)
from client.core.training.marking import Evidence, Mark, marked
from client.core.training.scenario import Act, Do, Expected, Scenario, scenarios
from client.core.wire import AskAnswered, Asked, Measured, Message, Parcel, StillOffered, Text

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANGINE = next(one for one in scenarios("fr") if one.name == "angine")
CONSENT = Consent("fr/1", "0" * 64, "fr", "A", Giver.PATIENT, Mode.SPOKEN, 0)
WELL = ("opened", "consent_given", "invited", "background_sent", "asked", "summary_received")
ROOM = RoomCheck(milliseconds(AT - timedelta(hours=1)), "A", tuple(RoomItem))


def journal(*events: str) -> tuple[JournalEntry, ...]:
    return tuple(
        JournalEntry(number, AT + timedelta(seconds=number), event, {}, b"", b"", b"")
        for number, event in enumerate(events, start=1)
    )


def kept(*messages: Message, sent: bool = True, acknowledged: bool = True) -> list[KeptParcel]:
    direction = Direction.SENT if sent else Direction.RECEIVED
    at = AT if acknowledged and sent else None
    return [KeptParcel(Parcel(n, m), direction, AT, at) for n, m in enumerate(messages, start=1)]


def dossier(**changes: object) -> Dossier:
    asked = (*ANGINE.questions, Question.OXYGEN)
    whole = Dossier(
        Operator("A", Role.PHARMACIST),
        is_training=True,
        traits=ANGINE.patient.traits,
        contact=Contact("12 rue des Halles", "01 99 00 11 22"),
        consent=CONSENT,
        background=Background("gorge", tuple(Answer(one, "oui") for one in asked)),
        ending=Ending(handed_over=True),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]  # named by tests


def record(
    what: Dossier | None = None,
    events: tuple[str, ...] = WELL,
    parcels: list[KeptParcel] | None = None,
    reason: str = "finished",
) -> ConsultationRecord:
    head = JournalHead(b"", len(events), b"", b"")
    return ConsultationRecord(
        *(1, AT, AT, reason, b"", tuple(parcels or ()), (), journal(*events), head),
        dossier=what or dossier(),
    )


def unmet(
    scenario: Scenario, of: ConsultationRecord, room: RoomCheck | None = ROOM
) -> list[tuple[Expected, str]]:
    marks = marked(scenario, Evidence(of, room))
    return [(mark.expected, mark.detail) for mark in marks if not mark.is_met]


def only(*expected: Expected) -> Scenario:
    return replace(ANGINE, expected=expected)


def test_every_expectation_is_marked_in_its_order() -> None:
    scenario = replace(only(Expected.ROOM, Expected.REASON, Expected.CONSENT), questions=())
    assert marked(scenario, Evidence(record(), ROOM)) == (
        Mark(Expected.ROOM, is_met=True),
        Mark(Expected.REASON, is_met=True),
        Mark(Expected.CONSENT, is_met=True),
    )


def test_the_room_is_looked_at_whole_and_before_the_call() -> None:
    room = only(Expected.ROOM)
    assert unmet(room, record()) == []
    assert unmet(room, record(), None)
    assert unmet(room, record(), replace(ROOM, checked=(RoomItem.CALM,)))
    assert unmet(room, record(), replace(ROOM, at_ms=milliseconds(AT + timedelta(minutes=5))))
    some = replace(ROOM, checked=tuple(RoomItem)[1:], failed=tuple(RoomItem)[:1])
    assert unmet(room, record(), some) == []


def test_an_identity_may_be_typed_in_small_letters() -> None:
    identity, traits = only(Expected.IDENTITY), ANGINE.patient.traits
    small = replace(traits, birth_name="essai", first_names=("Nathalie",))
    assert unmet(identity, record(dossier(traits=small))) == []
    for wrong in (
        None,
        replace(traits, birth_name="Autre"),
        replace(traits, first_names=()),
        replace(traits, birth_date="1979-06-19"),
    ):
        assert unmet(identity, record(dossier(traits=wrong)))


def test_a_matricule_is_missed() -> None:
    bare = replace(ANGINE.patient.traits, matricule=None)
    assert unmet(only(Expected.MATRICULE), record()) == []
    assert unmet(only(Expected.MATRICULE), record(dossier(traits=bare)))


def test_consent_comes_before_the_call() -> None:
    consent = only(Expected.CONSENT)
    assert unmet(consent, record()) == []
    assert unmet(consent, record(events=("invited", "consent_given")))
    assert unmet(consent, record(events=("invited",)))


def test_refusals_are_noted_exactly() -> None:
    refusals = only(Expected.REFUSALS)
    refused = record(dossier(consent=replace(CONSENT, refused=(Item.PICTURES,))))
    asked_for = replace(refusals, patient=replace(ANGINE.patient, refuses=(Item.PICTURES,)))
    assert unmet(refusals, record()) == []
    assert unmet(asked_for, refused) == []
    assert unmet(refusals, refused)
    assert unmet(asked_for, record())
    assert unmet(refusals, record(dossier(consent=None)))


def test_a_photo_that_was_refused_is_told() -> None:
    still = StillOffered(1, "main", 4, bytes(32), 64, 48, 0)
    assert unmet(only(Expected.NO_PICTURE), record()) == []
    assert unmet(only(Expected.NO_PICTURE), record(parcels=kept(still)))


def test_each_question_that_was_not_asked_is_told() -> None:
    silent = record(dossier(background=Background("gorge", (Answer(Question.SINCE, " "),))))
    assert unmet(only(Expected.REASON), silent) == [
        (Expected.REASON, one) for one in ANGINE.questions
    ]
    assert unmet(only(Expected.OXYGEN), silent)
    assert unmet(only(Expected.REASON), record(dossier(background=None)))[0] == (
        *(Expected.REASON, ""),
    )


def test_words_come_before_the_first_request() -> None:
    first = only(Expected.BACKGROUND_FIRST)
    assert unmet(first, record()) == []
    assert unmet(first, record(events=("asked", "background_sent")))


def steps(*answers: AskAnswered, values: tuple[Message, ...] = ()) -> list[tuple[Expected, str]]:
    acts = (
        Act(Do.ASK, what="oximeter"),
        Act(Do.ASK, what="throat"),
        Act(Do.ASK, what="skin", possible=False),
    )
    scenario = replace(only(Expected.STEPS), acts=acts)
    asked = (Asked(n, act.what, "") for n, act in enumerate(acts, start=1))
    return unmet(scenario, record(parcels=[*kept(*asked, sent=False), *kept(*answers, *values)]))


def test_a_step_counts_with_what_it_leaves() -> None:
    spo2 = Measured("spo2", 97.0, "%", "good", 0, "CMS50", None)
    throat = StillOffered(1, "gorge", 4, bytes(32), 64, 48, 0)
    right = (AskAnswered(1, "done"), AskAnswered(2, "done"), AskAnswered(3, "not_possible"))
    assert steps(*right, values=(spo2, throat)) == []
    assert steps(*right, values=(replace(spo2, value=None), throat)) == [
        (Expected.STEPS, "oximeter")
    ]
    assert steps(*right, values=(spo2,)) == [(Expected.STEPS, "throat")]
    assert steps(*right[:2], AskAnswered(3, "done"), values=(spo2, throat)) == [
        (Expected.STEPS, "skin")
    ]
    assert [detail for _, detail in steps()] == ["oximeter", "throat", "skin"]


def test_what_a_person_sent_is_acknowledged() -> None:
    arrived = only(Expected.ACKNOWLEDGED)
    spo2 = Measured("spo2", 97.0, "%", "good", 0, "CMS50", None)
    text = kept(Text("bonjour", 0))
    assert unmet(arrived, record(parcels=text)) == []
    assert unmet(arrived, record(parcels=[*text, *kept(spo2, acknowledged=False)])) == []
    assert unmet(arrived, record(parcels=kept(Text("bonjour", 0), acknowledged=False)))
    assert unmet(arrived, record())


def test_the_person_stays_through_a_cut() -> None:
    resumed = only(Expected.RESUMED)
    assert unmet(resumed, record(events=("link_up", "link_cut", "peer_reconnected"))) == []
    assert unmet(resumed, record(events=("link_up", "link_cut")))
    assert unmet(resumed, record(events=("link_up",)))


def test_a_summary_and_its_hand_over() -> None:
    both = only(Expected.SUMMARY, Expected.HANDED_OVER)
    assert unmet(both, record()) == []
    assert unmet(both, record(dossier(ending=None), events=("opened",))) == [
        (Expected.SUMMARY, ""),
        (Expected.HANDED_OVER, ""),
    ]


def test_a_stop_needs_a_reason_that_is_right() -> None:
    stop = replace(only(Expected.STOPPED), stop_reasons=(StopReason.EMERGENCY,))
    right = dossier(ending=Ending(stop_reason=StopReason.EMERGENCY))
    wrong = dossier(ending=Ending(stop_reason=StopReason.TECHNIQUE))
    assert unmet(stop, record(right, reason="unsuitable")) == []
    assert unmet(stop, record(wrong, reason="unsuitable"))
    assert unmet(stop, record(right))
    assert unmet(stop, record(reason="unsuitable"))

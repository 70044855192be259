"""The report says what the record holds: no more than instruments vouched for, nothing hidden."""

import hashlib
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from exports.documents.ward import (
    DOSSIER,
    NOTES,
    PRESCRIPTION,
    READINGS,
    SUMMARY,
    Case,
    after,
    at_ms,
    kept,
    photo,
    reading,
    usual,
)

from client.core.dossier.consent import Item
from client.core.incidents import IncidentKind
from client.core.wire import LabResult, Parcel, StillOffered, Summary
from client.exports.documents import (
    ConsultationReport,
    SignatureState,
    content_sha256,
    report_of,
)
from client.exports.documents.building import _CHECKS
from client.store.journal import JournalEvent
from devices.readings import Mark, Origin, Quality, Vital


@pytest.fixture
async def report() -> ConsultationReport:
    return report_of(await kept(usual()))


def values(report: ConsultationReport) -> list[tuple[str, float]]:
    return [(value.vital.code, value.number) for one in report.measurements for value in one.values]


def test_it_says_who_was_there_and_when(report: ConsultationReport) -> None:
    assert (report.site_name, report.site_place) == ("Pharmacie des Tilleuls", "Figeac")
    assert report.gp is not None
    assert (report.gp.name, report.gp.rpps) == ("Dr Martin", "10002345678")
    assert report.dossier == DOSSIER
    assert report.times.began_at == after(0)
    assert report.times.linked_at == after(20)
    assert report.times.ended_at == after(600)


def test_only_what_an_instrument_vouched_for_is_a_measurement(report: ConsultationReport) -> None:
    assert values(report) == [
        *(("systolic", 128), ("diastolic", 79), ("pulse", 74)),
        *(("pulse", 76), ("spo2", 97), ("temperature", 38.4), ("glucose", 104)),
    ]


def test_what_was_measured_together_stays_together(report: ConsultationReport) -> None:
    pressure = report.measurements[0]
    assert [value.vital for value in pressure.values] == [
        *(Vital.SYSTOLIC, Vital.DIASTOLIC, Vital.PULSE),
    ]
    assert pressure.marks == (Mark.IRREGULAR_PULSE,)
    assert (pressure.instrument.model, pressure.origin) == ("UA-767", Origin.SPOT)


def test_a_live_value_is_its_last_one_with_its_own_time_and_course(
    report: ConsultationReport,
) -> None:
    spo2 = next(one for one in report.measurements if one.values[0].vital is Vital.SPO2)
    assert spo2.received_at == after(80)
    assert spo2.values[0].quality is Quality.WEAK
    assert spo2.live is not None
    assert (spo2.live.count, spo2.live.lowest, spo2.live.highest) == (3, 95, 98)


def test_what_never_gave_a_value_is_said(report: ConsultationReport) -> None:
    (weight,) = report.without_value
    assert (weight.vital, weight.quality) == (Vital.WEIGHT, Quality.UNSTABLE)


async def test_a_control_solution_is_no_patients_value() -> None:
    control = reading("glucose", 120, "mg/dL", "OneTouch", 1, marks=["control"])
    crp = LabResult("CRP", "5", "mg/L", "good", at_ms(1), "Afinion", None, marks=["control"])
    report = report_of(await kept(Case(readings=(control, crp))))
    assert (report.measurements, report.without_value, report.analyses) == ((), (), ())


async def test_two_measurements_of_one_instrument_are_two() -> None:
    twice = [reading("temperature", n, "Cel", "IR42", n, record=int(n)) for n in (37.0, 38.0)]
    report = report_of(await kept(Case(readings=twice)))
    assert values(report) == [("temperature", 37.0), ("temperature", 38.0)]


async def test_a_memory_read_twice_with_other_dates_is_two() -> None:
    stored = [
        reading("glucose", 100 + n, "mg/dL", "OneTouch", 9, origin="stored", measured_at=at)
        for n, at in enumerate(("2026-11-20T08:00:00", "2026-11-21T08:00:00"))
    ]
    numbered = [replace(one, record=1) for one in stored]
    report = report_of(await kept(Case(readings=numbered)))
    assert values(report) == [("glucose", 100), ("glucose", 101)]


def test_stills_are_the_gps_choice_in_the_gps_order(report: ConsultationReport) -> None:
    assert [(still.id, still.label) for still in report.stills] == [
        *((2, "oreille gauche"), (1, "oreille droite")),
    ]
    assert report.stills[0].data == photo(90)
    assert report.stills[0].sha256 == hashlib.sha256(photo(90)).digest()


async def test_a_chosen_still_that_is_not_held_is_not_hidden() -> None:
    report = report_of(await kept(Case(summary=Summary("Vu.", at_ms(1), stills=[7]))))
    assert [(still.id, still.data) for still in report.stills] == [(7, b"")]


async def test_a_picture_that_was_refused_after_all_is_in_no_document() -> None:
    assert DOSSIER.consent
    refused = replace(DOSSIER.consent, refused=(Item.PICTURES,))
    record = await kept(replace(usual(), dossier=replace(DOSSIER, consent=refused)))
    assert [still.jpeg for still in record.stills] == [photo(), photo(90)], "the record keeps them"
    report = report_of(record)
    assert [(still.id, still.data, still.is_refused) for still in report.stills] == [
        *((2, b"", True), (1, b"", True)),
    ]


async def test_a_summary_cannot_name_stills_and_files_without_end() -> None:
    numbers = [*range(1, 500)]
    case = Case(summary=Summary("Vu.", at_ms(1), stills=numbers, files=numbers))
    report = report_of(await kept(case))
    assert (len(report.stills), len(report.documents)) == (64, 64)


def test_the_prescription_is_as_received(report: ConsultationReport) -> None:
    (document,) = report.documents
    assert (document.label, document.data) == ("Ordonnance", PRESCRIPTION)


async def test_a_file_that_did_not_come_whole_is_not_hidden() -> None:
    offer = StillOffered(4, "Ordonnance", 9, bytes(32), 0, 0, at_ms(1), "application/pdf")
    case = Case(summary=Summary("Vu.", at_ms(1), files=[4, 5]), offers=[offer])
    report = report_of(await kept(case))
    assert [(one.id, one.label, one.data) for one in report.documents] == [
        *((4, "Ordonnance", b""), (5, "", b"")),
    ]


async def test_the_last_summary_counts_and_its_signature_is_not_taken_on_trust() -> None:
    case = replace(usual(), summary=Summary(SUMMARY, at_ms(500), signature=b"x" * 64))
    record = await kept(case)
    unchecked, checked = report_of(record), report_of(record, SignatureState.INVALID)
    assert unchecked.summary is not None
    assert checked.summary is not None
    assert unchecked.summary.text == SUMMARY
    assert unchecked.summary.signature is SignatureState.UNCHECKED
    assert checked.summary.signature is SignatureState.INVALID


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (JournalEvent.SIGNATURE_VERIFIED, SignatureState.VALID),
        (JournalEvent.SIGNATURE_REFUSED, SignatureState.INVALID),
    ],
)
async def test_what_the_site_found_of_the_signature_is_in_its_journal(
    event: JournalEvent, state: SignatureState
) -> None:
    signed = Summary(SUMMARY, at_ms(500), signature=b"x" * 64)
    report = report_of(await kept(Case(summary=signed, notes=[(event, 510.0, {})])))
    assert report.summary is not None
    assert report.summary.signature is state
    unsigned = replace(signed, signature=b"")
    report = report_of(await kept(Case(summary=unsigned, notes=[(event, 510.0, {})])))
    assert report.summary is not None
    assert report.summary.signature is SignatureState.NONE


async def test_an_earlier_summarys_signature_says_nothing_of_a_later_one() -> None:
    signed = Summary(SUMMARY, at_ms(500), signature=b"x" * 64)
    verified = (JournalEvent.SIGNATURE_VERIFIED, 510.0, {})
    record = await kept(Case(summary=signed, notes=[verified]))
    (first,) = [one for one in record.parcels if one.parcel.message == signed]
    later = replace(first, parcel=Parcel(999, replace(signed, text="Autre.")))
    report = report_of(replace(record, parcels=(*record.parcels, later)))
    assert report.summary is not None
    assert report.summary.text == "Autre."
    assert report.summary.signature is SignatureState.UNCHECKED


def test_incidents_have_their_duration_and_end_with_the_act(report: ConsultationReport) -> None:
    assert [
        (one.kind, one.subject, one.at, one.over_at and one.over_at - one.at)
        for one in report.incidents
    ] == [
        (IncidentKind.INSTRUMENT_UNPLUGGED, "CMS50E", after(90), timedelta(seconds=7)),
        (IncidentKind.LINK_CUT, "", after(200), timedelta(seconds=43)),
        (IncidentKind.VIDEO_IMPOSSIBLE, "", after(300), None),
    ]


async def test_a_link_cut_that_is_told_twice_is_one_incident() -> None:
    notes = [(JournalEvent.LINK_CUT, at, {}) for at in (10.0, 12.0)]
    report = report_of(await kept(Case(notes=notes)))
    assert [one.at for one in report.incidents] == [after(10)]


def test_the_checks_are_events_the_journal_knows() -> None:
    assert {*_CHECKS, "ended", "link_up"} <= {event.value for event in JournalEvent}


async def test_a_record_without_anything_makes_a_report() -> None:
    report = report_of(await kept(Case(readings=(), notes=(), dossier=None, is_joined=False)))
    assert (report.gp, report.summary, report.dossier) == (None, None, None)
    assert report.reason == "otalgie"


async def test_the_content_hash_covers_every_field_but_the_seal(report: ConsultationReport) -> None:
    whole = content_sha256(report)
    assert content_sha256(report_of(await kept(usual()))) == whole
    changed = replace(report, seal=replace(report.seal, count=report.seal.count + 1))
    assert content_sha256(changed) == whole
    for name in {field.name for field in fields(report)} - {"seal"}:
        assert content_sha256(replace(report, **{name: None})) != whole or not getattr(report, name)


async def test_giving_the_paper_away_does_not_make_it_another(report: ConsultationReport) -> None:
    ending = DOSSIER.ending
    assert ending is not None
    for told in ({"handed_over": False}, {"is_chosen": True}, {"is_chosen": False}):
        kept_back = replace(DOSSIER, ending=replace(ending, **told))
        assert content_sha256(replace(report, dossier=kept_back)) == content_sha256(report)
    other_act = replace(DOSSIER, ending=replace(ending, act=None))
    assert content_sha256(replace(report, dossier=other_act)) != content_sha256(report)


async def test_the_content_hash_sees_one_changed_digit() -> None:
    other = replace(READINGS[0], value=99)
    case = replace(usual(), readings=(other, *READINGS[1:]), notes=NOTES)
    assert content_sha256(report_of(await kept(case))) != content_sha256(
        report_of(await kept(usual()))
    )

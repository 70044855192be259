"""Earlier consultations looked up in a real store, and read again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from client import clock
from client.core import wire
from client.core.consultation import State
from client.core.dossier.background import Background
from client.core.dossier.ending import Destination, Ending, Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.traits import Traits
from client.core.wire import Parcel
from client.session import looking_back
from client.session.course import Course
from client.session.keeping import RecordKeeper
from client.session.snapshot import SiteSnapshot
from client.store import keys
from client.store.errors import StorageFailedError, UnknownConsultationError
from client.store.journal import JournalEvent
from client.store.records import Records

DOSSIER = Dossier(
    Operator("Mme Petit", Role.PHARMACIST),
    traits=Traits("DURAND", ("JEANNE",)),
    background=Background("mal de gorge"),
)


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    records = await Records.open(tmp_path, keys.ephemeral())
    yield records
    await records.close()


async def test_a_name_finds_the_consultation_and_its_summary(records: Records) -> None:
    earlier = await RecordKeeper.begin(records, clock.now)
    await earlier.keep_dossier(DOSSIER)
    await earlier.received(Parcel(1, wire.Summary("Angine virale.", 1)))
    await earlier.settle()
    present = await RecordKeeper.begin(records, clock.now)
    course = Course(SiteSnapshot(clock.now(), State.READY, "Pharmacie"))

    await looking_back.find(course, present, "duran")
    (row,) = course.known.records.rows
    assert (row.consultation, row.reason) == (earlier.consultation, "mal de gorge")
    assert "DURAND" in row.patient_name
    assert course.known.records.read is None

    await looking_back.read(course, present, row.consultation)
    assert course.known.records.summary == "Angine virale."

    await looking_back.find(course, present, "personne")
    assert course.known.records.rows == ()
    assert course.known.records.summary is None, "what is read belongs to what is listed"


async def test_where_nothing_can_be_looked_for_it_says_why(records: Records) -> None:
    present = await RecordKeeper.begin(records, clock.now)
    course = Course(SiteSnapshot(clock.now(), State.READY, "Pharmacie"))
    await records._run(records._ledger._database.change, "DROP TABLE subject")
    await looking_back.find(course, present, "")
    assert isinstance(course.known.records.failure, StorageFailedError)
    assert course.known.records.rows == ()


async def test_one_that_cannot_be_read_says_why_and_harms_no_other(records: Records) -> None:
    present = await RecordKeeper.begin(records, clock.now)
    course = Course(SiteSnapshot(clock.now(), State.READY, "Pharmacie"))
    await looking_back.read(course, present, 999)
    assert isinstance(course.known.records.failure, UnknownConsultationError)
    assert course.known.records.read is None
    present.start_beside(present.earlier_record(999))
    present.note(JournalEvent.OPENED)
    await present.settle()
    assert [line.event for line in (await present.record()).journal] == ["opened"]


async def test_what_was_left_open_at_the_end_is_chosen_later_and_its_own_journal_says_so(
    records: Records,
) -> None:
    earlier = await RecordKeeper.begin(records, clock.now)
    await earlier.keep_dossier(DOSSIER)
    present = await RecordKeeper.begin(records, clock.now)
    course = Course(SiteSnapshot(clock.now(), State.READY, "Pharmacie"))
    await looking_back.read(course, present, earlier.consultation)
    assert course.known.records.dossier is None, "it is not over"
    await earlier.finish("finished")
    await looking_back.read(course, present, earlier.consultation)
    assert course.known.records.dossier == DOSSIER

    wanted = (Destination.PATIENT, Destination.SHARED_RECORD)
    ending = Ending(wanted, handed_over=True, is_chosen=True)
    await looking_back.close(course, present, earlier.consultation, ending)
    await present.settle()
    kept = (await earlier.record()).dossier
    assert kept is not None
    assert kept.ending == Ending((Destination.PATIENT,), handed_over=True, is_chosen=True), (
        "nobody consented to the shared record"
    )
    assert course.known.records.dossier == kept
    lines = [(line.event, dict(line.facts)) for line in (await earlier.record()).journal]
    assert [line for line in lines if line[0] != "operator_named"] == [
        ("closed", {"to": "patient", "handed": 1})
    ]
    assert [line.event for line in (await present.record()).journal] == []

    await looking_back.close(course, present, present.consultation, ending)
    assert (await present.record()).dossier is None, "only of the one that is read"

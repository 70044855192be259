"""The dossier kept step by step in a real store, and what it brings up of earlier ones."""

from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from fakes.ready_dossier import CONTACT, consent

from client import clock
from client.core import wire
from client.core.consultation import State
from client.core.dossier.background import Background
from client.core.dossier.consent import Item
from client.core.dossier.ending import Act, Destination, Ending, Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.traits import Traits
from client.session.attachments import Attachment
from client.session.casework import Casework
from client.session.course import Course
from client.session.events import EventLog
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.snapshot import SiteSnapshot
from client.store import keys
from client.store.errors import ErasedConsultationError
from client.store.records import Records
from devices.readings import Vital

PLACE = Dossier(Operator("Mme Petit", Role.PHARMACIST), finess="750803447")
TRAITS = Traits("DURAND", ("JEANNE",), birth_date="1948-03-24")


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    records = await Records.open(tmp_path, keys.ephemeral())
    yield records
    await records.close()


class Desk:
    """One consultation's dossier, and what it says."""

    def __init__(self, keeper: RecordKeeper) -> None:
        self.keeper = keeper
        self.said: list[wire.Message] = []
        self.course = Course(SiteSnapshot(clock.now(), State.READY, "Pharmacie"))
        self.casework = Casework(
            self.course, keeper, EventLog(None, clock.now), self.said.append, PLACE
        )

    @property
    def now(self) -> SiteSnapshot:
        return self.course.known

    @property
    def kinds(self) -> list[str]:
        return [wire.kind_of(message) for message in self.said]


async def a_desk(records: Records) -> Desk:
    return Desk(await RecordKeeper.begin(records, clock.now))


def reading(value: float | None, quality: str = "good", at_ms: int = 1_000) -> wire.Measured:
    vital = Vital.SYSTOLIC
    return wire.Measured(vital.code, value, vital.ucum, quality, at_ms, "UA767", "7")


async def test_who_accompanies_is_in_the_journal_and_again_only_when_it_is_another(
    records: Records,
) -> None:
    desk = await a_desk(records)
    other = Operator("M. Roux", Role.PHARMACY_ASSISTANT, "", "Mme Petit", "10001234567")
    for part in (TRAITS, Background("toux"), other, CONTACT):
        desk.casework.enter(part)
        await desk.keeper.settle()
    named = [
        dict(line.facts)
        for line in (await desk.keeper.record()).journal
        if line.event == "operator_named"
    ]
    assert named == [
        {"by": "Mme Petit", "role": "pharmacist"},
        {
            "by": "M. Roux",
            "role": "pharmacy_assistant",
            "responsible": "Mme Petit",
            "responsible_rpps": "10001234567",
        },
    ]


async def test_every_step_is_on_disk_and_nothing_is_told_before_trust(records: Records) -> None:
    desk = await a_desk(records)
    for part in (TRAITS, CONTACT, consent(Item.PICTURES), Background("toux")):
        desk.casework.enter(part)
        await desk.keeper.settle()
        assert await records.dossier(desk.keeper.consultation) == desk.now.dossier
    assert desk.now.dossier.operator == PLACE.operator
    assert desk.now.dossier.finess == PLACE.finess
    assert desk.said == []


async def test_once_open_only_what_changed_is_told_again(records: Records) -> None:
    desk = await a_desk(records)
    desk.casework.enter(TRAITS)
    desk.casework.open()
    assert desk.kinds == ["intake", "patient"]
    desk.casework.enter(TRAITS)
    assert desk.kinds == ["intake", "patient"]
    desk.casework.enter(replace(TRAITS, used_name="PETIT"))
    assert desk.kinds == ["intake", "patient"] * 2
    desk.casework.enter(consent())
    assert desk.kinds[4:] == ["background"]
    desk.casework.stop()
    desk.casework.enter(replace(TRAITS, used_name="GRAND"))
    assert len(desk.said) == 5
    await desk.keeper.settle()


async def test_a_later_process_tells_nothing_twice(records: Records) -> None:
    first = await a_desk(records)
    first.casework.enter(TRAITS)
    first.casework.open()
    for number, message in enumerate(first.said, start=1):
        await first.keeper.sent(wire.Parcel(number, message))
    record = await first.keeper.record()
    left = Interrupted(None, await first.keeper.resumed(), record)  # type: ignore[arg-type]  # no session is asked for
    later = Desk(RecordKeeper(records, first.keeper.consultation, clock.now))
    later.casework.restore(left)
    later.casework.open()
    assert later.said == []
    assert later.now.patient_name == "DURAND JEANNE"
    await later.keeper.settle()


async def test_earlier_values_of_the_same_patient_come_up_with_the_identity(
    records: Records,
) -> None:
    first = await a_desk(records)
    first.casework.enter(TRAITS)
    await first.keeper.sent(wire.Parcel(1, reading(128.0)))
    await first.keeper.sent(wire.Parcel(2, reading(None, "no_signal", 2_000)))
    await first.keeper.settle()
    second = await a_desk(records)
    assert len(second.now.earlier) == 0
    second.casework.enter(TRAITS)
    await second.keeper.settle()
    found = second.now.earlier
    assert [(one.vital, one.value, one.model) for one in found] == [
        (Vital.SYSTOLIC, 128.0, "UA767")
    ]
    other = await a_desk(records)
    other.casework.enter(replace(TRAITS, birth_date="1949-03-24"))
    await other.keeper.settle()
    assert len(other.now.earlier) == 0


async def test_a_later_process_sends_no_picture_that_was_refused_since(records: Records) -> None:
    desk = await a_desk(records)
    for number, media_type in enumerate(("image/jpeg", "application/pdf"), start=1):
        offer = wire.StillOffered(number, "", 3, sha256(b"abc").digest(), 0, 0, 1, media_type)
        await desk.keeper.keep_still(Attachment(offer, b"abc"))
        await desk.keeper.sent(wire.Parcel(number, offer))
    for refused, left in (((), [b"abc", b"abc"]), ((Item.PICTURES,), [None, b"abc"])):
        desk.casework.enter(consent(*refused))
        record = await desk.keeper.record()
        interrupted = Interrupted(None, await desk.keeper.resumed(), record)  # type: ignore[arg-type]  # no session is asked for
        assert [data for _, data in interrupted.stills] == left


async def test_a_destination_that_was_refused_is_not_kept_as_chosen(records: Records) -> None:
    desk = await a_desk(records)
    everywhere = Ending(tuple(Destination), Act.TLD)
    desk.casework.enter(everywhere)
    assert desk.now.dossier.ending == Ending((Destination.PATIENT,))  # nobody has consented yet
    desk.casework.enter(consent(Item.SHARED_RECORD))
    desk.casework.enter(replace(CONTACT, own_doctor="Dr Petit"))
    desk.casework.enter(replace(everywhere, act=Act.TLM))
    assert desk.now.dossier.ending == Ending((Destination.OWN_DOCTOR, Destination.PATIENT), Act.TLM)
    closed = [line.facts for line in (await desk.keeper.record()).journal if line.event == "closed"]
    assert [(facts["to"], facts.get("act")) for facts in closed] == [
        *(("patient", None), ("own_doctor patient", "TLM")),
    ]


async def test_that_nothing_is_sent_anywhere_is_a_choice_too(records: Records) -> None:
    desk = await a_desk(records)
    desk.casework.enter(Ending(is_chosen=True))
    record = await desk.keeper.record()
    assert record.dossier is not None
    assert record.dossier.ending == Ending(is_chosen=True)
    assert [line.facts["to"] for line in record.journal if line.event == "closed"] == [""]


async def test_what_is_refused_after_it_was_chosen_is_taken_back(records: Records) -> None:
    desk = await a_desk(records)
    desk.casework.enter(replace(CONTACT, own_doctor="Dr Petit"))
    desk.casework.enter(consent())
    desk.casework.enter(Ending((Destination.OWN_DOCTOR, Destination.PATIENT), Act.TLM))
    desk.casework.enter(consent(Item.ACCOMPANIMENT))
    assert desk.now.dossier.ending == Ending((Destination.OWN_DOCTOR, Destination.PATIENT))
    desk.casework.enter(consent(Item.ACCOMPANIMENT, Item.OWN_DOCTOR))
    assert desk.now.dossier.ending == Ending((Destination.PATIENT,))
    desk.casework.enter(TRAITS)
    record = await desk.keeper.record()
    assert record.dossier == desk.now.dossier
    closed = [line.facts for line in record.journal if line.event == "closed"]
    assert [(facts["to"], facts.get("act")) for facts in closed] == [
        *(("own_doctor patient", "TLM"), ("own_doctor patient", None), ("patient", None)),
    ]


async def test_what_the_disk_did_not_take_is_said(records: Records) -> None:
    desk = await a_desk(records)
    number = desk.keeper.consultation
    await records._run(records._ledger.upkeep.erase, [number], clock.now(), "Anne Roy")
    desk.casework.enter(TRAITS)
    with pytest.raises(ErasedConsultationError):
        await desk.keeper.settle()
    assert isinstance(desk.now.entry_error, ErasedConsultationError)

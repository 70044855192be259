"""What was left open is told, whatever became of one record among them."""

import io
import json
from dataclasses import replace
from typing import Any

from store.test_unfinished import SESSION

from client import clock
from client.core.consultation import State
from client.core.dossier.background import Background
from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.traits import Traits
from client.session.course import Course
from client.session.entered import TAKEN_UP, entered_parts
from client.session.events import EventLog
from client.session.keeping import RecordKeeper
from client.session.left_open import LeftOpen
from client.session.opening import _keeper
from client.session.snapshot import SiteSnapshot
from client.store import keys
from client.store.records import Records

DOSSIER = Dossier(Operator("Mme Petit", Role.PHARMACIST))
ALIVE = replace(SESSION, until_s=int(clock.now().timestamp()) + 3_600)


async def left(records: Records, name: str) -> int:
    keeper = await RecordKeeper.begin(records, clock.now)
    await keeper.keep_session(ALIVE)
    await keeper.keep_dossier(replace(DOSSIER, traits=Traits(name)))
    return keeper.consultation


async def test_a_damaged_record_hides_no_other() -> None:
    records = await Records.open(None, keys.ephemeral())
    damaged, whole = await left(records, "DURAND"), await left(records, "PETIT")
    spoil = "UPDATE dossier SET data = x'00' WHERE consultation = ?"
    await records._run(records._ledger._database.change, spoil, damaged)
    course = Course(SiteSnapshot(clock.now(), State.READY, "Pharmacie"))
    lines = io.StringIO()
    present = await RecordKeeper.begin(records, clock.now)
    nobody: Any = None
    left_open = LeftOpen(*(nobody, course, present, EventLog(lines, clock.now)), nobody, nobody)
    await left_open._begin()
    assert [(one.consultation, one.patient_name) for one in course.known.resumable] == [
        (whole, "PETIT")
    ]
    (told,) = map(json.loads, lines.getvalue().splitlines())
    assert (told["event"], told["reason"]) == ("left_open_unreadable", "UnreadableRecordsError")
    await records.close()


async def entered(records: Records, name: str) -> int:
    keeper = await RecordKeeper.begin(records, clock.now)
    await keeper.keep_dossier(replace(DOSSIER, traits=Traits(name), background=Background("toux")))
    return keeper.consultation


async def listed(records: Records) -> list[tuple[int, str, str]]:
    course = Course(SiteSnapshot(clock.now(), State.READY, "Pharmacie"))
    nobody: Any = None
    present = await RecordKeeper.begin(records, clock.now)
    events = EventLog(None, clock.now)
    await LeftOpen(*(nobody, course, present, events), nobody, nobody)._begin()
    return [(one.consultation, one.patient_name, one.reason) for one in course.known.resumable]


async def test_every_file_left_before_a_gp_came_is_listed_with_those_that_had_one() -> None:
    records = await Records.open(None, keys.ephemeral())
    first = await entered(records, "DURAND")
    second = await left(records, "PETIT")
    third = await entered(records, "MARTIN")
    over = await entered(records, "ROY")
    await records.finish(over, clock.now(), "finished")
    await RecordKeeper.begin(records, clock.now)  # nothing was entered
    assert await listed(records) == [
        (first, "DURAND", "toux"),
        (second, "PETIT", ""),
        (third, "MARTIN", "toux"),
    ]
    await records.close()


async def test_taking_a_file_up_goes_on_with_all_that_was_entered_and_lists_it_no_more() -> None:
    records = await Records.open(None, keys.ephemeral())
    first, other = await entered(records, "DURAND"), await entered(records, "MARTIN")
    keeper, interrupted, begun = await _keeper(records, first)
    assert interrupted is None
    assert keeper.consultation not in {first, other}
    assert begun == (Traits("DURAND"), Background("toux"))
    dossier = await records.dossier(keeper.consultation)
    assert dossier is not None
    assert entered_parts(dossier) == begun
    assert [one[0] for one in await listed(records)] == [other, keeper.consultation]
    assert (await records.overview(first)).reason == TAKEN_UP
    again, _, nothing = await _keeper(records, first)
    assert (nothing, await records.dossier(again.consultation)) == ((), None)
    await records.close()

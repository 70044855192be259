"""What was left open is told, whatever became of one record among them."""

import io
import json
from dataclasses import replace
from typing import Any

from store.test_unfinished import SESSION

from client import clock
from client.core.consultation import State
from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.traits import Traits
from client.session.course import Course
from client.session.events import EventLog
from client.session.keeping import RecordKeeper
from client.session.left_open import LeftOpen
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

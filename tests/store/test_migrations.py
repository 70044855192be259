"""Records of every older version open today with everything in them, and can be searched."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import cbor2
import pytest

from client.core.identity import Identity
from client.core.parcels import encode
from client.core.record import milliseconds
from client.core.wire import Intake, Measured, Parcel, Text
from client.store import journal, subjects
from client.store.database import Database
from client.store.journal import JournalEvent
from client.store.keys import Keys
from client.store.ledger import FILE_NAME
from client.store.records import Records
from client.store.schema import MIGRATIONS, Migration

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SAID = (
    Parcel(1, Intake("Zoé Lefèvre", "oreille", 1)),
    Parcel(2, Measured("temperature", 38.4, "Cel", "good", 1, "FORA IR20", None)),
    Parcel(3, Text("bonjour", 2)),
)


def written_by(version: Sequence[Migration], folder: Path, keys: Keys) -> None:
    """Three consultations as that version's tables hold them, in its own SQL."""
    database = Database.open(folder / FILE_NAME, keys.database_key, migrations=version)
    site = Identity(keys.identity_seed)
    for consultation in (1, 2, 3):
        start = journal.origin(consultation, NOW)
        head = journal.empty_head(start, site.sign)
        entry, head = journal.appended(head, JournalEvent.OPENED, {"n": 1}, NOW, site.sign)
        database.change(
            "INSERT INTO consultation (began_ms, site_key, head_origin, head_count, head_hash,"
            " head_signature) VALUES (?, ?, ?, ?, ?, ?)",
            *(milliseconds(NOW), site.public, head.origin, head.count, head.hash, head.signature),
        )
        database.change(
            "INSERT INTO journal (consultation, number, at_ms, event, facts, previous, hash,"
            " signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(consultation, entry.number, milliseconds(entry.at), entry.event),
            *(cbor2.dumps(dict(entry.facts)), entry.previous, entry.hash, entry.signature),
        )
    for parcel in SAID:
        data = encode(parcel)
        database.change(
            "INSERT INTO parcel (consultation, direction, number, kind, data, sha256, kept_ms)"
            " VALUES (2, 'sent', ?, ?, ?, ?, ?)",
            *(parcel.number, type(parcel.message).__name__.lower(), data),
            *(hashlib.sha256(data).digest(), milliseconds(NOW)),
        )
    database.change(
        "INSERT INTO parcel (consultation, direction, number, kind, data, sha256, kept_ms)"
        " VALUES (3, 'sent', 1, 'intake', x'00', zeroblob(32), 1)"
    )
    if any(subjects.fill in step for step in version):
        subjects.fill(database)  # that version's own code keeps up what is searched
    database.close()


every_version = pytest.mark.parametrize(
    "version", [MIGRATIONS[:count] for count in range(1, len(MIGRATIONS))], ids=len
)


@every_version
async def test_everything_is_there_and_can_be_found(
    version: Sequence[Migration], tmp_path: Path, keys: Keys
) -> None:
    written_by(version, tmp_path, keys)
    records = await Records.open(tmp_path, keys)
    kept = await records.consultation(2)
    assert tuple(one.parcel for one in kept.parcels) == SAID
    assert (kept.dossier, kept.documents, kept.erased_at) == (None, (), None)
    assert journal.fault_in(kept, Identity(keys.identity_seed).public) is None
    assert [one.id for one in await records.found("lefevre oreille")] == [2]
    assert [one.patient_name for one in await records.consultations()] == ["", "Zoé Lefèvre", ""]
    await records.note(2, JournalEvent.ENDED, NOW)
    assert await records.begin(NOW) == 4
    await records.close()


@every_version
async def test_the_site_journal_begins_with_what_was_there_before_it(
    version: Sequence[Migration], tmp_path: Path, keys: Keys
) -> None:
    written_by(version, tmp_path, keys)
    records = await Records.open(tmp_path, keys)
    await records.begin(NOW)
    lines = await records._run(lambda: list(records._ledger.site.entries()))
    assert [line.event for line in lines] == ["journal_opened", "consultation_begun"]
    assert lines[0].facts == {"consultations": 3, "last": 3}
    assert await records._run(records._ledger.site.fault) is None
    await records.close()


async def test_a_file_of_today_is_opened_without_a_step(tmp_path: Path, keys: Keys) -> None:
    first = await Records.open(tmp_path, keys)
    await first.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    second = await Records.open(tmp_path, keys)
    await second.close()
    assert (tmp_path / FILE_NAME).read_bytes() == before

"""What is kept comes back, after a restart too, and nothing of it can be read without the key."""

import asyncio
import hashlib
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.core.parcels import encode
from client.core.record import Direction, KeptParcel, KeptStill
from client.core.wire import (
    TEXT_LIMIT,
    Card,
    Intake,
    Measured,
    Parcel,
    StillHeld,
    Summary,
    Text,
)
from client.store import journal, ledger
from client.store.errors import (
    DamagedStillError,
    NumberTakenError,
    RecordFullError,
    StorageFailedError,
    UnknownConsultationError,
    UnknownStillError,
    UnreadableRecordsError,
)
from client.store.journal import JournalEvent
from client.store.keys import Keys
from client.store.records import Records

NOW = datetime(2026, 11, 22, 9, 30, 0, 123_000, tzinfo=UTC)
LATER = NOW + timedelta(seconds=12)
Opening = Callable[[], Awaitable[Records]]

SENT, RECEIVED = Direction.SENT, Direction.RECEIVED
JPEG = b"\xff\xd8 an ear, as the instrument made it \xff\xd9" * 1_000

INTAKE = Parcel(1, Intake("Madeleine Courtecuisse", "mal a l'oreille gauche", 1_795_340_000_000))
READING = Parcel(
    2, Measured("temperature", 38.4, "Cel", "good", 1_795_340_001_000, "FORA IR20", "X1234567")
)
UNTRUSTED = Parcel(
    3, Measured("spo2", None, "%", "no_signal", 1_795_340_002_000, "Contec CMS50D", None)
)
SUMMARY = Parcel(1, Summary("Otite moyenne; " * 400, 1_795_340_100_000))


async def keep_everything(records: Records) -> int:
    consultation = await records.begin(NOW)
    for parcel in (INTAKE, READING, UNTRUSTED):
        await records.keep(consultation, parcel, SENT, NOW)
    await records.keep(consultation, SUMMARY, RECEIVED, LATER)
    await records.acknowledged(consultation, [1, 2], LATER)
    await keep_ear(records, consultation)
    await records.note(consultation, JournalEvent.OPENED, NOW)
    await records.note(consultation, JournalEvent.LINK_CUT, LATER, {"seconds": 43})
    await records.finish(consultation, LATER, "finished")
    return consultation


async def keep_ear(records: Records, consultation: int, jpeg: bytes = JPEG) -> bool:
    digest = hashlib.sha256(jpeg).digest()
    return await records.keep_still(
        consultation, 1, jpeg=jpeg, sha256=digest, label="oreille gauche", at=NOW
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_a_restart_keeps_everything(opened: Opening) -> None:
    before = await opened()
    consultation = await keep_everything(before)
    kept = await before.consultation(consultation)
    await before.close()
    after = await opened()
    assert await after.consultation(consultation) == kept
    assert (kept.began_at, kept.finished_at, kept.reason) == (NOW, LATER, "finished")
    assert kept.parcels == (
        KeptParcel(INTAKE, SENT, NOW, LATER),
        KeptParcel(READING, SENT, NOW, LATER),
        KeptParcel(UNTRUSTED, SENT, NOW, None),
        KeptParcel(SUMMARY, RECEIVED, LATER, None),
    )
    digest = hashlib.sha256(JPEG).digest()
    ear = KeptStill(id=1, label="oreille gauche", jpeg=JPEG, sha256=digest, taken_at=NOW)
    assert kept.stills == (ear,)
    assert await after.still(consultation, 1) == ear
    told = [(entry.event, entry.at, dict(entry.facts)) for entry in kept.journal]
    came = {"sha256": hashlib.sha256(encode(SUMMARY)).hexdigest()}
    assert told == [
        ("summary_received", LATER, came),
        ("opened", NOW, {}),
        ("link_cut", LATER, {"seconds": 43}),
    ]
    assert journal.fault_in(kept, kept.site_key) is None


async def test_the_journal_goes_on_after_a_restart(opened: Opening) -> None:
    before = await opened()
    consultation = await before.begin(NOW)
    await before.note(consultation, JournalEvent.OPENED, NOW)
    await before.close()
    after = await opened()
    await after.note(consultation, JournalEvent.ENDED, LATER)
    kept = await after.consultation(consultation)
    assert [entry.number for entry in kept.journal] == [1, 2]
    assert journal.fault_in(kept, kept.site_key) is None


async def test_no_file_holds_a_known_name_reading_or_picture_in_clear(
    opened: Opening, tmp_path: Path
) -> None:
    records = await opened()
    await keep_everything(records)
    files = contents(tmp_path)
    assert {"records.db", "records.db-wal"} <= set(files)
    assert len(files["records.db-wal"]) > len(JPEG)
    for known in (b"Courtecuisse", b"oreille", b"temperature", b"FORA", b"Otite", JPEG[:16]):
        assert not [name for name, data in files.items() if known in data]


async def test_other_keys_do_not_open_them(opened: Opening, tmp_path: Path, keys: Keys) -> None:
    await keep_everything(await opened())
    with pytest.raises(UnreadableRecordsError):
        await Records.open(tmp_path, Keys(bytes(32), keys.identity_seed))


async def test_a_folder_that_cannot_be_made_is_a_failed_storage(tmp_path: Path, keys: Keys) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageFailedError):
        await Records.open(tmp_path / "file" / "folder", keys)


async def test_records_in_memory_leave_no_file(
    records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    consultation = await keep_everything(records)
    assert len((await records.consultation(consultation)).parcels) == 4
    assert contents(tmp_path) == {}


async def test_keeping_again_changes_nothing(records: Records) -> None:
    consultation = await records.begin(NOW)
    assert await records.keep(consultation, READING, SENT, NOW)
    assert not await records.keep(consultation, READING, SENT, LATER)
    assert await records.keep(consultation, READING, RECEIVED, NOW)
    other = await records.begin(NOW)
    assert await records.keep(other, READING, SENT, NOW)
    kept = await records.consultation(consultation)
    assert [(one.direction, one.kept_at) for one in kept.parcels] == [(SENT, NOW), (RECEIVED, NOW)]


async def test_a_number_means_one_message_forever(records: Records) -> None:
    consultation = await records.begin(NOW)
    await records.keep(consultation, Parcel(1, Text("a", 0)), RECEIVED, NOW)
    with pytest.raises(NumberTakenError):
        await records.keep(consultation, Parcel(1, Text("b", 0)), RECEIVED, NOW)
    (kept,) = (await records.consultation(consultation)).parcels
    assert kept.parcel == Parcel(1, Text("a", 0))


async def test_a_peer_can_fill_a_record_only_so_far(records: Records) -> None:
    consultation = await records.begin(NOW)
    limit = ledger.RECEIVED_LIMIT
    text = Text("a", 0)
    await asyncio.gather(
        *(records.keep(consultation, Parcel(n, text), RECEIVED, NOW) for n in range(1, limit + 1))
    )
    for number in (limit + 1, (1 << 53) - 1):
        with pytest.raises(RecordFullError):
            await records.keep(consultation, Parcel(number, text), RECEIVED, NOW)
    assert len((await records.consultation(consultation)).parcels) == limit


@pytest.mark.parametrize(
    "parcel",
    [
        Parcel(None, Text("a", 0)),
        Parcel(0, Text("a", 0)),
        Parcel(None, StillHeld(1, 0, [])),
        Parcel(1, StillHeld(1, 0, [])),
        Parcel(1, Text("a" * (TEXT_LIMIT + 1), 0)),
        Parcel(1, Text("a", -1)),
    ],
    ids=["unnumbered", "zero", "passing", "numbered though passing", "too long", "before 1970"],
)
async def test_what_could_not_be_read_back_is_not_kept(records: Records, parcel: Parcel) -> None:
    consultation = await records.begin(NOW)
    with pytest.raises(ValueError, match=r"numbered|read back"):
        await records.keep(consultation, parcel, SENT, NOW)
    assert (await records.consultation(consultation)).parcels == ()


async def test_what_is_not_acknowledged_waits_in_order(records: Records) -> None:
    consultation = await records.begin(NOW)
    for number in (3, 1, 4, 2):
        await records.keep(consultation, Parcel(number, Text("a", number)), SENT, NOW)
    await records.keep(consultation, Parcel(9, Card("Dr Martin", "Figeac")), RECEIVED, NOW)
    assert await records.acknowledged(consultation, {2, 4, 9, 77}, NOW) == [2, 4]
    assert await records.unacknowledged(consultation) == [
        Parcel(1, Text("a", 1)),
        Parcel(3, Text("a", 3)),
    ]


async def test_a_receipt_is_noted_once_with_its_first_time(records: Records) -> None:
    consultation = await records.begin(NOW)
    await records.keep(consultation, READING, SENT, NOW)
    assert await records.acknowledged(consultation, [2], NOW) == [2]
    assert await records.acknowledged(consultation, [2], LATER) == []
    (kept,) = (await records.consultation(consultation)).parcels
    assert kept.acknowledged_at == NOW


async def test_an_enormous_receipt_costs_nothing(records: Records) -> None:
    consultation = await records.begin(NOW)
    await records.keep(consultation, READING, SENT, NOW)
    assert await records.acknowledged(consultation, range(1, 1 << 63), NOW) == [2]


async def test_a_still_is_kept_once_and_byte_for_byte(records: Records) -> None:
    consultation = await records.begin(NOW)
    assert await keep_ear(records, consultation)
    assert not await keep_ear(records, consultation)
    with pytest.raises(NumberTakenError):
        await keep_ear(records, consultation, JPEG[:-1])
    assert (await records.still(consultation, 1)).jpeg == JPEG


async def test_a_still_that_is_not_its_hash_is_refused(records: Records) -> None:
    consultation = await records.begin(NOW)
    with pytest.raises(DamagedStillError):
        await records.keep_still(
            consultation, 1, jpeg=JPEG, sha256=bytes(32), label="oreille", at=NOW
        )
    with pytest.raises(UnknownStillError):
        await records.still(consultation, 1)


async def test_the_first_end_stands(records: Records) -> None:
    consultation = await records.begin(NOW)
    await records.finish(consultation, NOW, "unsuitable")
    await records.finish(consultation, LATER, "finished")
    kept = await records.consultation(consultation)
    assert (kept.finished_at, kept.reason) == (NOW, "unsuitable")


async def test_the_list_tells_them_apart(records: Records) -> None:
    one = await keep_everything(records)
    two = await records.begin(LATER)
    first, second = await records.consultations()
    assert (first.id, first.patient_name, first.reason) == (one, INTAKE.message.name, "finished")  # type: ignore[union-attr]  # it is an `Intake`
    assert (first.readings, first.stills, first.unacknowledged) == (2, 1, 1)
    assert (second.id, second.began_at, second.finished_at) == (two, LATER, None)
    assert (second.patient_name, second.readings) == ("", 0)


async def test_an_unknown_consultation_is_an_error_everywhere(records: Records) -> None:
    for call in (
        records.keep(7, READING, SENT, NOW),
        records.acknowledged(7, [1], NOW),
        records.unacknowledged(7),
        keep_ear(records, 7),
        records.still(7, 1),
        records.note(7, JournalEvent.OPENED, NOW),
        records.finish(7, NOW, "finished"),
        records.consultation(7),
    ):
        with pytest.raises(UnknownConsultationError):
            await call


async def test_a_time_without_its_zone_is_refused(records: Records) -> None:
    with pytest.raises(ValueError, match="zone"):
        await records.begin(NOW.replace(tzinfo=None))
    assert await records.consultations() == []


async def test_calls_at_once_are_carried_out_in_the_order_asked(records: Records) -> None:
    consultation = await records.begin(NOW)
    parcels = [Parcel(number, Text("a", number)) for number in range(1, 101)]
    news = await asyncio.gather(
        *(records.keep(consultation, parcel, SENT, NOW) for parcel in parcels for _ in range(2)),
        *(records.note(consultation, JournalEvent.READING_SENT, NOW) for _ in parcels),
        records.acknowledged(consultation, range(1, 51), NOW),
    )
    assert news[:200] == [True, False] * 100
    assert news[-1] == list(range(1, 51))
    assert await records.unacknowledged(consultation) == parcels[50:]
    kept = await records.consultation(consultation)
    assert journal.fault_in(kept, kept.site_key) is None


async def test_the_event_loop_goes_on_while_the_disk_is_slow(records: Records) -> None:
    disk_is_back = threading.Event()
    records._worker.submit(disk_is_back.wait)
    call = asyncio.ensure_future(records.begin(NOW))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not call.done()
    disk_is_back.set()
    assert await call == 1


async def test_a_call_that_was_cancelled_can_be_made_again(records: Records) -> None:
    consultation = await records.begin(NOW)
    call = asyncio.ensure_future(records.keep(consultation, READING, SENT, NOW))
    await asyncio.sleep(0)
    call.cancel()
    await asyncio.wait([call])
    await records.keep(consultation, READING, SENT, NOW)
    assert await records.unacknowledged(consultation) == [READING]


Reading = Callable[[Records], Awaitable[object]]


@pytest.mark.parametrize(
    "reading",
    [
        lambda records: records.still(1, 1),
        lambda records: records.unacknowledged(1),
        lambda records: records.consultation(1),
        lambda records: records.consultations(),
    ],
    ids=["still", "unacknowledged", "consultation", "consultations"],
)
async def test_damage_on_the_disk_is_found_and_never_read_as_a_value(
    opened: Opening, tmp_path: Path, reading: Reading
) -> None:
    records = await opened()
    consultation = await keep_everything(records)
    await records.keep(consultation, Parcel(4, Text("a" * TEXT_LIMIT, 1)), SENT, NOW)
    expected = await reading(records)
    assert await records.faults() == []
    await records.close()
    whole = contents(tmp_path)["records.db"]
    outcomes = [
        await outcome_of_damage(opened, tmp_path / "records.db", whole, place, reading)
        for place in range(2_000, len(whole), 4_096)
    ]
    assert "refused" in outcomes
    assert [outcome for outcome in outcomes if outcome not in ("refused", expected)] == []


async def outcome_of_damage(
    opened: Opening, file: Path, whole: bytes, place: int, reading: Reading
) -> object:
    damaged = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    await asyncio.to_thread(file.write_bytes, damaged)
    try:
        records = await opened()
    except (UnreadableRecordsError, StorageFailedError):
        return "refused"
    try:
        return await reading(records)
    except (UnreadableRecordsError, StorageFailedError):
        return "refused"
    finally:
        # Asked for last: after it has met damage, the library refuses everything.
        assert await records.faults()
        await records.close()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE journal SET event = 'link_up' WHERE number = 2",
        "UPDATE journal SET at_ms = at_ms + 1 WHERE number = 2",
        "UPDATE journal SET facts = x'a1677365636f6e647301' WHERE number = 2",
        "UPDATE journal SET hash = zeroblob(32) WHERE number = 2",
        "UPDATE journal SET signature = zeroblob(64) WHERE number = 2",
        "UPDATE journal SET consultation = 2 WHERE number = 2",
        "DELETE FROM journal WHERE number = 2",
        "DELETE FROM journal",
    ],
)
async def test_the_journal_is_append_only_and_shows_who_did_not_care(
    records: Records, tampering: str
) -> None:
    consultation = await keep_everything(records)
    await records.begin(NOW)
    database = records._ledger._database

    def force() -> None:
        with pytest.raises(Exception, match="append-only"):
            database.change(tampering)
        database.change("DROP TRIGGER journal_keeps_its_lines")
        database.change("DROP TRIGGER journal_keeps_its_words")
        database.change(tampering)

    await records._run(force)
    kept = await records.consultation(consultation)
    assert journal.fault_in(kept, kept.site_key) is not None

"""What is removed is gone from the file, what stays is whole, and the site's journal says who."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from client.core.dossier.background import Background
from client.core.dossier.ending import Role
from client.core.dossier.file import Contact, Dossier, Operator
from client.core.dossier.room import RoomCheck
from client.core.dossier.traits import Traits
from client.core.record import Direction, KeptDocument, KeptStill, milliseconds
from client.core.wire import Intake, Measured, Parcel
from client.store.audit import Finding
from client.store.errors import ErasedConsultationError, UnderwayConsultationError
from client.store.journal import JournalEvent
from client.store.keys import Keys
from client.store.ledger import FILE_NAME, Ledger
from client.store.search import Wanted
from client.store.unfinished import KeptFile
from client.store.upkeep import Kind, Purged, Retention

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
OPERATOR = Operator("Claire Fontaine", Role.NURSE)
ZOE = Traits(birth_name="Lefèvre", first_names=("Zoé",), birth_date="1979-03-05")
MARC = Traits(birth_name="Durand", first_names=("Marc",), birth_date="1950-01-01")
JPEG = b"\xff\xd8 an ear"
BY = "Anne Roy"


@pytest.fixture
def ledger(tmp_path: Path, keys: Keys) -> Ledger:
    return Ledger.open(tmp_path, keys)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def consult(ledger: Ledger, who: Traits, days_ago: int) -> int:
    """A whole consultation, with something in every table."""
    at = NOW - timedelta(days=days_ago)
    number = ledger.begin(at)
    ledger.note(number, JournalEvent.OPENED, at, {})
    dossier = Dossier(
        OPERATOR,
        traits=who,
        contact=Contact("3 rue du Four", "05 65 00 00 00"),
        background=Background("otite"),
    )
    ledger.dossiers.keep(number, dossier)
    intake = Intake(who.birth_name, "otite", milliseconds(at))
    reading = Measured("temperature", 38.4, "Cel", "good", milliseconds(at), "FORA IR20", None)
    for parcel in (Parcel(1, intake), Parcel(2, reading)):
        ledger.keep(number, parcel, Direction.SENT, at)
    ledger.keep_still(number, KeptStill(1, "oreille", JPEG, sha256(JPEG), at))
    ledger.documents.keep(
        number, KeptDocument(1, "ordonnance", "application/pdf", b"%PDF", sha256(b"%PDF"), at)
    )
    file = KeptFile(1, len(JPEG), sha256(JPEG))
    ledger.unfinished.begin_file(number, Direction.SENT, file)
    ledger.unfinished.keep_pieces(number, Direction.SENT, 1, {0: JPEG})
    ledger.finish(number, at, "finished")
    return number


def findings(ledger: Ledger) -> list[Finding]:
    return [found for found in ledger.audit.findings() if isinstance(found, Finding)]


def told(ledger: Ledger, event: str) -> list[dict[str, str | int]]:
    return [dict(line.facts) for line in ledger.site.entries() if line.event == event]


def traces(ledger: Ledger) -> dict[str, int]:
    """Rows of patients' values, table by table; the index's own tables and its words included."""
    database = ledger._database
    tables = ("parcel", "still", "piece", "file", "document", "dossier", "session", "subject")
    queries = {table: f"SELECT count(*) FROM {table}" for table in tables}  # noqa: S608 -- our own
    counts = {table: database.rows(query)[0][0] for table, query in queries.items()}
    database.change(
        "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, subject_words, row)"
    )
    counts["words"] = database.rows("SELECT count(*) FROM temp.vocabulary")[0][0]
    database.change("DROP TABLE temp.vocabulary")
    return counts


def test_an_erased_patient_leaves_the_journal_and_the_fact_of_the_act(ledger: Ledger) -> None:
    first, other, second = (consult(ledger, who, 9) for who in (ZOE, MARC, ZOE))
    assert ledger.upkeep.same_patient(second) == [first, second]
    ledger.upkeep.erase([first, second], NOW, BY)
    kept = ledger.record(first)
    assert (kept.parcels, kept.stills, kept.dossier, kept.documents) == ((), (), None, ())
    assert [line.event for line in kept.journal] == ["opened"]
    assert (kept.finished_at, kept.reason) == (NOW - timedelta(days=9), "finished")
    assert kept.erased_at == NOW
    assert ledger.overview(first).patient_name == ""
    assert [one.id for one in ledger.found(Wanted.typed("otite"), 9, 0)] == [other]
    assert len(ledger.record(other).parcels) == 2
    assert told(ledger, "erased") == [
        {"by": BY, "consultation": number, "why": "asked"} for number in (first, second)
    ]
    assert findings(ledger) == []


def test_nothing_of_the_only_patient_is_left_in_any_table(
    ledger: Ledger, tmp_path: Path, keys: Keys
) -> None:
    number = consult(ledger, ZOE, 9)
    assert all(count for table, count in traces(ledger).items() if table != "session")
    ledger._database.truncate()
    assert b"lefevre" in decrypted(tmp_path / FILE_NAME, keys.database_key)
    ledger.upkeep.erase([number], NOW, BY)
    assert set(traces(ledger).values()) == {0}
    ledger.close()
    plain = decrypted(tmp_path / FILE_NAME, keys.database_key)
    assert b"consultation_begun" in plain
    for value in (b"lefevre", "Lefèvre".encode(), b"otite", JPEG, b"%PDF", b"rue du Four", b"1979"):
        assert value not in plain


def decrypted(file: Path, key: bytes) -> bytes:
    """Every byte of the pages on the disk, unused ones included.

    SQLCipher 4: AES-256-CBC under the raw key; of each 4096-byte page the last 80 are the vector
    and the authentication, of the first one the first 16 are a salt.
    """
    data, plain = file.read_bytes(), b""
    for start in range(0, len(data), 4_096):
        page = data[start : start + 4_096]
        cipher = Cipher(AES(key), CBC(page[-80:-64])).decryptor()
        plain += cipher.update(page[0 if start else 16 : -80])
    return plain


def test_what_is_erased_takes_nothing_more(ledger: Ledger) -> None:
    number = consult(ledger, ZOE, 9)
    ledger.upkeep.erase([number], NOW, BY)
    with pytest.raises(ErasedConsultationError):
        ledger.dossiers.keep(number, Dossier(OPERATOR, traits=ZOE))
    with pytest.raises(ErasedConsultationError):
        ledger.keep(number, Parcel(9, Intake("Zoé", "", 1)), Direction.SENT, NOW)
    with pytest.raises(ErasedConsultationError):
        ledger.upkeep.erase([number], NOW, BY)


def test_a_consultation_under_way_is_not_erased_and_takes_no_other_with_it(ledger: Ledger) -> None:
    done, underway = consult(ledger, ZOE, 9), ledger.begin(NOW)
    hold(ledger, underway)
    with pytest.raises(UnderwayConsultationError):
        ledger.upkeep.erase([done, underway], NOW, BY)
    assert len(ledger.record(done).parcels) == 2
    assert told(ledger, "erased") == []


def hold(ledger: Ledger, consultation: int) -> None:
    ledger._database.change("INSERT INTO session VALUES (?, x'00')", consultation)


def test_each_kind_goes_when_its_time_is_over_and_the_journal_says_so(ledger: Ledger) -> None:
    old, middle, new = (consult(ledger, ZOE, days) for days in (400, 40, 4))
    for days in (400, 4):
        at_ms = milliseconds(NOW - timedelta(days=days))
        ledger.keep_room(RoomCheck(at_ms, BY, ()))
    retention = Retention(pictures=30, records=365, rooms=100)
    done = {purged.kind: purged for purged in ledger.upkeep.purge(retention, NOW, BY)}
    before = NOW - timedelta(days=30)
    assert done[Kind.PICTURES] == Purged(Kind.PICTURES, before, consultations=2, items=6)
    assert (done[Kind.RECORDS].consultations, done[Kind.ROOMS].items) == (1, 1)
    assert ledger.record(old).erased_at == NOW
    kept = ledger.record(middle)
    assert (len(kept.parcels), kept.stills, len(kept.documents)) == (2, (), 1)
    assert len(ledger.record(new).stills) == 1
    assert [line["kind"] for line in told(ledger, "purged")] == ["pictures", "records", "rooms"]
    assert told(ledger, "purged")[1] == {
        "by": BY,
        "kind": "records",
        "items": 1,
        "consultations": 1,
        "before": "2025-11-22",
    }
    assert told(ledger, "erased") == [{"by": BY, "consultation": old, "why": "retention"}]
    assert findings(ledger) == []


def test_a_second_purge_finds_nothing_and_says_nothing(ledger: Ledger) -> None:
    consult(ledger, ZOE, 400)
    retention = Retention(pictures=30, records=365)
    ledger.upkeep.purge(retention, NOW, BY)
    lines = len(list(ledger.site.entries()))
    assert {purged.items for purged in ledger.upkeep.purge(retention, NOW, BY)} == {0}
    assert len(list(ledger.site.entries())) == lines


def test_a_consultation_that_can_be_gone_on_with_is_not_purged(ledger: Ledger) -> None:
    number = consult(ledger, ZOE, 400)
    hold(ledger, number)
    ledger.upkeep.purge(Retention(pictures=1, records=1), NOW, BY)
    assert len(ledger.record(number).stills) == 1


@pytest.mark.parametrize("days", [0, 1_000_000, 1 << 60])
def test_a_period_of_no_days_or_beyond_the_calendar_is_for_ever(ledger: Ledger, days: int) -> None:
    number = consult(ledger, ZOE, 15_000)
    assert ledger.upkeep.purge(Retention(days, days, days), NOW, BY) == []
    assert len(ledger.record(number).stills) == 1

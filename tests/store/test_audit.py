"""Whoever opens the file with its key and changes anything is found out, and where."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.traits import Traits
from client.core.parcels import encode
from client.core.record import Direction, KeptDocument
from client.core.wire import Intake, Parcel, Summary
from client.store.audit import Finding, FindingKind
from client.store.errors import StoreError
from client.store.journal import Fault, FaultKind, JournalEvent
from client.store.keys import Keys
from client.store.ledger import Ledger
from client.store.site_journal import SiteEvent

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TRIGGERS = (
    *("journal_keeps_its_lines", "journal_keeps_its_words"),
    *("site_journal_keeps_its_lines", "site_journal_keeps_its_words"),
)

HEAD = "UPDATE consultation SET"


@pytest.fixture
def ledger(tmp_path: Path, keys: Keys) -> Ledger:
    """Three consultations with three lines each."""
    ledger = Ledger.open(tmp_path, keys)
    for _ in range(3):
        number = ledger.begin(NOW)
        dossier = Dossier(Operator("Claire", Role.NURSE), traits=Traits(birth_name="Lefèvre"))
        ledger.dossiers.keep(number, dossier)
        ledger.keep(number, Parcel(1, Intake("Zoé", "otite", 1)), Direction.SENT, NOW)
        pdf = KeptDocument(1, "", "application/pdf", b"%PDF", hashlib.sha256(b"%PDF").digest(), NOW)
        ledger.documents.keep(number, pdf)
        for event in (JournalEvent.OPENED, JournalEvent.LINK_CUT, JournalEvent.ENDED):
            ledger.note(number, event, NOW, {"seconds": 43})
        ledger.finish(number, NOW, "finished")
    return ledger


def forced(ledger: Ledger, *statements: str) -> list[Finding]:
    """What is found once somebody with the key has carried these out."""
    database = ledger._database
    for trigger in TRIGGERS:
        database.change(f"DROP TRIGGER {trigger}")
    database.change("PRAGMA foreign_keys = OFF")
    for statement in statements:
        assert database.change(statement), "the tampering changed nothing"
    return [found for found in ledger.audit.findings() if isinstance(found, Finding)]


def test_what_nobody_touched_is_whole_and_told_one_by_one(ledger: Ledger) -> None:
    assert list(ledger.audit.findings()) == [1, 2, 3]


def of_line(number: int, kind: FaultKind, consultation: int = 2) -> list[Finding]:
    return [Finding(FindingKind.JOURNAL, consultation, Fault(number, kind))]


FIELDS = (
    "at_ms = at_ms + 1",
    "event = 'link_up'",
    "facts = x'a1677365636f6e6473182c'",
    "previous = zeroblob(32)",
    "hash = zeroblob(32)",
    "signature = zeroblob(64)",
)


@pytest.mark.parametrize("line", [1, 2, 3])
@pytest.mark.parametrize("change", FIELDS)
def test_an_edited_field_of_any_line_is_found_there(ledger: Ledger, change: str, line: int) -> None:
    tampering = f"UPDATE journal SET {change} WHERE (consultation, number) = (2, {line})"  # noqa: S608 -- tampering
    found = forced(ledger, tampering)
    assert of_line(line, FaultKind.EDITED)[0] in found
    assert {one.consultation for one in found} == {2}


@pytest.mark.parametrize("byte", range(0, 32, 5))
@pytest.mark.parametrize("column", ["previous", "hash", "signature"])
def test_every_byte_of_what_binds_a_line_counts(ledger: Ledger, column: str, byte: int) -> None:
    query = f"SELECT {column} FROM journal WHERE (consultation, number) = (2, 2)"  # noqa: S608 -- a column of ours
    data = bytearray(ledger._database.rows(query)[0][0])
    data[byte * len(data) // 32] ^= 1
    tampering = (
        f"UPDATE journal SET {column} = x'{data.hex()}' WHERE (consultation, number) = (2, 2)"  # noqa: S608 -- tampering
    )
    assert of_line(2, FaultKind.EDITED)[0] in forced(ledger, tampering)


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        (["DELETE FROM journal WHERE (consultation, number) = (2, 1)"], (1, FaultKind.DELETED)),
        (["DELETE FROM journal WHERE (consultation, number) = (2, 2)"], (2, FaultKind.DELETED)),
        (["DELETE FROM journal WHERE (consultation, number) = (2, 3)"], (3, FaultKind.TRUNCATED)),
        (["DELETE FROM journal WHERE consultation = 2"], (1, FaultKind.TRUNCATED)),
        (
            [
                "UPDATE journal SET number = 9 WHERE (consultation, number) = (2, 1)",
                "UPDATE journal SET number = 1 WHERE (consultation, number) = (2, 2)",
                "UPDATE journal SET number = 2 WHERE (consultation, number) = (2, 9)",
            ],
            (1, FaultKind.EDITED),
        ),
        (
            [
                """INSERT INTO journal SELECT 2, 4, at_ms, event, facts, previous, hash, signature
                FROM journal WHERE (consultation, number) = (2, 3)"""
            ],
            (4, FaultKind.EDITED),
        ),
        (
            [
                "DELETE FROM journal WHERE (consultation, number) = (2, 2)",
                "UPDATE journal SET consultation = 2 WHERE (consultation, number) = (3, 2)",
            ],
            (2, FaultKind.EDITED),
        ),
        (["UPDATE consultation SET began_ms = began_ms + 1 WHERE id = 2"], (1, FaultKind.EDITED)),
        (
            ["UPDATE consultation SET head_origin = zeroblob(32) WHERE id = 2"],
            (4, FaultKind.HEAD_EDITED),
        ),
        ([f"{HEAD} head_count = 2 WHERE id = 2"], (4, FaultKind.HEAD_EDITED)),
        (
            ["UPDATE consultation SET head_hash = zeroblob(32) WHERE id = 2"],
            (4, FaultKind.HEAD_EDITED),
        ),
        (
            ["UPDATE consultation SET head_signature = zeroblob(64) WHERE id = 2"],
            (4, FaultKind.HEAD_EDITED),
        ),
    ],
)
def test_deleted_moved_and_truncated_lines_are_found_there(
    ledger: Ledger, tampering: list[str], expected: tuple[int, FaultKind]
) -> None:
    assert of_line(*expected)[0] in forced(ledger, *tampering)


@pytest.mark.parametrize("line", range(1, 8))
@pytest.mark.parametrize("change", FIELDS)
def test_an_edited_field_of_the_sites_journal_is_found(
    ledger: Ledger, change: str, line: int
) -> None:
    tampering = f"UPDATE site_journal SET {change} WHERE number = {line}"  # noqa: S608 -- tampering
    expected = Finding(FindingKind.SITE_JOURNAL, None, Fault(line, FaultKind.EDITED))
    assert forced(ledger, tampering) == [expected]


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        ("DELETE FROM site_journal WHERE number = 1", (1, FaultKind.DELETED)),
        ("DELETE FROM site_journal WHERE number = 5", (5, FaultKind.DELETED)),
        ("DELETE FROM site_journal WHERE number = 7", (7, FaultKind.TRUNCATED)),
        ("DELETE FROM site_journal", (1, FaultKind.TRUNCATED)),
        ("DELETE FROM site_head", (1, FaultKind.HEAD_EDITED)),
        ("UPDATE site_head SET count = 6", (8, FaultKind.HEAD_EDITED)),
        ("UPDATE site_head SET hash = zeroblob(32)", (8, FaultKind.HEAD_EDITED)),
        ("UPDATE site_head SET origin = zeroblob(32)", (8, FaultKind.HEAD_EDITED)),
        ("UPDATE site_head SET signature = zeroblob(64)", (8, FaultKind.HEAD_EDITED)),
    ],
)
def test_deleted_lines_and_heads_of_the_sites_journal_are_found(
    ledger: Ledger, tampering: str, expected: tuple[int, FaultKind]
) -> None:
    assert forced(ledger, tampering) == [Finding(FindingKind.SITE_JOURNAL, None, Fault(*expected))]


def vanished(number: int) -> list[str]:
    tables = ("parcel", "dossier", "document", "journal", "subject")
    deletions = [f"DELETE FROM {table} WHERE consultation = {number}" for table in tables]  # noqa: S608 -- tampering
    return [*deletions, f"DELETE FROM consultation WHERE id = {number}"]  # noqa: S608 -- tampering


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_consultation_deleted_whole_is_missed(ledger: Ledger, number: int) -> None:
    assert forced(ledger, *vanished(number)) == [Finding(FindingKind.GONE, number)]


def test_a_consultation_put_back_to_an_earlier_state_is_found(ledger: Ledger) -> None:
    database = ledger._database
    number = ledger.begin(NOW)
    ledger.note(number, JournalEvent.OPENED, NOW, {})
    columns = "head_count, head_hash, head_signature"
    (earlier,) = database.rows(f"SELECT {columns} FROM consultation WHERE id = ?", number)  # noqa: S608 -- ours
    ledger.note(number, JournalEvent.VIDEO_IMPOSSIBLE, NOW, {})
    ledger.finish(number, NOW, "finished")
    count, digest, signature = earlier
    found = forced(
        ledger,
        f"DELETE FROM journal WHERE (consultation, number) = ({number}, 2)",  # noqa: S608 -- tampering
        f"UPDATE consultation SET head_count = {count}, head_hash = x'{digest.hex()}',"  # noqa: S608 -- tampering
        f" head_signature = x'{signature.hex()}' WHERE id = {number}",
    )
    assert found == [Finding(FindingKind.ROLLED_BACK, number)]


def test_lines_after_the_end_are_no_fault(ledger: Ledger) -> None:
    ledger.note(2, JournalEvent.STILL_RECEIVED, NOW, {})
    assert list(ledger.audit.findings()) == [1, 2, 3]


def test_a_consultation_that_was_slipped_in_is_found(ledger: Ledger, tmp_path: Path) -> None:
    stranger = Ledger.open(tmp_path / "other", Keys(bytes(32), bytes(32)))
    for _ in range(4):
        stranger.begin(NOW)
    ((site_key, *head),) = stranger._database.rows(
        "SELECT site_key, head_origin, head_count, head_hash, head_signature FROM consultation"
        " WHERE id = 4"
    )
    ledger._database.change(
        "INSERT INTO consultation (began_ms, site_key, head_origin, head_count, head_hash,"
        " head_signature) SELECT began_ms, ?, ?, ?, ?, ? FROM consultation WHERE id = 1",
        *(site_key, *head),
    )
    found = forced(ledger, "UPDATE consultation SET reason = 'finished' WHERE id = 4")
    assert [one.kind for one in found] == [FindingKind.JOURNAL, FindingKind.UNKNOWN]


def test_an_erasure_nobody_wrote_down_is_found(ledger: Ledger) -> None:
    found = forced(ledger, "UPDATE consultation SET erased_ms = 1 WHERE id = 2")
    assert found == [Finding(FindingKind.UNEXPLAINED_ERASURE, 2)]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE parcel SET data = x'00' WHERE consultation = 2",
        "UPDATE dossier SET data = x'7b7d' WHERE consultation = 2",
        "UPDATE document SET data = x'25' WHERE consultation = 2",
        "UPDATE journal SET facts = x'00' WHERE (consultation, number) = (2, 1)",
    ],
)
def test_a_value_that_is_not_its_hash_is_found(ledger: Ledger, tampering: str) -> None:
    assert forced(ledger, tampering) == [Finding(FindingKind.UNREADABLE, 2)]


def test_a_changed_byte_on_the_disk_is_found(ledger: Ledger, tmp_path: Path, keys: Keys) -> None:
    ledger.close()
    file = tmp_path / "records.db"
    data = bytearray(file.read_bytes())
    data[-10_000] ^= 1  # in the page of its head: the last two hold calls and its length
    file.write_bytes(data)
    again = Ledger.open(tmp_path, keys)
    found = again.audit.findings()
    assert next(found) == Finding(FindingKind.PAGE_DAMAGED)
    assert next(found) == Finding(FindingKind.SITE_JOURNAL)


def test_a_changed_bit_on_any_page_is_found(ledger: Ledger, tmp_path: Path, keys: Keys) -> None:
    ledger.close()
    whole = (tmp_path / "records.db").read_bytes()
    for place in range(100, len(whole), 4_096):
        damaged = whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :]
        (tmp_path / "records.db").write_bytes(damaged)
        try:
            again = Ledger.open(tmp_path, keys)
        except StoreError:
            continue
        assert Finding(FindingKind.PAGE_DAMAGED) in list(again.audit.findings())
        again.close()


def test_records_from_before_the_sites_journal_are_missed_too(ledger: Ledger) -> None:
    of_before = "UPDATE site_length SET lines = 0, before = 3"
    forced(ledger, "DELETE FROM site_journal", "DELETE FROM site_head", of_before)
    assert list(ledger.audit.findings()) == [1, 2, 3]
    ledger.begin(NOW)
    assert list(ledger.audit.findings()) == [1, 2, 3, 4]
    for statement in vanished(2):
        ledger._database.change(statement)
    assert Finding(FindingKind.GONE, 2) in list(ledger.audit.findings())


EMPTIED = ("DELETE FROM site_journal", "DELETE FROM site_head")
NO_LENGTH = "DELETE FROM site_length"


@pytest.mark.parametrize("also", [(), (NO_LENGTH,)])
def test_a_sites_journal_that_was_emptied_is_missed(ledger: Ledger, also: tuple[str, ...]) -> None:
    expected = Finding(FindingKind.SITE_JOURNAL, None, Fault(1, FaultKind.EMPTIED))
    assert forced(ledger, *EMPTIED, *also) == [expected]


def test_it_is_missed_even_where_there_was_no_consultation_yet(tmp_path: Path, keys: Keys) -> None:
    ledger = Ledger.open(tmp_path, keys)
    assert list(ledger.audit.findings()) == []
    ledger.site.note(SiteEvent.BACKED_UP, NOW, {})
    expected = Finding(FindingKind.SITE_JOURNAL, None, Fault(1, FaultKind.EMPTIED))
    assert forced(ledger, *EMPTIED) == [expected]


def cut(ledger: Ledger, lines: int) -> list[Finding]:
    """What is found once the last lines are gone and the head is one the site had signed before."""
    database = ledger._database
    (head,) = database.rows("SELECT count, hash, signature FROM site_head")
    for _ in range(lines):
        ledger.site.note(SiteEvent.BACKED_UP, NOW, {})
    count, digest, signature = head
    return forced(
        ledger,
        f"DELETE FROM site_journal WHERE number > {count}",  # noqa: S608 -- tampering
        f"UPDATE site_head SET count = {count}, hash = x'{digest.hex()}',"  # noqa: S608 -- tampering
        f" signature = x'{signature.hex()}'",
    )


@pytest.mark.parametrize("lines", [1, 2])
def test_last_lines_that_went_together_with_their_head_are_missed(
    ledger: Ledger, lines: int
) -> None:
    expected = Finding(FindingKind.SITE_JOURNAL, None, Fault(8, FaultKind.TRUNCATED))
    assert cut(ledger, lines) == [expected]


def test_a_journal_that_goes_on_says_for_ever_that_it_was_cut(ledger: Ledger) -> None:
    cut(ledger, 2)
    number = ledger.begin(NOW)
    ledger.finish(number, NOW, "finished")
    assert list(ledger.audit.findings()) == [Finding(FindingKind.SITE_JOURNAL_CUT), 1, 2, 3, number]
    told = next(one for one in ledger.site.entries() if one.event == SiteEvent.JOURNAL_CUT)
    assert (told.number, dict(told.facts)) == (8, {"lines": 9, "consultations": 3, "last": 3})


def test_a_journal_that_begins_again_says_for_ever_that_it_was_emptied(ledger: Ledger) -> None:
    forced(ledger, *EMPTIED)
    ledger.begin(NOW)
    assert list(ledger.audit.findings()) == [Finding(FindingKind.SITE_JOURNAL_CUT), 1, 2, 3, 4]
    for statement in vanished(2):
        ledger._database.change(statement)
    assert Finding(FindingKind.GONE, 2) in list(ledger.audit.findings())


@pytest.fixture
def summarised(ledger: Ledger) -> Ledger:
    """The second consultation has a summary and a file of the GP's, as its journal says."""
    ledger.keep(2, Parcel(1, Summary("Otite.", 5)), Direction.RECEIVED, NOW)
    digest = hashlib.sha256(b"%PDF").hexdigest()
    ledger.note(2, JournalEvent.DOCUMENT_RECEIVED, NOW, {"id": 1, "bytes": 4, "sha256": digest})
    return ledger


def rewritten() -> str:
    data = encode(Parcel(1, Summary("Angine.", 5)))
    changed = f"data = x'{data.hex()}', sha256 = x'{hashlib.sha256(data).hexdigest()}'"
    return f"UPDATE parcel SET {changed} WHERE (consultation, direction) = (2, 'received')"  # noqa: S608 -- tampering


@pytest.mark.parametrize(
    "tampering",
    [
        rewritten(),
        "DELETE FROM parcel WHERE (consultation, direction) = (2, 'received')",
        "DELETE FROM document WHERE consultation = 2",
    ],
)
def test_a_summary_or_a_file_rewritten_with_its_hash_or_gone_is_found(
    summarised: Ledger, tampering: str
) -> None:
    assert forced(summarised, tampering) == [Finding(FindingKind.REPLACED, 2)]


def test_what_came_is_whole_and_may_be_erased(summarised: Ledger) -> None:
    assert list(summarised.audit.findings()) == [1, 2, 3]
    summarised.upkeep.erase([2], NOW, "Anne Roy")
    assert list(summarised.audit.findings()) == [1, 2, 3]

"""The journal tells every way of tampering that it promises to tell."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from client.core.identity import Identity
from client.core.record import JournalEntry, JournalHead
from client.store import journal
from client.store.journal import Fault, FaultKind, JournalEvent

BEGAN = datetime(2026, 11, 22, 9, 30, 0, 123_000, tzinfo=UTC)
SITE = Identity(bytes(range(32)))
PUBLIC = SITE.public
START = journal.origin(7, BEGAN)

Said = tuple[JournalEvent, dict[str, str | int]]
"""An event and its facts."""

facts = st.dictionaries(
    st.text(min_size=1, max_size=12),
    st.text(max_size=journal.FACT_CHARACTERS) | st.integers(1 - (1 << 53), (1 << 53) - 1),
    max_size=journal.FACTS_LIMIT,
)
lines = st.lists(st.tuples(st.sampled_from(JournalEvent), facts), min_size=1, max_size=8)


def written(
    said: Sequence[Said],
    *,
    start: bytes = START,
    site: Identity = SITE,
) -> tuple[list[JournalEntry], JournalHead]:
    entries: list[JournalEntry] = []
    head = journal.empty_head(start, site.sign)
    for number, (event, told) in enumerate(said):
        at = BEGAN + timedelta(seconds=number)
        entry, head = journal.appended(head, event, told, at, site.sign)
        entries.append(entry)
    return entries, head


FIVE: list[Said] = [
    (JournalEvent.OPENED, {}),
    (JournalEvent.LINK_UP, {"attempt": 1}),
    (JournalEvent.LINK_CUT, {"seconds": 43, "path": "data channel"}),
    (JournalEvent.LINK_UP, {"attempt": 2}),
    (JournalEvent.ENDED, {"reason": "finished"}),
]


def fault(entries: Sequence[JournalEntry], head: JournalHead | None) -> Fault | None:
    return journal.verify(entries, PUBLIC, start=START, head=head)


def test_a_line_is_hashed_and_signed_as_documented() -> None:
    # origin: synthetic, rebuilt here from the words of the module's docstring
    (first, second), _ = written(FIVE[:2])
    body = cbor2.dumps([2, 1_795_339_801_123, "link_up", {"attempt": 1}], canonical=True)
    digest = hashlib.sha256(first.hash + body).digest()
    assert second.hash == digest
    Ed25519PublicKey.from_public_bytes(PUBLIC).verify(
        second.signature, b"chevet/1 journal line\0" + digest
    )


@given(lines)
def test_what_was_written_is_found_whole(
    said: list[Said],
) -> None:
    entries, head = written(said)
    assert fault(entries, head) is None
    assert [entry.number for entry in entries] == list(range(1, len(said) + 1))


def test_an_empty_journal_is_whole_and_says_so() -> None:
    _, head = written([])
    assert fault([], head) is None


@pytest.mark.parametrize(
    "change",
    [
        {"number": 9},
        {"number": 1},
        {"at": BEGAN},
        {"event": "link_up"},
        {"facts": {}},
        {"facts": {"seconds": 42, "path": "data channel"}},
        {"facts": {"seconds": "43", "path": "data channel"}},
        {"previous": bytes(32)},
        {"hash": bytes(32)},
        {"signature": bytes(64)},
        {"signature": b""},
    ],
    ids=str,
)
def test_an_edited_field_is_pinpointed(change: dict[str, object]) -> None:
    entries, head = written(FIVE)
    entries[2] = replace(entries[2], **change)  # type: ignore[arg-type]  # each is a field's own
    assert fault(entries, head) == Fault(3, FaultKind.EDITED)


@given(lines, st.data())
def test_a_line_rewritten_with_its_hashes_but_without_the_key_is_pinpointed(
    said: list[Said], data: st.DataObject
) -> None:
    entries, head = written(said)
    place = data.draw(st.integers(0, len(said) - 1))
    forger = Identity(bytes(32))
    forged, forged_head = written(said, site=forger)
    assert fault(entries[:place] + forged[place:], head) == Fault(place + 1, FaultKind.EDITED)
    assert fault(entries, forged_head) == Fault(len(said) + 1, FaultKind.HEAD_EDITED)


@given(lines, st.data())
def test_a_deleted_line_is_pinpointed(said: list[Said], data: st.DataObject) -> None:
    entries, head = written(said)
    place = data.draw(st.integers(0, len(said) - 1))
    del entries[place]
    is_last = place == len(said) - 1
    kind = FaultKind.TRUNCATED if is_last else FaultKind.DELETED
    assert fault(entries, head) == Fault(place + 1, kind)


@given(lines, st.data())
def test_moved_lines_are_pinpointed(said: list[Said], data: st.DataObject) -> None:
    entries, head = written(said)
    places = data.draw(st.permutations(range(len(entries))))
    moved = [entries[place] for place in places]
    first = next((n for n, place in enumerate(places, 1) if place != n - 1), None)
    expected = None if first is None else Fault(first, FaultKind.MOVED)
    assert fault(moved, head) == expected


def test_a_line_there_twice_is_pinpointed() -> None:
    entries, head = written(FIVE)
    assert fault([*entries[:3], entries[2], *entries[3:]], head) == Fault(4, FaultKind.MOVED)


@given(lines, st.data())
def test_truncation_is_told_by_the_head_and_only_by_the_head(
    said: list[Said], data: st.DataObject
) -> None:
    entries, head = written(said)
    size = data.draw(st.integers(0, len(said) - 1))
    assert fault(entries[:size], head) == Fault(size + 1, FaultKind.TRUNCATED)
    assert fault(entries[:size], None) is None


@pytest.mark.parametrize(
    "change",
    [{"origin": bytes(32)}, {"count": 3}, {"hash": bytes(32)}, {"signature": bytes(64)}],
    ids=str,
)
def test_an_edited_head_is_told(change: dict[str, object]) -> None:
    entries, head = written(FIVE)
    edited = replace(head, **change)  # type: ignore[arg-type]  # each is a field's own
    assert fault(entries, edited) == Fault(6, FaultKind.HEAD_EDITED)


def test_a_shorter_journal_cannot_borrow_a_lines_signature_as_its_head() -> None:
    entries, _ = written(FIVE)
    last = entries[2]
    borrowed = JournalHead(START, 3, last.hash, last.signature)
    assert fault(entries[:3], borrowed) == Fault(4, FaultKind.HEAD_EDITED)


def test_an_older_head_does_not_fit_a_longer_journal() -> None:
    entries, _ = written(FIVE)
    _, older = written(FIVE[:3])
    assert fault(entries, older) == Fault(6, FaultKind.HEAD_EDITED)


def test_a_record_put_back_whole_with_its_own_head_goes_unseen_as_documented() -> None:
    older, head = written(FIVE[:3])
    assert fault(older, head) is None


@pytest.mark.parametrize(
    "other", [journal.origin(8, BEGAN), journal.origin(7, BEGAN + timedelta(milliseconds=1))]
)
def test_another_consultations_journal_does_not_fit(other: bytes) -> None:
    entries, head = written(FIVE, start=other)
    assert fault(entries, head) == Fault(1, FaultKind.EDITED)
    assert fault([], replace(head, count=0)) == Fault(1, FaultKind.HEAD_EDITED)


@pytest.mark.parametrize(
    "told",
    [
        {f"fact {n}": n for n in range(journal.FACTS_LIMIT + 1)},
        {"letter": "a" * (journal.FACT_CHARACTERS + 1)},
        {"value": 36.6},
        {"is": True},
        {"none": None},
        {"huge": 1 << 53},
        {"a" * (journal.FACT_CHARACTERS + 1): 1},
        {1: 1},
    ],
    ids=["many", "long", "float", "bool", "none", "huge", "long name", "no name"],
)
def test_only_a_few_short_facts_belong_in_a_line(told: dict[str, str | int]) -> None:
    head = journal.empty_head(START, SITE.sign)
    with pytest.raises(ValueError, match="fact"):
        journal.appended(head, JournalEvent.OPENED, told, BEGAN, SITE.sign)


def test_a_time_without_a_zone_is_refused() -> None:
    head = journal.empty_head(START, SITE.sign)
    naive = BEGAN.replace(tzinfo=None)
    with pytest.raises(ValueError, match="zone"):
        journal.appended(head, JournalEvent.OPENED, {}, naive, SITE.sign)

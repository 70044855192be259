"""The contacts book on disk: encrypted, bounded, and forgotten when asked."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.core.contacts import BY_WORDS, CONTACTS_LIMIT, Contact, ContactsFullError
from client.store.contacts import FILE_NAME, Contacts
from client.store.errors import UnreadableRecordsError
from client.store.keys import Keys

KEYS = Keys(b"d" * 32, b"i" * 32)
AT = datetime(2027, 1, 2, 3, 4, 5, 678000, UTC)
MARTIN = Contact(
    *(b"m" * 32, "Dr Martin", "médecin généraliste", "10003456786", AT, BY_WORDS),
    (b"s" * 32, b"t" * 32),
    b"bundle",
    epoch=7,
    calls=9,
    relay="wss://relay.example/mailbox",
)


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob(f"{FILE_NAME}*"))


async def test_what_is_kept_is_there_the_next_time(tmp_path: Path) -> None:
    book = await Contacts.open(tmp_path / "new", KEYS)
    await book.keep(MARTIN)
    revoked = replace(MARTIN, public=b"r" * 32, name="Dr Adam", revoked_at=AT, secrets=(b"r" * 32,))
    await book.keep(revoked)
    await book.close()
    again = await Contacts.open(tmp_path / "new", KEYS)
    assert again.all == (revoked, MARTIN)
    assert again.of(b"m" * 32) == MARTIN
    await again.forget(b"m" * 32)
    assert list(again.all) == [revoked]
    await again.close()
    last = await Contacts.open(tmp_path / "new", KEYS)
    assert last.of(b"m" * 32) is None
    await last.close()


async def test_a_contact_is_replaced_by_its_key(tmp_path: Path) -> None:
    book = await Contacts.open(tmp_path, KEYS)
    await book.keep(MARTIN)
    await book.keep(replace(MARTIN, calls=10))
    assert [contact.calls for contact in book.all] == [10]
    await book.close()


async def test_nothing_can_be_read_without_the_key(tmp_path: Path) -> None:
    book = await Contacts.open(tmp_path, KEYS)
    await book.keep(MARTIN)
    await book.close()
    stored = everything_in(tmp_path)
    for said in (b"Martin", b"10003456786", b"s" * 32, b"m" * 32):
        assert said not in stored
    with pytest.raises(UnreadableRecordsError):
        await Contacts.open(tmp_path, Keys(b"x" * 32, b"i" * 32))


async def test_the_book_holds_so_many_and_no_more() -> None:
    book = await Contacts.open(None, KEYS)
    for number in range(CONTACTS_LIMIT):
        await book.keep(replace(MARTIN, public=number.to_bytes(32, "big")))
    with pytest.raises(ContactsFullError):
        await book.keep(MARTIN)
    await book.keep(replace(MARTIN, public=bytes(32), calls=99))  # known already
    assert len(book.all) == CONTACTS_LIMIT
    await book.close()

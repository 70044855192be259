"""What a person decides about a contact, through the session."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

import pytest

from client.core.contacts import acquainted
from client.core.identity import Identity
from client.core.wire import Acquaintance
from client.session.acquaintances import Acquaintances
from client.store import keys
from client.store.contacts import Contacts

NOW: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SITE: Final = Identity(b"site" * 8)
GP: Final = Identity(b"page" * 8)


@pytest.fixture
async def book() -> AsyncIterator[Contacts]:
    book = await Contacts.open(None, keys.ephemeral())
    said = Acquaintance("Dr Martin", "Cabinet", None, b"")
    await book.keep(
        acquainted(None, GP.public, said, secret=b"s" * 32, used=None, relay=None, now=NOW)
    )
    yield book
    await book.close()


async def test_a_revoked_contact_is_still_shown_and_let_in_nowhere(book: Contacts) -> None:
    acquaintances = Acquaintances(book, SITE, lambda: NOW)
    assert len(acquaintances.bonds) == 1
    assert await acquaintances.revoke(GP.public)
    assert [view.is_revoked for view in acquaintances.views] == [True]
    assert acquaintances.bonds == []
    kept = book.of(GP.public)
    assert kept is not None
    assert (kept.secrets, kept.bundle, kept.revoked_at) == ((), None, NOW)
    later = Acquaintances(book, SITE, lambda: datetime(2027, 1, 1, tzinfo=UTC))
    assert await later.revoke(GP.public)
    assert book.of(GP.public) == kept  # the first time stands


async def test_a_forgotten_contact_is_gone(book: Contacts) -> None:
    acquaintances = Acquaintances(book, SITE, lambda: NOW)
    assert await acquaintances.forget(GP.public)
    assert acquaintances.views == ()
    assert not await acquaintances.forget(GP.public)
    assert not await acquaintances.revoke(GP.public)

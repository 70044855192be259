"""The book of contacts: what is pinned, what is refused."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.two_ends import NOW, entropy

from client.core.contacts import (
    BY_WORDS,
    Contact,
    ContactRevokedError,
    UnknownContactError,
    found,
    is_known_by_another_key,
)
from client.core.handshake import (
    Bundle,
    ChangedKeyError,
    PrekeyExpiredError,
    PrekeyRolledBackError,
)
from client.core.identity import Identity
from client.core.prekeys import Prekeys

GP = Identity(b"gp" * 16)
DAY = timedelta(days=1)
MARTIN = Contact(
    GP.public, "Dr Martin", "médecin généraliste", "10003456786", NOW, BY_WORDS, (b"s" * 32,)
)


def bundles(count: int) -> list[Bundle]:
    draws, prekeys = entropy("bundles"), Prekeys()
    for day in range(count):
        prekeys = prekeys.renewed(GP, NOW + day * DAY, draws)
    return [item.bundle for item in prekeys.items]


def test_the_newest_bundle_counts_and_an_older_one_is_refused() -> None:
    older, newer = bundles(2)
    contact = MARTIN.with_bundle(older).with_bundle(newer)
    assert contact.bundle_at(NOW) == newer
    assert contact.with_bundle(newer) == contact
    with pytest.raises(PrekeyRolledBackError):
        contact.with_bundle(older)


def test_two_bundles_of_one_epoch_are_not_believed() -> None:
    (bundle,) = bundles(1)
    other = Bundle.standing(GP, bundle.prekey, bundle.expires_s + 1, bundle.epoch)
    with pytest.raises(PrekeyRolledBackError):
        MARTIN.with_bundle(bundle).with_bundle(other)


def test_a_bundle_of_another_key_is_refused() -> None:
    (bundle,) = bundles(1)
    other = Bundle.standing(Identity(b"x" * 32), bundle.prekey, bundle.expires_s, 2**40)
    with pytest.raises(ChangedKeyError):
        MARTIN.with_bundle(other)


def test_nobody_is_called_without_a_bundle_or_by_an_old_one_or_once_revoked() -> None:
    (bundle,) = bundles(1)
    contact = MARTIN.with_bundle(bundle)
    assert contact.can_be_called(NOW)
    with pytest.raises(PrekeyExpiredError):
        MARTIN.bundle_at(NOW)
    with pytest.raises(PrekeyExpiredError):
        contact.bundle_at(NOW + 14 * DAY)
    with pytest.raises(ContactRevokedError):
        replace(contact, revoked_at=NOW).bundle_at(NOW)


def test_calls_are_numbered_upwards_even_from_an_old_copy_of_the_book() -> None:
    first = MARTIN.with_next_call(NOW)
    assert first.with_next_call(NOW).calls == first.calls + 1
    assert first.with_next_call(NOW - DAY).calls == first.calls + 1
    assert MARTIN.with_next_call(NOW + DAY).calls > first.calls


def test_a_new_bond_keeps_the_one_that_was_in_use() -> None:
    second = MARTIN.with_secret(b"2" * 32, used=b"s" * 32)
    assert second.secrets == (b"2" * 32, b"s" * 32)
    # The peer never learnt of the second: the next session came by the first, which stays.
    assert second.with_secret(b"3" * 32, used=b"s" * 32).secrets == (b"3" * 32, b"s" * 32)
    assert second.with_secret(b"3" * 32, used=None).secrets == (b"3" * 32,)


def test_the_same_name_by_another_key_is_noticed() -> None:
    assert is_known_by_another_key((MARTIN,), b"k" * 32, " dr martin ")
    assert not is_known_by_another_key((MARTIN,), MARTIN.public, "Dr Martin")
    assert not is_known_by_another_key((MARTIN,), b"k" * 32, "Dr Durand")
    revoked = replace(MARTIN, revoked_at=NOW)
    assert not is_known_by_another_key((revoked,), b"k" * 32, "Dr Martin")


def test_contacts_are_found_by_name_or_number() -> None:
    durand = replace(MARTIN, public=b"d" * 32, name="Dr Durand", rpps=None)
    martine = replace(MARTIN, public=b"e" * 32, name="Dr Martine", rpps=None)
    book = (MARTIN, durand, martine)
    assert found(book, "durand") is durand
    assert found(book, "10003456786") is MARTIN
    assert found(book, "dr martin") is MARTIN
    for text, count in (("dr", 3), ("nobody", 0), (" ", 0)):
        with pytest.raises(UnknownContactError) as caught:
            found(book, text)
        assert caught.value.found == count


def test_secrets_are_not_shown() -> None:
    assert "ssss" not in repr(MARTIN)

"""Prekeys are made daily, serve for a fortnight, and are deleted a week later."""

from datetime import timedelta

import pytest
from fakes.two_ends import NOW, entropy

from client.core.handshake import Bundle
from client.core.handshake.errors import BadLetterError
from client.core.identity import Identity
from client.core.prekeys import CALLABLE_FOR, KEPT_FOR, PREKEYS_LIMIT, ROTATED_EVERY, Prekeys

GP = Identity(b"gp" * 16)
SECOND = timedelta(seconds=1)


def test_a_new_one_is_made_once_a_day() -> None:
    draws = entropy("prekeys")
    first = Prekeys().renewed(GP, NOW, draws)
    assert first.renewed(GP, NOW + ROTATED_EVERY - SECOND, draws) == first
    second = first.renewed(GP, NOW + ROTATED_EVERY, draws)
    assert len(second.items) == 2
    assert second.newest.bundle.epoch > first.newest.bundle.epoch
    assert second.of(first.newest.bundle.digest) == first.newest


def test_each_is_deleted_once_no_call_to_it_can_still_wait() -> None:
    draws = entropy("prekeys")
    first = Prekeys().renewed(GP, NOW, draws)
    end = NOW + CALLABLE_FOR + KEPT_FOR
    digest = first.newest.bundle.digest
    assert first.renewed(GP, end - SECOND, draws).of(digest) is not None
    assert first.renewed(GP, end, draws).of(digest) is None


def test_epochs_rise_though_the_clock_goes_back() -> None:
    draws = entropy("prekeys")
    first = Prekeys().renewed(GP, NOW, draws)
    second = first.renewed(GP, NOW - timedelta(days=400), draws)
    assert second.newest.bundle.epoch == first.newest.bundle.epoch + 1


def test_no_more_are_kept_than_the_limit() -> None:
    draws, prekeys, now = entropy("prekeys"), Prekeys(), NOW
    for _ in range(PREKEYS_LIMIT + 8):
        now -= timedelta(days=1)  # a clock going back makes one each time and deletes none
        prekeys = prekeys.renewed(GP, now, draws)
    assert len(prekeys.items) == PREKEYS_LIMIT


def test_they_come_back_from_the_store() -> None:
    prekeys = Prekeys().renewed(GP, NOW, entropy("prekeys"))
    assert Prekeys.decode(prekeys.encode()) == prekeys
    with pytest.raises((ValueError, BadLetterError)):
        Prekeys.decode(prekeys.encode()[:-1])


def test_a_standing_bundle_is_no_bundle_of_an_invitation_and_the_other_way_round() -> None:
    standing = Prekeys().renewed(GP, NOW, entropy("prekeys")).newest.bundle
    single = Bundle.signed(GP, standing.prekey, standing.expires_s)
    assert Bundle.decode_standing(standing.encode()) == standing
    with pytest.raises(BadLetterError):
        Bundle.decode(standing.encode())
    with pytest.raises(BadLetterError):
        Bundle.decode_standing(single.encode())

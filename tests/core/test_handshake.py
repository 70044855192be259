from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.two_ends import NOW, TwoEnds, entropy, keys_in, letters_in
from hypothesis import given
from hypothesis import strategies as st

from client.core.envelope import Role, session_ciphers
from client.core.handshake import (
    ChangedKeyError,
    GpHandshake,
    InvitationExpiredError,
    InvitationUsedError,
    KnockRefused,
    Post,
    Refusal,
    SiteHandshake,
)
from client.core.handshake.site import ATTEMPT_LIMIT
from client.core.identity import Identity
from client.core.letters import Letter, LetterKind

TOO_LATE = NOW + timedelta(hours=1)


def test_both_ends_agree_on_keys_words_and_each_other() -> None:
    ends = TwoEnds.met()
    site, gp = ends.agree()
    assert site.keys == gp.keys
    assert site.words == gp.words
    assert len(site.words) == 4
    assert site.peer_public == ends.gp_identity.public
    assert gp.peer_public == ends.site_identity.public
    assert (ends.site.rejected, ends.gp.rejected) == (0, 0)


def test_the_keys_carry_envelopes_both_ways() -> None:
    site, gp = TwoEnds.met().agree()
    site_sealer, site_opener = session_ciphers(site.keys, Role.SITE)
    gp_sealer, gp_opener = session_ciphers(gp.keys, Role.GP)
    assert gp_opener.open(site_sealer.seal(b"from the site")) == b"from the site"
    assert site_opener.open(gp_sealer.seal(b"from the GP")) == b"from the GP"


def test_every_letter_goes_to_the_peers_mailbox_with_its_token() -> None:
    ends = TwoEnds.met()
    (knock,) = ends.gp.start(NOW)
    assert isinstance(knock, Post)
    assert (knock.to, knock.token) == (ends.site_identity.address, ends.invitation.site_token)
    (m1,) = ends.site.receive(knock.letter, NOW)
    assert isinstance(m1, Post)
    assert (m1.to, m1.token) == (ends.gp_identity.address, ends.invitation.gp_token)


def test_two_handshakes_share_nothing() -> None:
    (first, _), (second, _) = TwoEnds.met("first").agree(), TwoEnds.met("second").agree()
    assert first.keys.site_key != second.keys.site_key
    assert first.keys.site_key != first.keys.gp_key
    assert first.keys.tag != second.keys.tag


@given(order=st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=12))
def test_letters_of_another_handshake_in_any_order_change_nothing(
    order: list[tuple[bool, int]],
) -> None:
    strangers, ends = TwoEnds.met("strangers").letters(), TwoEnds.met()
    for is_site, which in order:
        end = ends.site if is_site else ends.gp
        assert end.receive(strangers[which], NOW) == []
    assert ends.site.rejected + ends.gp.rejected == len(order)
    site, gp = ends.agree()
    assert site.keys == gp.keys


@given(order=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), max_size=40))
def test_keys_are_agreed_once_in_whatever_order_and_however_often_letters_come(
    order: list[tuple[int, int]],
) -> None:
    ends = TwoEnds.met()
    boxes: tuple[list[Letter], list[Letter]] = (letters_in(ends.gp.start(NOW)), [])
    agreed: list[object] = []
    at_last = [(turn, which) for _ in range(3) for turn in (0, 1) for which in (1, 0)]
    for turn, which in [*order, *at_last]:
        if not boxes[turn]:
            continue
        end, letter = (ends.site, ends.gp)[turn], boxes[turn][which % len(boxes[turn])]
        events = end.receive(letter, NOW)
        agreed += keys_in(events)
        boxes[1 - turn].extend(
            posted for posted in letters_in(events) if posted not in boxes[1 - turn]
        )
    assert len(agreed) == 2
    assert (len(boxes[0]), len(boxes[1])) == (2, 2)
    assert (ends.site.rejected, ends.gp.rejected) == (0, 0)


def test_a_second_key_is_refused_and_the_first_goes_on() -> None:
    ends = TwoEnds.met()
    (knock,) = letters_in(ends.gp.start(NOW))
    (m1,) = letters_in(ends.site.receive(knock, NOW))
    second = GpHandshake(Identity(bytes(32)), ends.invitation, entropy("second"))
    refusal, refused = ends.site.receive(letters_in(second.start(NOW))[0], NOW)
    assert refused == KnockRefused(Refusal.USED)
    assert isinstance(refusal, Post)
    assert refusal.to == Identity(bytes(32)).address
    with pytest.raises(InvitationUsedError):
        second.receive(refusal.letter, NOW)
    (m2,) = letters_in(ends.gp.receive(m1, NOW))
    assert keys_in(ends.site.receive(m2, NOW))


def test_an_invitation_serves_once_even_for_the_same_key() -> None:
    ends = TwoEnds.met()
    ends.agree()
    again = GpHandshake(ends.gp_identity, ends.invitation, entropy("again"))
    (refusal,) = letters_in(ends.site.receive(letters_in(again.start(NOW))[0], NOW))
    with pytest.raises(InvitationUsedError):
        again.receive(refusal, NOW)


def test_a_reloaded_page_may_knock_again_before_keys_are_agreed() -> None:
    ends = TwoEnds.met()
    (knock,) = letters_in(ends.gp.start(NOW))
    ends.site.receive(knock, NOW)
    ends.gp = GpHandshake(ends.gp_identity, ends.invitation, entropy("reloaded"))
    site, gp = ends.agree()
    assert site.keys == gp.keys


def test_knocks_cannot_fill_the_site() -> None:
    ends = TwoEnds.met()
    for i in range(3 * ATTEMPT_LIMIT):
        again = GpHandshake(ends.gp_identity, ends.invitation, entropy(f"reload {i}"))
        ends.site.receive(letters_in(again.start(NOW))[0], NOW)
    assert len(ends.site._attempts) == ATTEMPT_LIMIT
    site, gp = ends.agree()
    assert site.keys == gp.keys


def test_a_pinned_key_is_known_again() -> None:
    gp_public = TwoEnds.met().gp_identity.public
    site, _ = TwoEnds.met(pinned=gp_public).agree()
    assert site.peer_public == gp_public


def test_a_changed_key_is_refused() -> None:
    ends = TwoEnds.met(pinned=Identity(bytes(32)).public)
    events = ends.site.receive(letters_in(ends.gp.start(NOW))[0], NOW)
    assert KnockRefused(Refusal.CHANGED_KEY) in events
    with pytest.raises(ChangedKeyError):
        ends.gp.receive(letters_in(events)[0], NOW)


def test_the_page_does_not_knock_too_late() -> None:
    with pytest.raises(InvitationExpiredError):
        TwoEnds.met().gp.start(TOO_LATE)


def test_the_site_refuses_a_knock_that_comes_too_late() -> None:
    ends = TwoEnds.met()
    events = ends.site.receive(letters_in(ends.gp.start(NOW))[0], TOO_LATE)
    assert KnockRefused(Refusal.EXPIRED) in events
    with pytest.raises(InvitationExpiredError):
        ends.gp.receive(letters_in(events)[0], NOW)


def test_neither_a_longer_lived_prekey_nor_a_longer_invitation_helps() -> None:
    ends = TwoEnds.met()
    for expires_at, now in (
        (TOO_LATE + timedelta(hours=1), TOO_LATE),  # the page pretends to have been given more time
        (NOW, NOW),  # the page's own prekey is over
    ):
        pretended = replace(ends.invitation, expires_at=expires_at)
        gp = GpHandshake(ends.gp_identity, pretended, entropy("pretended"))
        (knock,) = letters_in(gp.start(NOW - timedelta(hours=1)))
        assert KnockRefused(Refusal.EXPIRED) in ends.site.receive(knock, now)


def test_the_page_gives_up_on_an_answer_that_comes_too_late() -> None:
    ends = TwoEnds.met()
    (m1,) = letters_in(ends.site.receive(letters_in(ends.gp.start(NOW))[0], NOW))
    with pytest.raises(InvitationExpiredError):
        ends.gp.receive(m1, TOO_LATE)


def test_no_keys_are_agreed_too_late() -> None:
    ends = TwoEnds.met()
    (m1,) = letters_in(ends.site.receive(letters_in(ends.gp.start(NOW))[0], NOW))
    (m2,) = letters_in(ends.gp.receive(m1, NOW))
    events = ends.site.receive(m2, TOO_LATE)
    assert keys_in(events) == []
    assert KnockRefused(Refusal.EXPIRED) in events


def test_nothing_secret_is_shown() -> None:
    ends = TwoEnds.met()
    site, _ = ends.agree()
    shown = repr(site)
    assert repr(site.keys.site_key) not in shown
    (post,) = TwoEnds.met().gp.start(NOW)
    assert repr(ends.invitation.site_token) not in repr(post)


@pytest.mark.parametrize("kind", LetterKind)
def test_letters_of_every_kind_are_counted_when_they_mean_nothing(kind: LetterKind) -> None:
    ends = TwoEnds.met()
    for end in (ends.site, ends.gp):
        assert end.receive(Letter(kind, b"nonsense"), NOW) == []
        assert end.rejected == 1


def test_keys_for_one_letter_do_not_outlive_it() -> None:
    ends = TwoEnds.met()
    ends.agree()
    assert ends.gp._prekey is None
    assert ends.site._attempts == {}


def test_entropy_is_all_that_makes_the_knock() -> None:
    assert TwoEnds.met().gp.start(NOW) == TwoEnds.met().gp.start(NOW)
    assert TwoEnds.met("one").gp.start(NOW) != TwoEnds.met("other").gp.start(NOW)


def test_the_site_uses_its_own_key() -> None:
    ends = TwoEnds.met()
    impostor = SiteHandshake(Identity(bytes(32)), ends.invitation, entropy("impostor"))
    (m1,) = letters_in(impostor.receive(letters_in(ends.gp.start(NOW))[0], NOW))
    assert ends.gp.receive(m1, NOW) == []
    assert ends.gp.rejected == 1

"""What somebody on the way can try, who may even hold the invitation."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from fakes import vectors
from fakes.two_ends import NOW, TwoEnds, entropy, keys_in, letters_in
from hypothesis import given
from hypothesis import strategies as st

from client.core.handshake import (
    GpHandshake,
    HandshakeError,
    KeysAgreed,
    SiteHandshake,
    TrustError,
)
from client.core.handshake.kem import KeyPair
from client.core.handshake.knock import Bundle, open_knock, seal_knock
from client.core.handshake.transcript import M1, M2, Agreement, first_hash, second_hash
from client.core.identity import Identity
from client.core.letters import Letter, LetterKind, LetterUnreadableError


@given(turn=st.integers(0, 3), where=st.floats(0, 1, exclude_max=True))
def test_a_letter_with_any_bit_changed_yields_no_keys_and_does_no_harm(
    turn: int, where: float
) -> None:
    ends, box = TwoEnds.met(), list[Letter]()
    box += letters_in(ends.gp.start(NOW))
    agreed = list[KeysAgreed]()
    for now_turn in range(4):
        (letter,), end = box, (ends.gp if now_turn % 2 else ends.site)
        if now_turn == turn:
            assert taken(end.receive, flipped(letter, where)) == []
        events = end.receive(letter, NOW)
        agreed += keys_in(events)
        box = letters_in(events)
    site, gp = agreed
    assert site.keys == gp.keys


def test_a_man_in_the_middle_with_the_invitation_is_seen_in_the_words() -> None:
    """He swaps the link's address for his own and plays the site to the GP, the GP to the site."""
    ends, thief = TwoEnds.met(), Identity(bytes(32))
    stolen = replace(ends.invitation, site_address=thief.address)
    towards_site = GpHandshake(thief, ends.invitation, entropy("towards the site"))
    towards_gp = SiteHandshake(thief, stolen, entropy("towards the GP"))
    site, _ = replace(ends, gp=towards_site).agree()
    deceived = GpHandshake(ends.gp_identity, stolen, entropy("deceived"))
    _, gp = replace(ends, site=towards_gp, gp=deceived).agree()
    assert site.keys.site_key != gp.keys.site_key
    assert site.words != gp.words


def test_a_man_in_the_middle_cannot_be_the_site_of_an_honest_link() -> None:
    ends, thief = TwoEnds.met(), Identity(bytes(32))
    impostor = SiteHandshake(thief, ends.invitation, entropy("impostor"))
    (m1,) = letters_in(impostor.receive(letters_in(ends.gp.start(NOW))[0], NOW))
    assert ends.gp.receive(m1, NOW) == []


def test_a_nonce_chosen_after_the_fact_is_found_out() -> None:
    """The site's own key does not help: the words are fixed by the commitment in M1."""
    ends = TwoEnds.met()
    agreement = agreement_of(ends, site_nonce=bytes(32))
    another = Letter(LetterKind.M3, agreement.seal_nonce(b"\x01" * 32))
    with pytest.raises(HandshakeError):
        ends.gp.receive(another, NOW)


def test_the_nonce_committed_to_is_accepted() -> None:
    ends = TwoEnds.met()
    agreement = agreement_of(ends, site_nonce=bytes(32))
    committed = Letter(LetterKind.M3, agreement.seal_nonce(bytes(32)))
    (agreed,) = keys_in(ends.gp.receive(committed, NOW))
    assert agreed.keys == agreement.keys


def test_without_the_invitation_nobody_can_knock_or_refuse() -> None:
    ends = TwoEnds.met()
    guessed = replace(ends.invitation, secret=bytes(16))
    stranger = GpHandshake(ends.gp_identity, guessed, entropy("stranger"))
    assert ends.site.receive(letters_in(stranger.start(NOW))[0], NOW) == []
    refusing = SiteHandshake(ends.site_identity, guessed, entropy("refusing"), pinned=bytes(32))
    (refusal,) = letters_in(refusing.receive(letters_in(stranger.start(NOW))[0], NOW))
    assert ends.gp.receive(refusal, NOW) == []


def test_nobody_can_knock_in_the_name_of_another() -> None:
    ends = TwoEnds.met()
    prekey = KeyPair(bytes(32)).public
    expires_s = int(ends.invitation.expires_at.timestamp())
    own = Bundle.signed(Identity(bytes(32)), prekey, expires_s)
    for bundle, is_answered in ((own, True), (replace(own, gp_public=bytes(32)), False)):
        site = SiteHandshake(ends.site_identity, ends.invitation, entropy("site"))
        body = seal_knock(ends.invitation, bundle, entropy("knock"))
        assert bool(site.receive(Letter(LetterKind.KNOCK, body), NOW)) == is_answered


def test_nobody_can_answer_in_the_name_of_the_site() -> None:
    ends = TwoEnds.met()
    (knock,) = letters_in(ends.gp.start(NOW))
    bundle = open_knock(ends.invitation, knock.body)
    parts = {"ephemeral": KeyPair(bytes(32)).public, "seed": bytes(32), "nonce": bytes(32)}
    stolen = M1.signed(Identity(bytes(32)), bundle, **parts, time_s=0)
    pretended = replace(stolen, site_public=ends.site_identity.public).seal(bundle)
    assert ends.gp.receive(Letter(LetterKind.M1, pretended), NOW) == []
    genuine = M1.signed(ends.site_identity, bundle, **parts, time_s=0).seal(bundle)
    assert letters_in(ends.gp.receive(Letter(LetterKind.M1, genuine), NOW))


def test_a_refusal_cannot_undo_an_agreement() -> None:
    ends = TwoEnds.met()
    other = SiteHandshake(ends.site_identity, ends.invitation, entropy("x"), pinned=bytes(32))
    (refusal,) = letters_in(other.receive(letters_in(ends.gp.start(NOW))[0], NOW))
    ends.agree()
    assert ends.gp.receive(refusal, NOW) == []


@pytest.mark.parametrize("case", vectors.read("handshake")["cases"], ids=lambda c: c["sealed_by"])
def test_an_m2_signed_for_another_site_is_refused(case: dict[str, str]) -> None:
    """Identity misbinding, which SIGMA's signatures are there against."""
    ends = TwoEnds.met()
    (m1_letter,) = letters_in(ends.site.receive(letters_in(ends.gp.start(NOW))[0], NOW))
    h1, m1 = opened(ends, m1_letter)
    seeds = {"seed": bytes.fromhex(case["gp_share"]), "nonce": bytes.fromhex(case["gp_nonce"])}
    for signer, site in (
        (ends.gp_identity, bytes(32)),
        (Identity(bytes(32)), ends.site_identity.public),
    ):
        m2 = M2.signed(signer, site, h1, **seeds).seal(m1.ephemeral, h1)
        assert ends.site.receive(Letter(LetterKind.M2, m2), NOW) == []
    honest = M2.signed(ends.gp_identity, ends.site_identity.public, h1, **seeds)
    letter = Letter(LetterKind.M2, honest.seal(m1.ephemeral, h1))
    assert keys_in(ends.site.receive(letter, NOW))


def agreement_of(ends: TwoEnds, *, site_nonce: bytes) -> Agreement:
    """Play the site by hand up to M2, committed to `site_nonce`."""
    (knock,) = letters_in(ends.gp.start(NOW))
    bundle = open_knock(ends.invitation, knock.body)
    ephemeral = KeyPair(bytes(32))
    m1 = M1.signed(
        ends.site_identity,
        bundle,
        ephemeral=ephemeral.public,
        seed=bytes(32),
        nonce=site_nonce,
        time_s=0,
    ).seal(bundle)
    (m2_letter,) = letters_in(ends.gp.receive(Letter(LetterKind.M1, m1), NOW))
    h1 = first_hash(bundle, m1)
    m2 = M2.open(
        m2_letter.body, ephemeral, h1, gp=ends.gp_identity.public, site=ends.site_identity.public
    )
    h2 = second_hash(h1, m2_letter.body)
    return Agreement.reached(bytes(32), m2.seed, ends.invitation.secret, h2)


def opened(ends: TwoEnds, letter: Letter) -> tuple[bytes, M1]:
    """h1 and M1, as the GP sees them."""
    bundle, prekey = ends.gp._bundle, ends.gp._prekey
    assert prekey is not None
    return first_hash(bundle, letter.body), M1.open(letter.body, bundle, prekey)


def flipped(letter: Letter, where: float) -> bytes:
    data = letter.encode()
    bit = int(where * len(data) * 8)
    return (int.from_bytes(data) ^ 1 << bit).to_bytes(len(data))


def taken(receive: Callable[..., Sequence[object]], data: bytes) -> list[object]:
    """What a session does with bytes from a mailbox."""
    try:
        return list(receive(Letter.decode(data), NOW))
    except (LetterUnreadableError, TrustError):
        return []

"""A relay, or whoever has taken it over: rewrites, replays, reorders, drops, downgrades."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from fakes.two_ends import NOW, TwoEnds, entropy, keys_in, letters_in
from hypothesis import given
from hypothesis import strategies as st

from client.catalogue import LANGUAGES, Catalogue
from client.core import parcels, wire
from client.core.contacts import BY_WORDS, Contact
from client.core.envelope import (
    ForgedEnvelopeError,
    ReplayedEnvelopeError,
    Role,
    session_ciphers,
)
from client.core.handshake import (
    Bond,
    Bundle,
    ChangedKeyError,
    GpAnswer,
    GpHandshake,
    HandshakeError,
    InvitationExpiredError,
    InvitationUsedError,
    KeysAgreed,
    KnockRefused,
    PrekeyExpiredError,
    PrekeyRolledBackError,
    Refusal,
    SiteCall,
    SiteHandshake,
    TrustError,
    WordsDifferError,
)
from client.core.handshake.bond import Call
from client.core.handshake.kem import KeyPair
from client.core.identity import Identity
from client.core.invitation import Invitation, InvitationUnreadableError
from client.core.letters import Letter, LetterKind
from client.core.outbox import RolledBackError
from client.core.plain_cbor import pack, unpack
from client.net.descriptions import incoming
from client.session.switching import FalseHelloError

KEYS = TwoEnds.met().agree()[0].keys
SITE_CIPHERS = partial(session_ciphers, KEYS, Role.SITE)
GP_CIPHERS = partial(session_ciphers, KEYS, Role.GP)
TO_GP = (LetterKind.M1, LetterKind.M3)
OFFER = parcels.encode(wire.Parcel(None, wire.Signal("offer", 1, "a=fingerprint:sha-256 AA:BB")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "error",
    [
        *(ChangedKeyError, FalseHelloError, HandshakeError, InvitationExpiredError),
        *(InvitationUsedError, PrekeyExpiredError, PrekeyRolledBackError, WordsDifferError),
        RolledBackError,
    ],
)
def test_each_attack_has_a_sentence_of_its_own(error: type[Exception], language: str) -> None:
    say = Catalogue(language)
    told = [say.explain(each("")) for each in (error, RuntimeError)]
    assert told[0] != told[1]
    assert say(f"error.{error.__name__}")
    assert say(f"error.{error.__name__}.hint")


@given(bit=st.integers(0, 8 * (len(OFFER) + 18) - 1))
def test_an_offer_cannot_be_rewritten(bit: int) -> None:
    sealed = SITE_CIPHERS()[0].seal(OFFER)
    changed = (int.from_bytes(sealed) ^ 1 << bit).to_bytes(len(sealed))
    gp = GP_CIPHERS()[1]
    with pytest.raises(ForgedEnvelopeError):
        gp.open(changed)
    assert gp.open(sealed) == OFFER


def test_an_offer_cannot_be_replayed_nor_moved_to_another_session() -> None:
    sealed, gp = SITE_CIPHERS()[0].seal(OFFER), GP_CIPHERS()[1]
    gp.open(sealed)
    with pytest.raises(ReplayedEnvelopeError):
        gp.open(sealed)
    another = TwoEnds.met("another").agree()[1].keys
    with pytest.raises(ForgedEnvelopeError):
        session_ciphers(another, Role.GP)[1].open(sealed)


def test_swapped_keys_at_first_contact_show_in_the_words() -> None:
    """He rewrote the link, too; else his M1 would not even be opened."""
    ends, thief = TwoEnds.met(), Identity(bytes(32))
    link = replace(ends.invitation, site_address=thief.address)
    to_site = replace(ends, gp=GpHandshake(thief, ends.invitation, entropy("1"))).agree()
    to_gp = replace(
        ends,
        site=SiteHandshake(thief, link, entropy("2")),
        gp=GpHandshake(ends.gp_identity, link, entropy("3")),
    ).agree()
    assert to_site[0].words != to_gp[1].words
    assert to_site[0].peer_public == thief.public != ends.gp_identity.public


def test_an_m1_of_another_handshake_means_nothing_to_a_page() -> None:
    _, m1, _, _ = TwoEnds.met("yesterday").letters()
    today = TwoEnds.met("yesterday")
    today.gp = GpHandshake(today.gp_identity, today.invitation, entropy("a new prekey"))
    today.gp.start(NOW)
    assert today.gp.receive(m1, NOW) == []
    assert today.gp.rejected == 1


def test_an_invitation_serves_once() -> None:
    ends = TwoEnds.met()
    knock, *_ = ends.letters()
    assert ends.site.receive(knock, NOW) == []
    again = GpHandshake(ends.gp_identity, ends.invitation, entropy("again"))
    refusal, refused = ends.site.receive(letters_in(again.start(NOW))[0], NOW)
    assert refused == KnockRefused(Refusal.USED)
    with pytest.raises(InvitationUsedError):
        again.receive(refusal.letter, NOW)


def test_an_invitation_kept_back_too_long_is_over() -> None:
    ends = TwoEnds.met()
    (knock,) = letters_in(ends.gp.start(NOW))
    (refusal, refused) = ends.site.receive(knock, NOW + timedelta(hours=1))
    assert refused == KnockRefused(Refusal.EXPIRED)
    with pytest.raises(InvitationExpiredError):
        ends.gp.receive(refusal.letter, NOW + timedelta(hours=1))


@pytest.mark.parametrize("dropped", range(4))
def test_a_dropped_letter_costs_time_alone(dropped: int) -> None:
    """What was posted is posted again, by a page that knocks or a site that is knocked at."""
    ends, agreed, posted = TwoEnds.met(), list[KeysAgreed](), list[Letter]()
    for delivered in ([True] * dropped, [True] * 8):
        posted += [each for each in letters_in(ends.gp.start(NOW)) if each not in posted]
        for index, _ in enumerate(delivered):
            if index < len(posted):
                end = ends.gp if posted[index].kind in TO_GP else ends.site
                events = end.receive(posted[index], NOW)
                agreed += keys_in(events)
                posted += [each for each in letters_in(events) if each not in posted]
    site, gp = agreed
    assert site.keys == gp.keys
    assert len(posted) == 4


@pytest.mark.parametrize("version", [0, 3, 4, 127, 255])
def test_an_envelope_of_another_version_is_not_opened(version: int) -> None:
    sealed = SITE_CIPHERS()[0].seal(OFFER)
    with pytest.raises(ForgedEnvelopeError):
        GP_CIPHERS()[1].open(bytes([version]) + sealed[1:])


@pytest.mark.parametrize("version", [0, 2, 255])
def test_an_invitation_of_another_version_is_not_read(version: int) -> None:
    from base64 import urlsafe_b64decode, urlsafe_b64encode  # noqa: PLC0415 -- of this test alone

    fragment = TwoEnds.met().invitation.fragment
    _, *rest = unpack(urlsafe_b64decode(fragment + "=" * (-len(fragment) % 4)))
    other = urlsafe_b64encode(pack(version, *rest)).rstrip(b"=").decode()
    with pytest.raises(InvitationUnreadableError):
        Invitation.from_fragment(other)


def test_there_is_no_weaker_suite_to_fall_back_to() -> None:
    """A bundle with an X25519 key alone is no bundle, and no message names a suite."""
    ends = TwoEnds.met()
    small = ends.gp_identity.sign("bundle", pack(ends.gp_identity.public, bytes(32), 1))
    with pytest.raises(Exception, match="not a bundle"):
        Bundle.decode(pack(ends.gp_identity.public, bytes(32), 1, small))


def test_a_prekey_cannot_be_rolled_back() -> None:
    ends = TwoEnds.met()
    older, newer = (standing(ends, epoch) for epoch in (5, 6))
    contact = contact_of(ends).with_bundle(newer)
    with pytest.raises(PrekeyRolledBackError):
        contact.with_bundle(older)
    with pytest.raises(PrekeyRolledBackError):
        contact.with_bundle(standing(ends, 6, b"\x01" * 32))
    with pytest.raises(ChangedKeyError):
        contact.with_bundle(Bundle.standing(Identity(bytes(32)), newer.prekey, 1 << 40, 9))
    assert contact.with_bundle(newer) == contact


def test_an_old_bundle_is_not_called_by() -> None:
    ends = TwoEnds.met()
    expired = contact_of(ends).with_bundle(standing(ends, 1, expires_s=int(NOW.timestamp())))
    with pytest.raises(PrekeyExpiredError):
        expired.bundle_at(NOW)


def test_a_call_replayed_or_moved_to_another_bond_agrees_on_nothing() -> None:
    ends, prekey = TwoEnds.met(), KeyPair(bytes(32))
    bundle = standing(ends, 1)
    bond = Bond(ends.site_identity.address, ends.gp_identity.address, bytes(32))
    call = SiteCall.made(
        ends.site_identity, bond, bundle, number=1, entropy=entropy("call"), now=NOW
    )
    (letter,) = letters_in(call.start())
    opened = bond.open_call(letter.body)
    gp = gp_answer(ends, bond, opened, bundle, prekey, "one")
    (m2,) = letters_in(gp.start())
    (m3, agreed) = call.receive(m2, NOW)
    assert keys_in(gp.receive(m3.letter))[0].keys == agreed.keys
    replayed = gp_answer(ends, bond, opened, bundle, prekey, "two")
    (second,) = letters_in(replayed.start())
    assert call.receive(second, NOW) == []
    assert replayed.receive(m3.letter) == []
    with pytest.raises(Exception, match="not sealed under this bond"):
        replace(bond, secret=b"\x01" * 32).open_call(letter.body)


def test_a_call_by_another_key_than_the_pinned_one_is_refused() -> None:
    ends, prekey, thief = TwoEnds.met(), KeyPair(bytes(32)), Identity(b"\x07" * 32)
    bundle = standing(ends, 1)
    bond = Bond(ends.site_identity.address, ends.gp_identity.address, bytes(32))
    call = SiteCall.made(thief, bond, bundle, number=1, entropy=entropy("call"), now=NOW)
    opened = bond.open_call(letters_in(call.start())[0].body)
    with pytest.raises(ChangedKeyError):
        gp_answer(ends, bond, opened, bundle, prekey, "one")


def test_nothing_of_the_handshake_gets_past_its_own_error() -> None:
    """Whatever a letter says, a page stops by a `TrustError` or goes on waiting."""
    ends = TwoEnds.met()
    ends.gp.start(NOW)
    for kind in LetterKind:
        for body in (b"", b"\x00" * 12, b"\x00" * 2_700, b"\xff" * 16_000):
            try:
                assert ends.gp.receive(Letter(kind, body), NOW) == []
                assert ends.site.receive(Letter(kind, body), NOW) == []
            except TrustError:
                pytest.fail("believed without a proof")


def test_descriptions_from_the_relay_itself_are_not_looked_at() -> None:
    """Signals travel sealed alone: there is no letter that carries one in clear."""
    assert {kind.name for kind in LetterKind} == {
        *("KNOCK", "M1", "M2", "M3", "SEALED", "REFUSAL", "CALL", "BUNDLE")
    }
    with pytest.raises(Exception, match="session description"):
        incoming("v=0")


def standing(
    ends: TwoEnds, epoch: int, seed: bytes = bytes(32), expires_s: int = 1 << 40
) -> Bundle:
    return Bundle.standing(ends.gp_identity, KeyPair(seed).public, expires_s, epoch)


def contact_of(ends: TwoEnds) -> Contact:
    return Contact(ends.gp_identity.public, "Dr Martin", "", None, NOW, BY_WORDS, (bytes(32),))


def gp_answer(  # noqa: PLR0913, PLR0917 -- all that an answer is made of
    ends: TwoEnds, bond: Bond, call: Call, bundle: Bundle, prekey: KeyPair, name: str
) -> GpAnswer:
    return GpAnswer(
        *(ends.gp_identity, bond, ends.site_identity.public, call),
        bundle=bundle,
        prekey=prekey,
        entropy=entropy(name),
    )

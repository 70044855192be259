"""Calls between ends that know each other: one after another, offline, replayed, rolled back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fakes import vectors
from fakes.two_ends import NOW, entropy, keys_in, letters_in
from hypothesis import given
from hypothesis import strategies as st

from client.core.handshake import (
    CALL_LASTS,
    Bond,
    Bundle,
    Call,
    CallDeclinedError,
    CallRefusal,
    ChangedKeyError,
    GpAnswer,
    HandshakeError,
    KeysAgreed,
    PlacedCall,
    PlacedCallUnreadableError,
    PrekeyExpiredError,
    SiteCall,
    bond_secret,
)
from client.core.handshake.errors import BadLetterError
from client.core.handshake.kem import KeyPair
from client.core.identity import Identity
from client.core.letters import Letter, LetterKind
from client.core.prekeys import Prekeys

CASE: dict[str, Any] = vectors.read("bond")["case"]
READ = {name: bytes.fromhex(value) for name, value in CASE.items() if isinstance(value, str)}
RECORDED = Bond(
    Identity(READ["site_seed"]).address, Identity(READ["gp_seed"]).address, READ["secret"]
)


class Known:
    """A site and a GP that have met before."""

    def __init__(self, name: str = "") -> None:
        self.site = Identity(entropy(f"{name} site")(32))
        self.gp = Identity(entropy(f"{name} gp")(32))
        self.bond = Bond(self.site.address, self.gp.address, entropy(f"{name} bond")(32))
        self.prekeys = Prekeys().renewed(self.gp, NOW, entropy(f"{name} prekey"))
        self.bundle = self.prekeys.newest.bundle
        self.call = self.calling(self.site)

    def calling(self, site: Identity, number: int = 7) -> SiteCall:
        return SiteCall.made(
            site, self.bond, self.bundle, number=number, entropy=entropy("call"), now=NOW
        )

    def answer(self, letter: Letter) -> GpAnswer:
        call = self.bond.open_call(letter.body)
        prekey = self.prekeys.of(call.bundle_digest)
        assert prekey is not None
        return GpAnswer(
            self.gp,
            self.bond,
            self.site.public,
            call,
            bundle=prekey.bundle,
            prekey=prekey.pair,
            entropy=entropy("answer"),
        )


def test_a_known_gp_and_a_known_site_agree_without_an_invitation() -> None:
    known = Known()
    (call,) = letters_in(known.call.start())
    answer = known.answer(call)
    (m2,) = letters_in(answer.start())
    at_site = known.call.receive(m2, NOW)
    (m3,) = letters_in(at_site)
    (site_agreed,) = keys_in(at_site)
    (gp_agreed,) = keys_in(answer.receive(m3))
    assert site_agreed.keys == gp_agreed.keys
    assert site_agreed.words == gp_agreed.words
    assert site_agreed.exporter == gp_agreed.exporter
    assert site_agreed.peer_public == known.gp.public
    assert gp_agreed.peer_public == known.site.public
    assert known.call.rejected == answer.rejected == 0


def test_letters_that_come_twice_are_answered_alike_and_agree_once() -> None:
    known = Known()
    (call,) = letters_in(known.call.start())
    answer = known.answer(call)
    (m2,) = letters_in(answer.start())
    assert letters_in(answer.receive(call)) == [m2]
    (m3,) = letters_in(known.call.receive(m2, NOW))
    again = known.call.receive(m2, NOW)
    assert letters_in(again) == [m3]
    assert keys_in(again) == []
    assert len(keys_in(answer.receive(m3))) == 1
    assert answer.receive(m3) == []


def test_a_page_opened_days_later_still_answers_and_not_after_a_week() -> None:
    known = Known()
    (call,) = letters_in(known.call.start())
    (m2,) = letters_in(known.answer(call).start())
    assert keys_in(known.call.receive(m2, NOW + CALL_LASTS - timedelta(seconds=1)))
    late = Known()
    assert late.call.receive(m2, NOW + CALL_LASTS) == []
    assert late.call.rejected == 1


def test_another_site_under_the_stolen_bond_is_refused() -> None:
    known = Known()
    (call,) = letters_in(known.calling(Identity(b"another site" + bytes(20))).start())
    with pytest.raises(ChangedKeyError):
        known.answer(call)


def test_another_gp_under_the_stolen_bond_and_prekey_is_not_believed() -> None:
    known = Known()
    (call,) = letters_in(known.call.start())
    opened = known.bond.open_call(call.body)
    impostor = GpAnswer(
        Identity(b"an impostor" + bytes(21)),
        known.bond,
        known.site.public,
        opened,
        bundle=known.bundle,
        prekey=known.prekeys.newest.pair,
        entropy=entropy("impostor"),
    )
    (m2,) = letters_in(impostor.start())
    assert known.call.receive(m2, NOW) == []
    assert known.call.rejected == 1


def test_a_broken_commitment_stops_everything() -> None:
    known = Known()
    (call,) = letters_in(known.call.start())
    answer = known.answer(call)
    (m2,) = letters_in(answer.start())
    reply = answer._reply
    known.call.receive(m2, NOW)
    forged = Letter(LetterKind.M3, reply.agreement.seal_nonce(bytes(32)))
    with pytest.raises(HandshakeError):
        answer.receive(forged)


def test_a_refusal_names_the_call_it_refuses() -> None:
    known = Known()
    body = known.bond.seal_refusal(6, CallRefusal.DECLINED, entropy("refusal"))
    assert known.call.receive(Letter(LetterKind.REFUSAL, body), NOW) == []
    for reason, error in (
        (CallRefusal.DECLINED, CallDeclinedError),
        (CallRefusal.EXPIRED, PrekeyExpiredError),
    ):
        body = known.bond.seal_refusal(7, reason, entropy("refusal"))
        with pytest.raises(error):
            known.call.receive(Letter(LetterKind.REFUSAL, body), NOW)


def test_an_expired_bundle_is_not_called() -> None:
    known = Known()
    late = NOW + timedelta(days=14)
    with pytest.raises(PrekeyExpiredError):
        SiteCall.made(
            known.site, known.bond, known.bundle, number=8, entropy=entropy("late"), now=late
        )


@given(st.binary(max_size=200), st.sampled_from(LetterKind))
def test_other_bytes_change_nothing_at_the_site(body: bytes, kind: LetterKind) -> None:
    known = Known()
    assert known.call.receive(Letter(kind, body), NOW) == []
    assert known.call.rejected == 1


@given(st.binary(max_size=200))
def test_other_bytes_are_no_call_bundle_or_refusal(body: bytes) -> None:
    for opening in (RECORDED.open_call, RECORDED.open_bundle, RECORDED.open_refusal):
        with pytest.raises(BadLetterError):
            opening(body)


def test_letters_of_a_bond_open_only_as_what_they_are() -> None:
    letters = {"call": READ["call"], "bundle": READ["bundle_letter"]}
    with pytest.raises(BadLetterError):
        RECORDED.open_call(letters["bundle"])
    with pytest.raises(BadLetterError):
        RECORDED.open_bundle(letters["call"])
    for other in (
        replace(RECORDED, secret=bytes(32)),
        replace(RECORDED, gp_address=bytes(32)),
    ):
        with pytest.raises(BadLetterError):
            other.open_call(letters["call"])


def test_the_bond_is_that_of_the_vectors() -> None:
    site, gp = READ["site_public"], READ["gp_public"]
    assert bond_secret(READ["exporter"], site, gp) == READ["secret"]
    assert RECORDED.site_token == READ["site_token"]
    assert RECORDED.gp_token == READ["gp_token"]
    bundle = Bundle.decode_standing(READ["bundle"])
    assert (bundle.expires_s, bundle.epoch) == (CASE["expires_s"], CASE["epoch"])
    assert RECORDED.open_bundle(READ["bundle_letter"]) == bundle
    call = RECORDED.open_call(READ["call"])
    assert call == Call(CASE["number"], bundle.digest, READ["m1"])
    for reason in CallRefusal:
        refusal = bytes.fromhex(CASE["refusals"][reason])
        assert RECORDED.open_refusal(refusal) == (CASE["number"], reason)


def test_the_recorded_call_is_answered() -> None:
    answer = GpAnswer(
        Identity(READ["gp_seed"]),
        RECORDED,
        READ["site_public"],
        RECORDED.open_call(READ["call"]),
        bundle=Bundle.decode_standing(READ["bundle"]),
        prekey=KeyPair(READ["prekey_seed"]),
        entropy=entropy("recorded"),
    )
    (m2,) = letters_in(answer.start())
    assert m2.kind is LetterKind.M2


def test_a_later_process_takes_the_answer_up_and_only_until_it_is_answered() -> None:
    known = Known()
    (call,) = letters_in(known.call.start())
    placed = known.call.placed
    assert placed is not None
    later = SiteCall(PlacedCall.decode(placed.encode()))
    answer = known.answer(call)
    (m2,) = letters_in(answer.start())
    m3, agreed = later.receive(m2, NOW)
    assert later.placed is None
    (agreed_there,) = answer.receive(letters_in([m3])[0])
    assert isinstance(agreed, KeysAgreed)
    assert isinstance(agreed_there, KeysAgreed)
    assert agreed.keys == agreed_there.keys


def test_a_kept_call_is_answered_within_its_time_alone() -> None:
    known = Known()
    (call,) = letters_in(known.call.start())
    assert known.call.placed is not None
    later = SiteCall(PlacedCall.decode(known.call.placed.encode()))
    (m2,) = letters_in(known.answer(call).start())
    assert later.receive(m2, NOW + CALL_LASTS) == []


@pytest.mark.parametrize("spoil", [b"", b"\x80", b"\x8d\x02"])
def test_another_spelling_of_a_call_is_refused(spoil: bytes) -> None:
    with pytest.raises(PlacedCallUnreadableError):
        PlacedCall.decode(spoil)

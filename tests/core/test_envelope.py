import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fakes import vectors
from hypothesis import given
from hypothesis import strategies as st

from client.core.envelope import (
    COUNTER_LIMIT,
    ENVELOPE_LIMIT,
    INCARNATION_SIZE,
    INCARNATIONS_LIMIT,
    LETTER_BUCKETS,
    WINDOW,
    CounterExhaustedError,
    ForgedEnvelopeError,
    Opener,
    ParcelTooLargeError,
    ReplayedEnvelopeError,
    ReplayWindow,
    Role,
    Sealer,
    SessionKeys,
    header_of,
    kept,
    resumed_ciphers,
    session_ciphers,
)
from client.core.letters import Letter
from client.core.parcels import PARCEL_LIMIT

VECTORS = vectors.read("envelope")
KEYS = SessionKeys(**{name: bytes.fromhex(value) for name, value in VECTORS["keys"].items()})
PEERS = {Role.SITE: Role.GP, Role.GP: Role.SITE}
HEADER_AND_TAG = 2 + 16


@pytest.mark.parametrize("role", Role)
def test_each_end_opens_what_the_vectors_sealed(role: Role) -> None:
    _, opener = session_ciphers(KEYS, PEERS[role])
    for case in VECTORS["sealed_by"][role.value]:
        assert opener.open(bytes.fromhex(case["envelope"])).hex() == case["parcel"]


@pytest.mark.parametrize("role", Role)
def test_each_end_seals_as_the_vectors(role: Role) -> None:
    sealer, _ = session_ciphers(KEYS, role)
    for case in VECTORS["sealed_by"][role.value][:16]:
        assert sealer.seal(bytes.fromhex(case["parcel"])).hex() == case["envelope"]


@pytest.mark.parametrize(
    ("counter", "header"),
    # RFC 9000, A.1
    [
        (37, "25"),
        (15_293, "7bbd"),
        (494_878_333, "9d7f3e7d"),
        (151_288_809_941_952_652, "c2197c5eff14e88c"),
    ],
)
def test_the_counter_is_spelt_as_in_quic(counter: int, header: str) -> None:
    sealer, opener = pair()
    sealer._counter = counter
    if counter < COUNTER_LIMIT:
        envelope = sealer.seal(b"")
        assert envelope[1 : -64 - 16].hex() == header
        assert opener.open(envelope) == b""
    else:  # beyond what we seal; a reader still finds the end of it
        with pytest.raises(ForgedEnvelopeError):
            opener.open(bytes.fromhex("01" + header) + bytes(80))


@given(parcel=st.binary(max_size=3_000))
def test_what_was_sealed_is_opened_once(parcel: bytes) -> None:
    sealer, opener = pair()
    envelope = sealer.seal(parcel)
    assert opener.open(envelope) == parcel
    with pytest.raises(ReplayedEnvelopeError):
        opener.open(envelope)


@pytest.mark.parametrize(
    ("size", "bucket"),
    [
        (0, 64),
        (63, 64),
        (64, 96),
        (95, 96),
        (96, 128),
        (127, 128),
        (128, 192),
        (192, 256),
        (255, 256),
        (256, 384),
        (511, 512),
        (767, 768),
        (768, 1_024),
        (1_023, 1_024),
        (1_024, 2_048),
        (2_047, 2_048),
        (2_048, 3_072),
    ],
)
def test_a_listener_learns_the_bucket_only(size: int, bucket: int) -> None:
    sealer, _ = pair()
    assert len(sealer.seal(bytes(size))) == bucket + HEADER_AND_TAG


@given(bit=st.integers(0, (64 + HEADER_AND_TAG) * 8 - 1))
def test_no_bit_can_change(bit: int) -> None:
    sealer, opener = pair()
    envelope = sealer.seal(b"parcel")
    changed = (int.from_bytes(envelope) ^ 1 << bit).to_bytes(len(envelope))
    with pytest.raises(ForgedEnvelopeError):
        opener.open(changed)
    assert opener.open(envelope) == b"parcel"


@given(envelope=st.binary(max_size=200) | st.binary(max_size=100).map(lambda data: b"\x01" + data))
def test_nonsense_is_forged(envelope: bytes) -> None:
    _, opener = pair()
    with pytest.raises(ForgedEnvelopeError):
        opener.open(envelope)


def test_an_end_does_not_open_its_own_envelopes() -> None:
    sealer, opener = session_ciphers(KEYS, Role.SITE)
    with pytest.raises(ForgedEnvelopeError):
        opener.open(sealer.seal(b"reflected"))


def test_the_largest_parcel_fits_and_no_larger_one_is_sealed() -> None:
    sealer, opener = pair()
    envelope = sealer.seal(bytes(PARCEL_LIMIT))
    assert len(envelope) <= ENVELOPE_LIMIT
    assert len(opener.open(envelope)) == PARCEL_LIMIT
    assert Letter.decode(Letter.sealed(KEYS.tag, envelope).encode()).envelope_for(KEYS.tag)
    with pytest.raises(ParcelTooLargeError):
        sealer.seal(bytes(PARCEL_LIMIT + 1))
    with pytest.raises(ForgedEnvelopeError):
        opener.open(b"\x01" + bytes(ENVELOPE_LIMIT))


@pytest.mark.parametrize("plaintext", [bytes(64), b"parcel\x80" + b"\x01" * 57])
def test_padding_of_another_kind_is_refused(plaintext: bytes) -> None:
    sealer, opener = pair()
    sealer._aead = Unpadded(sealer._aead, plaintext)  # type: ignore[assignment]  # a peer's bug
    with pytest.raises(ForgedEnvelopeError):
        opener.open(sealer.seal(b""))


def test_a_key_seals_no_more_than_its_share() -> None:
    sealer, _ = pair()
    sealer._counter = COUNTER_LIMIT - 1
    sealer.seal(b"the last one")
    for _ in range(2):
        with pytest.raises(CounterExhaustedError):
            sealer.seal(b"one too many")


@given(
    counters=st.lists(
        st.integers(0, 40)
        | st.integers(WINDOW - 3, WINDOW + 3)
        | st.integers(2 * WINDOW - 3, 2 * WINDOW + 3)
        | st.integers(0, 1 << 62),
        max_size=60,
    )
)
def test_the_replay_window_agrees_with_a_set(counters: list[int]) -> None:
    window, seen = ReplayWindow(), set[int]()
    for counter in counters:
        is_new = counter not in seen and counter > max(seen, default=-1) - WINDOW
        assert window.accept(counter) == is_new
        seen.add(counter)


def test_the_replay_window_does_not_grow() -> None:
    window = ReplayWindow()
    for counter in range(0, 20 * WINDOW, 3):
        window.accept(counter)
    assert window._seen.bit_length() <= WINDOW


def test_late_letters_are_opened_within_the_window() -> None:
    sealer, opener = pair()
    envelopes = [sealer.seal(b"") for _ in range(WINDOW + 1)]
    opener.open(envelopes[-1])
    assert opener.open(envelopes[1]) == b""
    with pytest.raises(ReplayedEnvelopeError):
        opener.open(envelopes[0])


@pytest.mark.parametrize("role", Role)
def test_each_end_opens_what_a_later_process_of_the_peer_sealed(role: Role) -> None:
    _, opener = session_ciphers(KEYS, PEERS[role])
    for case in VECTORS["sealed_later_by"][role.value]:
        assert opener.open(bytes.fromhex(case["envelope"])).hex() == case["parcel"]


def test_a_later_process_goes_on_both_ways() -> None:
    first, _ = session_ciphers(KEYS, Role.SITE)
    gp_sealer, gp_opener = session_ciphers(KEYS, Role.GP)
    later, opener = resumed_ciphers(kept(KEYS, Role.SITE), bytes(range(8)))
    assert [gp_opener.open(e) for e in (first.seal(b"1"), later.seal(b"2"))] == [b"1", b"2"]
    assert opener.open(gp_sealer.seal(b"3")) == b"3"


def test_no_process_seals_under_the_key_of_another() -> None:
    session = kept(KEYS, Role.SITE)
    sealers = [session_ciphers(KEYS, Role.SITE)[0]]
    sealers += [resumed_ciphers(session, bytes([n]) * INCARNATION_SIZE)[0] for n in range(20)]
    sealed = [sealer.seal(b"the same words") for sealer in sealers]
    assert {header_of(envelope)[1] for envelope in sealed} == {0}
    assert len({envelope[-80:] for envelope in sealed}) == len(sealers)


def test_what_is_kept_does_not_hold_the_key_this_end_sealed_with() -> None:
    session = kept(KEYS, Role.SITE)
    held = session.own_root + session.peer_key + session.peer_iv
    assert KEYS.site_key not in held
    assert "own_root" not in repr(session)


def test_a_later_process_is_not_taken_for_another() -> None:
    sealer, _ = resumed_ciphers(kept(KEYS, Role.SITE), bytes(INCARNATION_SIZE))
    _, opener = session_ciphers(KEYS, Role.GP)
    envelope = sealer.seal(b"parcel")
    for start in (envelope[:1] + b"\x01" + envelope[2:], b"\x01" + envelope[9:], envelope[:5]):
        with pytest.raises(ForgedEnvelopeError):
            opener.open(start)
    assert opener.open(envelope) == b"parcel"
    with pytest.raises(ReplayedEnvelopeError):
        opener.open(envelope)


def test_a_peer_begins_anew_a_bounded_number_of_times() -> None:
    _, opener = session_ciphers(KEYS, Role.GP)
    session = kept(KEYS, Role.SITE)
    names = [number.to_bytes(INCARNATION_SIZE) for number in range(INCARNATIONS_LIMIT)]
    for name in names[:-1]:
        opener.open(resumed_ciphers(session, name)[0].seal(b""))
    with pytest.raises(ForgedEnvelopeError):
        opener.open(resumed_ciphers(session, names[-1])[0].seal(b""))


@given(size=st.integers(0, PARCEL_LIMIT))
def test_letters_have_few_sizes(size: int) -> None:
    sealer, opener = pair()
    envelope = sealer.seal(bytes(size), is_letter=True)
    assert len(envelope) - HEADER_AND_TAG in LETTER_BUCKETS
    assert opener.open(envelope) == bytes(size)


def test_keys_are_not_shown() -> None:
    assert repr(KEYS) == f"SessionKeys(tag={KEYS.tag!r})"


def pair() -> tuple[Sealer, Opener]:
    return session_ciphers(KEYS, Role.SITE)[0], session_ciphers(KEYS, Role.GP)[1]


class Unpadded:
    """Seals this and nothing else."""

    def __init__(self, aead: AESGCM, plaintext: bytes) -> None:
        self._aead = aead
        self._plaintext = plaintext

    def encrypt(self, nonce: bytes, _padded: bytes, context: bytes) -> bytes:
        return self._aead.encrypt(nonce, self._plaintext, context)

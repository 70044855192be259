"""RFC 9605: its own vectors, and what a stream of frames does with late, lost and false ones."""

import random

import pytest
from fakes import vectors
from hypothesis import given
from hypothesis import strategies as st

from client.core import sframe
from client.core.envelope import CounterExhaustedError
from client.core.sframe import FrameCipher, FrameOpener, FrameSealer

RFC = vectors.read("sframe_rfc9605")
BASE = bytes(range(64))


def stream(base: bytes = BASE) -> tuple[FrameSealer, FrameOpener]:
    return FrameSealer(FrameCipher(base, 1)), FrameOpener(FrameCipher(base, 1))


@pytest.mark.parametrize("case", RFC["header"], ids=lambda c: c["encoded"])
def test_headers_are_those_of_the_rfc(case: dict[str, int | str]) -> None:
    assert sframe.header(int(case["kid"]), int(case["ctr"])).hex() == case["encoded"]


def test_a_frame_is_sealed_as_in_the_rfc() -> None:
    (case,) = RFC["sframe"]
    cipher = FrameCipher(bytes.fromhex(case["base_key"]), case["kid"])
    metadata, plaintext = bytes.fromhex(case["metadata"]), bytes.fromhex(case["pt"])
    sealed = cipher.encrypt(case["ctr"], plaintext, metadata)
    assert (sframe.header(case["kid"], case["ctr"]) + sealed).hex() == case["ct"]
    assert cipher.decrypt(case["ctr"], sealed, metadata) == plaintext
    assert cipher.decrypt(case["ctr"] + 1, sealed, metadata) is None
    assert cipher.decrypt(case["ctr"], sealed, b"other") is None


def test_a_ratchet_goes_step_by_step() -> None:
    assert sframe.ratchet(BASE, 0) == BASE
    once = sframe.ratchet(BASE, 1)
    assert once != BASE
    assert sframe.ratchet(once, 2) == sframe.ratchet(BASE, 3)


@given(st.lists(st.binary(max_size=200), max_size=20), st.binary(max_size=8))
def test_frames_come_back_for_seventeen_bytes_each(frames: list[bytes], metadata: bytes) -> None:
    sealer, opener = stream()
    for frame in frames:
        sealed = sealer.seal(frame, metadata)
        assert len(sealed) == len(frame) + sframe.OVERHEAD_BYTES == len(frame) + 17
        assert opener.open(sealed, metadata) == frame


def test_no_two_frames_are_sealed_alike() -> None:
    sealer, _ = stream()
    ciphertexts = {sealer.seal(b"the same")[:-1] for _ in range(600)}
    assert len(ciphertexts) == 600


def test_a_frame_opens_once() -> None:
    sealer, opener = stream()
    first, second = sealer.seal(b"1"), sealer.seal(b"2")
    assert opener.open(first) == b"1"
    assert opener.open(first) is None
    assert opener.open(second) == b"2"
    assert opener.open(first) is None
    assert (opener.replayed, opener.forged) == (2, 0)


@given(st.randoms(use_true_random=False))
def test_frames_may_overtake_each_other_within_the_window(order: random.Random) -> None:
    sealer, opener = stream()
    frames = [bytes([number]) for number in range(200)]
    sealed = [sealer.seal(frame) for frame in frames]
    places = sorted(range(200), key=lambda place: place + order.uniform(0, sframe.BEHIND - 1))
    assert [opener.open(sealed[place]) for place in places] == [frames[p] for p in places]


def test_a_frame_older_than_the_window_is_dropped() -> None:
    sealer, opener = stream()
    sealed = [sealer.seal(b"x") for _ in range(sframe.BEHIND + 2)]
    assert opener.open(sealed[-1]) == b"x"
    assert opener.open(sealed[1]) is None
    assert opener.open(sealed[2]) == b"x"


@pytest.mark.parametrize("lost", [1, 190, 191, 300, 2_000, 5_000, 20_000])
def test_however_many_frames_are_lost_the_stream_goes_on(lost: int) -> None:
    sealer, opener = stream()
    assert opener.open(sealer.seal(b"before")) == b"before"
    for _ in range(lost):
        sealer.seal(b"lost")
    needed = 1
    while opener.open(sealer.seal(b"after")) is None:
        needed += 1
    assert needed <= 1 + lost // 2_048  # eight rounds of 256 are looked at with each frame
    assert opener.open(sealer.seal(b"and on")) == b"and on"


@given(st.integers(0, 99), st.integers(1, 255))
def test_an_altered_frame_is_dropped_and_disturbs_no_other(place: int, change: int) -> None:
    sealer, opener = stream()
    for _ in range(3):
        opener.open(sealer.seal(b"before"))
    sealed = bytearray(sealer.seal(bytes(83)))
    sealed[place] ^= change
    assert opener.open(bytes(sealed)) is None
    assert opener.forged == 1
    assert opener.open(sealer.seal(b"after")) == b"after"


def test_another_key_opens_nothing() -> None:
    sealer, _ = stream()
    _, opener = stream(bytes(64))
    for _ in range(50):
        assert opener.open(sealer.seal(b"secret")) is None
    assert opener.forged == 50


@pytest.mark.parametrize("size", range(sframe.OVERHEAD_BYTES))
def test_what_is_too_short_is_no_frame(size: int) -> None:
    _, opener = stream()
    assert opener.open(bytes(size)) is None
    assert opener.forged == 1


def test_a_worn_out_key_seals_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sframe, "COUNTER_LIMIT", 3)
    sealer, _ = stream()
    for _ in range(3):
        sealer.seal(b"x")
    with pytest.raises(CounterExhaustedError):
        sealer.seal(b"x")

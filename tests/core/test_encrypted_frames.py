"""Sealed frames: the shared vectors, real encoders' pictures, and what stays in clear of them."""

from typing import Any

import av
import pytest
from fakes import vectors
from fakes.packet_feeds import PictureFeed
from hypothesis import given
from hypothesis import strategies as st

from client.core import encrypted_frames
from client.core.encrypted_frames import FrameFormatError, open_frame, seal
from client.core.envelope import Role, SessionKeys
from client.core.frame_keys import FrameRatchet, Medium
from client.core.sframe import OVERHEAD_BYTES, FrameCipher, FrameOpener, FrameSealer
from client.net import payload_formats

VECTORS = vectors.read("sframe")
CODECS = ("av1", "vp8", "vp9", "voice")


def stream() -> tuple[FrameSealer, FrameOpener]:
    return FrameSealer(FrameCipher(bytes(64), 0)), FrameOpener(FrameCipher(bytes(64), 0))


@pytest.mark.parametrize("case", VECTORS["streams"], ids=lambda c: c["codec"])
def test_the_vectors(case: dict[str, Any]) -> None:
    given_keys = {name: bytes.fromhex(key) for name, key in VECTORS["keys"].items()}
    keys = FrameRatchet(
        SessionKeys(**given_keys, site_iv=bytes(12), gp_iv=bytes(12), tag=bytes(8))
    ).keys(
        VECTORS["attempt"],
        site_fingerprint=bytes.fromhex(VECTORS["site_fingerprint"]),
        gp_fingerprint=bytes.fromhex(VECTORS["gp_fingerprint"]),
    )
    cipher = keys.cipher(Role(case["sender"]), Medium(case["medium"]))
    sealer, opener = FrameSealer(cipher), FrameOpener(cipher)
    for one in case["frames"]:
        frame, sealed, opened = (bytes.fromhex(one[k]) for k in ("frame", "sealed", "opened"))
        assert seal(case["codec"], frame, sealer) == sealed
        assert open_frame(case["codec"], sealed, opener) == opened


async def encoded(codec: str) -> list[bytes]:
    feed = PictureFeed(codec)
    try:
        return [bytes(await feed.next_packet()) for _ in range(3)]
    finally:
        feed.close()


@pytest.mark.parametrize("codec", ["av1", "vp8", "vp9"])
async def test_pictures_survive_and_nothing_of_them_is_left_to_see(codec: str) -> None:
    sealer, opener = stream()
    decoder: Any = av.CodecContext.create({"av1": "libdav1d"}.get(codec, codec), "r")
    decoder.thread_count = 1
    for picture in await encoded(codec):
        sealed = seal(codec, picture, sealer)
        # AV1 may lose its temporal delimiter, and sizes may need a byte more.
        assert OVERHEAD_BYTES - 2 <= len(sealed) - len(picture) <= OVERHEAD_BYTES + 1
        assert picture[20:40] not in sealed
        opened = open_frame(codec, sealed, opener)
        assert opened is not None
        assert len(decoder.decode(av.Packet(opened))) == 1


async def test_an_av1_picture_survives_its_packets() -> None:
    sealer, opener = stream()
    for picture in await encoded("av1"):
        payloads = payload_formats.av1_payloads(seal("av1", picture, sealer), 300)
        unit = payload_formats.av1_temporal_unit(payloads)
        assert open_frame("av1", unit, opener) == picture.removeprefix(b"\x12\x00")


async def test_a_key_frame_still_shows_as_one() -> None:
    first, second, _ = await encoded("av1")
    sealer, _ = stream()
    assert payload_formats.av1_starts_key(
        payload_formats.av1_payloads(seal("av1", first, sealer))[0]
    )
    again = payload_formats.av1_payloads(seal("av1", second, sealer))
    assert not payload_formats.av1_starts_key(again[0])


@pytest.mark.parametrize("case", VECTORS["streams"], ids=lambda c: c["codec"])
def test_every_byte_counts_those_in_clear_too(case: dict[str, Any]) -> None:
    codec = case["codec"]
    for one in case["frames"]:
        sealed = seal(codec, bytes.fromhex(one["frame"]), stream()[0])
        for place in range(len(sealed)):
            altered = bytearray(sealed)
            altered[place] ^= 0x01
            opener = stream()[1]
            assert open_frame(codec, bytes(altered), opener) is None, place
            assert opener.forged == 1


def test_moving_a_border_between_obus_is_noticed() -> None:
    sealed = seal("av1", b"\x0a\x02ab\x32\x04cdef", stream()[0])
    assert sealed[:2] == b"\x0a\x02"
    moved = b"\x0a\x03" + sealed[2:4] + sealed[6:7] + b"\x32" + bytes([sealed[5] - 1]) + sealed[7:]
    opener = stream()[1]
    assert open_frame("av1", moved, opener) is None
    assert open_frame("av1", sealed, opener) == b"\x0a\x02ab\x32\x04cdef"


@given(st.sampled_from(CODECS), st.binary(max_size=80))
def test_no_bytes_of_a_peer_raise(codec: str, frame: bytes) -> None:
    opener = stream()[1]
    assert open_frame(codec, frame, opener) is None
    assert opener.forged == 1


def test_what_cannot_be_taken_apart_is_not_sealed() -> None:
    sealer, _ = stream()
    too_many = b"\x0a\x00" * (encrypted_frames.OBUS_LIMIT + 1)
    for frame in (b"", b"\x12\x00", b"\x32\x05abc", b"\x32" + b"\x80" * 9, too_many):
        with pytest.raises(FrameFormatError):
            seal("av1", frame, sealer)
    with pytest.raises(FrameFormatError):
        seal("vp8", b"\x10abc", sealer)

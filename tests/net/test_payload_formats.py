"""AV1 and VP9 in RTP payloads.

origin of the aggregation headers: payloads of Chrome 102, quoted in the tests of libre (re). The
VP9 descriptors follow the figures of RFC 9628, 4.2; the pictures come from SVT-AV1.
"""

from collections.abc import Sequence

import pytest
from aiortc.codecs import vp8_depayload
from fakes.packet_feeds import PictureFeed
from hypothesis import assume, given
from hypothesis import strategies as st

from client.net.payload_formats import (
    PayloadFormatError,
    av1_payloads,
    av1_starts_key,
    av1_temporal_unit,
    vp8_payloads,
    vp8_starts_key,
    vp9_body,
    vp9_payloads,
    vp9_starts_key,
)

TEMPORAL_DELIMITER = b"\x12\x00"


def leb128(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def unit_of(obus: Sequence[tuple[int, bytes]]) -> bytes:
    """A temporal unit with size fields (AV1 specification, 5.3)."""
    return TEMPORAL_DELIMITER + b"".join(
        bytes([kind << 3 | 2]) + leb128(len(body)) + body for kind, body in obus
    )


sendable = st.sampled_from((1, 3, 4, 5, 6))
units = st.lists(st.tuples(sendable, st.binary(min_size=3, max_size=400)), min_size=1, max_size=8)


@given(units, st.integers(24, 500))
def test_av1_comes_back_whole(obus: list[tuple[int, bytes]], limit: int) -> None:
    payloads = av1_payloads(unit_of(obus), limit)
    assert av1_temporal_unit(payloads) == unit_of(obus)
    assert max(map(len, payloads)) <= limit


@given(units, st.integers(24, 500))
def test_no_av1_payload_ends_between_two_obus(obus: list[tuple[int, bytes]], limit: int) -> None:
    payloads = av1_payloads(unit_of(obus), limit)
    assert [payload[0] >> 7 for payload in payloads] == [0] + [1] * (len(payloads) - 1)
    assert [payload[0] >> 6 & 1 for payload in payloads] == [1] * (len(payloads) - 1) + [0]


@given(units)
def test_only_a_new_sequence_starts_a_key(obus: list[tuple[int, bytes]]) -> None:
    payloads = av1_payloads(unit_of(obus), 100)
    has_header = any(kind == 1 for kind, _ in obus)
    assert [av1_starts_key(payload) for payload in payloads] == [has_header] + [False] * (
        len(payloads) - 1
    )


@pytest.mark.parametrize(
    ("header", "obus"),
    [
        (0x28, [(1, bytes(10)), (6, bytes(20))]),  # Z=0 Y=0 W=2 N=1
        (0x50, [(6, bytes(2_000))]),  # Z=0 Y=1 W=1 N=0
    ],
)
def test_aggregation_headers_are_those_of_a_browser(
    header: int, obus: list[tuple[int, bytes]]
) -> None:
    assert av1_payloads(unit_of(obus))[0][0] == header


def test_delimiters_and_padding_stay_at_home() -> None:
    unit = unit_of([(15, b"pad"), (6, b"frame")]) + TEMPORAL_DELIMITER
    assert av1_temporal_unit(av1_payloads(unit)) == unit_of([(6, b"frame")])


def test_obus_too_small_to_cut_are_refused() -> None:
    with pytest.raises(PayloadFormatError):
        av1_payloads(unit_of([(6, b"")] * 40), 20)


async def test_a_real_encoders_pictures_come_back_whole() -> None:
    feed = PictureFeed("av1", width=320, height=240)
    pictures = [bytes(await feed.next_packet()) for _ in range(3)]
    feed.close()
    for picture in pictures:
        assert av1_temporal_unit(av1_payloads(picture, 100)) == picture
    assert av1_starts_key(av1_payloads(pictures[0])[0])
    assert not av1_starts_key(av1_payloads(pictures[1])[0])


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_hostile_av1_payloads_fail_cleanly(payloads: list[bytes]) -> None:
    try:
        unit = av1_temporal_unit(payloads)
    except PayloadFormatError:
        return
    assert unit.startswith(TEMPORAL_DELIMITER)


@given(st.binary(max_size=300))
def test_hostile_temporal_units_fail_cleanly(unit: bytes) -> None:
    try:
        payloads = av1_payloads(unit, 60)
    except PayloadFormatError:
        return
    assert all(len(payload) <= 60 for payload in payloads)


def test_an_av1_picture_has_a_bound() -> None:
    first = bytes([0x50, 0x30]) + bytes(60_000)
    middle = bytes([0xD0]) + bytes(60_000)
    with pytest.raises(PayloadFormatError):
        av1_temporal_unit([first, *[middle] * 17, bytes([0x90]) + bytes(60_000)])


@given(st.binary(min_size=1, max_size=3_000), st.integers(0, 32_767), st.booleans())
def test_vp9_comes_back_whole(picture: bytes, picture_id: int, is_key: bool) -> None:  # noqa: FBT001 -- hypothesis names it
    payloads = vp9_payloads(picture, is_key=is_key, picture_id=picture_id, limit=200)
    assert b"".join(map(vp9_body, payloads)) == picture
    assert max(map(len, payloads)) <= 200
    assert [bool(payload[0] & 8) for payload in payloads] == [True] + [False] * (len(payloads) - 1)
    assert [bool(payload[0] & 4) for payload in payloads] == [False] * (len(payloads) - 1) + [True]
    assert [vp9_starts_key(payload) for payload in payloads] == [is_key] + [False] * (
        len(payloads) - 1
    )


@pytest.mark.parametrize(
    "descriptor",
    [
        "00",
        "8002",  # seven-bit picture id
        "8081ff",  # fifteen-bit picture id
        "a0022301",  # layers, TL0PICIDX
        "b00223",  # layers, flexible: no TL0PICIDX
        "d0020304",  # flexible, two references
        "0a3002800168050002d0",  # two sizes
        "0a28021044 21".replace(" ", ""),  # a group of two pictures
    ],
)
def test_vp9_descriptors_of_the_standard_are_skipped(descriptor: str) -> None:
    assert vp9_body(bytes.fromhex(descriptor) + b"\xaa\xbb") == b"\xaa\xbb"


@given(st.binary(max_size=40))
def test_hostile_vp9_payloads_fail_cleanly(payload: bytes) -> None:
    try:
        body = vp9_body(payload)
    except PayloadFormatError:
        return
    assert payload.endswith(body)


@pytest.mark.parametrize(
    ("payload", "is_key"),
    [
        ("1000", True),  # S=1, PID=0; P=0: RFC 7741, 4.2 and 4.3
        ("1001", False),
        ("0000", False),
        ("1100", False),
        ("9080812300", True),  # fifteen-bit picture id
        ("90c0123400", True),  # picture id, TL0PICIDX and no TID
        ("90", False),
        ("", False),
    ],
)
def test_vp8_key_pictures_are_known_by_their_first_bytes(payload: str, is_key: bool) -> None:  # noqa: FBT001 -- pytest names it
    assert vp8_starts_key(bytes.fromhex(payload)) is is_key


@given(st.binary(min_size=1, max_size=900), st.integers(20, 300))
def test_vp8_parts_fit_and_come_together_again(picture: bytes, limit: int) -> None:
    payloads = vp8_payloads(picture, picture_id=0x1234, limit=limit)
    assert max(map(len, payloads)) <= limit
    # RFC 7741, 4.2: X; S where the partition begins; I; M and the fifteen bits of the picture id
    assert [payload[:4].hex() for payload in payloads] == [
        "90809234",
        *["80809234"] * (len(payloads) - 1),
    ]
    assert b"".join(payload[4:] for payload in payloads) == picture
    assert vp8_depayload(payloads[0]) == payloads[0][4:]


@given(st.binary(max_size=8))
def test_an_obu_without_its_size_is_an_error_only_when_cut(body: bytes) -> None:
    assume(body)
    unit = bytes([6 << 3 | 2]) + leb128(len(body) + 1) + body
    with pytest.raises(PayloadFormatError):
        av1_payloads(unit)

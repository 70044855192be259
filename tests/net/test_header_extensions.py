"""The transport-wide number, in our packets and a peer's."""

import pytest
from fakes.rtp_packets import rtp
from hypothesis import given
from hypothesis import strategies as st

from client.net.header_extensions import (
    number_in,
    number_of,
    payload_at,
    with_number,
    with_room,
)

SSRC = 0x11111111
MID = bytes([0x20, ord("0")])  # element 2 of one byte
NUMBER = bytes([0x11]) + (0xABCD).to_bytes(2)  # element 1 of two bytes


@pytest.mark.parametrize("elements", [b"", MID, bytes([0x31, 0, 0])])
@given(number=st.integers(0, 65_535))
def test_a_numbered_packet_is_the_same_but_for_its_number(elements: bytes, number: int) -> None:
    plain = rtp(SSRC, b"voice", elements=elements)
    packet = with_number(with_room(plain, 1), number)
    assert number_in(packet) == number_of(packet, 1) == number
    assert packet[1:12] == plain[1:12]
    assert packet[payload_at(packet) :] == b"voice"
    assert elements in packet[:-5]
    assert payload_at(packet) % 4 == 0


def test_the_number_takes_eight_bytes_where_there_is_nothing_else() -> None:
    plain = rtp(SSRC, b"voice")
    # RFC 8285, 4.2: profile, one word, the element 1 of two bytes, padding
    assert with_number(with_room(plain, 1), 0xABCD) == (
        b"\x90" + plain[1:12] + b"\xbe\xde\x00\x01" + NUMBER + b"\0" + b"voice"
    )


def test_a_peers_number_is_found_among_others() -> None:
    assert number_of(rtp(SSRC, elements=MID + b"\0" + NUMBER), 1) == 0xABCD


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        rtp(SSRC),
        rtp(SSRC, elements=MID),
        rtp(SSRC, elements=bytes([0x10, 7])),
        rtp(SSRC, elements=bytes([0xF0, 0]) + NUMBER),
        rtp(SSRC, elements=MID + bytes([0, 0x11]))[:20],
        rtp(SSRC, elements=NUMBER).replace(b"\xbe\xde", b"\x10\x00"),
    ],
)
def test_a_packet_without_a_sound_number_has_none(packet: bytes) -> None:
    assert number_of(packet, 1) is None


@given(st.binary(max_size=64))
def test_no_bytes_of_a_peer_are_too_strange(data: bytes) -> None:
    number_of(bytes([0x90]) + data, 1)

"""Voice packets that repeat the one before (RFC 2198)."""

import pytest
from fakes.rtp_packets import rtp
from hypothesis import given
from hypothesis import strategies as st

from client.net.header_extensions import payload_at
from client.net.redundancy import BLOCKS_LIMIT, Block, Redundancy, blocks

OPUS, RED = 96, 107
SSRC = 0x11111111


def payload_of(packet: bytes) -> bytes:
    return packet[payload_at(packet) :]


def test_switched_off_it_changes_nothing() -> None:
    packet = rtp(SSRC, b"one")
    assert Redundancy(RED).wrap(packet) == packet


def test_each_packet_repeats_the_one_before() -> None:
    redundancy = Redundancy(RED)
    redundancy.wrap(rtp(SSRC, b"one", sequence=1, timestamp=0xFFFFFFFF))
    redundancy.is_on = True
    packet = redundancy.wrap(rtp(SSRC, b"second", sequence=2, timestamp=2_879, is_marked=True))
    assert packet[:12] == rtp(
        SSRC, b"", sequence=2, timestamp=2_879, payload_type=RED, is_marked=True
    )
    # RFC 2198, 3: F=1, type 96, 2880 samples back (14 bits), 3 bytes (10 bits); F=0, type 96
    assert payload_of(packet) == bytes([0xE0, 0x2D, 0x00, 0x03, 0x60]) + b"one" + b"second"
    assert blocks(payload_of(packet), 2_879) == [
        Block(OPUS, 0xFFFFFFFF, b"one"),
        Block(OPUS, 2_879, b"second"),
    ]


@pytest.mark.parametrize(
    ("before", "timestamp"),
    [(None, 2_880), (b"long ago", 16_384), (b"at once", 0), (bytes(1_024), 2_880)],
)
def test_what_cannot_be_repeated_is_left_out(before: bytes | None, timestamp: int) -> None:
    redundancy = Redundancy(RED)
    redundancy.is_on = True
    if before is not None:
        redundancy.wrap(rtp(SSRC, before, timestamp=0))
    packet = redundancy.wrap(rtp(SSRC, b"now", timestamp=timestamp))
    assert payload_of(packet) == bytes([OPUS]) + b"now"


def test_blocks_are_bounded() -> None:
    head = bytes([0xE0, 0, 0, 0])
    within = head * (BLOCKS_LIMIT - 1) + bytes([OPUS])
    assert len(blocks(within, 0)) == BLOCKS_LIMIT
    with pytest.raises(ValueError, match="too many"):
        blocks(head + within, 0)


@pytest.mark.parametrize("payload", [b"", b"\xe0", b"\xe0\0\0\0", b"\xe0\x2d\0\x03\x60on"])
def test_what_is_cut_short_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match="redundant packet"):
        blocks(payload, 0)


@given(st.binary(max_size=64), st.integers(0, (1 << 32) - 1))
def test_no_bytes_of_a_peer_are_too_strange(payload: bytes, timestamp: int) -> None:
    try:
        found = blocks(payload, timestamp)
    except ValueError:
        return
    assert found[-1].timestamp == timestamp

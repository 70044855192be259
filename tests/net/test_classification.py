"""Lanes read from the packets' own bytes."""

import struct

import pytest

from client.core.lanes import Carrier, Lane
from client.net.classification import MESSAGES_STREAM, PIECES_STREAM, Classifier, Streams

VOICE, PICTURE, AGAIN = 0x11111111, 0x22222222, 0x33333333
KEY, DELTA = b"K", b"D"


def classifier() -> Classifier:
    return Classifier(Streams(VOICE, PICTURE, AGAIN), lambda payload: payload.startswith(KEY))


def rtp(
    ssrc: int, payload: bytes, *, sequence: int = 7, timestamp: int = 90, mid: str = ""
) -> bytes:
    """RFC 3550, 5.1; with a mid, a one-byte extension (RFC 8285)."""
    head = struct.pack("!BBHLL", 0x90 if mid else 0x80, 96, sequence, timestamp, ssrc)
    if mid:
        element = bytes([0x10 | len(mid) - 1]) + mid.encode()
        element += bytes(-len(element) % 4)
        head += struct.pack("!HH", 0xBEDE, len(element) // 4) + element
    return head + payload


def sctp(kind: int, *, stream: int = 0) -> bytes:
    """RFC 9260, 3: common header, one chunk."""
    body = struct.pack("!LHHL", 1, stream, 0, 53) + b"data"
    return struct.pack("!HHLL", 5000, 5000, 1, 0) + struct.pack("!BBH", kind, 3, 20) + body


@pytest.mark.parametrize(
    ("ssrc", "lane"),
    [(VOICE, Lane.VOICE), (PICTURE, Lane.PICTURE), (AGAIN, Lane.RETRANSMISSION)],
)
def test_streams_have_lanes(ssrc: int, lane: Lane) -> None:
    assert classifier().classify(Carrier.RTP, rtp(ssrc, DELTA))[0] is lane


@pytest.mark.parametrize("kind", [200, 201, 203, 205, 206])
def test_rtcp_is_control(kind: int) -> None:
    report = bytes([0x80, kind, 0, 1]) + VOICE.to_bytes(4, "big")
    assert classifier().classify(Carrier.RTP, report)[0] is Lane.CONTROL


@pytest.mark.parametrize("kind", [1, 2, 3, 4, 5, 6, 10, 11, 14])
def test_sctp_without_data_is_control(kind: int) -> None:
    assert classifier().classify(Carrier.DATA, sctp(kind))[0] is Lane.CONTROL


@pytest.mark.parametrize(
    ("stream", "lane"), [(MESSAGES_STREAM, Lane.READINGS), (PIECES_STREAM, Lane.STILL)]
)
def test_a_message_goes_by_the_lane_of_its_channel(stream: int, lane: Lane) -> None:
    assert classifier().classify(Carrier.DATA, sctp(0, stream=stream))[0] is lane


@pytest.mark.parametrize("mid", ["", "1", "12345"])
def test_all_parts_of_a_key_picture_are_key(mid: str) -> None:
    ours = classifier()
    parts = [(KEY, 90), (DELTA, 90), (DELTA, 7_590)]
    packets = [
        ours.classify(Carrier.RTP, rtp(PICTURE, payload, timestamp=at, mid=mid))[1]
        for payload, at in parts
    ]
    assert [packet.is_key for packet in packets] == [True, True, False]
    assert [packet.picture for packet in packets] == [90, 90, 7_590]

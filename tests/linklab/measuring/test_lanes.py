"""Packets told apart by their first bytes. origin: synthetic, from RFC 791, 768, 3550, 5764."""

import pytest
from linklab.measuring.lanes import lane_bytes, payload_lanes
from linklab.measuring.tap import kind_of

SDP = """v=0
m=audio 9 UDP/TLS/RTP/SAVPF 111 63
a=rtpmap:111 opus/48000/2
a=rtpmap:63 red/48000/2
m=video 9 UDP/TLS/RTP/SAVPF 96 97
a=rtpmap:96 VP8/90000
a=rtpmap:97 rtx/90000
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
"""


def _packet(payload: bytes, *, protocol: int = 17, options: bytes = b"") -> bytes:
    header = bytes([0x45 + len(options) // 4]) + bytes(8) + bytes([protocol]) + bytes(10)
    return header + options + bytes(8) + payload


@pytest.mark.parametrize(
    ("packet", "kind"),
    [
        (_packet(b"\x00\x01\x00\x00\x21\x12\xa4\x42"), "stun"),
        (_packet(b"\x16\xfe\xff"), "data"),
        (_packet(b"\x17\xfe\xfd"), "data"),
        (_packet(b"\x80\x6f\x00\x01"), "rtp:111"),
        (_packet(b"\x90\xe0\x00\x01"), "rtp:96"),
        (_packet(b"\x81\xc9\x00\x01"), "rtcp"),
        (_packet(b"\x80\x6f\x00\x01", options=bytes(4)), "rtp:111"),
        (_packet(b"\x80\x6f", protocol=6), "other"),
        (_packet(b""), "other"),
    ],
)
def test_a_packet_is_known_by_its_first_bytes(packet: bytes, kind: str) -> None:
    assert kind_of(packet) == kind


def test_payload_types_are_named_by_the_description() -> None:
    lanes = payload_lanes([SDP])
    assert lanes == {111: "voice", 63: "voice", 96: "picture", 97: "retransmission"}


def test_bytes_are_added_up_by_lane_within_the_call() -> None:
    rows = [
        (9, "rtp:111", 1, 1_000_000),
        (10, "rtp:111", 2, 200),
        (11, "rtp:97", 1, 900),
        (11, "stun", 1, 50),
        (11, "rtcp", 1, 60),
        (12, "data", 9, 1),
    ]
    lanes = lane_bytes(rows, payload_lanes([SDP]), 10, 12)
    assert lanes == {"retransmission": 900, "voice": 200, "control": 110}

"""Our sender reports: capture times, and no more of them than the line bears."""

import struct

import pytest
from fakes.rtp_packets import rtp

from client.net.sender_reports import UNSEEN_S, WAIT_LIMIT_S, SenderReports

VOICE, PICTURE = 0x11111111, 0x22222222
DESCRIPTION = bytes([0x81, 202, 0, 2]) + bytes(8)


def report(ssrc: int, timestamp: int) -> bytes:
    """RFC 3550, 6.4.1, without report blocks, and 6.5."""
    return struct.pack("!BBHLQLLL", 0x80, 200, 6, ssrc, 7 << 32, timestamp, 3, 300) + DESCRIPTION


def timestamp_of(packet: bytes | None) -> int:
    assert packet is not None
    return int.from_bytes(packet[16:20])


def reports() -> SenderReports:
    return SenderReports(voice=VOICE, picture=PICTURE)


@pytest.mark.parametrize(("ssrc", "clock_hz"), [(VOICE, 48_000), (PICTURE, 90_000)])
def test_a_time_is_the_captures_not_the_handing_over(ssrc: int, clock_hz: int) -> None:
    ours = reports()
    ours.note_handed(rtp(ssrc), 9.9, 10.0)
    corrected = ours.corrected(report(ssrc, 1_000), 10.4)
    assert timestamp_of(corrected) == 1_000 + clock_hz // 10
    assert corrected is not None
    assert corrected.replace(corrected[16:20], b"", 1) == report(ssrc, 1_000).replace(
        (1_000).to_bytes(4), b"", 1
    )


def test_without_a_capture_time_a_report_stays_as_it_is() -> None:
    ours = reports()
    ours.note_handed(rtp(VOICE), None, 10.0)
    assert ours.corrected(report(VOICE, 1_000), 10.4) == report(VOICE, 1_000)


@pytest.mark.parametrize(
    ("voice_age_s", "picture_age_s", "told_s"),
    [
        (0.1, 0.15, 0.0),
        (0.1, 0.05, 0.0),
        (0.1, 0.1 + UNSEEN_S + 0.05, 0.05),
        (0.1, 0.1 + UNSEEN_S + 2, WAIT_LIMIT_S),
        (0.15 + UNSEEN_S, 0.1, -0.05),
    ],
)
def test_what_nobody_sees_is_not_told_nor_what_voice_cannot_wait_for(
    voice_age_s: float, picture_age_s: float, told_s: float
) -> None:
    ours = reports()
    for ssrc, age_s in ((VOICE, voice_age_s), (PICTURE, picture_age_s)):
        ours.note_handed(rtp(ssrc), 10.0, 10.0)
        ours.note_left(rtp(ssrc), 10.0 + age_s)
    moved = timestamp_of(ours.corrected(report(PICTURE, 1_000_000), 13)) - 1_000_000
    assert moved == pytest.approx(90_000 * (told_s - (picture_age_s - voice_age_s)), abs=1)


def test_a_thin_line_carries_two_reports_soon_and_then_one_in_five_seconds() -> None:
    ours = reports()
    ours.use_line(8_000)
    told = [ours.corrected(report(VOICE, 0), turn) for turn in range(12)]
    assert [turn for turn, packet in enumerate(told) if packet] == [0, 1, 6, 11]
    assert told[0] == report(VOICE, 0)
    assert told[1] == report(VOICE, 0)[: -len(DESCRIPTION)]


def test_what_is_no_sender_report_of_ours_passes() -> None:
    ours = reports()
    for packet in (DESCRIPTION, report(0x55555555, 1)):
        assert ours.corrected(packet, 0) == packet


def test_a_thin_line_carries_fewer_receiver_reports_too() -> None:
    ours = reports()
    ours.use_line(8_000)
    packet = bytes([0x80, 201, 0, 1]) + VOICE.to_bytes(4)
    told = [ours.corrected(packet, turn) for turn in range(12)]
    assert [turn for turn, sent in enumerate(told) if sent == packet] == [0, 1, 6, 11]

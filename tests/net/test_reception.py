"""Feedback on what the peer sends."""

from fakes.rtp_packets import rtp

from client.core.adaptation.feedback import parse
from client.net.header_extensions import with_number, with_room
from client.net.reception import Reception

OURS, THEIRS = 0x11111111, 0x44444444


def numbered(number: int) -> bytes:
    return with_number(with_room(rtp(THEIRS), 1), number)


def test_what_came_is_told_with_its_time() -> None:
    reception = Reception(OURS)
    reception.numbering_id = 1
    for number in (5, 6, 8):
        reception.note(numbered(number), 1 + number / 100)
    assert reception.reports(1.06) == []
    (report,) = reception.reports(1.2)
    assert report[4:12] == OURS.to_bytes(4) + THEIRS.to_bytes(4)
    came = dict(parse(report).arrivals)
    assert list(came) == [5, 6, 7, 8]
    assert came[7] is None
    assert came[8] is not None
    assert came[5] is not None
    assert came[8] - came[5] == 120  # 30 ms in ticks of 250 us


def test_nothing_is_told_of_packets_without_numbers() -> None:
    reception = Reception(OURS)
    reception.note(numbered(5), 1)
    reception.numbering_id = 1
    reception.note(rtp(THEIRS), 1)
    assert reception.next_at() is None


def test_a_thin_line_carries_fewer_reports() -> None:
    told = {}
    for send_bps in (32_000, 1_000_000):
        reception = Reception(OURS)
        reception.numbering_id = 1
        reception.use_line(send_bps)
        told[send_bps] = 0
        for turn in range(100):
            reception.note(numbered(turn), turn / 20)
            told[send_bps] += len(reception.reports(turn / 20))
    assert told[1_000_000] > 30
    assert 7 <= told[32_000] <= 10

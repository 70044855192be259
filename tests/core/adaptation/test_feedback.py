"""Transport-wide feedback, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.adaptation.feedback import (
    NOTED_LIMIT,
    NUMBERS_MODULUS,
    PERIOD_S,
    STATUS_LIMIT,
    TICK_S,
    FeedbackWriter,
    parse,
    separate,
)

# origin: captured from a browser; olivermichel/webrtc-analysis, test/include/data.h, twcc_pkt1
CAPTURED = bytes.fromhex("afcd000700000001dd586eb6000100095e91100020091c0c2c38000400081801")
# origin: captured from browsers; webrtc-rs and pion, transport_layer_cc_test, examples 1, 3 and 5
SINGLE = bytes.fromhex("afcd0005fa17fa1743032fa0009900013de8021720019401")
LARGE = bytes.fromhex("afcd0007fa17fa17193dd8bb0174000645b15a40400220041ffe1f9ad000d000")
VECTOR = bytes.fromhex("afcd0006fa17fa17193dd8bb0001000e10636d00ba00100c0c100003")
# origin: synthetic, a receiver report without blocks (RFC 3550, 6.4.2)
RECEIVER_REPORT = bytes.fromhex("80c9000100000001")


def after(reference: int, *ticks: int) -> list[int]:
    """Arrival ticks from the deltas as documented beside the captures."""
    at, out = reference * 256, []
    for tick in ticks:
        at += tick
        out.append(at)
    return out


def test_reads_a_run_of_small_deltas() -> None:
    report = parse(CAPTURED)
    ticks = after(6_197_520, 28, 12, 44, 56, 0, 4, 0, 8, 24)
    assert report.arrivals == tuple(zip(range(1, 10), ticks, strict=True))
    assert report.count == 0


def test_reads_one_packet() -> None:
    report = parse(SINGLE)
    assert (report.count, report.arrivals) == (23, ((153, 4_057_090 * 256 + 148),))


def test_reads_large_deltas() -> None:
    ticks = after(4_567_386, 8_190, 8_090, 208, 0, 208, 0)
    assert parse(LARGE).arrivals == tuple(zip(range(372, 378), ticks, strict=True))


def test_reads_losses_from_a_vector() -> None:
    first, second, third, fifth = after(1_074_029, 16, 12, 12, 16)
    arrivals = dict(parse(VECTOR).arrivals)
    assert arrivals == dict.fromkeys(range(1, 15)) | {1: first, 2: second, 3: third, 5: fifth}


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        RECEIVER_REPORT,
        CAPTURED[:-4],
        CAPTURED + bytes(4),
        CAPTURED[:14] + b"\x00\xff" + CAPTURED[16:],
        VECTOR[:20] + b"\xbf\xff" + VECTOR[22:],
    ],
    ids=["nothing", "another kind", "cut", "too long", "more than told", "times missing"],
)
def test_refuses_what_contradicts_itself(broken: bytes) -> None:
    with pytest.raises(ValueError, match=r"feedback|says|counted|arrivals"):
        parse(broken)


def test_refuses_to_speak_of_more_packets_than_anybody_sends() -> None:
    head = VECTOR[:2] + b"\x00\x08" + VECTOR[4:14] + (STATUS_LIMIT + 1).to_bytes(2) + VECTOR[16:20]
    with pytest.raises(ValueError, match="anybody"):
        parse(head + b"\x1f\xff" * 8)


@given(noise=st.binary(max_size=200))
def test_noise_is_refused_or_read_never_worse(noise: bytes) -> None:
    packet = b"\x8f\xcd" + (len(noise) // 4 - 1 & 0xFFFF).to_bytes(2) + noise
    try:
        report = parse(packet)
    except ValueError:
        return
    assert len(report.arrivals) <= STATUS_LIMIT


def test_takes_feedback_out_of_a_compound_packet() -> None:
    assert separate(RECEIVER_REPORT + CAPTURED + RECEIVER_REPORT) == (
        [CAPTURED],
        RECEIVER_REPORT * 2,
    )
    assert separate(CAPTURED) == ([CAPTURED], b"")
    assert separate(RECEIVER_REPORT + b"\x80") == ([], RECEIVER_REPORT + b"\x80")


@given(compound=st.binary(max_size=100))
def test_nothing_is_lost_by_separating(compound: bytes) -> None:
    reports, rest = separate(compound)
    assert sum(map(len, reports)) + len(rest) == len(compound)


def test_writes_what_the_browser_wrote() -> None:
    writer = FeedbackWriter(1)
    ticks = after(6_197_520, 28, 12, 44, 56, 0, 4, 0, 8, 24)
    for number, tick in enumerate(ticks, start=1):
        writer.note(number, 0xDD586EB6, tick * TICK_S)
    assert writer.reports(ticks[-1] * TICK_S + PERIOD_S) == [CAPTURED]


def test_waits_for_its_period() -> None:
    writer = FeedbackWriter(1)
    assert writer.next_at() is None
    writer.note(7, 2, 10.0)
    assert writer.next_at() == 10.0 + PERIOD_S
    assert writer.reports(10.0 + PERIOD_S / 2) == []
    assert len(writer.reports(10.0 + PERIOD_S)) == 1
    assert writer.reports(20.0) == []


def test_losses_between_reports_are_told_and_late_packets_corrected() -> None:
    writer = FeedbackWriter(1)
    writer.note(65_534, 2, 1.0)
    (first,) = writer.reports(1.1)
    writer.note(1, 2, 1.2)
    (second,) = writer.reports(1.3)
    writer.note(65_535, 2, 1.4)
    (third,) = writer.reports(1.5)
    assert parse(first).arrivals == ((65_534, 4_000),)
    assert parse(second).arrivals == ((65_535, None), (0, None), (1, 4_800))
    assert parse(third).arrivals == ((65_535, 5_600),)
    assert [parse(one).count for one in (first, second, third)] == [0, 1, 2]


def test_a_flood_between_two_reports_is_bounded() -> None:
    writer = FeedbackWriter(1)
    for number in range(2 * NOTED_LIMIT):
        writer.note(number, 2, 5.0)
    packets = writer.reports(5.0)
    assert sum(len(parse(one).arrivals) for one in packets) == NOTED_LIMIT
    assert max(map(len, packets)) < 1_000


def test_a_flood_full_of_holes_is_bounded() -> None:
    writer = FeedbackWriter(1)
    for place in range(NOTED_LIMIT):
        writer.note(place * 250 % NUMBERS_MODULUS, 2, 5.0)
    told = [pair for one in writer.reports(5.0) for pair in parse(one).arrivals]
    assert sum(tick is not None for _, tick in told) == NOTED_LIMIT
    assert len(told) <= 2 * NOTED_LIMIT


@given(
    steps=st.lists(
        st.tuples(st.sampled_from((1, 1, 1, 2, 9, 250, 40_000)), st.integers(0, 50_000)),
        min_size=1,
        max_size=300,
    )
)
def test_what_is_written_is_read(steps: list[tuple[int, int]]) -> None:
    # origin: synthetic; the bytes themselves are held to captures above
    writer = FeedbackWriter(1)
    number, tick, noted = 65_000, 1_000_000, {}
    for step, wait in steps:
        number, tick = number + step, tick + wait
        if number % NUMBERS_MODULUS in noted:
            return
        noted[number % NUMBERS_MODULUS] = tick
        writer.note(number % NUMBERS_MODULUS, 2, tick * TICK_S)
    packets = writer.reports(tick * TICK_S + PERIOD_S)
    told = [pair for one in packets for pair in parse(one).arrivals if pair[1] is not None]
    assert dict(told) == noted
    assert len(told) == len(noted)

"""When the waveform travels, with what, and when it does not."""

from datetime import UTC, datetime, timedelta
from itertools import count, islice

from hypothesis import given
from hypothesis import strategies as st

from client.core.record import milliseconds
from client.core.wire import WaveSamples
from client.session.curve import HELD_BELOW_BPS, SENT_FROM_BPS, Curve
from devices.readings import Wave, WaveBlock

NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
RATE_HZ = 60


def drawn(number: int, size: int = 15) -> WaveBlock:
    """The block with this number of a curve that never pauses, its samples telling it."""
    at = NOW + number * timedelta(seconds=size / RATE_HZ)
    return WaveBlock(Wave.PLETH, bytes([number % 256]) * size, RATE_HZ, at)


def curve(send_bps: int | None = None) -> Curve:
    return Curve(lambda: send_bps)


def test_a_reading_takes_along_what_was_drawn_since_the_last_one() -> None:
    known = curve()
    for number in range(3):
        assert known.add(drawn(number)) == []
    samples = b"".join(drawn(number).samples for number in range(3))
    assert known.beside_reading() == [WaveSamples("pleth", samples, RATE_HZ, milliseconds(NOW))]
    assert known.beside_reading() == []


def test_without_readings_it_leaves_alone_and_never_oftener_than_once_a_second() -> None:
    known = curve()
    sent = [block for number in range(400) for block in known.add(drawn(number))]
    assert len(sent) == 400 * 15 // 75
    assert all(len(block.samples) == 75 for block in sent)


def test_after_a_pause_a_new_block_begins() -> None:
    known = curve()
    known.add(drawn(0))
    assert [block.samples for block in known.add(drawn(4))] == [drawn(0).samples]
    known.add(drawn(5))
    assert [block.samples for block in known.beside_reading()] == [
        drawn(4).samples + drawn(5).samples
    ]


def test_on_a_weak_line_the_gp_is_told_now_and_then_instead() -> None:
    known = curve(HELD_BELOW_BPS - 1)
    sent = [block for number in range(48) for block in known.add(drawn(number))]
    assert [block.samples for block in sent] == [b""] * 3
    assert known.beside_reading() == []


def test_a_reading_takes_along_that_the_curve_is_held_back() -> None:
    known = curve(HELD_BELOW_BPS - 1)
    sent: list[WaveSamples] = []
    for number in range(48):
        assert known.add(drawn(number)) == []
        sent += known.beside_reading() if number % 4 == 3 else []
    assert [block.samples for block in sent] == [b""] * 4


def test_an_estimate_that_sways_does_not_switch_it_on_and_off() -> None:
    send_bps = HELD_BELOW_BPS
    known = Curve(lambda: send_bps)

    numbers = count()

    def is_sent() -> bool:
        blocks = [block for number in islice(numbers, 18) for block in known.add(drawn(number))]
        return any(block.samples for block in blocks)

    assert is_sent()
    send_bps = HELD_BELOW_BPS - 1
    assert not is_sent()
    send_bps = SENT_FROM_BPS - 1
    assert not is_sent()
    send_bps = SENT_FROM_BPS
    assert is_sent()


@given(sizes=st.lists(st.integers(1, 40)), readings=st.sets(st.integers(0, 60)))
def test_no_sample_is_lost_and_all_stay_in_order(sizes: list[int], readings: set[int]) -> None:
    known = curve()
    at, sent, said = NOW, b"", b""
    for number, size in enumerate(sizes):
        block = WaveBlock(Wave.PLETH, bytes([number]) * size, RATE_HZ, at)
        at += timedelta(seconds=size / RATE_HZ)
        said += block.samples
        blocks = known.add(block) + (known.beside_reading() if number in readings else [])
        sent += b"".join(block.samples for block in blocks)
    assert said.startswith(sent)
    assert len(said) - len(sent) < 75

"""Lines of text without a checksum, and what a scale tells of the weights in them."""

import pytest
from instrument_bench import NOW, told

from devices.protocols.scales import MAX_LINE_BYTES, Believed, Lines, Scale, Weight


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n", b"\r\r\n"])
def test_lines_end_as_they_like(end: bytes) -> None:
    assert Lines().take(b"one" + end + b"two" + end + b"thr") == (["one", "two"], 0)


def test_a_line_begins_after_what_is_no_text() -> None:
    lines = Lines()
    assert lines.take(b"ab\xff\x00S S") == ([], 4)
    assert lines.take(b" 1 kg\r\n") == (["S S 1 kg"], 0)


def test_a_line_without_end_is_bounded() -> None:
    lines = Lines()
    _, dropped = lines.take(b"x" * 10_000)
    assert len(lines._buffer) == MAX_LINE_BYTES
    assert dropped == 10_000 - MAX_LINE_BYTES


@pytest.mark.parametrize(
    ("lines", "believed"),
    [
        (["12345", "12345", "12346"], ["12345", "12345", "12346"]),
        (["2345", "12345", "12346"], ["12345", "12346"]),
        (["12345", "2345", "12346"], ["12345", "12346"]),
        (["12345", "12345", "2345", "12346"], ["12345", "12345", "12346"]),
        (["12345", "12345", "2345", "2345"], ["12345", "12345", "2345", "2345"]),
        (["12345", "123456", "123457"], ["123456", "123457"]),
    ],
    ids=["equal", "first short", "second short", "later short", "short twice", "first shorter"],
)
def test_a_shorter_line_is_believed_when_it_comes_twice(
    lines: list[str], believed: list[str]
) -> None:
    judge = Believed()
    assert [line for sent in lines for line in judge.take(sent)] == believed
    assert judge.settled() == []


def test_a_single_line_is_believed_after_a_pause() -> None:
    judge = Believed()
    assert judge.take("12345") == []
    assert judge.settled() == ["12345"]
    assert judge.take("12346") == ["12346"]


def test_a_steady_weight_is_told_once_until_the_scale_moves() -> None:
    scale = Scale()
    steady, moving = Weight("72.5", "kg"), Weight("70.1", "kg", is_stable=False)
    empty = Weight("0.0", "kg")
    sent = (steady, steady, moving, moving, steady, empty, steady)
    assert [line for weight in sent for line in told(scale.told(weight, NOW))] == [
        "WEIGHT 72.5 good spot#1",
        "WEIGHT 70.1 unstable",
        "WEIGHT 72.5 good spot#2",
        "WEIGHT 72.5 good spot#3",
    ]


@pytest.mark.parametrize("number", ["0.0", "-0.1", "-72.5", "0.9"])
def test_an_empty_scale_is_no_weight(number: str) -> None:
    assert told(Scale().told(Weight(number, "kg"), NOW)) == []


@pytest.mark.parametrize(
    ("weight", "line"),
    [
        (Weight("154.0", "lb"), "WEIGHT 69.8532 good spot#1 (154.0 lb)"),
        (Weight("3250", "g"), "WEIGHT 3.25 good spot#1 (3250 g)"),
        (Weight("70.1", "kg", is_net=True), "WEIGHT 70.1 good spot#1 net"),
        (Weight(None, "kg"), "WEIGHT - too_high"),
    ],
)
def test_what_a_line_says(weight: Weight, line: str) -> None:
    assert told(Scale().told(weight, NOW)) == [line]

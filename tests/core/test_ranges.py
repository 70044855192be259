from hypothesis import given
from hypothesis import strategies as st

from client.core.ranges import Ranges

PARTS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=30)


@given(parts=PARTS, start=st.integers(0, 70), size=st.integers(1, 10))
def test_they_are_the_set_of_their_bytes(
    parts: list[tuple[int, int]], start: int, size: int
) -> None:
    ranges, covered = Ranges(), set[int]()
    for at, length in parts:
        grows = not ranges.touches(at, at + length)
        before = len(ranges)
        ranges.add(at, at + length)
        assert len(ranges) == before + 1 if grows else len(ranges) <= before
        covered |= set(range(at, at + length))
    assert ranges.size == len(covered)
    assert {byte for a, b in ranges for byte in range(a, b)} == covered
    assert all(a < b for a, b in ranges)
    assert ranges.covers(start, start + size) == (set(range(start, start + size)) <= covered)
    end = ranges.end_of(start)
    assert set(range(start, end)) <= covered
    assert end not in covered

"""What shares an envelope, and when it leaves."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from client.core import parcels
from client.core.parcels import TOGETHER_LIMIT
from client.core.wire import Parcel, Text
from client.session.gathering import GATHER_S, Gathering


class Bench:
    """A gathering whose time passes when the test says so."""

    def __init__(self) -> None:
        self.left: list[list[Parcel]] = []
        self.due: list[Callable[[], None]] = []
        self.gathering = Gathering(
            lambda data: self.left.append(parcels.decode_together(data)), self._later
        )

    def _later(self, delay_s: float, callback: Callable[[], None]) -> Callable[[], None]:
        assert delay_s == GATHER_S
        self.due.append(callback)
        return lambda: self.due.remove(callback)

    def pass_time(self) -> None:
        for callback in tuple(self.due):
            callback()


def text(number: int, size: int = 1) -> Parcel:
    return Parcel(number, Text("x" * size, 0))


def test_what_is_said_in_one_moment_leaves_together() -> None:
    bench = Bench()
    said = [text(1), text(2), text(3)]
    for parcel in said:
        bench.gathering.add(parcel, 500)
    assert bench.left == []
    assert len(bench.due) == 1
    bench.pass_time()
    assert bench.left == [said]
    assert bench.due == []


def test_what_has_no_room_beside_the_others_leaves_after_them() -> None:
    bench = Bench()
    for parcel in (text(1), text(2, 90), text(3, 200), text(4)):
        bench.gathering.add(parcel, 100)
    assert bench.left == [[text(1)], [text(2, 90)], [text(3, 200)]]
    bench.pass_time()
    assert bench.left[3:] == [[text(4)]]


def test_without_a_way_nothing_leaves() -> None:
    bench = Bench()
    bench.gathering.add(text(1), 500)
    bench.gathering.forget()
    bench.pass_time()
    assert bench.left == []
    assert not bench.gathering.is_begun


@given(sizes=st.lists(st.integers(0, 300), max_size=200), room_bytes=st.integers(0, 1_023))
def test_everything_leaves_once_in_order_and_within_bounds(
    sizes: list[int], room_bytes: int
) -> None:
    bench = Bench()
    said = [text(number, size) for number, size in enumerate(sizes, start=1)]
    for parcel in said:
        bench.gathering.add(parcel, room_bytes)
    bench.pass_time()
    assert [parcel for together in bench.left for parcel in together] == said
    for together in bench.left:
        size = sum(len(parcels.encode(parcel)) for parcel in together)
        assert size <= room_bytes or len(together) == 1
        assert 1 <= len(together) <= TOGETHER_LIMIT

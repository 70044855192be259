"""Whose turn it is to be written, where there is not room for all."""

from datetime import UTC, datetime, timedelta

from textual.geometry import Region

from client.ui.graphics.pictures import BYTES_PER_S, Pictures
from client.ui.graphics.terminal import Graphics, Protocol

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)


class Insatiable:
    """Always has a picture that waits, as large as a second allows."""

    def __init__(self, pictures: Pictures, name: str, order: list[str]) -> None:
        self._pictures = pictures
        self._name = name
        self._order = order
        pictures.spot(self)

    def after_display(self) -> None:
        pass

    def write_next(self) -> bool:
        self._order.append(self._name)
        self._pictures.put(Region(0, 0, 4, 3), "x" * BYTES_PER_S)
        return True


def test_where_not_all_can_be_written_they_alternate() -> None:
    moment, order = NOW, list[str]()
    pictures = Pictures(Graphics(Protocol.SIXEL, (8, 16)), lambda _data: None, lambda: moment)
    for name in ("ours", "theirs"):
        Insatiable(pictures, name, order)
    for _ in range(6):
        moment += timedelta(seconds=1.5)
        pictures.answered()
    assert order == ["ours", "theirs"] * 3


def test_nothing_is_written_before_the_last_picture_has_arrived() -> None:
    moment, order, written = NOW, list[str](), list[str]()
    pictures = Pictures(Graphics(Protocol.SIXEL, (8, 16)), written.append, lambda: moment)
    Insatiable(pictures, "ours", order)
    pictures.next_turn()
    for _ in range(20):
        moment += timedelta(seconds=1)
        pictures.after_display()
    assert order == ["ours"]
    assert written[1:] == ["\x1b[6n"] * 4
    pictures.answered()
    assert len(order) == 2

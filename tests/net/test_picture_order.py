import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.net.picture_order import PACKETS_LIMIT, PictureOrder, Piece

FRAME_S = 1 / 15
RTT_S = 0.1


def pictures(count: int, *, packets: int = 3, keys: tuple[int, ...] = (0,)) -> list[Piece]:
    """Numbered across the wrap; each packet's data says which picture and which part it is."""
    return [
        Piece(
            (65_530 + picture * packets + part) % 65_536,
            picture * 6_000,
            is_last=part == packets - 1,
            starts_key=picture in keys and part == 0,
            data=bytes([picture, part]),
        )
        for picture in range(count)
        for part in range(packets)
    ]


def shown(order: PictureOrder, pieces: list[Piece], *, packets: int = 3) -> list[tuple[float, int]]:
    """When each picture came out, and which."""
    out = []
    for number, piece in enumerate(pieces):
        now_s = number / packets * FRAME_S
        out += [(now_s, picture.data[0]) for picture in order.add(piece, now_s, RTT_S)]
    return out


def test_a_picture_is_whole_with_its_last_packet() -> None:
    pieces = pictures(20)
    assert [number for _, number in shown(PictureOrder(), pieces)] == list(range(20))
    order = PictureOrder()
    assert [len(order.add(piece, 0.0, RTT_S)) for piece in pieces[:6]] == [0, 0, 1, 0, 0, 1]


def test_a_picture_carries_all_its_parts_whatever_their_order() -> None:
    pieces = pictures(2)
    order = PictureOrder()
    mixed = [pieces[0], pieces[2], pieces[5], pieces[1], pieces[1], pieces[4], pieces[3]]
    out = [picture for piece in mixed for picture in order.add(piece, 0.0, RTT_S)]
    assert [picture.data for picture in out] == [
        bytes([0, 0, 0, 1, 0, 2]),
        bytes([1, 0, 1, 1, 1, 2]),
    ]
    assert [picture.timestamp for picture in out] == [0, 6_000]


def test_all_that_waited_for_a_repeat_is_shown_at_once() -> None:
    pieces = pictures(6)
    late = pieces.pop(4)
    pieces.insert(9, late)
    times = [at for at, number in shown(PictureOrder(), pieces) if number in (1, 2, 3)]
    assert len(set(times[:2])) == 1


def test_what_does_not_come_again_is_given_up_and_a_key_frame_asked_for() -> None:
    order, asked_s = PictureOrder(), None
    pieces = pictures(30, keys=(0, 20))
    del pieces[16]  # of picture 5
    out: list[int] = []
    for number, piece in enumerate(pieces):
        now_s = number / 3 * FRAME_S
        out += [picture.data[0] for picture in order.add(piece, now_s, RTT_S)]
        if order.asks_key(now_s) and asked_s is None:
            asked_s = now_s
    assert asked_s is not None
    assert 2 * RTT_S < asked_s - 5 * FRAME_S < 2 * RTT_S + 2 * FRAME_S
    assert out == [*range(5), *range(20, 30)]


def test_a_key_frame_ends_the_wait_for_what_lies_before_it() -> None:
    pieces = pictures(8, keys=(0, 6))
    del pieces[16]
    assert [number for _, number in shown(PictureOrder(), pieces)] == [0, 1, 2, 3, 4, 6, 7]


def test_a_key_frame_is_asked_for_again_but_not_with_every_packet() -> None:
    order = PictureOrder()
    asked = 0
    for number, piece in enumerate(pictures(15, keys=())):
        order.add(piece, number / 3 * FRAME_S, RTT_S)
        asked += order.asks_key(number / 3 * FRAME_S)
    assert asked == 4, "in one second"


def test_padding_between_pictures_is_passed_over() -> None:
    pieces = pictures(1)
    padding = [
        Piece((65_533 + n) % 65_536, 0, is_last=False, starts_key=False, data=b"") for n in (0, 1)
    ]
    following = [
        Piece((65_535 + n) % 65_536, 6_000, is_last=n == 1, starts_key=False, data=bytes([1, n]))
        for n in (0, 1)
    ]
    order = PictureOrder()
    out = [
        picture for piece in (*pieces, *padding, *following) for picture in order.add(piece, 0, 0.1)
    ]
    assert len(out) == 2


def test_a_flood_without_an_end_is_bounded() -> None:
    order = PictureOrder()
    for number in range(3 * PACKETS_LIMIT):
        order.add(Piece(number, 0, is_last=False, starts_key=number == 0, data=b"x"), 0.0, RTT_S)
        assert len(order._pieces) <= PACKETS_LIMIT


@pytest.mark.parametrize("seed", range(5))
def test_after_losses_the_picture_goes_on_within_the_next_key_frame(seed: int) -> None:
    lots = random.Random(seed)  # noqa: S311 -- a test's lots
    pieces = [one for one in pictures(120, keys=tuple(range(0, 120, 15))) if lots.random() > 0.05]
    out = [number for _, number in shown(PictureOrder(), pieces)]
    assert out == sorted(set(out))
    assert out[-1] >= 90, "but for a key frame that was lost itself"


@given(
    st.lists(
        st.builds(
            Piece,
            st.integers(0, 65_535),
            st.integers(0, 9),
            st.booleans(),
            st.booleans(),
            st.binary(max_size=2),
        ),
        max_size=200,
    )
)
def test_whatever_comes_nothing_is_raised_and_little_kept(pieces: list[Piece]) -> None:
    order = PictureOrder()
    for number, piece in enumerate(pieces):
        order.add(piece, number * 0.01, None)
        order.asks_key(number * 0.01)
    assert len(order._pieces) <= PACKETS_LIMIT

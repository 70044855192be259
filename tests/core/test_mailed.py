from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core import parcels
from client.core.mailed import DEAF_S, PIECE_BYTES, WINDOW_PIECES, MailedFile
from client.core.plain_cbor import INTEGER_LIMIT
from client.core.ranges import Ranges
from client.core.stills import SIZE_LIMIT
from client.core.wire import Parcel, StillHeld, StillPiece


def test_the_largest_piece_fits_into_a_letter() -> None:
    piece = StillPiece(INTEGER_LIMIT - 1, SIZE_LIMIT, bytes(PIECE_BYTES))
    assert len(parcels.encode(Parcel(None, piece))) <= parcels.PARCEL_LIMIT


def test_only_a_window_waits_in_the_mailbox() -> None:
    file = MailedFile(1, SIZE_LIMIT)
    parts = taken(file)
    assert parts == [(n * PIECE_BYTES, (n + 1) * PIECE_BYTES) for n in range(WINDOW_PIECES)]
    file.acknowledge(StillHeld(1, 3 * PIECE_BYTES, []), 0)
    assert [start // PIECE_BYTES for start, _ in taken(file)] == [128, 129, 130]


def test_what_came_before_by_the_line_is_not_sent_again() -> None:
    file = MailedFile(1, 4 * PIECE_BYTES)
    file.acknowledge(StillHeld(1, PIECE_BYTES + 7, [3 * PIECE_BYTES, 4 * PIECE_BYTES]), 0)
    assert [start // PIECE_BYTES for start, _ in taken(file)] == [1, 2]


def test_a_piece_passed_by_a_later_one_goes_again() -> None:
    file = MailedFile(1, 4 * PIECE_BYTES)
    taken(file)
    file.acknowledge(StillHeld(1, 0, [PIECE_BYTES, 2 * PIECE_BYTES]), 0)
    assert taken(file) == [(0, PIECE_BYTES)]


def test_a_peer_that_never_got_the_window_is_sent_it_again_once_it_says_so_twice() -> None:
    file = MailedFile(1, 2 * PIECE_BYTES)
    taken(file)
    nothing = StillHeld(1, 0, [])
    for at_s, count in ((1, 0), (2, 0), (DEAF_S, 2)):
        file.acknowledge(nothing, at_s)
        assert len(taken(file, at_s)) == count


@pytest.mark.parametrize("beyond", [[5], [9, 8], [5, 5], [1, 4 * PIECE_BYTES + 1]])
def test_what_nobody_can_hold_is_ignored(beyond: list[int]) -> None:
    file = MailedFile(1, 4 * PIECE_BYTES)
    taken(file)
    file.acknowledge(StillHeld(1, 3, beyond), 0)
    assert not file.is_complete
    assert taken(file) == []


@given(
    size=st.integers(1, 6 * PIECE_BYTES),
    fates=st.lists(st.sampled_from(["come", "lost", "told", "line"]), max_size=60),
)
def test_all_arrives_whatever_is_lost_and_whatever_comes_by_the_line(
    size: int, fates: Sequence[str]
) -> None:
    file, held, now_s = MailedFile(1, size), Ranges(), 0.0
    for fate in [*fates, *["come", "told"] * 40]:
        now_s += DEAF_S
        if fate == "told":
            file.acknowledge(said(held), now_s)
        elif fate == "line":
            held.add(size // 3, size // 3 + 1)
        elif (part := file.next_part(now_s)) and fate == "come":
            held.add(*part)
    file.acknowledge(said(held), now_s)
    assert file.is_complete


def said(held: Ranges) -> StillHeld:
    whole = held.end_of(0)
    return StillHeld(1, whole, [bound for part in held if part[0] > whole for bound in part])


def taken(file: MailedFile, now_s: float = 0.0) -> list[tuple[int, int]]:
    parts = []
    while (part := file.next_part(now_s)) is not None:
        parts.append(part)
    return parts

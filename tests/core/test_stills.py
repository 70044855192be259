from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from client.core.stills import PIECE, WINDOW, StillAssembly, StillSender
from client.core.wire import StillHeld, StillOffered, StillPiece


def offer_of(data: bytes) -> StillOffered:
    return StillOffered(1, "ear", len(data), sha256(data).digest(), 640, 480, 0)


@given(data=st.binary(min_size=1, max_size=30_000), cuts=st.lists(st.integers(0, 9), max_size=6))
def test_a_still_arrives_whole_however_often_the_line_is_cut(data: bytes, cuts: list[int]) -> None:
    sender, assembly = StillSender(1, data), StillAssembly(offer_of(data))
    for survivors in cuts:
        for piece in sender.pieces()[:survivors]:
            assembly.take(piece)
        sender.rewind()
        sender.acknowledge(assembly.held)
    while pieces := sender.pieces():
        for piece in pieces:
            assembly.take(piece)
        sender.acknowledge(assembly.held)
    assert assembly.picture() == data


def test_little_is_outstanding() -> None:
    sender = StillSender(1, bytes(100_000))
    assert sum(len(piece.data) for piece in sender.pieces()) <= WINDOW
    assert sender.pieces() == []
    sender.acknowledge(StillHeld(1, 2 * PIECE))
    assert sum(len(piece.data) for piece in sender.pieces()) == 2 * PIECE


def test_a_peer_cannot_claim_more_than_there_is() -> None:
    sender = StillSender(1, bytes(100))
    sender.acknowledge(StillHeld(1, 101))
    assert sender.held == 0


def test_pieces_beyond_the_offer_are_left_aside() -> None:
    assembly = StillAssembly(offer_of(b"ear"))
    assert assembly.take(StillPiece(1, 0, b"more than offered"))
    assert assembly.held == StillHeld(1, 0)


def test_a_wrong_hash_is_no_picture() -> None:
    assembly = StillAssembly(offer_of(b"left"))
    assembly.take(StillPiece(1, 0, b"lefT"))
    assert assembly.is_complete
    assert assembly.picture() is None


def test_every_second_piece_is_acknowledged_and_the_last() -> None:
    data = bytes(3 * PIECE)
    sender, assembly = StillSender(1, data), StillAssembly(offer_of(data))
    assert [assembly.take(piece) for piece in sender.pieces()] == [False, True, True]

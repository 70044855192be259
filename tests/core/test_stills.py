from hashlib import sha256

import pytest
from fakes.line import LossyLine
from hypothesis import given
from hypothesis import strategies as st

from client.core import parcels
from client.core.envelope import Sealer
from client.core.lanes import Carrier
from client.core.stills import (
    HELD_EVERY_S,
    RANGES_LIMIT,
    REPORTED_LIMIT,
    SIZE_LIMIT,
    WINDOW,
    StillAssembly,
    StillSender,
    piece_bytes,
)
from client.core.wire import Parcel, StillHeld, StillOffered, StillPiece

PIECE = 470


def offer_of(data: bytes) -> StillOffered:
    return StillOffered(1, "ear", len(data), sha256(data).digest(), 640, 480, 0)


def wanted(data: bytes) -> StillSender:
    sender = StillSender(1, data)
    sender.acknowledge(StillHeld(1, 0, []), 0.0)
    return sender


def taken(sender: StillSender, now_s: float = 0.0, limit: int = PIECE) -> list[StillPiece]:
    """Everything the sender gives now."""
    pieces = list[StillPiece]()
    while (piece := sender.next_piece(limit, now_s)) is not None:
        pieces.append(piece)
    return pieces


@given(
    data=st.binary(min_size=1, max_size=20_000),
    seed=st.integers(0, 1 << 32),
    loss=st.floats(0, 0.6),
    limits=st.lists(st.integers(200, 982), min_size=1, max_size=4),
    cuts=st.sets(st.integers(0, 60), max_size=3),
)
def test_a_still_arrives_whole_over_a_line_that_loses_reorders_and_doubles(
    data: bytes, seed: int, loss: float, limits: list[int], cuts: set[int]
) -> None:
    sender, assembly = StillSender(1, data), StillAssembly(offer_of(data))
    down, up = LossyLine[StillPiece](seed, loss), LossyLine[StillHeld](seed + 1, loss)
    pieces_sent = 0
    for step in range(100_000):
        now_s = step / 10
        if step % 2 == 0:
            up.send(assembly.held, now_s)
        for piece in down.arrived(now_s):
            assert assembly.take(piece)
        if assembly.is_complete:
            break
        for held in up.arrived(now_s):
            sender.acknowledge(held, now_s)
        if step in cuts:
            sender.rewind()
        for _ in range(3):
            piece = sender.next_piece(limits[step % len(limits)], now_s)
            if piece is not None:
                pieces_sent += 1
                down.send(piece, now_s)
    assert assembly.picture() == data
    assert sender.held <= len(data)


def test_only_what_is_missing_is_sent_again_and_before_what_is_new() -> None:
    sender, assembly = wanted(bytes(20 * PIECE)), StillAssembly(offer_of(bytes(20 * PIECE)))
    pieces = [sender.next_piece(PIECE, 0.0) for _ in range(8)]
    for piece in pieces:
        if piece is not None and piece.offset not in (2 * PIECE, 5 * PIECE):
            assembly.take(piece)
    held = [2 * PIECE, 3 * PIECE, 5 * PIECE, 6 * PIECE, 8 * PIECE]
    assert assembly.held == StillHeld(1, held[0], held[1:])
    sender.acknowledge(assembly.held, 0.3)
    again = [sender.next_piece(PIECE, 0.3) for _ in range(3)]
    assert [piece.offset for piece in again if piece] == [2 * PIECE, 5 * PIECE, 8 * PIECE]
    assert sender.held == 6 * PIECE


def test_nothing_is_sent_before_the_gp_wants_it() -> None:
    assert taken(StillSender(1, bytes(1_000))) == []


def test_a_dead_line_swallows_a_window_and_no_more() -> None:
    sender = wanted(bytes(1 << 20))
    assert WINDOW - PIECE < sum(len(piece.data) for piece in taken(sender)) <= WINDOW


def test_the_last_piece_comes_again_though_nothing_follows_it() -> None:
    sender = wanted(bytes(3 * PIECE))
    assert len(taken(sender)) == 3
    sender.acknowledge(StillHeld(1, 2 * PIECE, []), 0.4)
    assert taken(sender, 0.5) == []
    (last,) = taken(sender, 2.0)
    assert last.offset == 2 * PIECE


def test_after_a_cut_it_goes_on_from_what_is_held() -> None:
    sender = wanted(bytes(40 * PIECE))
    for _ in range(10):
        sender.next_piece(PIECE, 0.0)
    sender.acknowledge(StillHeld(1, 4 * PIECE, [5 * PIECE, 6 * PIECE]), 0.2)
    sender.rewind()
    offsets = [piece.offset // PIECE for piece in taken(sender, 9.0)]
    assert offsets == [4, *range(6, 40)]


def test_a_thinner_line_gets_smaller_pieces_of_what_was_lost() -> None:
    sender = wanted(bytes(982))
    taken(sender, limit=982)
    sender.rewind()
    assert [(p.offset, len(p.data)) for p in taken(sender, limit=470)] == [
        (0, 470),
        (470, 470),
        (940, 42),
    ]


@pytest.mark.parametrize(
    "held",
    [
        StillHeld(1, 101, []),
        StillHeld(1, 0, [10]),
        StillHeld(1, 0, [20, 10]),
        StillHeld(1, 50, [10, 20]),
        StillHeld(1, 0, [10, 101]),
        StillHeld(1, 0, [10, 20, 15, 30]),
    ],
)
def test_a_peer_cannot_claim_what_cannot_be(held: StillHeld) -> None:
    sender = StillSender(1, bytes(100))
    sender.acknowledge(held, 0.0)
    assert sender.held == 0
    assert taken(sender) == []


def test_pieces_beyond_the_offer_or_empty_are_left_aside() -> None:
    assembly = StillAssembly(offer_of(b"ear"))
    assert not assembly.take(StillPiece(1, 0, b"more than offered"))
    assert not assembly.take(StillPiece(1, 1 << 50, b"far"))
    assert not assembly.take(StillPiece(1, 1, b""))
    assert assembly.held == StillHeld(1, 0, [])


def test_a_peer_that_sends_crumbs_cannot_make_it_grow() -> None:
    assembly = StillAssembly(offer_of(bytes(10 * RANGES_LIMIT)))
    crumbs = [assembly.take(StillPiece(1, at, b"x")) for at in range(1, 10 * RANGES_LIMIT, 2)]
    assert crumbs.count(True) == RANGES_LIMIT
    assert len(assembly.held.beyond) == 2 * REPORTED_LIMIT
    assert len(parcels.encode(Parcel(None, assembly.held))) < 256
    for at in range(0, 10 * RANGES_LIMIT, 4 * RANGES_LIMIT):
        assembly.take(StillPiece(1, at, bytes(4 * RANGES_LIMIT)[: 10 * RANGES_LIMIT - at]))
    assert assembly.is_complete


def test_a_peer_that_claims_crumbs_cannot_make_the_sender_grow() -> None:
    sender = wanted(bytes(8 * RANGES_LIMIT))
    for at in range(1, 4 * RANGES_LIMIT):
        sender.acknowledge(StillHeld(1, 0, [2 * at, 2 * at + 1]), 0.0)
    assert sender.held == RANGES_LIMIT
    sender.acknowledge(StillHeld(1, 8 * RANGES_LIMIT, []), 0.0)
    assert sender.held == 8 * RANGES_LIMIT


def test_a_wrong_hash_is_no_picture() -> None:
    assembly = StillAssembly(offer_of(b"left"))
    assembly.take(StillPiece(1, 0, b"lefT"))
    assert assembly.is_complete
    assert assembly.picture() is None


@pytest.mark.parametrize("limit", [300, 370, 500, 635, 900, 1_138, 1_200])
def test_a_piece_fills_its_packet_and_no_more(limit: int) -> None:
    size = piece_bytes(limit)
    piece = StillPiece(32, SIZE_LIMIT, bytes(size))
    sealer = Sealer(bytes(32), bytes(12))
    sealer._counter = (1 << 23) - 1
    sealed = sealer.seal(parcels.encode(Parcel(None, piece)))
    on_the_line = len(sealed) + 12 + 16 + Carrier.DATA.value
    assert on_the_line <= max(limit, 370)
    padding = len(sealed) - 1 - 4 - 16 - len(parcels.encode(Parcel(None, piece)))
    assert 1 <= padding <= 4


def test_a_satellite_line_is_filled() -> None:
    """sat-geo: 300 ms each way, 350 kbit/s left for the still; 200 kB need 4.6 s of that."""
    data, rate_bytes_s, delay_s = bytes(200_000), 350_000 / 8, 0.3
    sender, assembly = StillSender(1, data), StillAssembly(offer_of(data))
    now_s, free_s, tell_s = 0.0, 0.0, 0.0
    down, up = list[tuple[float, StillPiece]](), [(0.0, assembly.held)]
    while not assembly.is_complete:
        now_s += 0.02
        while down and down[0][0] <= now_s:
            assembly.take(down.pop(0)[1])
        while up and up[0][0] <= now_s:
            sender.acknowledge(up.pop(0)[1], now_s)
        if now_s >= tell_s:
            up.append((now_s + delay_s, assembly.held))
            tell_s = now_s + HELD_EVERY_S
        while free_s < now_s + 0.04 and (piece := sender.next_piece(982, now_s)):
            free_s = max(free_s, now_s) + 1_138 / rate_bytes_s
            down.append((free_s + delay_s, piece))
    assert now_s < 200_000 / 982 * 1_138 / rate_bytes_s + 2 * delay_s + 0.3

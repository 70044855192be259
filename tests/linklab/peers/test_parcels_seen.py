"""What the page opened, read with the product's own decoder."""

from dataclasses import replace

from linklab.peers.parcels_seen import decoded, readings, still_ended_ms

from client.core import parcels
from client.core.wire import Measured, Message, Parcel, StillOffered, StillPiece
from client.session.attachments import PREVIEW

READING = Measured("spo2", 97.0, "%", "good", 5000, "Contec", None)
OFFER = StillOffered(1, "oreille", 1500, bytes(32), 640, 480, 5000)


def _opened(message: Message, number: int | None = None) -> bytes:
    """As an envelope pads it: 0x80, then zeros to the next bucket."""
    plain = parcels.encode(Parcel(number, message)) + b"\x80"
    return plain + bytes(-len(plain) % 64)


def test_a_reading_counts_once_and_by_its_first_arrival() -> None:
    opened = [(5100.0, _opened(READING, 3)), (5900.0, _opened(READING, 3))]
    assert readings(decoded(opened)) == [(5000.0, 5100.0)]


def test_what_is_no_parcel_is_left_out() -> None:
    assert decoded([(1.0, b"a draft"), (2.0, b""), (3.0, bytes(64))]) == []


def test_a_still_is_whole_with_its_last_piece_in_any_order() -> None:
    pieces = [
        (3.0, _opened(StillPiece(1, 1000, bytes(500)))),
        (3.5, _opened(StillPiece(1, 1000, bytes(500)))),
        (4.0, _opened(StillPiece(1, 0, bytes(1000)))),
    ]
    offer = (1.0, _opened(OFFER, 1))
    assert still_ended_ms(decoded([offer, *pieces])) == 4.0
    assert still_ended_ms(decoded([offer, *pieces[:2]])) is None
    assert still_ended_ms(decoded([pieces[2], pieces[0], (9.0, offer[1])])) is None


def test_a_preview_that_is_there_is_not_the_still() -> None:
    preview = replace(OFFER, id=2, size=100, part=PREVIEW, of=1)
    seen = [(1.0, _opened(OFFER, 1)), (2.0, _opened(preview, 2))]
    seen.append((3.0, _opened(StillPiece(2, 0, bytes(100)))))
    assert still_ended_ms(decoded(seen)) is None
    seen += [(4.0, _opened(StillPiece(1, at, bytes(500)))) for at in (0, 500, 1000)]
    assert still_ended_ms(decoded(seen)) == 4.0

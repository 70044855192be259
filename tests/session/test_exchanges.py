"""The log of exchanges names what a person did, not what travelled for it."""

from datetime import UTC, datetime

from client.core import wire
from client.session.exchanges import ExchangeLog
from client.session.snapshot import LineKind

NOW = datetime(2027, 1, 2, tzinfo=UTC)


def offered(identifier: int, part: str, of: int = 0) -> wire.StillOffered:
    facts = ("oreille droite", 10, bytes(32), 640, 480, 0, "image/jpeg")
    return wire.StillOffered(identifier, *facts, part, of)


def test_a_still_is_one_line_whatever_else_travels_of_it() -> None:
    log = ExchangeLog()
    log.sent(1, offered(1, "whole"), NOW)
    log.sent(2, offered(2, "preview", 1), NOW)
    log.sent(3, offered(3, "region", 1), NOW)
    assert [(line.kind, line.subject) for line in log.lines] == [(LineKind.STILL, "oreille droite")]
    log.acknowledged([1, 2, 3])
    assert [line.is_acknowledged for line in log.lines] == [True]


def test_a_letter_is_no_photo() -> None:
    log = ExchangeLog()
    facts = ("Courrier", 10, bytes(32), 0, 0, 0)
    log.sent(1, wire.StillOffered(1, *facts, "application/pdf", "whole", 0), NOW)
    log.sent(2, wire.StillOffered(2, *facts, "audio/flac", "whole", 0), NOW)
    assert [line.kind for line in log.lines] == [LineKind.PAPER, LineKind.SOUND]

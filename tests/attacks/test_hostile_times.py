"""A GP whose clock says any number: what was kept of it can still be read, shown and exported."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from client import clock
from client.catalogue import Catalogue
from client.core import wire
from client.core.consultation import State
from client.core.plain_cbor import INTEGER_LIMIT
from client.core.record import Direction, milliseconds
from client.exports.documents import content_sha256, report_of
from client.exports.folder import export_consultation
from client.exports.pdf.summary import summary_sheet
from client.exports.pdf.typesetting import pdf
from client.exports.pdf.wording import Words
from client.session.course import Course
from client.session.events import EventLog
from client.session.from_gp import MINUTES_LIMIT, FromGp
from client.session.keeping import RecordKeeper
from client.session.left_open import expertise_view
from client.session.snapshot import SiteSnapshot
from client.store import keys
from client.store.records import Records
from client.ui.waiting_words import is_still_awaited, waiting_sentence

_LARGEST: Final = INTEGER_LIMIT - 1
_SAID: Final[tuple[wire.Message, ...]] = (
    wire.Card("Dr Martin", "Tulle"),
    wire.Text("bonjour", _LARGEST),
    wire.Summary("angine", _LARGEST),
    wire.Goodbye("over", _LARGEST),
)


@pytest.fixture
async def keeper() -> AsyncIterator[RecordKeeper]:
    records = await Records.open(None, keys.ephemeral())
    keeper = await RecordKeeper.begin(records, clock.now)
    for number, message in enumerate(_SAID, start=1):
        await keeper.received(wire.Parcel(number, message))
    yield keeper
    await records.close()


async def test_what_was_kept_is_still_shown_and_exported(
    keeper: RecordKeeper, tmp_path: Path
) -> None:
    record = await keeper.record()
    assert [one.direction for one in record.parcels] == [Direction.RECEIVED] * len(_SAID)
    assert expertise_view(record).answer == "angine"
    report = report_of(record)
    assert len(content_sha256(report)) == 32
    assert pdf(summary_sheet(Words(Catalogue("fr")), report)).startswith(b"%PDF")
    assert export_consultation(record, tmp_path / "out")


async def test_patience_without_end_is_shown_as_a_day_from_now(keeper: RecordKeeper) -> None:
    course = Course(SiteSnapshot(clock.now(), State.VERIFIED, "Pharmacie"))
    from_gp = FromGp(
        *(course, keeper, EventLog(None, clock.now)),
        say=lambda _: None,
        still_hash=lambda _: None,
        site_public=bytes(32),
        session=lambda: None,
        on_coming=lambda: None,
    )
    from_gp.hear(wire.Waiting(_LARGEST, "", is_redirected=False, at_ms=_LARGEST))
    shown = course.known.gp_waiting
    assert shown is not None
    assert shown.minutes == MINUTES_LIMIT
    assert shown.at_ms <= milliseconds(clock.now())
    assert waiting_sentence(Catalogue("fr"), course.known, clock.now())
    assert is_still_awaited(course.known)

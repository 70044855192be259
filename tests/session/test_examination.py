"""What a GP's end, honest or not, can make of the site's examination."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from session.test_stills import seen

from client import clock
from client.core import wire
from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG
from client.core.consultation import State
from client.core.dossier.completeness import Why
from client.core.lanes import Lane
from client.core.record import ConsultationRecord
from client.media.sources import parse_sink, parse_source
from client.session.captures import CaptureRefusedError
from client.session.events import EventLog
from client.session.examination import Examination
from client.session.instruments import Told
from client.session.keeping import RecordKeeper
from client.session.media import EndMedia
from client.session.sending import FileState
from client.session.snapshot import InstrumentState, InstrumentView, SiteSnapshot, StillState
from client.store.keys import Keys
from client.store.records import Records
from devices.driver import Request
from devices.readings import Failed, Kind, Still, StillProgress
from devices.session import Unplugged
from devices.simulators.uvc import BLUR

KEYS = Keys(database_key=bytes(32), identity_seed=bytes(range(32)))


class Patient:
    """Who may change their mind."""

    def __init__(self) -> None:
        self.refuses: Why | None = None
        self.tried = 0

    def pictures_off(self) -> Why | None:
        """As `client.session.consenting.Consenting`."""
        return self.refuses

    def capture_refused(self, why: Why) -> None:
        """Counted."""
        assert why is self.refuses
        self.tried += 1


class Bench:
    """An examination without instruments, and what it sends."""

    def __init__(self, media: EndMedia, keeper: RecordKeeper) -> None:
        self.said: list[wire.Message] = []
        self._keeper = keeper
        self.patient = Patient()
        self.examination = Examination(
            *((), media, keeper, EventLog(None, clock.now)),
            say=self._say,
            waiting=lambda: 0,
            consent=self.patient,
        )
        self.examination.open()

    def instrument_says(self, kind: Kind, event: Failed | Unplugged | StillProgress) -> None:
        view = InstrumentView("driver", kind, "model", None, "port", InstrumentState.READY)
        self.examination._told(Told(view, event))

    def _say(self, message: wire.Message, lane: Lane = Lane.READINGS) -> None:
        del lane
        self.said.append(message)

    @property
    def snapshot(self) -> SiteSnapshot:
        return self.examination.completed(SiteSnapshot(clock.now(), State.VERIFIED, "here"))

    async def record(self) -> ConsultationRecord:
        return await self._keeper.record()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    none = parse_source("none")
    media = EndMedia(none, none, parse_sink("none"), DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG)
    records = await Records.open(tmp_path, KEYS)
    try:
        yield Bench(media, await RecordKeeper.begin(records, clock.now))
    finally:
        await media.close()
        await records.close()


@pytest.mark.parametrize(
    "message",
    [
        wire.Measured("no such vital", 1.0, "?", "good", 1, "", None),
        wire.Intake("somebody", "something", 1),
        wire.StillOffered(1, "x", 1, bytes(32), 1, 1, 1),
        wire.AskAnswered(1, "done"),
    ],
)
async def test_what_only_a_site_says_means_nothing_from_a_gp(
    bench: Bench, message: wire.Message
) -> None:
    bench.examination.hear(message)
    assert bench.snapshot.exchanges == ()


async def test_a_wish_of_no_kind_of_ours_is_a_text_and_stays_out_of_the_journal(
    bench: Bench,
) -> None:
    bench.examination.hear(wire.Asked(1, "Madame D. " * 100, "wish"))
    asked = bench.snapshot.asked
    assert asked is not None
    assert (asked.what, asked.text) == ("text", "wish")
    journal = (await bench.record()).journal
    assert [dict(line.facts) for line in journal] == [{"what": "text"}]


async def test_a_still_whose_cable_is_pulled_has_failed_and_the_camera_is_back(
    bench: Bench,
) -> None:
    bench.examination._viewfinder.is_aiming = True
    bench.instrument_says(Kind.OTOSCOPE, StillProgress(10, 100))
    bench.instrument_says(Kind.THERMOMETER, Unplugged("gone"))
    bench.instrument_says(Kind.THERMOMETER, Failed(Request.MEASURE))
    assert _still_state(bench) is StillState.TAKING
    assert bench.snapshot.preview_source is Kind.OTOSCOPE
    bench.instrument_says(Kind.OTOSCOPE, Unplugged("gone"))
    assert _still_state(bench) is StillState.FAILED
    assert bench.snapshot.preview_source is None


async def test_a_still_the_camera_could_not_take_has_failed(bench: Bench) -> None:
    bench.instrument_says(Kind.OTOSCOPE, StillProgress(10, 100))
    bench.instrument_says(Kind.OTOSCOPE, Failed(Request.STILL.value))
    assert _still_state(bench) is StillState.FAILED


def _still_state(bench: Bench) -> StillState | None:
    still = bench.snapshot.still
    return still.state if still else None


async def test_the_journal_tells_of_no_text_that_was_not_sent(bench: Bench) -> None:
    bench.examination.write("now")
    bench.examination.stop()
    bench.examination.write("too late")
    texts = [message.text for message in bench.said if isinstance(message, wire.Text)]
    assert texts == ["now"]
    assert [line.event for line in (await bench.record()).journal] == ["text_sent"]


async def in_one_part(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def test_pictures_refused_after_all_go_no_further_and_files_do(bench: Bench) -> None:
    examination = bench.examination
    await examination._captures.send_file(in_one_part(b"%PDF-1.7"), "Courrier", "application/pdf")
    await examination._stills.taken(Still(seen(), clock.now()))
    offers = {one.id: one for one in bench.said if isinstance(one, wire.StillOffered)}
    assert {one.media_type for one in offers.values()} > {"application/pdf", "image/jpeg"}
    for number in offers:
        examination.hear(wire.StillHeld(number, 0, []))
    first = examination.next_piece(500)
    assert first is not None
    assert offers[first.id].media_type.startswith("image/")
    bench.patient.refuses = Why.REFUSED
    examination.consent_changed()
    left = [examination.next_piece(500), await examination.next_letter()]
    labels = [offers[piece.id].label for piece in left if piece is not None]
    assert labels == ["Courrier", "Courrier"]
    assert bench.snapshot.still is None
    whole = next(one.id for one in offers.values() if one.media_type == "image/jpeg")
    said = len(bench.said)
    examination.hear(wire.RegionAsked(whole, 0, 0, 16, 16))
    await examination.close()
    assert len(bench.said) == said


@pytest.mark.parametrize("media_type", ["image/jpeg", "IMAGE/PNG", "video/mp4", "audio/flac"])
async def test_a_picture_from_a_file_is_refused_as_one_that_is_taken(
    bench: Bench, media_type: str
) -> None:
    bench.patient.refuses = Why.REFUSED
    bench.examination.send_file(in_one_part(b"seen"), "Peau", media_type)
    bench.examination.send_file(in_one_part(b"%PDF-1.7"), "Courrier", "application/pdf")
    await bench.examination.close()
    (picture, letter) = bench.snapshot.sent_files
    assert picture.state is FileState.FAILED
    assert isinstance(picture.failure, CaptureRefusedError)
    assert letter.state is FileState.SENDING
    offers = [one.media_type for one in bench.said if isinstance(one, wire.StillOffered)]
    assert offers == ["application/pdf"]
    assert bench.patient.tried == 1
    assert [one.jpeg for one in (await bench.record()).stills] == [b"%PDF-1.7"]


async def test_a_picture_from_a_file_stops_on_its_way_once_it_is_refused(bench: Bench) -> None:
    examination = bench.examination
    examination.send_file(in_one_part(bytes(900)), "Peau", "image/png")
    examination.send_file(in_one_part(bytes(900)), "Courrier", "application/pdf")
    await examination.close()
    offers = {one.label: one.id for one in bench.said if isinstance(one, wire.StillOffered)}
    for number in offers.values():
        examination.hear(wire.StillHeld(number, 0, []))
    bench.patient.refuses = Why.REFUSED
    examination.consent_changed()
    assert [one.state for one in bench.snapshot.sent_files] == [
        FileState.WITHDRAWN,
        FileState.SENDING,
    ]
    piece = examination.next_piece(500)
    assert piece is not None
    assert piece.id == offers["Courrier"]


async def test_a_still_refused_while_it_is_developed_is_not_offered(bench: Bench) -> None:
    examination = bench.examination
    examination._spawn(examination._stills.taken(Still(seen(), clock.now())))
    await asyncio.sleep(0)  # it is being looked at, beside the loop
    bench.patient.refuses = Why.REFUSED
    examination.consent_changed()
    await examination.close()
    assert bench.patient.tried == 1
    assert not any(isinstance(one, wire.StillOffered) for one in bench.said)
    assert (await bench.record()).stills == ()


async def test_a_region_refused_while_it_is_cut_out_is_not_offered(bench: Bench) -> None:
    examination = bench.examination
    await examination._stills.taken(Still(seen(), clock.now()))
    whole = next(one.id for one in bench.said if isinstance(one, wire.StillOffered))
    said = len(bench.said)
    examination.hear(wire.RegionAsked(whole, 0, 0, 16, 16))
    await asyncio.sleep(0)  # it is being cut out, beside the loop
    bench.patient.refuses = Why.REFUSED
    examination.consent_changed()
    await examination.close()
    assert len(bench.said) == said


async def test_a_doubtful_still_is_not_sent_once_pictures_are_refused(bench: Bench) -> None:
    examination = bench.examination
    await examination._stills.taken(Still(seen(BLUR), clock.now()))
    assert _still_state(bench) is StillState.DOUBTFUL
    bench.patient.refuses = Why.REFUSED
    examination.send_anyway()
    await examination.close()
    assert bench.patient.tried == 1
    assert not any(isinstance(one, wire.StillOffered) for one in bench.said)


async def test_pictures_refused_before_trust_are_not_offered_later(bench: Bench) -> None:
    examination = bench.examination
    examination.stop()
    await examination._stills.taken(Still(seen(), clock.now()))
    bench.patient.refuses = Why.REFUSED
    examination.consent_changed()
    examination.open()
    assert not any(isinstance(one, wire.StillOffered) for one in bench.said)


async def test_what_was_taken_before_trust_is_offered_once_it_is_there(bench: Bench) -> None:
    offer = wire.StillOffered(1, "skin", 3, bytes(32), 1, 1, 1)
    bench.examination.stop()
    bench.examination._captures._offer(offer)
    bench.examination._say(wire.Text("never sent", 1))
    assert offer not in bench.said
    bench.examination.open()
    assert bench.said.count(offer) == 1
    assert not any(isinstance(one, wire.Text) for one in bench.said)
    bench.examination.open()
    assert bench.said.count(offer) == 1

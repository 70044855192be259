"""The stethoscope at the site: recorded, heard, sent, and live only while the line allows it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest

from client.core.adaptation.observation import LineEstimate, LossKind
from client.core.auscultation import MOST_S, NotLive, Place
from client.core.lanes import Lane
from client.core.wire import Message, StillHeld, StillOffered, StillReceived
from client.media.audio_source import Samples, SoundSource
from client.media.auscultation import MEDIA_TYPE, Flaw, unpacked
from client.media.live_sound import LiveSound
from client.session.attachments import Attachment, Attachments
from client.session.auscultation import (
    HEARD_BYTES,
    KEPT_LIMIT,
    ORIGINALS_FROM,
    OUTLINE_BYTES,
    Auscultation,
)
from client.session.auscultation_around import Around
from client.session.auscultation_view import AuscultationStep, TapeState
from devices.driver import Request
from devices.readings import Sound, Wave, WaveBlock
from devices.session import Unplugged
from devices.simulators.instrument import create

NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)
PIECE_BYTES = 1_920
GOOD = LineEstimate(
    capacity_bps=400_000,
    usable_bps=300_000,
    is_known=True,
    is_silent=False,
    queue_s=0.0,
    rtt_s=0.05,
    jitter_s=0.01,
    loss_fraction=0.0,
    loss_kind=LossKind.NONE,
)
LABEL = "Cœur, foyer aortique"


@cache
def chest() -> bytes:
    """Some seconds of the simulated one."""
    return create("stethoscope").tick(2.0)


class Room:
    """Everything around an auscultation, remembered."""

    def __init__(self) -> None:
        self.said: list[Message] = []
        self.kept: list[Attachment] = []
        self.asked: list[Request] = []
        self.sent_sound: SoundSource | None = None
        self.heard_here: Samples = np.zeros(0, np.int16)
        self.line: LineEstimate | None = GOOD
        self.has_stethoscope = True
        self.chest_at_s = 0.0
        self.attachments = Attachments(self._say, self._keep, self._received)
        self.auscultation = Auscultation(
            Around(
                sounds=self,
                attachments=self.attachments,
                keep=self._keep,
                ask=self._ask,
                line=lambda: self.line,
                note=lambda *_, **__: None,
            )
        )

    def listen_to(self, source: SoundSource | None) -> None:
        self.sent_sound = source

    def replay(self, samples: Samples) -> None:
        self.heard_here = samples

    @property
    def is_replaying(self) -> bool:
        return len(self.heard_here) > 0

    def sounds(self, length_s: float) -> bytes:
        """Let the chest sound for so long; what was given."""
        given = b""
        for _ in range(round(length_s / 0.02)):
            place = round(self.chest_at_s / 0.02) * PIECE_BYTES % len(chest())
            piece = chest()[place : place + PIECE_BYTES]
            self.chest_at_s += 0.02
            taken_at = NOW + timedelta(seconds=self.chest_at_s)
            self.auscultation.hear(Sound(piece, 48_000, taken_at))
            given += piece
        return given

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                await asyncio.sleep(0)

    async def recorded(self, length_s: float = 12.0) -> bytes:
        self.auscultation.take(AuscultationStep.RECORD)
        given = self.sounds(length_s)
        self.auscultation.take(AuscultationStep.STOP)
        return given

    async def sent(self) -> StillOffered:
        before = len(self.said)
        self.auscultation.take(AuscultationStep.SEND, LABEL)
        await self.until(lambda: len(self.said) > before)
        offer = self.said[-1]
        assert isinstance(offer, StillOffered)
        return offer

    def _say(self, message: Message, lane: Lane) -> None:
        del lane
        self.said.append(message)

    def _keep(self, attachment: Attachment) -> Awaitable[None]:
        self.kept.append(attachment)
        return asyncio.sleep(0)

    def _received(self, offer: StillOffered) -> None:
        self.auscultation.received(offer)

    def _ask(self, request: Request) -> bool:
        self.asked.append(request)
        return self.has_stethoscope


@pytest.fixture
async def room() -> Room:
    return Room()


async def test_what_is_recorded_is_kept_whole_and_a_smaller_file_goes_out(room: Room) -> None:
    given = await room.recorded()
    assert room.asked == [Request.MEASURE, Request.STOP]

    offer = await room.sent()
    assert (offer.media_type, offer.label, offer.part) == (MEDIA_TYPE, LABEL, "whole")
    original, small = room.kept
    assert unpacked(original.data)[0].astype("<i2").tobytes() == given
    assert original.offer.id == ORIGINALS_FROM
    assert small.offer == offer
    assert offer.size < original.offer.size / 5

    room.auscultation.held(StillHeld(offer.id, 1_000, []))
    view = room.auscultation.view
    assert (view.state, view.done, view.total) == (TapeState.SENDING, 1_000, offer.size)
    room.attachments.received(StillReceived(offer.id, offer.sha256))
    view = room.auscultation.view
    assert (view.state, view.done) == (TapeState.RECEIVED, offer.size)


async def test_a_second_press_sends_no_second_time(room: Room) -> None:
    await room.recorded()
    room.auscultation.take(AuscultationStep.SEND, LABEL)
    await room.sent()
    await room.auscultation.close()
    assert len(room.said) == 1


async def test_a_recording_is_called_by_the_place_it_was_made_at(room: Room) -> None:
    room.auscultation.take(AuscultationStep.RECORD, "Cœur, foyer mitral")
    room.sounds(12.0)
    room.auscultation.take(AuscultationStep.STOP)
    room.auscultation.hold_at(Place.AORTIC)
    offer = await room.sent()
    assert (offer.label, room.kept[-1].offer.label) == ("Cœur, foyer mitral",) * 2


async def test_the_original_comes_when_it_is_wanted_and_is_kept_once(room: Room) -> None:
    given = await room.recorded()
    offer = await room.sent()
    assert not room.auscultation.send_original(offer.id + 1)
    assert room.auscultation.send_original(offer.id)
    assert not room.auscultation.send_original(offer.id)
    await room.until(lambda: len(room.said) == 2)
    original = room.said[-1]
    assert isinstance(original, StillOffered)
    assert (original.part, original.of) == ("original", offer.id)
    assert original.sha256 == room.kept[0].offer.sha256
    assert len(room.kept) == 2
    room.attachments.held(StillHeld(original.id, 0, []))
    piece = room.attachments.next_piece(1_000)
    assert piece is not None
    assert piece.id == original.id
    assert given


async def test_originals_at_hand_are_bounded(room: Room) -> None:
    offers = []
    for _ in range(KEPT_LIMIT + 1):
        await room.recorded(10.1)
        offers.append(await room.sent())
    assert not room.auscultation.send_original(offers[0].id)
    assert room.auscultation.send_original(offers[-1].id)
    await room.auscultation.close()


async def test_once_refused_no_recording_is_heard_sent_or_given_again(room: Room) -> None:
    await room.recorded()
    room.auscultation.take(AuscultationStep.SEND)
    await room.until(lambda: bool(room.said))
    (offer,) = [one for one in room.said if isinstance(one, StillOffered)]
    room.auscultation.take(AuscultationStep.REPLAY)
    assert room.is_replaying
    room.auscultation.withdraw()
    assert not room.is_replaying
    assert room.auscultation.view.state is TapeState.EMPTY
    assert not room.auscultation.send_original(offer.id)
    for step in (AuscultationStep.REPLAY, AuscultationStep.SEND):
        room.auscultation.take(step)
    await room.auscultation.close()
    assert not room.is_replaying
    assert [one for one in room.said if isinstance(one, StillOffered)] == [offer]


async def test_a_recording_under_way_stops_when_it_is_refused(room: Room) -> None:
    room.auscultation.take(AuscultationStep.RECORD)
    room.sounds(3.0)
    room.auscultation.withdraw()
    assert room.asked[-1] is Request.STOP
    room.sounds(1.0)
    assert room.auscultation.view.state is TapeState.EMPTY
    assert room.auscultation.view.length_s == 0.0


async def test_a_recording_ends_by_itself(room: Room) -> None:
    room.auscultation.take(AuscultationStep.RECORD)
    room.sounds(MOST_S + 1)
    view = room.auscultation.view
    assert (view.state, view.length_s) == (TapeState.FINISHED, MOST_S)


async def test_one_that_is_too_short_is_thrown_away(room: Room) -> None:
    await room.recorded(3)
    assert room.auscultation.view.state is TapeState.EMPTY


async def test_without_a_stethoscope_nothing_begins(room: Room) -> None:
    room.has_stethoscope = False
    room.auscultation.take(AuscultationStep.RECORD)
    room.auscultation.take(AuscultationStep.LISTEN)
    assert room.auscultation.view.state is TapeState.EMPTY
    assert room.sent_sound is None


async def test_an_unplugged_stethoscope_ends_what_it_was_doing(room: Room) -> None:
    room.auscultation.take(AuscultationStep.LISTEN)
    room.auscultation.take(AuscultationStep.RECORD)
    room.sounds(1)
    room.auscultation.hear(Unplugged("gone"))
    view = room.auscultation.view
    assert (view.state, view.is_live) == (TapeState.FAILED, False)
    assert room.sent_sound is None


async def test_it_is_heard_here_until_the_key_is_pressed_again(room: Room) -> None:
    given = await room.recorded()
    room.auscultation.take(AuscultationStep.REPLAY)
    assert room.heard_here.astype("<i2").tobytes() == given
    room.auscultation.take(AuscultationStep.REPLAY)
    assert len(room.heard_here) == 0


async def test_missing_sound_is_told(room: Room) -> None:
    room.auscultation.take(AuscultationStep.RECORD)
    room.sounds(6)
    for number in range(300):
        taken_at = NOW + timedelta(seconds=6.5 + 0.02 * number)
        room.auscultation.hear(Sound(bytes(PIECE_BYTES), 48_000, taken_at))
    room.auscultation.take(AuscultationStep.STOP)
    await room.auscultation.close()
    assert room.auscultation.view.flaw is Flaw.GAPS


async def test_live_the_samples_go_out_as_they_are(room: Room) -> None:
    room.auscultation.take(AuscultationStep.LISTEN)
    source = room.sent_sound
    assert isinstance(source, LiveSound)
    given = room.sounds(0.1)
    frames = iter(source.take, None)
    assert b"".join(frame.samples.astype("<i2").tobytes() for frame in frames) == given
    room.auscultation.take(AuscultationStep.LISTEN)
    assert room.sent_sound is None
    assert room.asked == [Request.MEASURE, Request.STOP]


async def test_recording_goes_on_when_live_listening_ends(room: Room) -> None:
    room.auscultation.take(AuscultationStep.LISTEN)
    room.auscultation.take(AuscultationStep.RECORD)
    room.auscultation.take(AuscultationStep.LISTEN)
    assert Request.STOP not in room.asked
    room.auscultation.take(AuscultationStep.STOP)
    assert room.asked[-1] is Request.STOP


@pytest.mark.parametrize("place", [Place.AORTIC, Place.RIGHT_LOWER])
async def test_a_line_that_turns_bad_ends_live_listening(room: Room, place: Place) -> None:
    room.auscultation.hold_at(place)
    room.auscultation.take(AuscultationStep.LISTEN)
    room.line = replace(GOOD, loss_fraction=0.05)
    room.sounds(0.02)
    is_heart = place is Place.AORTIC
    assert room.auscultation.view.is_live is is_heart
    assert (room.sent_sound is not None) is is_heart


async def test_on_a_bad_line_it_does_not_begin(room: Room) -> None:
    room.line = replace(GOOD, jitter_s=0.2)
    room.auscultation.take(AuscultationStep.LISTEN)
    assert room.sent_sound is None
    assert room.auscultation.view.why_not_live is NotLive.JITTER


async def test_the_place_stays_while_it_is_recorded(room: Room) -> None:
    room.auscultation.hold_at(Place.MITRAL)
    room.auscultation.take(AuscultationStep.RECORD)
    room.auscultation.hold_at(Place.AORTIC)
    assert room.auscultation.view.place is Place.MITRAL


async def test_outlines_are_bounded(room: Room) -> None:
    block = WaveBlock(Wave.AUSCULTATION, bytes(20), 200, NOW)
    for _ in range(300):
        room.auscultation.hear(block)
    assert len(room.auscultation.view.outline) == HEARD_BYTES
    room.auscultation.take(AuscultationStep.RECORD)
    for _ in range(300):
        room.auscultation.hear(block)
    assert len(room.auscultation.view.outline) == OUTLINE_BYTES

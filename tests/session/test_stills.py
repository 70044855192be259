"""Stills and clips at the site: looked at, held back or sent, preview first, regions before all."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from client.core.lanes import Lane
from client.core.stills import SIZE_LIMIT, StillAssembly
from client.core.wire import Message, RegionAsked, StillHeld, StillOffered, StillReceived
from client.session import stills
from client.session.attachments import (
    ATTACHMENTS_LIMIT,
    Attachment,
    AttachmentRefusedError,
    Attachments,
)
from client.session.snapshot import StillState
from client.session.stills import StillDesk
from client.store.errors import StorageFailedError
from devices.readings import Clip, Still
from devices.simulators.instrument import Material
from devices.simulators.uvc import BLUR, Simulator

NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
PIECE_BYTES = 700


def seen(word: str | None = None, place: int = 1) -> bytes:
    camera = Simulator(Material())
    if word is not None:
        camera.tell(word, is_on=True, at_s=0)
    return camera.tick(place)


PICTURE = seen()
BLURRED = seen(BLUR)


class Counter:
    """Where stills are kept and offered, and the GP who takes them."""

    def __init__(self, *, is_disk_full: bool = False) -> None:
        self.is_disk_full = is_disk_full
        self.kept: list[Attachment] = []
        self.said: list[Message] = []
        self.received: list[StillOffered] = []
        self.arrived: list[int] = []
        """Ids in the order in which they were whole."""
        self.data: dict[int, bytes] = {}
        self._coming: dict[int, StillAssembly] = {}

    async def keep(self, taken: Attachment) -> None:
        if self.is_disk_full:
            raise StorageFailedError("disk full")
        self.kept.append(taken)

    def say(self, message: Message, lane: Lane) -> None:
        assert lane is Lane.READINGS
        self.said.append(message)

    @property
    def offers(self) -> list[StillOffered]:
        return [message for message in self.said if isinstance(message, StillOffered)]

    def desk(self) -> StillDesk:
        return StillDesk(self.say, self.keep, self.received.append, lambda: 0.0)

    def want(self, desk: StillDesk) -> None:
        """The GP wants whatever was offered since."""
        for offer in self.offers:
            if offer.id not in self._coming:
                self._coming[offer.id] = StillAssembly(offer)
                desk.held(StillHeld(offer.id, 0, []))

    def take(self, desk: StillDesk, pieces: int = 10_000) -> None:
        """So many pieces travel, or all there are."""
        for _ in range(pieces):
            piece = desk.next_piece(PIECE_BYTES)
            if piece is None:
                return
            assembly = self._coming[piece.id]
            assert assembly.take(piece)
            desk.held(assembly.held)
            if assembly.is_complete:
                data = assembly.picture()
                assert data is not None
                self.data[piece.id] = data
                self.arrived.append(piece.id)
                desk.received(StillReceived(piece.id, assembly.offer.sha256))


def state_of(desk: StillDesk) -> StillState | None:
    return None if desk.view is None else desk.view.state


@pytest.mark.parametrize(
    ("jpeg", "is_disk_full"),
    [(b"no picture", False), (PICTURE, True)],
)
async def test_a_still_that_cannot_be_kept_has_failed_and_another_may_be_taken(
    jpeg: bytes, *, is_disk_full: bool
) -> None:
    counter = Counter(is_disk_full=is_disk_full)
    desk = counter.desk()
    desk.taking("ear")
    await desk.taken(Still(jpeg, NOW))
    assert state_of(desk) is StillState.FAILED
    assert not desk.is_taking
    assert counter.said == []
    counter.is_disk_full = False
    desk.taking("ear")
    await desk.taken(Still(PICTURE, NOW))
    assert state_of(desk) is StillState.SENDING


async def test_a_preview_comes_first_and_then_the_camera_s_own_bits() -> None:
    counter = Counter()
    desk = counter.desk()
    desk.taking("ear")
    await desk.taken(Still(PICTURE, NOW))
    whole, preview = counter.offers
    assert (whole.part, whole.media_type, whole.flaw) == ("whole", "image/jpeg", "")
    assert (whole.width, whole.height) == (preview.width, preview.height) == (1280, 720)
    assert (preview.part, preview.of, preview.media_type) == ("preview", whole.id, "image/webp")
    assert preview.size <= 5_000
    assert [kept.offer for kept in counter.kept] == [whole]
    assert counter.kept[0].made_from == sha256(PICTURE).digest()
    counter.want(desk)
    counter.take(desk)
    assert counter.arrived == [preview.id, whole.id]
    assert counter.data[whole.id] == counter.kept[0].data == PICTURE
    assert counter.received == [whole]
    assert state_of(desk) is StillState.RECEIVED


async def test_a_blurred_still_waits_for_a_word() -> None:
    counter = Counter()
    desk = counter.desk()
    desk.taking("ear")
    await desk.taken(Still(BLURRED, NOW))
    assert desk.view is not None
    assert (desk.view.state, desk.view.flaw) == (StillState.DOUBTFUL, "blurred")
    assert counter.said == []
    assert not desk.is_taking
    await desk.send_anyway()
    await desk.send_anyway()
    assert [offer.flaw for offer in counter.offers] == ["blurred", "blurred"]
    assert [offer.part for offer in counter.offers] == ["whole", "preview"]


async def test_a_still_taken_again_replaces_a_doubtful_one() -> None:
    counter = Counter()
    desk = counter.desk()
    desk.taking("ear")
    await desk.taken(Still(BLURRED, NOW))
    desk.taking("ear")
    await desk.send_anyway()
    assert counter.said == []
    await desk.taken(Still(PICTURE, NOW))
    assert [offer.flaw for offer in counter.offers] == ["", ""]


async def test_a_still_by_the_camera_s_own_button_replaces_a_doubtful_one_too() -> None:
    counter = Counter()
    desk = counter.desk()
    await desk.taken(Still(BLURRED, NOW))
    await desk.taken(Still(PICTURE, NOW))
    await desk.send_anyway()
    assert [(offer.part, offer.label, offer.flaw) for offer in counter.offers] == [
        ("whole", "", ""),
        ("preview", "", ""),
    ]


async def test_what_a_picture_shows_is_said_of_it_and_of_no_other() -> None:
    counter = Counter()
    desk = counter.desk()
    desk.taking("right ear")
    await desk.taken(Still(PICTURE, NOW))
    desk.taking("left ear")
    await desk.region(RegionAsked(counter.offers[0].id, 250, 250, 100, 100))
    assert state_of(desk) is StillState.TAKING
    await desk.taken(Still(PICTURE, NOW))
    await desk.taken(Still(PICTURE, NOW))  # by the camera's own button
    assert [(offer.part, offer.label) for offer in counter.offers] == [
        ("whole", "right ear"),
        ("preview", "right ear"),
        ("region", "right ear"),
        ("whole", "left ear"),
        ("preview", "left ear"),
        ("whole", ""),
        ("preview", ""),
    ]


async def test_a_region_overtakes_the_still_it_is_of() -> None:
    counter = Counter()
    desk = counter.desk()
    desk.taking("ear")
    await desk.taken(Still(PICTURE, NOW))
    counter.want(desk)
    counter.take(desk, pieces=12)
    whole, preview = counter.offers
    assert counter.arrived == [preview.id]
    await desk.region(RegionAsked(whole.id, 250, 250, 100, 100))
    region = counter.offers[-1]
    assert (region.part, region.of, region.area) == ("region", whole.id, [250, 250, 100, 100])
    assert (region.width, region.height) == (128, 72)
    counter.want(desk)
    counter.take(desk)
    assert counter.arrived == [preview.id, region.id, whole.id]
    assert [kept.offer.id for kept in counter.kept] == [whole.id]


async def test_wishes_for_regions_are_bounded_and_must_make_sense(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stills, "REGIONS_LIMIT", 2)
    counter = Counter()
    desk = counter.desk()
    desk.taking("ear")
    await desk.taken(Still(PICTURE, NOW))
    whole = counter.offers[0]
    for asked in (
        RegionAsked(99, 0, 0, 10, 10),
        RegionAsked(whole.id, 995, 0, 10, 10),
        RegionAsked(whole.id, 0, 0, 0, 10),
        *[RegionAsked(whole.id, 0, 0, 10, 10)] * 3,
    ):
        await desk.region(asked)
    assert [offer.part for offer in counter.offers] == ["whole", "preview", "region", "region"]


async def test_the_newest_stills_can_be_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stills, "ORIGINALS_LIMIT", 1)
    counter = Counter()
    desk = counter.desk()
    for _ in range(2):
        desk.taking("ear")
        await desk.taken(Still(PICTURE, NOW))
    old, _, new, _ = counter.offers
    await desk.region(RegionAsked(old.id, 0, 0, 10, 10))
    await desk.region(RegionAsked(new.id, 0, 0, 10, 10))
    assert [offer.of for offer in counter.offers[4:]] == [new.id]


async def test_a_clip_waits_behind_every_still() -> None:
    counter = Counter()
    desk = counter.desk()
    desk.taking("throat")
    await desk.filmed(Clip(tuple(seen(place=place) for place in (1, 2, 3)), 15.0, NOW))
    desk.taking("ear")
    await desk.taken(Still(PICTURE, NOW))
    clip, whole, preview = counter.offers
    assert (clip.media_type, clip.label) == ("video/webm", "throat")
    counter.want(desk)
    counter.take(desk)
    assert counter.arrived == [preview.id, whole.id, clip.id]
    assert [kept.offer.id for kept in counter.kept] == [clip.id, whole.id]


async def test_a_clip_that_is_none_has_failed() -> None:
    counter = Counter()
    desk = counter.desk()
    desk.taking("throat")
    await desk.filmed(Clip((b"no picture", b"none either"), 15.0, NOW))
    assert state_of(desk) is StillState.FAILED
    assert counter.said == []


async def test_attachments_are_bounded_in_size_and_number() -> None:
    counter = Counter()
    attachments = Attachments(counter.say, counter.keep, counter.received.append, lambda: 0.0)
    for data in (b"", bytes(SIZE_LIMIT + 1)):
        with pytest.raises(AttachmentRefusedError):
            await attachments.offer("chest", "audio/flac", data, NOW)
    for _ in range(ATTACHMENTS_LIMIT):
        await attachments.offer("chest", "audio/flac", b"sound", NOW)
    with pytest.raises(AttachmentRefusedError):
        await attachments.offer("chest", "audio/flac", b"sound", NOW)
    assert len(counter.offers) == ATTACHMENTS_LIMIT


async def test_a_receipt_that_cannot_be_is_no_receipt() -> None:
    counter = Counter()
    attachments = Attachments(counter.say, counter.keep, counter.received.append, lambda: 0.0)
    offer = await attachments.offer("chest", "audio/flac", b"sound", NOW)
    assert attachments.received(StillReceived(offer.id + 1, offer.sha256)) is None
    assert attachments.received(StillReceived(offer.id, bytes(32))) is None
    assert attachments.is_sending
    assert attachments.received(StillReceived(offer.id, offer.sha256)) == offer
    assert attachments.received(StillReceived(offer.id, offer.sha256)) == offer
    assert counter.received == [offer]
    assert not attachments.is_sending

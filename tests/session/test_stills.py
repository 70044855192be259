from datetime import UTC, datetime

import pytest

from client.core.lanes import Lane
from client.core.wire import Message, StillOffered
from client.session.attachments import Attachment
from client.session.snapshot import StillState
from client.session.stills import StillDesk
from client.store.errors import StorageFailedError
from devices.protocols.vc0706 import Size
from devices.readings import Still
from devices.simulators.pictures import Pictures

PICTURE = Pictures().take(Size.W160_H120)
NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


class Counter:
    """Where stills are kept and offered."""

    def __init__(self, *, is_disk_full: bool = False) -> None:
        self.is_disk_full = is_disk_full
        self.offered: list[Message] = []

    async def keep(self, taken: Attachment) -> None:
        del taken
        if self.is_disk_full:
            raise StorageFailedError("disk full")

    def say(self, message: Message, lane: Lane) -> None:
        del lane
        self.offered.append(message)


@pytest.mark.parametrize(
    ("jpeg", "is_disk_full"),
    [(b"no picture", False), (PICTURE, True)],
)
async def test_a_still_that_cannot_be_kept_has_failed_and_another_may_be_taken(
    jpeg: bytes, *, is_disk_full: bool
) -> None:
    counter = Counter(is_disk_full=is_disk_full)
    desk = StillDesk(counter.say, counter.keep, lambda _: None)
    desk.taking("ear")
    await desk.taken(Still(jpeg, NOW))
    assert desk.view is not None
    assert desk.view.state is StillState.FAILED
    assert not desk.is_taking
    assert counter.offered == []
    counter.is_disk_full = False
    desk.taking("ear")
    await desk.taken(Still(PICTURE, NOW))
    assert [type(message) for message in counter.offered] == [StillOffered]

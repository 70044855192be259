"""The private names of aiortc, and what stands on them."""

import subprocess
import sys
from typing import Any

import pytest
from aioice import ice
from aiortc.rtcrtpreceiver import RemoteStreamTrack

from client.net.rtc_internals import bounds, verification
from client.net.rtc_internals.addresses import allow_loopback_alone
from client.net.rtc_internals.verification import RtcInternalsError, verify_internals


def test_the_pinned_aiortc_has_every_name() -> None:
    verify_internals.__wrapped__()


def test_a_name_that_went_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(verification._PRIVATE_NAMES, RemoteStreamTrack, ("_queue", "_gone"))
    with pytest.raises(RtcInternalsError, match=r"RemoteStreamTrack\._gone"):
        verify_internals.__wrapped__()


def test_a_function_that_went_away_is_named() -> None:
    program = (
        "from aiortc import rtcrtpsender; del rtcrtpsender.get_encoder\n"
        "from client.net.rtc_internals.verification import verify_internals\n"
        "verify_internals()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)  # noqa: S603 -- our own words
    assert b"aiortc.rtcrtpsender.get_encoder" in done.stderr


class Receiver:
    """What `bounds.bound_receiver` touches of an RTCRtpReceiver, and no more."""

    def __init__(self) -> None:
        self.track: Any = RemoteStreamTrack("video")
        self.lost = 0
        self._RTCRtpReceiver__decoder_error = self

    def set(self) -> None:
        self.lost += 1


async def test_a_full_frame_queue_drops_its_oldest() -> None:
    receiver: Any = Receiver()
    drops = bounds.bound_receiver(receiver)
    for number in range(bounds.FRAME_QUEUE_LIMIT + 5):
        await receiver.track._queue.put(number)
    assert drops.frames == 5
    assert await receiver.track.recv() == 5


async def test_a_full_decoder_queue_drops_its_oldest_and_wants_a_key_frame() -> None:
    receiver: Any = Receiver()
    drops = bounds.bound_receiver(receiver)
    coded = receiver._RTCRtpReceiver__decoder_queue
    for number in range(bounds.DECODER_QUEUE_LIMIT + 3):
        coded.put(number)
    assert drops.frames == receiver.lost == 3
    assert coded.get_nowait() == 3
    assert coded.qsize() == bounds.DECODER_QUEUE_LIMIT - 1


@pytest.mark.parametrize(
    ("found", "offered"), [(["192.0.2.2"], ["192.0.2.2"]), ([], ["127.0.0.1"])]
)
def test_loopback_is_offered_only_where_there_is_nothing_else(
    monkeypatch: pytest.MonkeyPatch, found: list[str], offered: list[str]
) -> None:
    monkeypatch.setattr(ice, "get_host_addresses", lambda *_: found)
    allow_loopback_alone.__wrapped__()
    assert ice.get_host_addresses(True, True) == offered  # noqa: FBT003 -- aioice's signature

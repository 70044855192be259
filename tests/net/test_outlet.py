"""What leaves the outlet, in which order."""

import asyncio
import struct

from client.core.lanes import Carrier, Lane
from client.net.classification import Classifier, Streams
from client.net.outlet import Outlet

VOICE, PICTURE, AGAIN = 1, 2, 3


def rtp(ssrc: int) -> bytes:
    return struct.pack("!BBHLL", 0x80, 96, 1, 1, ssrc) + b"payload"


def message(number: int) -> bytes:
    """An SCTP packet with one DATA chunk (RFC 9260, 3.3.1)."""
    return bytes(12) + struct.pack("!BBHLHHL", 0, 3, 20, 1, 1, number, 53) + b"data"


async def test_a_reading_takes_the_still_before_it_along_and_leaves_before_pictures() -> None:
    classifier = Classifier(Streams(VOICE, PICTURE, AGAIN), lambda _: True)
    loop = asyncio.get_running_loop()
    outlet = Outlet(classifier, 1_000_000, ask_key_frame=lambda: None, now_s=loop.time)
    classifier.note_message(Lane.STILL)
    classifier.note_message(Lane.READINGS)
    sent: list[bytes] = []
    is_complete = asyncio.Event()
    submitted = [
        (Carrier.RTP, rtp(PICTURE)),
        (Carrier.DATA, message(1)),
        (Carrier.RTP, rtp(AGAIN)),
        (Carrier.RTP, rtp(VOICE)),
        (Carrier.DATA, message(2)),
    ]

    async def send(data: bytes) -> None:
        sent.append(data)
        if len(sent) == len(submitted):
            is_complete.set()

    for carrier, data in submitted:
        outlet.submit(carrier, data)
    running = asyncio.create_task(outlet.run(dict.fromkeys(Carrier, send)))
    await is_complete.wait()
    assert sent == [rtp(VOICE), message(1), message(2), rtp(AGAIN), rtp(PICTURE)]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_sending_ends_when_the_connection_is_gone() -> None:
    classifier = Classifier(Streams(VOICE, PICTURE, AGAIN), lambda _: True)
    loop = asyncio.get_running_loop()
    outlet = Outlet(classifier, 1_000_000, ask_key_frame=lambda: None, now_s=loop.time)

    async def send(_: bytes) -> None:
        raise ConnectionError

    outlet.submit(Carrier.RTP, rtp(VOICE))
    await outlet.run(dict.fromkeys(Carrier, send))

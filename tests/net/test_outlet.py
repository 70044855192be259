"""What leaves the outlet, in which order."""

import asyncio
import struct

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import first_plan
from client.core.lanes import Carrier, Lane
from client.net.classification import MESSAGES_STREAM, PIECES_STREAM, Classifier, Streams
from client.net.egress import Egress
from client.net.gauge import Gauge
from client.net.outlet import Outlet

VOICE, PICTURE, AGAIN = 1, 2, 3


def rtp(ssrc: int) -> bytes:
    return struct.pack("!BBHLL", 0x80, 96, 1, 1, ssrc) + b"payload"


def message(stream: int) -> bytes:
    """An SCTP packet with one DATA chunk (RFC 9260, 3.3.1)."""
    return bytes(12) + struct.pack("!BBHLHHL", 0, 3, 20, 1, stream, 0, 53) + b"data"


def outlet_of(classifier: Classifier, loop: asyncio.AbstractEventLoop) -> Outlet:
    ethernet = LinkLayer.ETHERNET
    egress = Egress(Streams(VOICE, PICTURE, AGAIN), Gauge(loop.time()), ethernet)
    return Outlet(
        classifier,
        egress,
        first_plan(1_000_000),
        link=ethernet,
        ask_key_frame=lambda: None,
        now_s=loop.time,
    )


async def test_a_reading_leaves_before_pieces_and_pictures() -> None:
    classifier = Classifier(Streams(VOICE, PICTURE, AGAIN), lambda _: True)
    loop = asyncio.get_running_loop()
    outlet = outlet_of(classifier, loop)
    sent: list[bytes] = []
    is_complete = asyncio.Event()
    submitted = [
        (Carrier.RTP, rtp(PICTURE)),
        (Carrier.DATA, message(PIECES_STREAM)),
        (Carrier.RTP, rtp(AGAIN)),
        (Carrier.RTP, rtp(VOICE)),
        (Carrier.DATA, message(MESSAGES_STREAM)),
    ]

    async def send(data: bytes) -> None:
        sent.append(data)
        if len(sent) == len(submitted):
            is_complete.set()

    for carrier, data in submitted:
        outlet.submit(carrier, data)
    assert outlet.waiting_bytes(Lane.STILL) == Carrier.DATA.value + len(message(PIECES_STREAM))
    running = asyncio.create_task(outlet.run(dict.fromkeys(Carrier, send)))
    await is_complete.wait()
    assert sent[:3] == [rtp(VOICE), message(MESSAGES_STREAM), rtp(AGAIN)]
    assert sorted(sent[3:]) == sorted([message(PIECES_STREAM), rtp(PICTURE)])  # by the plan
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_sending_ends_when_the_connection_is_gone() -> None:
    classifier = Classifier(Streams(VOICE, PICTURE, AGAIN), lambda _: True)
    loop = asyncio.get_running_loop()
    outlet = outlet_of(classifier, loop)

    async def send(_: bytes) -> None:
        raise ConnectionError

    outlet.submit(Carrier.RTP, rtp(VOICE))
    await outlet.run(dict.fromkeys(Carrier, send))

"""What leaves the outlet, in which order."""

import asyncio
import struct

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import first_plan
from client.core.lanes import Carrier, Lane
from client.net.classification import MESSAGES_STREAM, PIECES_STREAM, Classifier, Streams
from client.net.egress import Agreement, Egress
from client.net.gauge import Gauge
from client.net.outlet import Outlet

VOICE, PICTURE, AGAIN = 1, 2, 3


def rtp(ssrc: int) -> bytes:
    return struct.pack("!BBHLL", 0x80, 96, 1, 1, ssrc) + b"payload"


def message(stream: int, data: bytes = b"data") -> bytes:
    """An SCTP packet with one DATA chunk (RFC 9260, 3.3.1)."""
    return bytes(12) + struct.pack("!BBHLHHL", 0, 3, 16 + len(data), 1, stream, 0, 53) + data


def outlet_of(
    classifier: Classifier, loop: asyncio.AbstractEventLoop, agreement: Agreement | None = None
) -> Outlet:
    ethernet = LinkLayer.ETHERNET
    egress = Egress(Streams(VOICE, PICTURE, AGAIN), Gauge(loop.time()), ethernet)
    if agreement is not None:
        egress.agree(agreement, first_repeat=7)
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


async def test_a_large_piece_is_followed_by_what_tells_when_it_arrived() -> None:
    classifier = Classifier(Streams(VOICE, PICTURE, AGAIN), lambda _: True)
    agreement = Agreement(numbering_id=1, redundant_voice=None, repeated_picture=98)
    outlet = outlet_of(classifier, asyncio.get_running_loop(), agreement)
    sent: list[bytes] = []
    is_complete = asyncio.Event()
    pieces = [message(PIECES_STREAM, bytes([index]) * 1_000) for index in range(3)]

    async def send(data: bytes) -> None:
        sent.append(data)
        if len(sent) == len(pieces) + 1:
            is_complete.set()

    for piece in pieces:
        outlet.submit(Carrier.DATA, piece)
    running = asyncio.create_task(outlet.run(dict.fromkeys(Carrier, send)))
    await is_complete.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    padding = [data for data in sent if data not in pieces]
    assert [data[8:12] for data in padding] == [AGAIN.to_bytes(4)]
    assert sent.index(padding[0]) in {1, 2, 3}  # behind what may leave at once


async def test_sending_ends_when_the_connection_is_gone() -> None:
    classifier = Classifier(Streams(VOICE, PICTURE, AGAIN), lambda _: True)
    loop = asyncio.get_running_loop()
    outlet = outlet_of(classifier, loop)

    async def send(_: bytes) -> None:
        raise ConnectionError

    outlet.submit(Carrier.RTP, rtp(VOICE))
    await outlet.run(dict.fromkeys(Carrier, send))

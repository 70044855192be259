"""What our hooks make of the packets aiortc hands its receivers."""

import queue
from types import SimpleNamespace
from typing import Any

from aiortc.rtp import RtpPacket
from fakes.media import FakeClock

from client.net.redundancy import Redundancy
from client.net.rtc_internals.pictures import order_pictures
from client.net.rtc_internals.streams import VoicePacket, on_voice_packet

OPUS, RED, VP8 = 96, 107, 97
ASKED = [7, 9]


class Receiver:
    """What the hooks touch of an RTCRtpReceiver, and no more."""

    def __init__(self) -> None:
        names = {OPUS: "opus", RED: "red", VP8: "VP8"}
        self._RTCRtpReceiver__codecs = {
            number: SimpleNamespace(name=name) for number, name in names.items()
        }
        self._RTCRtpReceiver__decoder_queue: queue.Queue[Any] = queue.Queue()
        self.counted: list[bytes] = []
        self.asked: list[tuple[int, list[int]]] = []

    async def _handle_rtp_packet(self, packet: Any, arrival_time_ms: int) -> None:
        assert arrival_time_ms == 5
        self.counted.append(packet.payload)

    async def _send_rtcp_nack(self, ssrc: int, lost: list[int]) -> None:
        self.asked.append((ssrc, lost))


async def heard(payload_type: int, payload: bytes) -> tuple[list[VoicePacket], Receiver]:
    taken: list[VoicePacket] = []

    def take(packet: VoicePacket) -> list[int]:
        taken.append(packet)
        return ASKED

    receiver: Any = Receiver()
    on_voice_packet(receiver, take, bytes)
    packet = RtpPacket(payload_type=payload_type, sequence_number=10, timestamp=1_920, ssrc=3)
    packet.payload = payload
    await receiver._handle_rtp_packet(packet, arrival_time_ms=5)
    return taken, receiver


async def test_a_voice_packet_is_taken_and_counted_and_the_lost_asked_for() -> None:
    taken, receiver = await heard(OPUS, b"\x78opus")
    assert taken == [VoicePacket(10, [(1_920, b"\x78opus")])]
    assert receiver.counted == [b""], "nothing to decode for aiortc"
    assert receiver.asked == [(3, ASKED)]


async def test_a_redundant_packet_comes_apart_oldest_first() -> None:
    wrapping = Redundancy(RED)
    wrapping.is_on = True
    for number, voice in enumerate((b"\x78one", b"\x78two")):
        plain = RtpPacket(
            payload_type=OPUS, sequence_number=9 + number, timestamp=960 * (1 + number)
        )
        plain.payload = voice
        wrapped = RtpPacket.parse(wrapping.wrap(plain.serialize()))
    taken, _ = await heard(RED, wrapped.payload)
    assert taken == [VoicePacket(10, [(960, b"\x78one"), (1_920, b"\x78two")])]


async def test_padding_and_nonsense_hold_no_voice_but_have_come() -> None:
    for payload_type, payload in ((OPUS, b""), (RED, b""), (RED, b"\xe0\x01"), (RED, b"\x61voice")):
        taken, receiver = await heard(payload_type, payload)
        assert taken == [VoicePacket(10, [])]
        assert receiver.counted == [b""]


async def test_a_codec_that_was_not_agreed_on_is_left_to_aiortc() -> None:
    taken, receiver = await heard(111, b"voice")
    assert taken == []
    assert receiver.asked == []
    assert len(receiver.counted) == 1


def picture_packet(sequence: int, picture: int, *, is_last: bool, is_key: bool) -> Any:
    packet: Any = RtpPacket(payload_type=VP8, marker=int(is_last), sequence_number=sequence)
    packet.timestamp = 6_000 * picture
    # origin: RFC 7741, 4.2 and 4.3: start of partition 0, then the frame's P bit
    packet.payload = b"\x10" + (b"\x00" if is_key else b"\x01")
    packet._data = bytes([picture])
    return packet


def test_pictures_go_to_the_decoder_and_losses_back_to_the_peer() -> None:
    clock, receiver = FakeClock(), Receiver()
    order_pictures(receiver, clock.monotonic_s, lambda: 0.05, lambda _, picture: picture)
    hooked: Any = receiver
    missing = hooked._RTCRtpReceiver__nack_generator
    assembly = hooked._RTCRtpReceiver__jitter_buffer
    asked_keys = 0
    for picture in range(20):
        if picture == 5:
            continue
        packet = picture_packet(picture, picture, is_last=True, is_key=picture == 0)
        clock.wait(0.05)
        if missing.add(packet):
            assert missing.missing == [5]
        wants_key, frame = assembly.add(packet)
        asked_keys += wants_key
        assert frame is None
    coded = [hooked._RTCRtpReceiver__decoder_queue.get_nowait()[1].data[0] for _ in range(5)]
    assert coded == [0, 1, 2, 3, 4]
    assert hooked._RTCRtpReceiver__decoder_queue.empty()
    assert asked_keys >= 1

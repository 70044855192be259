"""Packets from aiortc to the wire: numbered, remembered, repeated."""

from fakes.rtp_packets import rtp

from client.core.adaptation.link_layer import LinkLayer
from client.core.lanes import Carrier, Lane, Packet
from client.net.classification import Streams
from client.net.egress import Agreement, Egress
from client.net.gauge import Gauge
from client.net.header_extensions import number_in, number_of, payload_at

VOICE, PICTURE, AGAIN = 0x11111111, 0x22222222, 0x33333333
RTX, RED = 104, 107
AGREED = Agreement(numbering_id=1, redundant_voice=RED, repeated_picture=RTX)
LANES = {VOICE: Lane.VOICE, PICTURE: Lane.PICTURE, AGAIN: Lane.RETRANSMISSION}


def egress_of(agreement: Agreement = AGREED) -> Egress:
    egress = Egress(Streams(VOICE, PICTURE, AGAIN), Gauge(0), LinkLayer.ETHERNET)
    egress.agree(agreement, first_repeat=100)
    return egress


def dressed(egress: Egress, packet: bytes, *, is_key: bool = False) -> Packet:
    data = egress.dress(Carrier.RTP, packet, 0)
    assert data is not None
    return Packet(data, Carrier.RTP, int.from_bytes(data[4:8]), is_key)


def released(egress: Egress, packet: Packet, now_s: float = 0) -> bytes:
    lane = LANES[int.from_bytes(packet.data[8:12])]
    return egress.release(lane, packet, now_s)


def test_numbers_are_given_in_the_order_of_leaving() -> None:
    egress = egress_of()
    first, second = (dressed(egress, rtp(ssrc)) for ssrc in (PICTURE, VOICE))
    assert [number_in(released(egress, packet)) for packet in (second, first)] == [0, 1]


def test_what_waits_is_as_large_as_what_leaves() -> None:
    egress = egress_of()
    packet = dressed(egress, rtp(VOICE))
    assert len(released(egress, packet)) == len(packet.data)


def test_a_peer_without_numbers_gets_none() -> None:
    egress = egress_of(Agreement(None, None, None))
    assert released(egress, dressed(egress, rtp(VOICE))) == rtp(VOICE)
    assert egress.padding(100) is None


def test_a_lost_voice_packet_leaves_again_byte_for_byte() -> None:
    egress = egress_of()
    sent = released(egress, dressed(egress, rtp(VOICE, sequence=7)))
    again = egress.lost_voice(7, 0.2)
    assert again == sent
    assert released(egress, Packet(again, Carrier.RTP), 0.2) == sent
    assert number_in(released(egress, dressed(egress, rtp(VOICE, sequence=8)))) == 1


def test_redundant_voice_is_not_repeated() -> None:
    egress = egress_of()
    egress.make_voice_redundant(on=True)
    sent = released(egress, dressed(egress, rtp(VOICE, sequence=7)))
    assert sent[1] & 0x7F == RED
    assert egress.lost_voice(7, 0.2) is None


def test_a_lost_part_of_a_picture_leaves_again_under_a_new_number() -> None:
    egress = egress_of()
    sent = released(egress, dressed(egress, rtp(PICTURE, b"part", sequence=7)))
    again = egress.lost_picture(7, 0.2)
    assert again is not None
    left = released(egress, Packet(again, Carrier.RTP), 0.2)
    assert number_in(left) == number_in(sent) + 1
    assert left[8:12] == AGAIN.to_bytes(4)
    assert left[payload_at(left) :] == (7).to_bytes(2) + b"part"


def test_nothing_is_repeated_from_before_a_key_picture() -> None:
    egress = egress_of()
    released(egress, dressed(egress, rtp(PICTURE, sequence=7, timestamp=1)))
    released(egress, dressed(egress, rtp(PICTURE, sequence=8, timestamp=2), is_key=True))
    released(egress, dressed(egress, rtp(PICTURE, sequence=9, timestamp=2), is_key=True))
    assert egress.lost_picture(7, 0.2) is None
    assert egress.lost_picture(8, 0.2) is not None


def test_padding_carries_a_number() -> None:
    egress = egress_of()
    padding = egress.padding(255)
    assert padding is not None
    assert number_of(released(egress, Packet(padding, Carrier.RTP)), 1) == 0

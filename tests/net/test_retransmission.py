"""What is sent again, and in which words."""

from fakes.rtp_packets import rtp

from client.net.header_extensions import payload_at
from client.net.retransmission import (
    HISTORY_LIMIT,
    WAIT_LIMIT_S,
    History,
    Repeats,
    original_sequence_of,
)

PICTURE, AGAIN = 0x22222222, 0x33333333
RTX = 104
RTT_S = 0.2


def history_of(*sequences: int) -> History:
    history = History(useful_s=0.3)
    for sequence in sequences:
        history.note(rtp(PICTURE, sequence=sequence), 0)
    return history


def test_only_what_has_left_is_repeated_and_once_at_a_time() -> None:
    history = history_of(7)
    assert history.lost(8, 0.1, RTT_S) is None
    assert history.lost(7, 0.1, RTT_S) == rtp(PICTURE, sequence=7)
    assert history.lost(7, 0.15, RTT_S) is None


def test_a_repeat_is_not_repeated_before_the_peer_can_have_got_it() -> None:
    history = history_of(7)
    history.lost(7, 0.1, RTT_S)
    history.note_again(7, 0.12, RTT_S)
    assert history.lost(7, 0.31, RTT_S) is None
    assert history.lost(7, 0.33, RTT_S) is not None


def test_a_repeat_that_never_left_may_be_asked_for_again() -> None:
    history = history_of(7)
    history.lost(7, 0, 1.0)
    assert history.lost(7, WAIT_LIMIT_S + 0.01, 1.0) is not None


def test_nothing_is_repeated_that_comes_too_late() -> None:
    assert history_of(7).lost(7, 0.49, RTT_S) is not None
    assert history_of(7).lost(7, 0.51, RTT_S) is None


def test_before_a_key_picture_nothing_is_repeated() -> None:
    history = history_of(7)
    history.forget()
    assert history.lost(7, 0.1, RTT_S) is None


def test_history_is_bounded_and_forgets_the_oldest() -> None:
    history = history_of(*range(HISTORY_LIMIT + 1))
    assert history.lost(0, 0, RTT_S) is None
    assert history.lost(1, 0, RTT_S) is not None


def test_a_repeat_carries_the_packet_under_another_number() -> None:
    repeats = Repeats(AGAIN, RTX, 65_535)
    packet = rtp(
        PICTURE, b"part", sequence=500, timestamp=90_000, is_marked=True, elements=b"\x10a"
    )
    again = repeats.wrap(packet)
    # RFC 4588, 4: the original sequence number before the payload, everything else alike
    assert again == rtp(
        AGAIN,
        (500).to_bytes(2) + b"part",
        sequence=65_535,
        timestamp=90_000,
        payload_type=RTX,
        is_marked=True,
        elements=b"\x10a",
    )
    assert original_sequence_of(again) == 500
    assert repeats.wrap(packet)[2:4] == b"\0\0"


def test_padding_says_its_own_length() -> None:
    repeats = Repeats(AGAIN, RTX, 1)
    for asked, size in ((0, 1), (100, 100), (10_000, 255)):
        packet = repeats.padding(90_000, asked)
        assert packet[0] == 0xA0  # version 2, padding
        assert len(packet) == payload_at(packet) + size
        assert packet[-1] == size
        assert original_sequence_of(packet) is None

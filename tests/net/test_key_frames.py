"""Key frames are expensive: asked for at once, but not in a storm, and never twice."""

import pytest

from client.net.key_frames import DECODED_S, INTERVAL_S, LEAVES_S, KeyFrames

RTT_S = 0.4


def test_the_first_request_is_served_at_once() -> None:
    frames = KeyFrames()
    assert not frames.is_due(5.0)
    assert frames.next_at() is None
    frames.want()
    assert frames.is_due(5.0)


def test_a_storm_of_requests_is_one_request_a_second() -> None:
    frames = KeyFrames()
    asked = 0
    for tenth in range(50):
        frames.hear_request(tenth / 10, RTT_S, are_waiting=False)
        asked += frames.is_due(tenth / 10)
    assert asked == 5


def test_a_wish_inside_the_interval_is_kept_for_its_end() -> None:
    frames = KeyFrames()
    frames.want()
    frames.is_due(0.0)
    frames.note_made(0.0)
    frames.want()
    assert not frames.is_due(0.5)
    assert frames.next_at() == INTERVAL_S
    assert frames.is_due(INTERVAL_S)


def test_a_key_frame_that_is_made_ends_the_wish() -> None:
    frames = KeyFrames()
    frames.want()
    frames.note_made(1.0)
    assert not frames.is_due(9.0)


def test_requests_sent_while_one_is_under_way_ask_for_no_second() -> None:
    frames = KeyFrames()
    frames.note_made(0.0)
    for left_s in (0.5, 1.5, 2.5):
        frames.hear_request(left_s - 0.1, RTT_S, are_waiting=True)
        frames.note_left(left_s)
    frames.hear_request(2.5 + RTT_S, RTT_S, are_waiting=False)
    assert not frames.is_due(10.0)


def test_one_that_was_lost_is_asked_for_again() -> None:
    frames = KeyFrames()
    frames.note_made(0.0)
    frames.note_left(0.5)
    frames.hear_request(0.5 + RTT_S + DECODED_S, RTT_S, are_waiting=False)
    assert frames.is_due(2.0)


@pytest.mark.parametrize("waited_s", [LEAVES_S, 60.0])
def test_one_that_never_left_is_asked_for_again(waited_s: float) -> None:
    frames = KeyFrames()
    frames.note_made(0.0)
    frames.hear_request(waited_s, RTT_S, are_waiting=True)
    assert frames.is_due(waited_s)

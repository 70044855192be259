"""Key frames are expensive: asked for at once, but not in a storm."""

from client.net.key_frames import INTERVAL_S, KeyFrames


def test_the_first_request_is_served_at_once() -> None:
    frames = KeyFrames()
    assert not frames.is_due(5.0)
    assert frames.next_at() is None
    frames.want()
    assert frames.is_due(5.0)


def test_a_storm_of_requests_is_one_request() -> None:
    frames = KeyFrames()
    asked = 0
    for tenth in range(50):
        frames.want()
        asked += frames.is_due(tenth / 10)
    assert asked == 5


def test_a_request_inside_the_interval_is_kept_for_its_end() -> None:
    frames = KeyFrames()
    frames.want()
    frames.is_due(0.0)
    frames.note_made()
    frames.want()
    assert not frames.is_due(0.5)
    assert frames.next_at() == INTERVAL_S
    assert frames.is_due(INTERVAL_S)


def test_a_key_frame_that_is_made_ends_the_wish() -> None:
    frames = KeyFrames()
    frames.want()
    frames.note_made()
    assert not frames.is_due(9.0)


def test_an_encoder_that_makes_none_is_asked_again() -> None:
    frames = KeyFrames()
    frames.want()
    assert [at for at in range(3) if frames.is_due(at * INTERVAL_S)] == [0, 1, 2]

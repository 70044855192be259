from collections.abc import Iterator
from threading import Event

import pytest
from fakes.media import FakeClock

from client.media.capture import STALE_S, Capture, SourceState
from client.media.errors import FormatUnsupportedError
from client.media.sources import parse_source

DEVICE = parse_source("v4l2:/dev/video0")


def _run_here(capture: Capture) -> None:
    """The thread's work, on this thread; its reader sets the stop event."""
    capture._run()


@pytest.mark.parametrize(
    "error", [OSError("gone"), FormatUnsupportedError("dshow"), IndexError("no video in it")]
)
def test_a_source_that_fails_is_tried_again_and_says_why(error: Exception) -> None:
    seen: list[tuple[SourceState, str | None]] = []

    def read(stopped: Event) -> Iterator[None]:
        seen.append((capture.state, capture.failure))
        if len(seen) == 1:
            raise error
        stopped.set()
        yield

    clock = FakeClock()
    capture = Capture(DEVICE, read, clock.monotonic_s)
    _run_here(capture)
    assert seen == [(SourceState.STARTING, None), (SourceState.FAILED, str(error))]
    assert capture.state is SourceState.LIVE
    assert capture.failure is None


def test_what_was_live_becomes_stale() -> None:
    def read(stopped: Event) -> Iterator[None]:
        yield
        stopped.set()

    clock = FakeClock()
    capture = Capture(DEVICE, read, clock.monotonic_s)
    _run_here(capture)
    clock.wait(STALE_S - 0.01)
    states = [capture.state]
    clock.wait(0.01)
    assert [*states, capture.state] == [SourceState.LIVE, SourceState.STALE]


def test_closing_ends_the_thread_and_is_no_failure() -> None:
    started = Event()

    def read(stopped: Event) -> Iterator[None]:
        started.set()
        stopped.wait()
        raise OSError("closed under us")
        yield

    capture = Capture(DEVICE, read, FakeClock().monotonic_s)
    capture.start()
    assert started.wait(20)
    capture.close()
    assert not capture.is_running
    assert capture.failure is None


def test_closing_before_the_start_is_harmless() -> None:
    Capture(DEVICE, lambda _: iter(()), FakeClock().monotonic_s).close()

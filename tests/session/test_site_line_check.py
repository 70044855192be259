"""The measurement at the start: what is shown of it, and what is made of what it finds."""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.preflight.measurement import LineMeasurement
from client.core.adaptation.preflight.promise import USUAL_LIMITS
from client.net.line_check import RelaySilentError
from client.session.adaptation import LineSettings
from client.session.events import EventLog
from client.session.line_check import LineCheck

FOUND = LineMeasurement(
    up_bps=210_000,
    down_bps=1_000_000,
    rtt_s=0.05,
    jitter_s=0.001,
    loss_up=0.0,
    loss_down=0.0,
    link_layer=LinkLayer.ADSL,
    bytes_up=1,
    bytes_down=1,
)
Outcome = asyncio.Future[LineMeasurement]


class Bench:
    """A check whose measurements end when the test says so."""

    def __init__(self, link_layer: LinkLayer | None = None) -> None:
        self.outcomes: list[Outcome] = []
        self.asked: list[LinkLayer | None] = []
        self.progressed: Callable[[float], None] = lambda _done: None
        self.learnt: list[LineMeasurement] = []
        self.lines = io.StringIO()
        self.check = LineCheck(
            "https://relay.example",
            LineSettings(),
            EventLog(self.lines, lambda: datetime(2026, 11, 23, tzinfo=UTC)),
            link_layer=link_layer,
            limits=lambda: USUAL_LIMITS,
            on_found=self.learnt.append,
            check=self._measure,
        )

    def _measure(
        self, relay_url: str, on_progress: Callable[[float], None], link_layer: LinkLayer | None
    ) -> Awaitable[LineMeasurement]:
        assert relay_url == "https://relay.example"
        self.progressed = on_progress
        self.asked.append(link_layer)
        self.outcomes.append(asyncio.get_running_loop().create_future())
        return self.outcomes[-1]

    async def begin(self) -> Outcome:
        """Begin; what the measurement will come to."""
        self.check.begin()
        await turns()
        return self.outcomes[-1]

    @property
    def events(self) -> list[str]:
        return [json.loads(line)["event"] for line in self.lines.getvalue().splitlines()]


async def turns() -> None:
    """Let everything that can go on do so."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_progress_is_shown_then_what_was_found() -> None:
    bench = Bench()
    assert bench.check.view.percent is None
    outcome = await bench.begin()
    assert bench.check.view.percent == 0
    bench.progressed(0.42)
    assert bench.check.view.percent == 42
    outcome.set_result(FOUND)
    await turns()
    view = bench.check.view
    assert (view.percent, view.found, view.failure) == (None, FOUND, None)
    assert view.promise is not None
    assert bench.learnt == [FOUND]
    assert bench.events == ["line_measured"]


async def test_what_the_other_end_may_send_leaves_room_for_others() -> None:
    bench = Bench()
    assert bench.check.down_bps is None
    (await bench.begin()).set_result(FOUND)
    await turns()
    assert bench.check.down_bps == 750_000


async def test_a_failure_is_shown_with_what_to_do_and_teaches_nothing() -> None:
    bench = Bench()
    (await bench.begin()).set_exception(RelaySilentError("relay.example"))
    await turns()
    assert isinstance(bench.check.view.failure, RelaySilentError)
    assert bench.check.view.percent is None
    assert bench.learnt == []
    assert bench.events == ["line_unmeasured"]


async def test_stopped_it_shows_what_was_known_before() -> None:
    bench = Bench()
    (await bench.begin()).set_result(FOUND)
    await turns()
    before = bench.check.view
    again = await bench.begin()
    assert bench.check.view.percent == 0
    bench.check.stop()
    await turns()
    assert again.cancelled()
    assert bench.check.view == before


async def test_who_waits_for_its_end_may_be_stopped_too() -> None:
    bench = Bench()
    end = asyncio.Event()

    async def lingering(*_: object) -> LineMeasurement:
        try:
            await asyncio.Event().wait()
        finally:
            await end.wait()
        return FOUND

    bench.check._check = lingering
    bench.check.begin()
    await turns()
    closing = asyncio.create_task(bench.check.close())
    await turns()
    closing.cancel()
    await asyncio.wait((closing,))
    assert closing.cancelled()
    end.set()
    await bench.check.close()


async def test_one_measurement_at_a_time() -> None:
    bench = Bench()
    await bench.begin()
    await bench.begin()
    assert len(bench.outcomes) == 1
    await bench.check.close()
    assert bench.outcomes[0].cancelled()
    await bench.begin()
    assert len(bench.outcomes) == 2
    await bench.check.close()


@pytest.mark.parametrize("said", [None, LinkLayer.ADSL])
async def test_the_link_layer_is_found_out_unless_somebody_said_it(said: LinkLayer | None) -> None:
    bench = Bench(said)
    await bench.begin()
    assert bench.asked == [said]
    await bench.check.close()

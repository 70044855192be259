"""Instruments plugged in, pulled out and moved, on real pseudo-terminals."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import pytest

from client.session.instruments import InstrumentDesk, NoInstrumentError, Plug, Told
from client.session.snapshot import InstrumentState, InstrumentView, PortState
from devices.driver import Request
from devices.ports import folder_ports
from devices.probe import Undecided
from devices.readings import CuffPressure, Identified, Kind, Reading, Vital
from devices.session import Unplugged
from devices.simulators.instrument import create
from devices.simulators.pty import SimulatedInstrument
from devices.watch import Look, looker

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

PATIENCE_S = 60.0
"""How long a busy machine may take before a test is wrong."""
KNOWN = ("contec_v7", "taidoc", "vc0706")
"""chosen: few enough that probing does not make the test long."""


def now() -> datetime:
    return datetime.now(UTC)


class Bench:
    """A desk, and what it told."""

    def __init__(self, folder: Path, look: Look, plugs: tuple[Plug, ...]) -> None:
        self.told: list[Told] = []
        self.desk = InstrumentDesk(
            plugs, now, self.told.append, lister=lambda: folder_ports(folder), look=look
        )

    async def until(self, is_so: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                await asyncio.sleep(0.01)

    async def state(self, *states: InstrumentState) -> tuple[InstrumentView, ...]:
        await self.until(lambda: tuple(view.state for view in self.desk.views) == states)
        return self.desk.views


@asynccontextmanager
async def desk(
    folder: Path, look: Look | None = None, plugs: tuple[Plug, ...] = ()
) -> AsyncIterator[Bench]:
    bench = Bench(folder, look or looker(now, KNOWN), plugs)
    bench.desk.start()
    try:
        yield bench
    finally:
        await bench.desk.close()


def plugged(name: str, link: Path) -> SimulatedInstrument:
    return SimulatedInstrument(create(name), monotonic, link=link)


async def test_plugged_in_pulled_out_and_in_again_elsewhere(tmp_path: Path) -> None:
    async with desk(tmp_path) as bench:
        assert bench.desk.views == ()
        first = plugged("taidoc", tmp_path / "left")
        (view,) = await bench.state(InstrumentState.READY)
        await bench.until(lambda: bench.desk.views[0].serial is not None)
        known = bench.desk.views[0]
        assert (known.driver, known.id) == ("taidoc", view.id)
        await asyncio.to_thread(first.close)
        await bench.state(InstrumentState.UNPLUGGED)
        assert isinstance(bench.told[-1].event, Unplugged)
        second = plugged("taidoc", tmp_path / "right")
        (again,) = await bench.state(InstrumentState.READY)
        await asyncio.to_thread(second.close)
    assert (again.id, again.serial) == (known.id, known.serial)
    assert again.port == str(tmp_path / "right")


async def test_two_alike_are_two_and_pulling_one_leaves_the_other(tmp_path: Path) -> None:
    async with desk(tmp_path) as bench:
        left, right = (plugged("contec_v7", tmp_path / side) for side in ("left", "right"))
        views = await bench.state(InstrumentState.MEASURING, InstrumentState.MEASURING)
        assert len({view.id for view in views}) == 2
        both = {view.id for view in views}
        await bench.until(
            lambda: (
                {v.instrument for v in bench.desk.latest.vitals if v.vital is Vital.SPO2} == both
            )
        )
        (pulled,) = (view.id for view in views if view.port == left.port)
        await asyncio.to_thread(left.close)
        await bench.until(
            lambda: {v.id: v.state for v in bench.desk.views}[pulled] is InstrumentState.UNPLUGGED
        )
        live = {view.instrument for view in bench.desk.latest.vitals if view.is_live}
        assert live == both - {pulled}
        await asyncio.to_thread(right.close)


async def test_another_instrument_in_the_same_socket_is_another(tmp_path: Path) -> None:
    async with desk(tmp_path) as bench:
        first = plugged("contec_v7", tmp_path / "socket")
        await bench.state(InstrumentState.MEASURING)
        await asyncio.to_thread(first.close)
        await bench.state(InstrumentState.UNPLUGGED)
        second = plugged("vc0706", tmp_path / "socket")
        await bench.state(InstrumentState.UNPLUGGED, InstrumentState.READY)
        assert [view.kind for view in bench.desk.views] == [Kind.OXIMETER, Kind.OTOSCOPE]
        await asyncio.to_thread(second.close)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(None, PortState.UNKNOWN), (Undecided(("a", "b")), PortState.UNDECIDED)],
)
async def test_whom_nobody_can_name_is_shown_and_never_guessed(
    outcome: Undecided | None, state: PortState, tmp_path: Path
) -> None:
    async with desk(tmp_path, lambda _port, _given_up: outcome) as bench:
        stranger = plugged("taidoc", tmp_path / "stranger")
        await bench.until(lambda: [port.state for port in bench.desk.ports] == [state])
        assert bench.desk.views == ()
        await asyncio.to_thread(stranger.close)
        await bench.until(lambda: bench.desk.ports == ())


async def test_a_port_somebody_named_is_not_watched(tmp_path: Path) -> None:
    thermometer = plugged("taidoc", tmp_path / "named")
    async with desk(tmp_path, plugs=(Plug("taidoc", thermometer.port),)) as bench:
        await bench.state(InstrumentState.READY)
        assert bench.desk.ports == ()
        await asyncio.to_thread(thermometer.close)
        await bench.state(InstrumentState.UNPLUGGED)


async def test_what_was_recognised_can_be_asked(tmp_path: Path) -> None:
    async with desk(tmp_path) as bench:
        with pytest.raises(NoInstrumentError):
            bench.desk.ask(Kind.THERMOMETER, Request.MEASURE)
        thermometer = plugged("taidoc", tmp_path / "thermometer")
        await bench.state(InstrumentState.READY)
        bench.desk.ask(Kind.THERMOMETER, Request.MEASURE)
        assert bench.desk.views[0].state is InstrumentState.MEASURING
        thermometer.fault("press")
        await bench.until(lambda: bench.desk.latest.vitals)
        await asyncio.to_thread(thermometer.close)
    (view,) = bench.desk.latest.vitals
    assert (view.vital, view.instrument) == (Vital.TEMPERATURE, bench.desk.views[0].id)


async def test_records_go_on_counting_over_a_pulled_cable(tmp_path: Path) -> None:
    async with desk(tmp_path) as bench:
        for count in (1, 2):
            thermometer = plugged("taidoc", tmp_path / f"socket {count}")
            await bench.until(
                lambda: bench.desk.has_ready(Kind.THERMOMETER) and bench.desk.views[0].serial
            )
            bench.desk.ask(Kind.THERMOMETER, Request.MEASURE)
            thermometer.fault("press")
            await bench.until(lambda count=count: len(records(bench)) == count)
            await asyncio.to_thread(thermometer.close)
            await bench.state(InstrumentState.UNPLUGGED)
    assert records(bench) == [1, 2]


def records(bench: Bench) -> list[int | None]:
    return [told.event.record for told in bench.told if isinstance(told.event, Reading)]


async def test_nothing_is_left_running(tmp_path: Path) -> None:
    before = threading.active_count()
    oximeter = plugged("contec_v7", tmp_path / "oximeter")
    async with desk(tmp_path) as bench:
        await bench.until(lambda: any(isinstance(told.event, Identified) for told in bench.told))
    await asyncio.to_thread(oximeter.close)
    workers = sum(thread.name.startswith("asyncio") for thread in threading.enumerate())
    assert threading.active_count() - workers <= before


async def test_a_cuff_tells_how_far_it_is_until_it_has_measured(tmp_path: Path) -> None:
    port = tmp_path / "monitor"
    simulated = plugged("berry_pm6750", port)
    async with desk(tmp_path, plugs=(Plug("berry_pm6750", str(port)),)) as bench:
        await bench.until(lambda: bench.desk.has_ready(Kind.MONITOR))
        bench.desk.ask(Kind.BLOOD_PRESSURE, Request.MEASURE)
        await bench.until(lambda: isinstance(bench.desk.views[0].work, CuffPressure))
        told = [told.event for told in bench.told if isinstance(told.event, Reading)]
        assert not any(reading.vital is Vital.SYSTOLIC for reading in told)
        bench.desk.ask(Kind.BLOOD_PRESSURE, Request.STOP)
        assert bench.desk.views[0].work is None
    simulated.close()

"""Instruments nobody named, plugged into a call, reach the GP with where their values come from."""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from client import clock
from client.core.consultation import State
from client.core.wire import Card, Measured
from client.demo.gp_in_python import PythonGp
from client.relay.serve import serve
from client.session.events import EventLog
from client.session.opening import OpenSite, Options, opened
from client.session.snapshot import SiteSnapshot
from client.session.unattended import Unattended
from client.store import keys
from devices.ports import folder_ports
from devices.simulators import taidoc
from devices.simulators.instrument import NOTHING_GIVEN, Simulator, create
from devices.simulators.pty import SimulatedInstrument

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

PATIENCE_S = 40.0


@dataclass
class Call:
    """A site that does by itself what it is asked, and its GP."""

    site: OpenSite
    gp: PythonGp
    folder: Path

    @property
    def now(self) -> SiteSnapshot:
        return self.site.session.snapshot

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await asyncio.sleep(0.02)

    def plug(self, name: str, simulator: Simulator | None = None) -> SimulatedInstrument:
        plugged = simulator or create(name)
        return SimulatedInstrument(plugged, clock.monotonic_s, link=self.folder / name)

    def readings(self, vital: str) -> list[Measured]:
        return [said for said, _ in self.gp.session.seen.readings if said.vital == vital]

    def states(self) -> dict[str, str]:
        """What the GP knows of each instrument's state, by driver."""
        known = self.gp.session.seen.instruments
        return {item["driver"]: item["state"] for item in known.items} if known else {}

    async def asked(self, what: str) -> str:
        """What became of a wish of the GP's."""
        seen = self.gp.session.seen
        number = self.gp.session.ask(what)
        await self.until(lambda: number in seen.answers)
        return seen.answers[number]


@pytest.fixture
async def call(tmp_path: Path) -> AsyncIterator[Call]:
    folder = tmp_path / "ports"
    folder.mkdir()
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    options = Options(
        relay_url=await ready,
        camera="none",
        microphone="none",
        speaker="none",
        plugs=(),
        place="Pharmacie",
        operator="Préparatrice",
        record=None,
        lister=lambda: folder_ports(folder),
    )
    gp = PythonGp(Card("Dr Martin", "Cabinet"))
    try:
        async with opened(options, keys.ephemeral(), EventLog(io.StringIO(), clock.now)) as site:
            call = Call(site, gp, folder)
            hand = asyncio.create_task(Unattended(site.session, ("Mme D.", "x"), "x", "x").run())
            await call.until(lambda: call.now.invitation is not None)
            assert call.now.invitation is not None
            await gp.join(call.now.invitation.url)
            await gp.accept_words()
            await call.until(lambda: call.now.state is State.VERIFIED)
            yield call
            hand.cancel()
    finally:
        await gp.close()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def test_a_scale_plugged_into_a_call_answers_the_doctor(call: Call) -> None:
    assert call.now.instruments == ()
    scale = call.plug("and_ascii")
    await call.until(lambda: call.states().get("and_ascii") in ("ready", "measuring"))
    asking = asyncio.create_task(call.asked("weight"))
    scale.fault("step")
    assert await asking == "done"
    sent = call.readings("weight")
    assert sent
    assert {said.unit for said in sent} == {"kg"}
    assert "unstable" not in {said.quality for said in sent}
    await asyncio.to_thread(scale.close)
    await call.until(lambda: call.states()["and_ascii"] == "unplugged")


async def test_a_cuff_gives_one_measurement_and_nothing_of_its_memory(call: Call) -> None:
    cuff = call.plug("taidoc", taidoc.Simulator(NOTHING_GIVEN, model="3128"))
    await call.until(lambda: call.states().get("taidoc") == "ready")
    asking = asyncio.create_task(call.asked("pressure"))
    await call.until(lambda: call.states()["taidoc"] == "measuring")
    cuff.fault("press")
    assert await asking == "done"
    await call.until(lambda: call.readings("pulse"))
    values = {said.vital: said.value for said, _ in call.gp.session.seen.readings}
    assert values == {"systolic": 128, "diastolic": 81, "mean_pressure": 96, "pulse": 72}
    assert call.gp.session.seen.stored == []
    (record,) = {said.record for said, _ in call.gp.session.seen.readings}
    assert record is not None
    assert {(said.origin, said.serial) for said, _ in call.gp.session.seen.readings} == {
        ("spot", call.now.instruments[0].serial)
    }
    await asyncio.to_thread(cuff.close)


async def test_a_monitor_gives_its_values_and_one_lead(call: Call) -> None:
    monitor = call.plug("berry_pm6750")
    assert await call.asked("ecg") == "done"
    assert await call.asked("pressure") == "done"  # with the first value of it
    await call.until(lambda: call.readings("diastolic"))
    pressure = {vital: call.readings(vital)[-1] for vital in ("systolic", "diastolic")}
    assert {said.origin for said in pressure.values()} == {"spot"}
    assert len({said.record for said in pressure.values()}) == 1
    live = call.readings("heart_rate")
    assert {said.origin for said in live} == {"live"}
    assert live[0].firmware
    await call.until(lambda: {"pleth", "ecg_ii"} <= set(call.gp.session.seen.waves))
    assert {wave for wave in call.gp.session.seen.waves if "ecg" in wave} == {"ecg_ii"}
    await asyncio.to_thread(monitor.close)
    await call.until(lambda: call.states()["berry_pm6750"] == "unplugged")
    assert not any(view.is_live for view in call.now.vitals)

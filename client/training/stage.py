"""What a scenario is played on: a relay and instruments of its own, all of it on this machine."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from client import clock
from client.demo.media import EAR
from client.relay.serve import LOOPBACK, serve
from client.session.instruments import Plug
from devices.simulators.instrument import Material, create
from devices.simulators.pty import SimulatedInstrument
from devices.simulators.sockets import SocketInstrument

INSTRUMENTS: Final = ("contec_v7", "taidoc", "vc0706")
"""Oximeter, thermometer, otoscope."""


@asynccontextmanager
async def local_relay() -> AsyncIterator[str]:
    """The address of a relay that ends with the block, and leaves nothing."""
    with tempfile.TemporaryDirectory(prefix="chevet-training-") as folder:
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(serve(LOOPBACK, 0, Path(folder), ready.set_result))
        try:
            await asyncio.wait((serving, ready), return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
            yield await ready
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)


@asynccontextmanager
async def instruments(names: tuple[str, ...] = INSTRUMENTS) -> AsyncIterator[tuple[Plug, ...]]:
    """Simulated ones, plugged in; unplugged with the block."""
    pictures = await asyncio.to_thread(EAR.read_bytes)
    material: Mapping[str, Material] = {"vc0706": Material(picture=pictures)}
    async with AsyncExitStack() as stack:
        plugs = []
        for name in names:
            plugged = _plugged(name, material.get(name, Material()))
            stack.push_async_callback(asyncio.to_thread, plugged.close)
            plugs.append(Plug(name, plugged.port))
        yield tuple(plugs)


def _plugged(name: str, material: Material) -> SimulatedInstrument | SocketInstrument:
    """On a real pseudo-terminal where there are any."""
    kind = SocketInstrument if sys.platform == "win32" else SimulatedInstrument
    return kind(create(name, material), clock.monotonic_s)

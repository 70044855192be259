"""What every demo needs around it: a relay, three instruments, the words for one site."""

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from client import clock
from client.demo.media import EAR, PATIENT_CAMERA, PHARMACIST_VOICE
from client.demo.programs import Program
from devices.simulators.instrument import Material, create
from devices.simulators.pty import SimulatedInstrument


@dataclass(slots=True)
class Stage:
    """Everything is running, except the site and the GP."""

    relay: Program
    relay_url: str
    instruments: dict[str, SimulatedInstrument]
    """By driver name; each can be unplugged and troubled."""
    folder: Path
    """Temporary, gone with the stage."""

    @property
    def relay_data(self) -> Path:
        """Where the relay keeps its letters."""
        return _relay_data(self.folder)

    async def restart_relay(self) -> None:
        """Kill the relay as a power cut would, and start it again at the same address."""
        self.relay.kill()
        await self.relay.process.wait()
        port = urlsplit(self.relay_url).port or 0
        self.relay, _ = await _start_relay(self.folder, port)

    def site_words(self, *more: str, relay_url: str | None = None) -> tuple[str, ...]:
        """The command line of a site with all of it."""
        words = ["site", "--relay", relay_url or self.relay_url]
        words += ["--camera", f"file:{PATIENT_CAMERA}"]
        words += ["--microphone", f"file:{PHARMACIST_VOICE}"]
        words += ["--record", str(self.folder / "records")]
        for name, instrument in self.instruments.items():
            words += ["--instrument", f"{name}={instrument.port}"]
        return (*words, *more)

    @property
    def site_environment(self) -> dict[str, str]:
        """A passphrase made for this run only, and nobody's settings."""
        return {"CHEVET_PASSPHRASE": secrets.token_urlsafe(24), "CHEVET_SETTINGS": os.devnull}


@asynccontextmanager
async def stage(oximeter_capture: bytes | None = None) -> AsyncIterator[Stage]:
    """Start it all; on leaving, everything that was started has ended.

    The oximeter repeats `oximeter_capture`, a recorded stream, or else makes up its own.
    """
    materials = {
        "contec_v7": Material(capture=oximeter_capture),
        "taidoc": Material(),
        "vc0706": Material(picture=await asyncio.to_thread(EAR.read_bytes)),
    }
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chevet-demo-")))
        instruments = {}
        for name, material in materials.items():
            instruments[name] = SimulatedInstrument(create(name, material), clock.monotonic_s)
            stack.push_async_callback(asyncio.to_thread, instruments[name].close)
        relay, relay_url = await _start_relay(folder, 0)
        ready = Stage(relay, relay_url, instruments, folder)
        stack.push_async_callback(_stop_relay, ready)
        yield ready


async def _stop_relay(ready: Stage) -> None:
    await ready.relay.stop()


async def _start_relay(folder: Path, port: int) -> tuple[Program, str]:
    words = ("relay", "--port", str(port), "--data", str(_relay_data(folder)), "--print-url")
    relay = await Program.start(*words)
    try:
        return relay, await relay.first_line()
    except BaseException:
        await relay.stop()
        raise


def _relay_data(folder: Path) -> Path:
    return folder / "relay"

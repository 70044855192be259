"""What every demo needs around it: a relay, three instruments, the words for one site."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from client import clock
from client.demo.media import EAR, PATIENT_CAMERA, PHARMACIST_VOICE
from client.demo.programs import Program, running
from devices.simulators.instrument import Material, create
from devices.simulators.pty import SimulatedInstrument

INSTRUMENTS: Final = ("contec_v7", "taidoc", "vc0706")


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything is running, except the site and the GP."""

    relay: Program
    relay_url: str
    instruments: dict[str, SimulatedInstrument]
    """By driver name; each can be unplugged and troubled."""
    folder: Path
    """Temporary, gone with the stage."""

    def site_words(self, *more: str) -> tuple[str, ...]:
        """The command line of a site with all of it."""
        plugs = [
            word
            for name, instrument in self.instruments.items()
            for word in ("--instrument", f"{name}={instrument.port}")
        ]
        return (
            "site",
            "--relay",
            self.relay_url,
            "--camera",
            f"file:{PATIENT_CAMERA}",
            "--microphone",
            f"file:{PHARMACIST_VOICE}",
            "--record",
            str(self.folder / "records"),
            *plugs,
            *more,
        )

    @property
    def site_environment(self) -> dict[str, str]:
        """A passphrase made for this run only."""
        return {"CHEVET_PASSPHRASE": secrets.token_urlsafe(24)}


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Start it all; on leaving, everything that was started has ended."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chevet-demo-")))
        data = str(folder / "relay")
        relay = await stack.enter_async_context(
            running("relay", "--port", "0", "--data", data, "--print-url")
        )
        relay_url = await relay.first_line()
        instruments = {}
        for name in INSTRUMENTS:
            picture = EAR.read_bytes() if name == "vc0706" else None
            simulator = create(name, Material(picture=picture))
            instruments[name] = SimulatedInstrument(simulator, clock.monotonic_s)
            stack.push_async_callback(asyncio.to_thread, instruments[name].close)
        yield Stage(relay, relay_url, instruments, folder)

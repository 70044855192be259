"""Real Chromiums at either end of the line, driven out of band."""

import shlex
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from client.demo.gp_in_chromium import FLAGS, find_chromium
from linklab.measuring import processes
from linklab.peers.place import Place

_OWN_ADDRESS: Final = "--disable-features=WebRtcHideLocalIpsWithMdns"
"""Names of a multicast DNS that no laboratory has would stand in for the addresses."""


class NoChromiumError(Exception):
    """The bench needs Chromium and playwright."""

    def __init__(self) -> None:
        super().__init__("no Chromium, or no playwright to drive it: see README.md")


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of one browser of its own."""

    page: Any
    profile: str
    """The folder that tells this browser's processes from all others."""

    @property
    def pids(self) -> set[int]:
        """Every process of this browser."""
        return processes.with_descendants(processes.with_words(self.profile))


@asynccontextmanager
async def browser(
    playwright: Any, place: Place, camera: Path, microphone: Path, scripts: Sequence[str] = ()
) -> AsyncIterator[Tab]:
    """A Chromium there, with these files as camera and microphone, watched by ``page.js``."""
    chromium = find_chromium()
    if chromium is None:
        raise NoChromiumError
    with tempfile.TemporaryDirectory(prefix="chevet-bench-") as name:
        starter = _starter(Path(name, "chromium"), place.command(chromium))
        profile = f"{name}/profile"
        context = await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=str(starter),
            headless=True,
            args=[
                *FLAGS,
                _OWN_ADDRESS,
                f"--use-file-for-fake-video-capture={camera}",
                f"--use-file-for-fake-audio-capture={microphone}",
            ],
            permissions=["camera", "microphone"],
            viewport={"width": 1366, "height": 860},
            locale="fr-FR",
        )
        try:
            watching = files("linklab.measuring").joinpath("page.js").read_text(encoding="utf-8")
            for script in (watching, *scripts):
                await context.add_init_script(script)
            yield Tab(context.pages[0], profile)
        finally:
            await context.close()


def _starter(path: Path, command: Sequence[str]) -> Path:
    """One program that starts this command; playwright takes no words before the browser's."""
    path.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    path.chmod(0o700)
    return path

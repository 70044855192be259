"""The GP in a real Firefox, driven by the Playwright that drives Chromium."""

import importlib.util
import math
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from end_to_end import firefox_door
from end_to_end.firefox_door import find_firefox

from client.demo.gp_hand import MediaSeen
from client.demo.gp_in_chromium import ChromiumGp
from client.media.loudness import SILENCE_DBFS

PREFERENCES: Final[dict[str, Any]] = {
    "media.navigator.streams.fake": True,  # a camera that counts, a microphone that hums
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,  # or a machine without a network never gathers
    "media.autoplay.default": 0,
    "app.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
_VOICE: Final = """
async () => {
  let energy = 0, seconds = 0;
  for (const connection of window.connectionsOfTest) {
    if (connection.connectionState === "closed") continue;
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== "inbound-rtp" || report.kind !== "audio") continue;
      energy += report.totalAudioEnergy; seconds += report.totalSamplesDuration;
    }
  }
  const plays = [...document.querySelectorAll("audio")].some(
    (one) => one.srcObject && !one.paused && !one.muted && one.currentTime > 0,
  );
  return plays && seconds ? energy / seconds : 0;
}
"""


def why_not() -> str | None:
    """Why Firefox cannot be driven here; `None` where it can."""
    if importlib.util.find_spec("playwright") is None:
        return "the `browser` extra is not installed"
    if find_firefox() is None:
        return "there is no Firefox: apt-get install firefox-esr"
    return None


class FirefoxGp(ChromiumGp):
    """Plays the GP in the page, in Firefox."""

    kind = "firefox"

    async def _launch(self, playwright: Any, folder: Path) -> Any:
        """Start the browser; its one context."""
        door = folder / "firefox"
        words = shlex.join([sys.executable, str(Path(firefox_door.__file__))])
        door.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
        door.chmod(0o700)
        return await playwright.firefox.launch_persistent_context(
            str(folder / "profile"),
            channel="moz-firefox",  # Playwright's word for a Firefox that Mozilla built
            executable_path=str(door),
            headless=True,
            firefox_user_prefs=PREFERENCES,
            viewport={"width": 1366, "height": 860},
            locale="fr-FR",
        )

    async def measure_media(self) -> MediaSeen:
        """The voice by Firefox's own count: it starts no Web Audio where there is no sound card."""
        seen = await super().measure_media()
        power = await self.page.evaluate(_VOICE)
        voice_dbfs = 10 * math.log10(power) if power else SILENCE_DBFS
        return replace(seen, voice_dbfs=voice_dbfs)

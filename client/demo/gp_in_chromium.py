"""The demo's GP in the real page in a real Chromium, clicking what a doctor clicks."""

import asyncio
import importlib.util
import math
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from client.core.wire import Card
from client.demo.chromium_media import make_fake_capture
from client.demo.gp_hand import MediaSeen, StillSeen
from client.media.loudness import SILENCE_DBFS

PATIENCE_MS: Final = 180_000
"""chosen: a machine that is busy with much else takes a multiple of its usual time."""
STILL_MS: Final = 300_000
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS: Final = (
    "--no-sandbox",  # Chromium refuses to run as root with one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-loopback-in-peer-connection",  # or a machine without a network never gathers
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)

_DIGIT: Final = re.compile(r"\d")

_WATCH: Final = """
// Keeps hold of the page's peer connections, for their statistics; the page knows nothing of it.
window.connectionsOfTest = [];
window.RTCPeerConnection = class extends window.RTCPeerConnection {
  constructor(...words) { super(...words); window.connectionsOfTest.push(this); }
};
// Adds up the power of what the page plays, a quarter of a second every quarter of a second.
window.powerOfTest = []; const heard = new WeakSet(); let sound = null;
setInterval(() => {
  for (const element of document.querySelectorAll("audio, video")) {
    const stream = element.srcObject;
    if (!stream || heard.has(stream) || element.muted || !stream.getAudioTracks().length) continue;
    heard.add(stream);
    sound ??= new AudioContext({ sampleRate: 48000 });
    const analyser = new AnalyserNode(sound, { fftSize: 8192 });
    sound.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(8192);
    setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      window.powerOfTest.push(samples.reduce((sum, s) => sum + s * s, 0) / samples.length);
    }, 250);
  }
}, 250);
// Counts pictures that differ from the one before, five times a second.
window.distinctOfTest = 0;
let last = "";
const canvas = document.createElement("canvas");
canvas.width = 32; canvas.height = 24;
const pen = canvas.getContext("2d", { willReadFrequently: true });
setInterval(() => {
  const video = document.querySelector("[data-testid=picture]");
  if (!video || !video.videoWidth) return;
  pen.drawImage(video, 0, 0, 32, 24);
  const pixels = pen.getImageData(0, 0, 32, 24).data.join();
  if (pixels !== last) { last = pixels; window.distinctOfTest += 1; }
}, 200);
"""

_MEASURE: Final = """
async () => {
  let frames = 0;
  for (const connection of window.connectionsOfTest) {
    if (connection.connectionState === "closed") continue;
    for (const report of (await connection.getStats()).values()) {
      if (report.type === "inbound-rtp") frames += report.framesDecoded ?? 0;
    }
  }
  const power = window.powerOfTest;
  const mean = power.length ? power.reduce((sum, p) => sum + p, 0) / power.length : 0;
  return { frames, distinct: window.distinctOfTest, power: mean };
}
"""


def find_chromium() -> str | None:
    """The browser to use, or `None` where the page cannot be driven."""
    if importlib.util.find_spec("playwright") is None:
        return None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class ChromiumGp:
    """Plays the GP in the page."""

    kind = "chromium"

    def __init__(self, executable: str, card: Card) -> None:
        self._executable = executable
        self._card = card
        self._folder = tempfile.TemporaryDirectory(prefix="chevet-gp-")
        self._playwright: Any = None
        self._context: Any = None
        self.page: Any = None
        """Playwright's page, for tests that look closer; only after `arrive`."""

    async def arrive(self) -> None:
        """Start the browser."""
        from playwright.async_api import async_playwright  # noqa: PLC0415 -- optional extra

        self._playwright = await async_playwright().start()
        self._context = await self._launch(self._playwright, Path(self._folder.name))
        await self._context.add_init_script(_WATCH)
        self.page = self._context.pages[0]

    async def _launch(self, playwright: Any, folder: Path) -> Any:
        """Start the browser; its one context."""
        video, sound = await asyncio.to_thread(make_fake_capture, folder)
        return await playwright.chromium.launch_persistent_context(
            str(folder / "profile"),
            executable_path=self._executable,
            headless=True,
            args=[
                *FLAGS,
                f"--use-file-for-fake-video-capture={video}",
                f"--use-file-for-fake-audio-capture={sound}",
            ],
            permissions=["camera", "microphone"],
            viewport={"width": 1366, "height": 860},
            locale="fr-FR",
        )

    async def join(self, url: str) -> tuple[str, ...]:
        """Open the invitation, say who we are; returns the words to compare."""
        await self.page.goto(url)
        await self._fill("join-name", self._card.name)
        await self._fill("join-place", self._card.place)
        await self._click("join")
        words = self.page.get_by_test_id("words").locator("li")
        await words.first.wait_for(timeout=PATIENCE_MS)
        return tuple(await words.all_inner_texts())

    async def accept_words(self) -> None:
        """They are the same; returns once the consultation shows and the link is up."""
        await self._click("words-equal")
        link = self.page.locator("[data-testid=link-state][data-link=up]")
        await link.wait_for(timeout=PATIENCE_MS)

    async def see_reading(self, vital: str) -> str:
        """Wait for a value of this vital sign; returns what the tile shows."""
        value = self.page.locator(f"[data-vital={vital}] [data-testid=value]")
        await value.filter(has_text=_DIGIT).wait_for(timeout=PATIENCE_MS)
        return str(await value.inner_text())

    async def ask(self, what: str) -> None:
        """Ask for a step and wait until the site says it is done."""
        await self._click(f"ask-{what}")
        done = self.page.locator(f"[data-testid=asks] [data-ask={what}][data-state=done]")
        await done.first.wait_for(timeout=STILL_MS)

    async def see_still(self) -> StillSeen:
        """Wait until a still is whole; its hash is the one the page computed."""
        still = self.page.locator("[data-testid=still][data-sha256]").first
        await still.wait_for(timeout=STILL_MS)
        return StillSeen(str(await still.get_attribute("data-sha256")))

    async def attach(self, label: str, pdf: bytes) -> None:
        """Send a document, to be named by the summary that follows."""
        file = {"name": f"{label}.pdf", "mimeType": "application/pdf", "buffer": pdf}
        await self.page.get_by_test_id("file-input").set_input_files(file)
        received = self.page.locator("[data-testid=file-state][data-state=received]")
        await received.wait_for(timeout=STILL_MS)

    async def summarise(self, text: str) -> None:
        """Write the summary, send it and wait for its receipt."""
        await self._fill("summary", text)
        await self._click("summary-send")
        received = self.page.locator("[data-testid=summary-state][data-state=received]")
        await received.wait_for(timeout=PATIENCE_MS)

    async def measure_media(self) -> MediaSeen:
        """What has been seen and heard so far, by the browser's own count and sound."""
        seen = await self.page.evaluate(_MEASURE)
        voice_dbfs = 10 * math.log10(seen["power"]) if seen["power"] else SILENCE_DBFS
        return MediaSeen(seen["frames"], seen["distinct"], voice_dbfs)

    async def leave(self) -> None:
        """End the consultation."""
        await self._click("end")
        await self._click("end-confirm")
        await self.page.get_by_test_id("ended-reason").wait_for(timeout=PATIENCE_MS)

    async def close(self) -> None:
        """Close the browser."""
        if self._context is not None:
            await self._context.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._folder.cleanup()

    async def _click(self, test_id: str) -> None:
        await self.page.get_by_test_id(test_id).click(timeout=PATIENCE_MS)

    async def _fill(self, test_id: str, text: str) -> None:
        await self.page.get_by_test_id(test_id).fill(text, timeout=PATIENCE_MS)

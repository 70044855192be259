"""A chest recorded at the site, seen and heard in the real page: nothing is lost on the way."""

import asyncio
import base64
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from client import clock
from client.core.wire import Card
from client.demo.gp_in_chromium import ChromiumGp, find_chromium
from client.demo.programs import EventFile, Program, running
from client.media.auscultation import unpacked
from devices.simulators.instrument import create
from devices.simulators.sound import SimulatedSound

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform == "win32", reason="no named pipes"),
]

PATIENCE_S = 300.0
"""Of each wait; chosen: a machine that is shared by many takes a multiple of its usual time."""
LARGEST_ERROR_DB = 0.1
"""Of any hertz between 20 and 1000 Hz; 0.01 was seen."""

_KEEP_FILES = """
window.filesOfTest = [];
const make = URL.createObjectURL;
URL.createObjectURL = (file) => { window.filesOfTest.push(file); return make.call(URL, file); };
"""
_DECODE = """
async () => {
  const data = await window.filesOfTest.at(-1).arrayBuffer();
  const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(data);
  const bytes = new Uint8Array(sound.getChannelData(0).buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768) {
    text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  }
  return btoa(text);
}
"""
_BRIGHTNESS = """
() => [...document.querySelectorAll(".sound-drawing canvas")].map((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((_, i) => i % 4 === 0 && data[i] > 128).length;
})
"""


@dataclass(frozen=True)
class Consultation:
    gp: ChromiumGp
    events: EventFile
    stethoscope: SimulatedSound
    out: Path
    site: Program

    @property
    def page(self) -> Any:
        return self.gp.page


@pytest.fixture
async def consultation(tmp_path: Path) -> AsyncIterator[Consultation]:
    chromium = find_chromium()
    assert chromium is not None, "scripts/test installs Chromium; here there is none"
    out, events = tmp_path / "out", EventFile(tmp_path / "events.jsonl")
    async with AsyncExitStack() as stack:
        stethoscope = SimulatedSound(create("stethoscope"), clock.monotonic_s)
        stack.push_async_callback(asyncio.to_thread, stethoscope.close)
        relay_words = ("relay", "--port", "0", "--data", str(tmp_path / "relay"), "--print-url")
        relay = await stack.enter_async_context(running(*relay_words))
        words = (
            *("site", "--relay", await relay.first_line(), "--unattended"),
            *("--instrument", f"stethoscope={stethoscope.port}"),
            *("--record", str(tmp_path / "records"), "--export", str(out)),
            *("--events", str(events.path)),
        )
        passphrase = {"CHEVET_PASSPHRASE": secrets.token_urlsafe(24)}
        site = await stack.enter_async_context(running(*words, environment=passphrase))
        gp = ChromiumGp(chromium, Card("Dr Martin", "Cabinet"))
        stack.push_async_callback(gp.close)
        yield Consultation(gp, events, stethoscope, out, site)


async def join(c: Consultation) -> None:
    invitation = await c.events.first("invitation", PATIENCE_S)
    await c.gp.arrive()
    c.page.set_default_timeout(PATIENCE_S * 1000)
    await c.page.add_init_script(_KEEP_FILES)
    await c.gp.join(invitation["url"])
    await c.gp.accept_words()


async def test_the_recording_arrives_whole_and_is_seen_and_heard(
    consultation: Consultation,
) -> None:
    c = consultation
    await join(c)
    await c.gp.ask("listen")

    # The file at the GP's is the site's, byte for byte.
    opener = c.page.locator("[data-testid=sound-open]:not([disabled])")
    await opener.first.wait_for(timeout=PATIENCE_S * 1000)
    acknowledged = await c.events.first("still_acknowledged", PATIENCE_S)
    assert await opener.first.get_attribute("data-sha256") == acknowledged["sha256"]

    # It is drawn, and plays from the keyboard.
    await opener.first.click()
    await c.page.locator("[data-drawn]").wait_for(timeout=PATIENCE_S * 1000)
    assert min(await c.page.evaluate(_BRIGHTNESS)) > 1_000
    await c.page.get_by_test_id("sound-filter-bell").check()
    await c.page.keyboard.press(" ")
    await c.page.get_by_test_id("sound-play").filter(has_text="Arrêter").wait_for()
    heard = np.frombuffer(base64.b64decode(await c.page.evaluate(_DECODE)), "<f4")

    # The original comes on request, and is what the site kept.
    await c.page.get_by_test_id("sound-original").click()
    await opener.nth(1).wait_for(timeout=PATIENCE_S * 1000)

    # Each is seen under its own name, though two are opened in haste.
    drawn = await c.page.locator("[data-drawn]").get_attribute("data-drawn")
    await opener.first.click()
    other = c.page.locator(f"[data-drawn]:not([data-drawn='{drawn}'])")
    await other.wait_for(timeout=PATIENCE_S * 1000)
    await opener.last.click()
    await opener.first.click()
    await opener.last.click()
    await c.page.locator(f"[data-drawn='{drawn}']").wait_for(timeout=PATIENCE_S * 1000)
    assert await c.page.get_by_test_id("sound-play").is_enabled()
    await c.gp.summarise("Fictif.")
    await c.gp.leave()
    await c.site.ended_well(PATIENCE_S)
    original = max((c.out / "stills").iterdir(), key=lambda path: path.stat().st_size)
    recorded, rate_hz = unpacked(original.read_bytes())
    assert rate_hz == 48_000
    assert len(recorded) / rate_hz >= 12

    # Between 20 and 1000 Hz what the page decodes is what the stethoscope gave.
    assert_same_sound(recorded / 32_768, heard.astype(np.float64))


def assert_same_sound(
    before: "np.ndarray[Any, np.dtype[np.float64]]", after: "np.ndarray[Any, np.dtype[np.float64]]"
) -> None:
    """The cross-spectrum over the power, hertz by hertz: level and phase."""
    size = 48_000
    window = np.hanning(size)
    power, cross = np.zeros(size // 2 + 1), np.zeros(size // 2 + 1, complex)
    for start in range(0, min(len(before), len(after)) - size, size // 2):
        one = np.fft.rfft(before[start : start + size] * window)
        two = np.fft.rfft(after[start : start + size] * window)
        power += np.abs(one) ** 2
        cross += one.conj() * two
    gain = (cross / power)[20:1_001]
    assert np.max(np.abs(20 * np.log10(np.abs(gain)))) < LARGEST_ERROR_DB
    assert np.max(np.abs(np.angle(gain, deg=True))) < 1

"""A hostile site that writes markup wherever it may write, before a real Chromium."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from attacks.hostile_text import MARKUP
from fakes.ready_dossier import make_ready

from client import clock
from client.core import wire
from client.demo.gp_in_chromium import ChromiumGp, find_chromium
from client.relay.serve import serve
from client.session.events import EventLog
from client.session.opening import OpenSite, Options, opened
from client.store import keys
from devices.readings import Vital

pytestmark = pytest.mark.browser

PATIENCE_S = 90.0
_HOSTILE: tuple[wire.Message, ...] = (
    wire.Card(MARKUP, MARKUP),
    wire.Intake(MARKUP, MARKUP, 1),
    wire.Text(MARKUP, 1),
    wire.Measured(
        *(Vital.TEMPERATURE.code, 37.5, MARKUP, "good", 1, MARKUP, MARKUP, "spot", 1),
        *(MARKUP, [MARKUP], MARKUP, MARKUP),
    ),
    wire.Measured(MARKUP, 1.0, MARKUP, MARKUP, 1, MARKUP, MARKUP, MARKUP),
    wire.LabResult(
        *(MARKUP, MARKUP, MARKUP, "good", 1, MARKUP, MARKUP, "stored", 1, MARKUP, [MARKUP]),
        *(MARKUP, MARKUP, MARKUP, MARKUP),
    ),
    wire.Instruments(
        [
            {"driver": MARKUP, "kind": MARKUP, "model": MARKUP, "serial": MARKUP, "state": MARKUP},
            {
                "driver": "taidoc",
                "kind": "thermometer",
                "model": MARKUP,
                "serial": MARKUP,
                "state": "measuring",
            },
        ]
    ),
    wire.StillOffered(900, MARKUP, 64, bytes(32), 10, 10, 1, MARKUP),
    wire.StillOffered(901, MARKUP, 64, bytes(32), 10, 10, 1, "text/html"),
    wire.AskAnswered(1, MARKUP),
    wire.WaveSamples(MARKUP, b"abc", 60, 1),
)

_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (e) => {
  window.violations.push(e.violatedDirective + " " + e.blockedURI);
});
"""
_INTRUDERS = """
() => [...document.querySelectorAll("*")].filter((element) =>
  ["IFRAME", "OBJECT", "EMBED", "BASE", "svg"].includes(element.tagName)
    && element.outerHTML.includes("struck")
  || element.tagName === "SCRIPT" && !element.src.startsWith(location.origin)
  || element.tagName === "IMG" && element.src && !element.src.startsWith("blob:")
  || element.id === "struck"
  || [...element.attributes].some(
    (a) => a.name.startsWith("on") || a.value.startsWith("javascript:"))
).map((element) => element.outerHTML)
"""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[OpenSite]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    options = Options(
        relay_url=await ready,
        camera="none",
        microphone="none",
        speaker="none",
        plugs=(),
        place=MARKUP,
        operator=MARKUP,
        record=None,
    )
    async with opened(options, keys.ephemeral(), EventLog(io.StringIO(), clock.now)) as running:
        yield running
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_markup_of_a_site_is_text_on_the_page(site: OpenSite) -> None:
    chromium = find_chromium()
    assert chromium is not None, "scripts/test installs Chromium; here there is none"
    gp = ChromiumGp(chromium, wire.Card("Dr Martin", "Cabinet"))
    complaints: list[str] = []
    try:
        await gp.arrive()
        await gp.page.add_init_script(_WATCH)
        gp.page.on("console", lambda said: complaints.append(said.text))
        gp.page.on("pageerror", lambda error: complaints.append(str(error)))
        await consult(site, gp)
        dialogue: Any = site.session._dialogue._dialogue  # past what an honest site notes
        for message in _HOSTILE:
            dialogue.say(message)
        shown = gp.page.get_by_text("onerror=window.struck=1", exact=False)
        await shown.first.wait_for(timeout=PATIENCE_S * 1000)
        dialogue.say(wire.Text("dernier mot", 2))
        await gp.page.get_by_text("dernier mot").first.wait_for(timeout=PATIENCE_S * 1000)
        assert await gp.page.evaluate("window.struck ?? null") is None
        assert await gp.page.evaluate(_INTRUDERS) == []
        assert await gp.page.evaluate("window.violations") == []
        assert not [said for said in complaints if "Content Security Policy" in said]
        assert await gp.page.locator("[data-testid=link-state][data-link=up]").count() == 1
    finally:
        await gp.close()


async def consult(site: OpenSite, gp: ChromiumGp) -> None:
    """Up to the consultation's screen, both having found the words equal."""
    make_ready(site.session)
    site.session.invite()
    await until(lambda: site.session.snapshot.invitation is not None)
    invitation: Any = site.session.snapshot.invitation
    await gp.join(invitation.url)
    site.session.compare_words(equal=True)
    await gp.accept_words()


async def until(condition: Any) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.05)

"""A site that writes markup, control characters and endless words in every field it may send."""

import asyncio
import io
import types
from collections.abc import AsyncIterator, Iterator
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any, Final, get_type_hints

import pytest
from attacks.hostile_text import MARKUP
from end_to_end.test_known_gp_in_chromium import a_browser
from end_to_end.test_known_gp_in_python import Site
from fakes.ready_dossier import make_ready

from client import clock
from client.core import wire
from client.core.consultation import LinkState
from client.demo.gp_in_chromium import PATIENCE_MS, ChromiumGp
from client.relay.serve import serve
from client.session.events import EventLog
from client.session.opening import Options, opened
from client.store import keys

pytestmark = pytest.mark.browser

CONTROLS: Final = "\x00\x07\x1b[2J\x7f\x9b31m\u202egauche\u2066\u200b\u2028\ufeff"
ENDLESS: Final = "W" * 400
TEXT: Final = f"{MARKUP}{CONTROLS}{ENDLESS}"
LAST: Final = "dernier mot du site"
UNSEEN: Final = "\x00\x07\x1b\x7f\x9b\u202e\u2066\u200b\u2028\ufeff"
LEFT_TO_THE_END: Final = (wire.Goodbye, wire.WordsCompared, wire.Hello, wire.Received, wire.Signal)
"""They end the session or carry it; the first is said last, the others have tests of their own."""
WATCH: Final = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (e) => {
  window.violations.push(e.violatedDirective + " " + e.blockedURI);
});
"""
SEEN: Final = """
(unseen) => ({
  struck: window.struck ?? null,
  violations: window.violations,
  intruders: [...document.querySelectorAll("*")].filter((one) =>
    ["IFRAME", "OBJECT", "EMBED", "BASE"].includes(one.tagName)
      || (one.tagName === "IMG" && one.src && !one.src.startsWith("blob:"))
      || one.id === "struck"
      || [...one.attributes].some(
        (a) => a.name.startsWith("on") || a.value.startsWith("javascript:")),
  ).map((one) => one.outerHTML),
  controls: [...document.querySelectorAll("body *")].filter((one) =>
    [...one.childNodes].some((node) =>
      node.nodeType === Node.TEXT_NODE && [...unseen].some((c) => node.data.includes(c))),
  ).map((one) => `${one.parentElement.className} > ${one.tagName}.${one.className}`),
  wide: document.documentElement.scrollWidth <= document.documentElement.clientWidth ? []
    : [...document.querySelectorAll("body *")].filter((one) =>
      one.getBoundingClientRect().right > document.documentElement.clientWidth,
    ).map((one) => `${one.parentElement.className} > ${one.tagName}.${one.className}`),
})
"""
NOTHING: Final = {
    "struck": None,
    "violations": [],
    "intruders": [],
    "controls": [],
    "wide": [],
}
SIZES: Final = ((1366, 768), (390, 844))


def hostile(kind: type[Any], number: int) -> Any:
    """One message of this kind with the text in every place where text may stand."""
    hints = get_type_hints(kind)
    return kind(**{one.name: _filled(one.name, hints[one.name], number) for one in fields(kind)})


def _filled(name: str, hint: Any, number: int) -> Any:
    if name in {"answers", "items"}:
        return [dict.fromkeys(_KEYS[name], TEXT)]
    if isinstance(hint, types.UnionType):
        hint = hint.__args__[0]
    origin = getattr(hint, "__origin__", hint)
    if origin is list:
        return [TEXT] if hint.__args__[0] is str else [number]
    plain = {str: TEXT, int: number, float: 1.5, bool: False, bytes: bytes(32)}
    return plain[origin]


_KEYS: Final = {
    "answers": ("question", "answer", "label"),
    "items": ("driver", "kind", "model", "serial", "state"),
}


def messages() -> Iterator[Any]:
    """Every kind, filled everywhere; then again with the words that pages know left as they are."""
    kinds = [kind for kind in wire.MESSAGES.values() if kind not in LEFT_TO_THE_END]
    for number, kind in enumerate(kinds, start=900):
        yield hostile(kind, number)
    yield replace(hostile(wire.Patient, 1), sex="female", birth_date="1948", status="provisional")
    asked = ["allergies", "treatments", "since", "other"]
    answers = [{"question": one, "answer": TEXT, "label": TEXT} for one in asked]
    yield wire.Background(answers, ["pictures", TEXT], TEXT, 1)
    for vital in ("spo2", "temperature", "systolic"):
        made = hostile(wire.Measured, 1)
        yield replace(made, vital=vital, quality="good", origin="live", record=None, marks=[TEXT])
    for part in ("whole", "preview", "region"):
        offer = hostile(wire.StillOffered, 950)
        yield replace(offer, id=950, media_type="image/jpeg", part=part, of=950, width=9, height=9)


def test_no_kind_of_message_is_forgotten() -> None:
    said = {type(message) for message in messages()}
    assert said | set(LEFT_TO_THE_END) == set(wire.MESSAGES.values())
    assert all(one.default is MISSING or one.init for kind in said for one in fields(kind))


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    lines = io.StringIO()
    options = Options(
        relay_url=await ready,
        camera="none",
        microphone="none",
        speaker="none",
        plugs=(),
        place=TEXT,
        operator=TEXT,
        record=None,
    )
    async with opened(options, keys.ephemeral(), EventLog(lines, clock.now)) as running:
        yield Site(running, lines)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_it_is_text_and_stays_in_its_place(site: Site) -> None:
    complaints: list[str] = []
    async with a_browser() as gp:
        await gp.page.add_init_script(WATCH)
        gp.page.on("console", lambda said: complaints.append(said.text))
        gp.page.on("pageerror", lambda error: complaints.append(str(error)))
        await consult(site, gp)
        dialogue: Any = site.session._dialogue._dialogue  # past what an honest site says
        for message in messages():
            dialogue.say(message)
        dialogue.say(wire.Text(LAST, 2))
        await gp.page.get_by_text(LAST).first.wait_for(timeout=PATIENCE_MS)
        await looked_at(gp)
        assert await gp.page.locator("[data-testid=link-state][data-link=up]").count() == 1

        # Its last word ends the consultation, and says no more than any other.
        dialogue.say(wire.Goodbye(TEXT, 3, TEXT))
        await gp.page.get_by_test_id("ended-reason").wait_for(timeout=PATIENCE_MS)
        await looked_at(gp)
    # What this relay does not offer (a broker of professions) is asked for, and not there.
    assert [said for said in complaints if "404" not in said] == []


async def consult(site: Site, gp: ChromiumGp) -> None:
    make_ready(site.session)
    site.session.invite()
    await site.until(lambda now: now.invitation is not None)
    assert site.now.invitation is not None
    await gp.join(site.now.invitation.url)
    await site.until(lambda now: now.link.state is LinkState.UP)
    await looked_at(gp)
    site.session.compare_words(equal=True)
    await gp.accept_words()


async def looked_at(gp: ChromiumGp) -> None:
    """Nothing of it became more than text, and no screen became wider than it is."""
    for width, height in SIZES:
        await gp.page.set_viewport_size({"width": width, "height": height})
        assert await gp.page.evaluate(SEEN, UNSEEN) == NOTHING, (width, height)

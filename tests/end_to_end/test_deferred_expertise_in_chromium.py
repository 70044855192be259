"""A question is left for a GP and answered while the site is away, by the real page in Chromium."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from end_to_end.test_known_gp_in_chromium import (
    a_browser,
    meet,
    relay_url,  # noqa: F401 -- a fixture
)
from end_to_end.test_known_gp_in_python import Site, a_site
from fakes.ready_dossier import make_ready

from client import clock
from client.core.consultation import State
from client.demo.gp_in_chromium import PATIENCE_MS
from client.demo.media import PHARMACIST_VOICE
from client.session.events import EventLog
from client.session.opening import Options, interrupted_consultation, opened
from client.store.keys import Keys, ephemeral

pytestmark = pytest.mark.browser

QUESTION = "Lésion du dos de la main depuis 3 mois : la montrer à un dermatologue ?"
ANSWER = "Avis : kératose probable, contrôle dans 3 mois (fictif)."
PRESCRIPTION = b"%PDF-1.4\n" + bytes(range(256)) * 160
"""No document: what is shown is that these bytes arrive."""


@asynccontextmanager
async def the_site_again(url: str, folder: Path, secrets: Keys) -> AsyncIterator[Site]:
    """A later process of the site, which goes on with what was left."""
    found = await interrupted_consultation(folder, secrets)
    assert found is not None
    lines = io.StringIO()
    options = Options(
        relay_url=url,
        camera="none",
        microphone=f"file:{PHARMACIST_VOICE}",
        speaker="none",
        plugs=(),
        place="Pharmacie",
        operator="Mme Petit",
        record=folder,
    )
    later = replace(options, resume=found[0])
    async with opened(later, secrets, EventLog(lines, clock.now)) as site:
        yield Site(site, lines)


async def test_an_opinion_is_given_while_the_site_is_away(
    relay_url: str,  # noqa: F811 -- the fixture
    tmp_path: Path,
) -> None:
    folder, secrets = tmp_path / "site", ephemeral()
    async with a_browser() as gp:
        gp.page.on("dialog", lambda dialog: dialog.accept())
        async with a_site(relay_url, folder, secrets) as site:
            await meet(site, gp)
        await gp.page.goto("about:blank")

        # The site asks while the page is closed. The page, opened later, takes the question.
        async with a_site(relay_url, folder, secrets) as site:
            make_ready(site.session)
            site.session.enter_patient("Mme Durand", "lésion de la main")
            site.session.ask_expertise(QUESTION)
            site.session.call(site.now.contacts[0].public)
            await site.until(lambda now: now.is_waiting_for_page)
            await gp.page.goto(relay_url)
            await site.until(lambda now: now.state is State.VERIFIED)
            waiting = gp.page.get_by_test_id("waiting-question")
            await waiting.filter(has_text=QUESTION).wait_for(timeout=PATIENCE_MS)
            await gp.page.goto("about:blank")

        # Nobody is at the site. The page is opened again: it has the question, and answers.
        await gp.page.goto(relay_url)
        await gp.page.get_by_test_id("answer-call").click(timeout=PATIENCE_MS)
        asked = gp.page.get_by_test_id("question")
        await asked.filter(has_text=QUESTION).wait_for(timeout=PATIENCE_MS)
        await _answer(gp.page)
        await gp.page.goto("about:blank")

        # Nobody is at the page. The site goes on, and has all of the answer.
        async with the_site_again(relay_url, folder, secrets) as site:
            await site.until(lambda now: now.summary == ANSWER)
            await site.until(lambda _: len(_whole(site)) == 2)
            assert sha256(PRESCRIPTION).hexdigest() in _whole(site)
            assert {one.media_type for one in site.now.documents} == {
                "application/pdf",
                "audio/webm",
            }
            assert site.now.summary_signer != ""
            assert not site.now.summary_is_forged


async def test_the_page_is_closed_before_the_site_takes_its_answer_up(
    relay_url: str,  # noqa: F811 -- the fixture
    tmp_path: Path,
) -> None:
    folder, secrets = tmp_path / "site", ephemeral()
    async with a_browser() as gp:
        async with a_site(relay_url, folder, secrets) as site:
            await meet(site, gp)
        await gp.page.goto("about:blank")
        async with a_site(relay_url, folder, secrets) as site:
            make_ready(site.session)
            site.session.enter_patient("Mme Durand", "lésion de la main")
            site.session.ask_expertise(QUESTION)
            site.session.call(site.now.contacts[0].public)
            await site.until(lambda now: now.is_waiting_for_page)

        # The page answers the call while the site is off, and is closed.
        stored = _letters_stored(gp.page)
        await gp.page.goto(relay_url)
        await asyncio.wait_for(stored.wait(), PATIENCE_MS / 1_000)
        assert await gp.page.get_by_test_id("waiting-one").count() == 0  # nobody to see yet
        await gp.page.goto("about:blank")

        # The site, opened for somebody else, takes the answer up; the page, opened again, goes on.
        async with a_site(relay_url, folder, secrets) as site:
            await site.told("expertise_taken")
            await gp.page.goto(relay_url)
            waiting = gp.page.get_by_test_id("waiting-question")
            await waiting.filter(has_text=QUESTION).wait_for(timeout=PATIENCE_MS)
        await gp.page.get_by_test_id("answer-call").click(timeout=PATIENCE_MS)
        await gp.page.get_by_test_id("summary").fill(ANSWER)
        await gp.page.get_by_test_id("summary-send").click(timeout=PATIENCE_MS)
        sent = gp.page.locator("[data-testid=summary-state][data-state=sending]")
        await sent.wait_for(timeout=PATIENCE_MS)
        async with the_site_again(relay_url, folder, secrets) as site:
            await site.until(lambda now: now.summary == ANSWER)
            assert not site.now.summary_is_forged


def _letters_stored(page: Any) -> asyncio.Event:
    """Set once the relay tells the page that it keeps a letter of the page's."""
    stored = asyncio.Event()

    def look(data: str | bytes) -> None:
        if isinstance(data, bytes) and b"fstored" in data:  # CBOR: a text of 6 characters
            stored.set()

    page.on("websocket", lambda socket: socket.on("framereceived", look))
    return stored


def _whole(site: Site) -> set[str]:
    """Hashes of the GP's files that are at the site."""
    events = site.events()
    return {event["sha256"] for event in events if event["event"] == "document_received"}


async def _answer(page: Any) -> None:
    """Text and a file, signed and left with the relay."""
    await page.get_by_test_id("summary").fill(ANSWER)
    file = {"name": "ordonnance.pdf", "mimeType": "application/pdf", "buffer": PRESCRIPTION}
    await page.get_by_test_id("file-input").set_input_files(file)
    posted = page.locator("[data-testid=file-state][data-state=posted]")
    await posted.wait_for(timeout=PATIENCE_MS)

    # The tab is loaded anew: what is written and what was attached are there.
    await page.reload()
    await posted.wait_for(timeout=PATIENCE_MS)
    assert await page.get_by_test_id("summary").input_value() == ANSWER
    assert await page.get_by_test_id("file-chosen").is_checked()
    await _speak(page)
    await posted.nth(1).wait_for(timeout=PATIENCE_MS)
    await page.get_by_test_id("summary-send").click(timeout=PATIENCE_MS)
    sent = page.locator("[data-testid=summary-state][data-state=sending]")
    await sent.wait_for(timeout=PATIENCE_MS)


async def _speak(page: Any) -> None:
    """A voice memo of a second, listened to, then attached."""
    record = page.get_by_test_id("memo-record")
    await record.click()
    await record.filter(has_text="1 s").click(timeout=PATIENCE_MS)
    player = page.get_by_test_id("memo-player")
    await player.wait_for(timeout=PATIENCE_MS)
    assert str(await player.get_attribute("src")).startswith("blob:")
    await page.get_by_test_id("memo-send").click()

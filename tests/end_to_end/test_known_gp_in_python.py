"""A GP who was met once is called without an invitation: at the page, or away and back later."""

import asyncio
import io
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes.ready_dossier import make_ready

from client import clock
from client.core.consultation import LinkState, State
from client.core.handshake import PrekeyExpiredError
from client.core.wire import Card
from client.demo.gp_in_python import PythonGp
from client.demo.media import PHARMACIST_VOICE
from client.relay.serve import serve
from client.session.events import EventLog
from client.session.gp_book import GpBook
from client.session.opening import OpenSite, Options, opened
from client.session.snapshot import SiteSnapshot
from client.store import keys
from client.store.keys import Keys

PATIENCE_S = 60.0


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


class Site:
    """One run of the site's program; book and keys outlive it."""

    def __init__(self, site: OpenSite, lines: io.StringIO) -> None:
        self.session = site.session
        self._lines = lines

    @property
    def now(self) -> SiteSnapshot:
        return self.session.snapshot

    async def until(self, condition: Callable[[SiteSnapshot], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition(self.now):
                await asyncio.sleep(0.02)

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._lines.getvalue().splitlines()]

    async def told(self, event: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while all(line["event"] != event for line in self.events()):
                await asyncio.sleep(0.02)


@asynccontextmanager
async def a_site(relay_url: str, folder: Path, secrets: Keys) -> AsyncIterator[Site]:
    lines = io.StringIO()
    options = Options(
        relay_url=relay_url,
        camera="none",
        microphone=f"file:{PHARMACIST_VOICE}",
        speaker="none",
        plugs=(),
        place="Pharmacie",
        operator="Mme Petit",
        record=folder,
    )
    async with opened(options, secrets, EventLog(lines, clock.now)) as site:
        yield Site(site, lines)


@asynccontextmanager
async def a_gp(book: GpBook | None = None) -> AsyncIterator[PythonGp]:
    gp = PythonGp(Card("Dr Martin", "Cabinet"), book)
    try:
        yield gp
    finally:
        await gp.close()


async def acquaint(relay_url: str, folder: Path, secrets: Keys) -> GpBook:
    """The first meeting, by an invitation and spoken words; what the GP keeps of it."""
    async with a_site(relay_url, folder, secrets) as site, a_gp() as gp:
        make_ready(site.session)
        site.session.invite()
        await site.until(lambda now: now.invitation is not None)
        assert site.now.invitation is not None
        await gp.join(site.now.invitation.url)
        await site.until(lambda now: now.link.state is LinkState.UP)
        site.session.compare_words(equal=True)
        await gp.accept_words()
        await site.told("contact_kept")
        await gp.session.wait_for(lambda seen: seen.is_kept, PATIENCE_S)
        return gp.book


async def test_a_known_gp_is_called_online_then_offline(relay_url: str, tmp_path: Path) -> None:
    folder, secrets = tmp_path / "site", keys.ephemeral()
    book = await acquaint(relay_url, folder, secrets)
    (first_secret,) = next(iter(book.contacts.values())).secrets

    # The GP's page is open on its list.
    async with a_site(relay_url, folder, secrets) as site, a_gp(book) as gp:
        (contact,) = site.now.contacts
        assert (contact.name, contact.can_be_called) == ("Dr Martin", True)
        gp.open_list(relay_url)
        make_ready(site.session)
        site.session.call(contact.public)
        await site.until(lambda now: now.state is State.VERIFIED)
        await site.until(lambda now: now.link.state is LinkState.UP)
        site.session.enter_patient("Mme Durand", "toux")
        await gp.session.wait_for(lambda seen: seen.intake is not None, PATIENCE_S)
        await site.told("contact_kept")
        await gp.session.wait_for(lambda seen: seen.is_kept, PATIENCE_S)
        assert [line["event"] for line in site.events()].count("words_equal") == 0
    newest, used = next(iter(book.contacts.values())).secrets
    assert used == first_secret
    assert newest != first_secret

    # The GP is away; the call waits in the mailbox, and the page is opened later.
    async with a_site(relay_url, folder, secrets) as site:
        (contact,) = site.now.contacts
        make_ready(site.session)
        site.session.call(contact.public)
        await site.until(lambda now: now.is_waiting_for_page)
        assert site.now.state is State.INVITING
        async with a_gp(book) as gp:
            gp.open_list(relay_url)
            await site.until(lambda now: now.state is State.VERIFIED)
            await gp.session.wait_for(lambda seen: seen.link is LinkState.UP, PATIENCE_S)


async def test_a_page_that_was_reloaded_is_called_again_without_a_new_check(
    relay_url: str, tmp_path: Path
) -> None:
    folder, secrets = tmp_path / "site", keys.ephemeral()
    book = await acquaint(relay_url, folder, secrets)
    async with a_site(relay_url, folder, secrets) as site, a_gp(book) as gp:
        gp.open_list(relay_url)
        make_ready(site.session)
        site.session.call(site.now.contacts[0].public)
        await gp.session.wait_for(lambda seen: seen.link is LinkState.UP, PATIENCE_S)
        answered = next(iter(book.contacts.values())).calls
    async with a_site(relay_url, folder, secrets) as site, a_gp(book) as gp:
        gp.open_list(relay_url)
        make_ready(site.session)
        site.session.call(site.now.contacts[0].public)
        await site.until(lambda now: now.state is State.VERIFIED)
        assert next(iter(book.contacts.values())).calls > answered


async def test_a_gp_whose_call_keys_are_gone_says_so(relay_url: str, tmp_path: Path) -> None:
    folder, secrets = tmp_path / "site", keys.ephemeral()
    book = await acquaint(relay_url, folder, secrets)
    book.prekeys = type(book.prekeys)()
    async with a_site(relay_url, folder, secrets) as site, a_gp(book) as gp:
        make_ready(site.session)
        site.session.call(site.now.contacts[0].public)
        await site.until(lambda now: now.is_waiting_for_page)
        gp.open_list(relay_url)
        await site.until(lambda now: now.call_failure is not None)
        assert site.now.state is State.READY
        assert isinstance(site.now.call_failure, PrekeyExpiredError)


async def test_a_new_call_key_reaches_the_site_while_it_is_off(
    relay_url: str, tmp_path: Path
) -> None:
    folder, secrets = tmp_path / "site", keys.ephemeral()
    book = await acquaint(relay_url, folder, secrets)
    old = book.prekeys.newest
    tomorrow = clock.now() + timedelta(days=1)
    book.prekeys = book.prekeys.renewed(book.identity, tomorrow, os.urandom)
    assert book.prekeys.newest.bundle.epoch > old.bundle.epoch
    async with a_gp(book) as gp:
        gp.open_list(relay_url)
        async with a_site(relay_url, folder, secrets) as site:
            contacts = site.session._acquaintances
            async with asyncio.timeout(PATIENCE_S):
                while contacts._book.all[0].epoch <= old.bundle.epoch:
                    await asyncio.sleep(0.02)
            make_ready(site.session)
            site.session.call(site.now.contacts[0].public)
            await site.until(lambda now: now.state is State.VERIFIED)

"""Turning to another GP while one is awaited, over a real relay: what is entered goes on."""

import asyncio
import io
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fakes.ready_dossier import make_ready

from client import clock
from client.core import wire
from client.core.consultation import LinkState, State
from client.core.dossier.background import Background
from client.core.dossier.ending import Destination, Ending
from client.core.dossier.traits import Traits
from client.core.handshake import PrekeyExpiredError
from client.core.identity import Identity
from client.core.invitation import Invitation
from client.core.letters import Letter, LetterKind
from client.core.record import ConsultationRecord
from client.demo.gp_in_python import PythonGp
from client.net.relay_client import RelayClient
from client.net.relay_errors import NotAdmittedError
from client.relay.serve import serve
from client.session.events import EventLog
from client.session.gp_book import GpBook
from client.session.opening import OpenSite, Options, opened
from client.session.pauses import Pauses
from client.session.snapshot import SiteSnapshot
from client.store import keys
from client.store.records import Records

PATIENCE_S = 60.0
QUICK = Pauses(letter_every_s=0.0, away_s=0.1, flush_s=0.1, goodbye_s=1.0)
"""Nobody waits for anybody's sake."""
TRAITS = Traits("DURAND", ("JEANNE",), birth_date="1948-03-24")
BACKGROUND = Background("toux")


@pytest.fixture
async def relay_url(tmp_path: Path) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result))
    yield await ready
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


class Site:
    """One consultation whose dossier is complete."""

    def __init__(self, site: OpenSite, lines: io.StringIO, relay_url: str) -> None:
        self._site = site
        self._lines = lines
        self.relay_url = relay_url
        self.session = site.session
        self.session.enter(TRAITS)
        self.session.enter(BACKGROUND)
        make_ready(self.session)

    @property
    def now(self) -> SiteSnapshot:
        return self.session.snapshot

    async def until(self, condition: Callable[[SiteSnapshot], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition(self.now):
                await asyncio.sleep(0.02)

    async def told(self, event: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while event not in [
                json.loads(one)["event"] for one in self._lines.getvalue().splitlines()
            ]:
                await asyncio.sleep(0.02)

    async def record(self) -> ConsultationRecord:
        return await self._site.record()

    async def journal(self, *wanted: str) -> list[str]:
        lines = (await self.record()).journal
        return [line.event for line in lines if line.event in wanted]

    async def invited(self, but: str = "") -> str:
        """The link that is out, once it is another than this."""
        await self.until(lambda now: now.invitation is not None and now.invitation.url != but)
        assert self.now.invitation is not None
        return self.now.invitation.url

    async def met(self, gp: PythonGp, url: str) -> None:
        """By spoken words."""
        await gp.join(url)
        await self.until(lambda now: now.link.state is LinkState.UP)
        self.session.compare_words(equal=True)
        await gp.accept_words()


@asynccontextmanager
async def a_gp(book: GpBook | None = None) -> AsyncIterator[PythonGp]:
    gp = PythonGp(wire.Card("Dr Martin", "Cabinet"), book, QUICK)
    try:
        yield gp
    finally:
        await gp.close()


class Place:
    """A site's computer: its records and keys outlive each run of the program."""

    def __init__(self, relay_url: str, folder: Path) -> None:
        self._relay_url = relay_url
        self._folder = folder
        self._secrets = keys.ephemeral()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Site]:
        lines = io.StringIO()
        options = Options(
            *(self._relay_url, "none", "none", "none", (), "Pharmacie", "Mme Petit", self._folder),
            pauses=QUICK,
        )
        async with opened(options, self._secrets, EventLog(lines, clock.now)) as site:
            yield Site(site, lines, self._relay_url)

    async def record(self, consultation: int) -> ConsultationRecord:
        """What is kept of it while the site is off."""
        records = await Records.open(self._folder, self._secrets)
        try:
            return await records.consultation(consultation)
        finally:
            await records.close()

    async def acquainted(self) -> GpBook:
        """What a GP keeps of a first meeting here."""
        async with self.open() as site, a_gp() as gp:
            site.session.invite()
            await site.met(gp, await site.invited())
            await site.told("contact_kept")
            await gp.session.wait_for(lambda seen: seen.is_kept, PATIENCE_S)
            return gp.book


@pytest.fixture
def place(relay_url: str, tmp_path: Path) -> Place:
    return Place(relay_url, tmp_path / "site")


async def knocked_in_vain(relay_url: str, url: str) -> bool:
    """Whether the relay takes no letter any more from whoever holds this link."""
    invitation = Invitation.from_fragment(url.partition("/#")[2])
    stranger = Identity(os.urandom(32))
    async with (
        RelayClient(relay_url, stranger, on_letter=lambda _: None) as relay,
        asyncio.timeout(PATIENCE_S),
    ):
        try:
            await relay.put(invitation.site_address, invitation.site_token, b"knock", 60)
        except NotAdmittedError:
            return True
    return False


async def test_another_invitation_takes_the_place_of_the_one_nobody_came_by(place: Place) -> None:
    async with place.open() as site, a_gp() as gp:
        site.session.invite()
        first = await site.invited()
        assert not await knocked_in_vain(site.relay_url, first)
        site.session.turn_to(None)
        assert site.now.invitation is None, "nobody is let in by the old one from this moment on"
        second = await site.invited(but=first)
        await site.told("invitation_taken_back")
        assert await knocked_in_vain(site.relay_url, first)
        assert not await knocked_in_vain(site.relay_url, second)
        await site.met(gp, second)
        await gp.session.wait_for(lambda seen: seen.background is not None, PATIENCE_S)
        assert gp.session.seen.intake is not None
        assert (gp.session.seen.intake.name, gp.session.seen.intake.reason) == (
            *("DURAND JEANNE", "toux"),
        )
        steps = await site.journal("opened", "invited", "withdrawn", "words_equal", "ended")
    assert steps == ["opened", "invited", "withdrawn", "invited", "words_equal"]


async def test_a_gp_who_answers_a_call_that_was_withdrawn_is_told_goodbye_and_nothing_else(
    place: Place,
) -> None:
    book = await place.acquainted()
    async with place.open() as site, a_gp() as other:
        (contact,) = site.now.contacts
        site.session.call(contact.public)
        await site.until(lambda now: now.is_waiting_for_page)
        site.session.turn_to(None)
        assert (site.now.calling, site.now.gp_name) == (None, "")
        url = await site.invited()
        async with a_gp(book) as gp:
            gp.open_list(site.relay_url)
            await gp.session.wait_for(lambda seen: seen.goodbye is not None, PATIENCE_S)
            assert gp.session.seen.goodbye == "finished"
            assert (gp.session.seen.site_card, gp.session.seen.intake) == (None, None)
        assert site.now.state is State.INVITING
        await site.met(other, url)
        await other.session.wait_for(lambda seen: seen.intake is not None, PATIENCE_S)
        steps = await site.journal("called", "withdrawn", "invited", "words_equal", "ended")
    assert steps == ["called", "withdrawn", "invited", "words_equal"]


@pytest.mark.parametrize("is_called", [True, False])
async def test_a_gp_who_was_withdrawn_while_the_last_letter_left_does_not_come_in(
    place: Place,
    is_called: bool,  # noqa: FBT001 -- a case
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = await place.acquainted() if is_called else None
    async with place.open() as site, a_gp(book) as gp, a_gp() as other:
        put, first = RelayClient.put, ""

        async def put_once_withdrawn(
            self: RelayClient, to: bytes, token: bytes, letter: bytes, ttl_s: int
        ) -> None:
            is_last = Letter.decode(letter).kind is LetterKind.M3
            if is_last and not await site.journal("withdrawn"):
                site.session.turn_to(None)
            await put(self, to, token, letter, ttl_s)

        monkeypatch.setattr(RelayClient, "put", put_once_withdrawn)
        if is_called:
            site.session.call(site.now.contacts[0].public)
            gp.open_list(site.relay_url)
        else:
            site.session.invite()
            first = await site.invited()
            await gp.join(first)
        await gp.session.wait_for(lambda seen: seen.goodbye is not None, PATIENCE_S)
        assert (gp.session.seen.site_card, gp.session.seen.intake) == (None, None)
        url = await site.invited(but=first)
        assert (site.now.state, site.now.words) == (State.INVITING, ())
        await site.met(other, url)
        await other.session.wait_for(lambda seen: seen.intake is not None, PATIENCE_S)
        steps = await site.journal("withdrawn", "keys_agreed", "words_equal")
    assert steps == ["withdrawn", "keys_agreed", "words_equal"]


async def test_a_gp_of_the_contacts_is_called_in_place_of_an_invitation(place: Place) -> None:
    book = await place.acquainted()
    async with place.open() as site, a_gp(book) as gp:
        site.session.invite()
        await site.invited()
        site.session.turn_to(site.now.contacts[0].public)
        gp.open_list(site.relay_url)
        await site.until(lambda now: now.state is State.VERIFIED)
        await gp.session.wait_for(lambda seen: seen.intake is not None, PATIENCE_S)


async def test_a_call_that_is_not_taken_leaves_the_consultation_open(place: Place) -> None:
    book = await place.acquainted()
    book.prekeys = type(book.prekeys)()
    async with place.open() as site, a_gp(book) as gp, a_gp() as other:
        site.session.call(site.now.contacts[0].public)
        await site.until(lambda now: now.is_waiting_for_page)
        gp.open_list(site.relay_url)
        await site.until(lambda now: now.state is State.READY)
        assert isinstance(site.now.call_failure, PrekeyExpiredError)
        assert (site.now.calling, site.now.dossier.traits) == (None, TRAITS)
        site.session.invite()
        url = await site.invited()
        assert site.now.call_failure is None
        await site.met(other, url)
        await other.session.wait_for(lambda seen: seen.background is not None, PATIENCE_S)
        steps = await site.journal("called", "trust_refused", "invited", "words_equal", "ended")
    assert steps == ["called", "trust_refused", "invited", "words_equal"]


async def test_an_invitation_is_taken_back_where_its_consultation_ends_before_anybody_came(
    place: Place,
) -> None:
    async with place.open() as site:
        site.session.invite()
        url = await site.invited()
        site.session.end("finished")
        await site.told("ended")
        assert await knocked_in_vain(site.relay_url, url)


async def test_an_expertise_that_was_asked_stays_with_its_gp(place: Place) -> None:
    await place.acquainted()
    async with place.open() as site:
        site.session.ask_expertise("Quel traitement ?")
        site.session.call(site.now.contacts[0].public)
        await site.until(lambda now: now.is_waiting_for_page)
        site.session.turn_to(None)
        assert site.now.calling is not None
        assert site.now.is_waiting_for_page
        assert await site.journal("withdrawn") == []


@pytest.mark.parametrize("is_chosen", [True, False])
async def test_an_end_that_nobody_chose_anything_at_is_noted_as_left(
    place: Place,
    is_chosen: bool,  # noqa: FBT001 -- a case
) -> None:
    async with place.open() as site, a_gp() as gp:
        site.session.invite()
        await site.met(gp, await site.invited())
        site.session.end("finished")
        await site.told("ended")
        if is_chosen:
            site.session.enter(Ending((Destination.PATIENT,), is_chosen=True))
        number = (await site.record()).id
    wanted = ("closed", "left_unchosen")
    said = [line.event for line in (await place.record(number)).journal if line.event in wanted]
    assert said == ["closed" if is_chosen else "left_unchosen"]


async def test_of_a_consultation_no_gp_came_to_nothing_was_to_be_chosen(place: Place) -> None:
    async with place.open() as site:
        site.session.invite()
        await site.invited()
        site.session.end("finished")
        number = (await site.record()).id
    events = [line.event for line in (await place.record(number)).journal]
    assert "ended" in events
    assert "left_unchosen" not in events

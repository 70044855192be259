"""The GP of a scenario: a real GP's end that does what the script says, one act after the other."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from client import clock
from client.core import wire
from client.core.consultation import LinkState, State
from client.core.record import milliseconds
from client.core.training.scenario import Act, Do, Scenario
from client.core.wire import Card
from client.demo.gp_in_python import PythonGp
from client.session.gp import GpSession
from client.session.gp_papers import waiting
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.requests import SiteRequests
from client.session.snapshot import SiteSnapshot
from client.store import keys
from client.store.records import Records

POLL_S: Final = 0.05
RECEIPT_S: Final = 10.0


class SiteLeftError(Exception):
    """The consultation ended before the script did; no error for anybody."""


class ScriptedGp:
    """Watches the site for its invitation, joins, and plays."""

    def __init__(self, scenario: Scenario, site: SiteRequests, relay_url: str) -> None:
        self._scenario = scenario
        self._site = site
        self._relay_url = relay_url
        self._card = Card(scenario.gp, "")

    async def run(self) -> None:
        """Play until the end of the script or of the consultation; cancel to end it before."""
        async with _memory() as keeper:
            gp = PythonGp(self._card)
            gp.keeper = keeper
            try:
                with suppress(SiteLeftError):
                    gp = await self._play(gp, keeper)
            finally:
                await gp.close()

    async def _play(self, gp: PythonGp, keeper: RecordKeeper) -> PythonGp:
        await self._until(lambda now: now.invitation is not None)
        invitation = self._site.snapshot.invitation
        assert invitation is not None  # noqa: S101 -- just waited for
        await gp.join(invitation.url)
        await gp.accept_words()
        await self._until(lambda now: now.state is State.VERIFIED)
        for act in self._scenario.acts:
            if act.do is Do.CUT:
                gp = await self._cut(gp, keeper, act.seconds)
            else:
                await self._act(gp.session, act)
        await self._until(lambda now: now.link.waiting == 0)
        await gp.leave()
        return gp

    async def _act(self, session: GpSession, act: Act) -> None:
        match act.do:
            case Do.WAIT:
                session.tell(waiting(act.minutes, act.text))
            case Do.SAY:
                session.tell(wire.Text(act.text, milliseconds(clock.now())))
            case Do.ASK:
                number = session.ask(act.what, act.text)
                await self._until(lambda _: number in session.seen.answers)
            case Do.SUMMARISE:
                session.summarise(act.text)
                await self._until(lambda now: now.summary is not None)
            case _:
                session.tell(wire.Text(act.text, milliseconds(clock.now())))
                await self._until(lambda now: now.ended is not None)

    async def _cut(self, gp: PythonGp, keeper: RecordKeeper, seconds: int) -> PythonGp:
        """Go without a word, as a line does, and come back as the same GP."""
        await gp.close()
        await self._until(lambda now: now.link.state is not LinkState.UP)
        await asyncio.sleep(seconds)
        interrupted = await Interrupted.read(keeper)
        assert interrupted is not None  # noqa: S101 -- it was kept from its beginning
        back = PythonGp(self._card, gp.book)
        back.keeper = keeper
        back.go_on(self._relay_url, interrupted)
        await self._until(lambda now: now.link.state is LinkState.UP)
        return back

    async def _until(self, condition: Callable[[SiteSnapshot], bool]) -> None:
        """Wait for as long as a person takes; `SiteLeftError` once there is nobody."""
        while not condition(self._site.snapshot):
            now = self._site.snapshot
            if now.ended is not None or now.state is State.REFUSED:
                raise SiteLeftError
            await asyncio.sleep(POLL_S)


@asynccontextmanager
async def _memory() -> AsyncIterator[RecordKeeper]:
    """Where the GP keeps what a cut must not lose; nothing of it is left."""
    records = await Records.open(None, keys.ephemeral(random=os.urandom))
    try:
        yield await RecordKeeper.begin(records, clock.now)
    finally:
        await records.close()

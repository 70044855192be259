"""A person in training who does exactly what the screens' keys do, or forgets some of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from fakes.ready_dossier import consent

from client import clock
from client.core.consultation import LinkState, State
from client.core.dossier.background import Answer, Background, Question
from client.core.dossier.ending import Ending
from client.core.dossier.file import Contact
from client.core.dossier.room import RoomCheck, RoomItem
from client.core.record import milliseconds
from client.core.training.scenario import Do, Scenario
from client.session.requests import SiteRequests
from client.session.snapshot import SiteSnapshot
from client.session.unattended import POLL_S, Unattended

PATIENCE_S = 90.0


@dataclass
class FakeTrainee:
    """Leads one consultation; what is in `forgets` is not done."""

    scenario: Scenario
    forgets: frozenset[str] = frozenset()

    async def attend(self, site: SiteRequests) -> None:
        await self._until(site, lambda now: now.relay_is_reachable)
        if "room" not in self.forgets:
            site.check_room(RoomCheck(milliseconds(clock.now()), "Anne Roux", tuple(RoomItem)))
        self._enter(site)
        site.invite()
        await self._until(site, lambda now: bool(now.words) and now.link.state is LinkState.UP)
        site.compare_words(equal=True)
        hand = Unattended(site, ("", ""), "gorge", "coeur")
        possible = {act.what: act.possible for act in self.scenario.acts if act.do is Do.ASK}
        must_stop = bool(self.scenario.stop_reasons)
        while site.snapshot.state is State.VERIFIED:
            asked = site.snapshot.asked
            if asked is not None and site.snapshot.link.state is LinkState.UP:
                if possible[asked.what] and "steps" not in self.forgets:
                    await hand._take_step(asked)
                else:
                    site.answer_ask(done="steps" in self.forgets)
            elif must_stop and any("15" in line.subject for line in site.snapshot.exchanges):
                site.stop(self.scenario.stop_reasons[0])
            await asyncio.sleep(POLL_S)
        if "handed_over" not in self.forgets:
            ending = site.snapshot.dossier.ending or Ending()
            site.enter(replace(ending, handed_over=True))

    def _enter(self, site: SiteRequests) -> None:
        patient = self.scenario.patient
        if "identity" not in self.forgets:
            site.enter(patient.traits)
        site.enter(Contact("12 rue des Halles", "01 99 00 11 22"))
        site.enter(consent(*(() if "refusals" in self.forgets else patient.refuses)))
        asked = () if "oxygen" in self.forgets else (Question.OXYGEN,)
        answers = tuple(Answer(one, "oui") for one in (*self.scenario.questions, *asked))
        site.enter(Background("formation", answers))

    async def _until(self, site: SiteRequests, condition: Callable[[SiteSnapshot], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition(site.snapshot):
                await asyncio.sleep(POLL_S)

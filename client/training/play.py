"""Plays one scenario around the person at the screen, and marks what they left.

Nothing of it reaches the site's records: its own live in memory and end with it.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime

from client import clock
from client.catalogue import Catalogue
from client.core.dossier.ending import Role
from client.core.dossier.file import Operator
from client.core.training.marking import Evidence, Mark, marked
from client.core.training.scenario import Expected, Scenario
from client.demo.media import PATIENT_CAMERA
from client.exports.documents.attestation import Attestation
from client.session.events import EventLog
from client.session.instruments import Plug
from client.session.media import PREVIEW_PX
from client.session.opening import OpenSite, Options, opened
from client.session.requests import SiteRequests
from client.session.site_setup import Responsible
from client.store import keys
from client.training.scripted_gp import ScriptedGp
from client.training.stage import instruments, local_relay


@dataclass(frozen=True, slots=True)
class Trainee:
    """Who practises, and where."""

    who: Operator
    place: str
    finess: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario played to its end."""

    scenario: Scenario
    marks: tuple[Mark, ...]
    began_at: datetime
    ended_at: datetime

    @property
    def is_played(self) -> bool:
        """Something of it was done: only then is there anything to attest."""
        return any(mark.is_met for mark in self.marks)


async def play(
    scenario: Scenario,
    trainee: Trainee,
    attend: Callable[[SiteRequests], Awaitable[object]],
    *,
    preview_px: tuple[int, int] = PREVIEW_PX,
) -> Outcome:
    """Let `attend` lead the consultation; returns when it has, and everything has ended."""
    began_at = clock.now()
    async with AsyncExitStack() as stack:
        relay_url = await stack.enter_async_context(local_relay())
        plugs = await stack.enter_async_context(instruments())
        options = replace(_options(scenario, trainee, relay_url, plugs), preview_px=preview_px)
        events = EventLog(io.StringIO(), clock.now)
        site = await stack.enter_async_context(opened(options, keys.ephemeral(), events))
        acting = asyncio.create_task(ScriptedGp(scenario, site.session, relay_url).run())
        try:
            await attend(site.session)
            evidence = await _evidence(site)
        finally:
            acting.cancel()
            await asyncio.gather(acting, return_exceptions=True)
    return Outcome(scenario, marked(scenario, evidence), began_at, clock.now())


async def _evidence(site: OpenSite) -> Evidence:
    room = site.session.snapshot.room
    site.session.close()
    await site.finished()
    return Evidence(await site.record(), room)


def _options(
    scenario: Scenario, trainee: Trainee, relay_url: str, plugs: tuple[Plug, ...]
) -> Options:
    who = trainee.who
    return Options(
        *(relay_url, f"file:{PATIENT_CAMERA}", "none", "none", plugs, trainee.place, who.name),
        record=None,
        role=who.role.value,
        rpps=who.rpps or None,
        cap_bps=scenario.cap_kbit * 1_000 or None,
        finess=trainee.finess,
        responsible=Responsible(who.responsible_name, who.responsible_rpps),
        is_training=True,
    )


def sentence(say: Catalogue, mark: Mark) -> str:
    """One expectation in words, as the screen and the attestation have it."""
    if mark.expected is Expected.STEPS:
        return say("training.mark.step", step=say(f"training.step.{mark.detail}"))
    if mark.detail:
        return say("training.mark.asked", question=say(f"training.question.{mark.detail}"))
    return say(f"training.mark.{mark.expected}")


def attestation(say: Catalogue, trainee: Trainee, outcome: Outcome) -> Attestation:
    """What may be printed of it: done and forgotten, never more."""
    done = tuple(sentence(say, mark) for mark in outcome.marks if mark.is_met)
    forgotten = tuple(sentence(say, mark) for mark in outcome.marks if not mark.is_met)
    return Attestation(
        name=trainee.who.name,
        role=Role(trainee.who.role),
        site_name=trainee.place,
        scenario=outcome.scenario.title,
        scenario_version=str(outcome.scenario.version),
        began_at=outcome.began_at,
        ended_at=outcome.ended_at,
        practised=done,
        forgotten=forgotten,
        finess=trainee.finess,
        responsible_name=trainee.who.responsible_name,
    )

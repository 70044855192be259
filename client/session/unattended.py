"""A site without a person: it does what the screen's keys do, by itself.

It sees and asks exactly what a screen does (`SiteSnapshot`, `SiteRequests`), so an unattended run
exercises the same paths as an attended one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from client.core.consultation import LinkState, State
from client.session.requests import SiteRequests
from client.session.snapshot import AskView, SiteSnapshot, StillState
from devices.readings import Kind, Vital

POLL_S: Final = 0.05
STEP_S: Final = 60.0
"""A step the GP asked for is "not possible" after that; chosen: a slow line's still."""
AIM_S: Final = 3.0
"""How long the otoscope is held before the step counts as done."""


class Unattended:
    """Invites, accepts equal words, gives the intake, and takes each step the GP asks for."""

    def __init__(self, site: SiteRequests, patient: tuple[str, str], still_label: str) -> None:
        """`patient` is the name and the reason of a fictional intake."""
        self._site = site
        self._patient = patient
        self._still_label = still_label
        self._steps: dict[str, Callable[[AskView], Awaitable[bool]]] = {
            "oximeter": self._oximeter,
            "temperature": self._temperature,
            "ear": self._ear,
            "still": self._still,
            "text": self._text,
        }

    async def run(self) -> None:
        """Act until the consultation has ended, whoever ended it."""
        await self._until(lambda now: now.relay_is_reachable)
        self._site.invite()
        await self._until(lambda now: bool(now.words))
        await self._until(lambda now: now.link.state is LinkState.UP)
        self._site.compare_words(equal=True)
        self._site.enter_patient(*self._patient)
        while self._site.snapshot.state is State.VERIFIED:
            asked = self._site.snapshot.asked
            if asked is not None:
                await self._take_step(asked)
            await asyncio.sleep(POLL_S)

    async def _take_step(self, asked: AskView) -> None:
        step = self._steps.get(asked.what, self._text)
        try:
            async with asyncio.timeout(STEP_S):
                is_done = await step(asked)
        except TimeoutError:
            is_done = False
        now = self._site.snapshot.asked
        if now is not None and now.id == asked.id:  # else what was sent has answered it already
            self._site.answer_ask(done=is_done)

    async def _oximeter(self, asked: AskView) -> bool:
        await self._reading(Vital.SPO2, asked)
        return True

    async def _temperature(self, asked: AskView) -> bool:
        self._site.measure(Kind.THERMOMETER)
        await self._reading(Vital.TEMPERATURE, asked)
        return True

    async def _ear(self, _: AskView) -> bool:
        self._site.aim(on=True)
        await asyncio.sleep(AIM_S)
        return True

    async def _still(self, _: AskView) -> bool:
        self._site.take_still(self._still_label)
        finished = (StillState.RECEIVED, StillState.FAILED)
        await self._until(lambda now: now.still is not None and now.still.state in finished)
        still = self._site.snapshot.still
        self._site.aim(on=False)
        return still is not None and still.state is StillState.RECEIVED

    async def _text(self, _: AskView) -> bool:
        return True

    async def _reading(self, vital: Vital, asked: AskView) -> None:
        """Wait for a value taken after the question; an older one is not an answer."""
        await self._until(
            lambda now: any(
                view.vital is vital and view.value is not None and view.taken_at > asked.asked_at
                for view in now.vitals
            )
        )

    async def _until(self, condition: Callable[[SiteSnapshot], bool]) -> None:
        while not condition(self._site.snapshot):
            if self._site.snapshot.ended is not None:
                return
            await asyncio.sleep(POLL_S)

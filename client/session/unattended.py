"""A site without a person: it does what the screen's keys do, by itself.

It sees and asks exactly what a screen does (`SiteSnapshot`, `SiteRequests`), so an unattended run
exercises the same paths as an attended one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from client.core.auscultation import PLACES
from client.core.consultation import LinkState, State
from client.core.dossier.background import Answer, Background
from client.core.dossier.consent import Consent, Giver, Mode
from client.core.dossier.ending import Destination, Ending
from client.core.dossier.file import Contact
from client.core.dossier.library import consent_text
from client.core.dossier.room import RoomCheck, RoomItem
from client.core.dossier.traits import Traits
from client.core.record import milliseconds
from client.session.auscultation_view import AuscultationStep, AuscultationView, TapeState
from client.session.requests import SiteRequests
from client.session.snapshot import AskView, SiteSnapshot, StillState
from devices.readings import Kind, Quality, Vital

POLL_S: Final = 0.05
NOBODYS_NUMBER: Final = "01 99 00 00 00"
"""Of a range that is kept for films and examples (ARCEP, decision 2018-0881)."""
STEP_S: Final = 60.0
"""A step the GP asked for is "not possible" after that; chosen: a slow line's still."""
AIM_S: Final = 3.0
"""How long the otoscope is held before the step counts as done."""
RECORDED_S: Final = 12.0
"""Of the stethoscope."""


class Unattended:
    """Enters what a call waits for, invites, accepts equal words, takes each step of the GP's."""

    def __init__(
        self,
        site: SiteRequests,
        patient: tuple[str, str],
        still_label: str,
        sound_label: str,
        *,
        answers: tuple[Answer, ...] = (),
    ) -> None:
        """`patient` is the name and the reason of a fictional intake, `answers` what follows."""
        self._answers = answers
        self._sound_label = sound_label
        self._site = site
        self._patient = patient
        self._still_label = still_label
        self._steps: dict[str, Callable[[AskView], Awaitable[bool]]] = {
            "oximeter": self._oximeter,
            "temperature": self._measured(Kind.THERMOMETER, Vital.TEMPERATURE),
            "pressure": self._measured(Kind.BLOOD_PRESSURE, Vital.SYSTOLIC),
            "glucose": self._measured(Kind.GLUCOMETER, Vital.GLUCOSE, Vital.GLUCOSE_MOLAR),
            "weight": self._measured(Kind.SCALE, Vital.WEIGHT),
            "ecg": self._measured(Kind.MONITOR, Vital.HEART_RATE),
            "ear": self._ear,
            "skin": self._still,
            "throat": self._still,
            "still": self._still,
            "clip": self._clip,
            "listen": self._chest,
            "text": self._text,
        }

    async def run(self) -> None:
        """Act until the consultation has ended, whoever ended it."""
        await self._until(lambda now: now.relay_is_reachable)
        self._enter_what_a_call_waits_for()
        self._site.invite()
        await self._until(lambda now: bool(now.words))
        await self._until(lambda now: now.link.state is LinkState.UP)
        self._site.compare_words(equal=True)
        while self._site.snapshot.state is State.VERIFIED:
            asked = self._site.snapshot.asked
            if asked is not None:
                await self._take_step(asked)
            await asyncio.sleep(POLL_S)
        self._close()

    def _close(self) -> None:
        """Hand over what came, and choose where it goes: to the patient, who agreed to that."""
        if self._site.snapshot.summary is not None:
            self._site.enter(Ending((Destination.PATIENT,), handed_over=True))

    def _enter_what_a_call_waits_for(self) -> None:
        """Of nobody: the patient is at the place, and the number is one that nobody has."""
        now, text = self._site.snapshot, consent_text("fr")
        read_by = now.dossier.operator.name
        self._site.check_room(RoomCheck(milliseconds(now.at), read_by, tuple(RoomItem)))
        self._site.enter(Contact(now.place, NOBODYS_NUMBER))
        self._site.enter(
            Consent(
                *(text.version, text.sha256, text.language, read_by),
                *(Giver.PATIENT, Mode.SPOKEN, milliseconds(now.at)),
            )
        )
        name, reason = self._patient
        self._site.enter(Traits(used_name=name))
        self._site.enter(Background(reason, self._answers))

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
        await self._reading((Vital.SPO2,), asked)
        return True

    def _measured(self, kind: Kind, *vitals: Vital) -> Callable[[AskView], Awaitable[bool]]:
        """The step that asks this kind of instrument for one of these values."""

        async def step(asked: AskView) -> bool:
            self._site.measure(kind)
            await self._reading(vitals, asked)
            return True

        return step

    async def _ear(self, _: AskView) -> bool:
        self._site.aim(on=True)
        await asyncio.sleep(AIM_S)
        return True

    async def _still(self, _: AskView) -> bool:
        self._site.take_still(self._still_label)
        is_done = await self._arrived()
        self._site.aim(on=False)
        return is_done

    async def _arrived(self) -> bool:
        """The GP has what was taken; nobody is there to judge, so a doubtful still is sent too."""
        finished = (StillState.RECEIVED, StillState.FAILED)
        seen = (*finished, StillState.DOUBTFUL)
        await self._until(lambda now: now.still is not None and now.still.state in seen)
        self._site.send_anyway()
        await self._until(lambda now: now.still is not None and now.still.state in finished)
        still = self._site.snapshot.still
        return still is not None and still.state is StillState.RECEIVED

    async def _clip(self, _: AskView) -> bool:
        self._site.take_clip(self._still_label)
        return await self._arrived()

    async def _chest(self, _: AskView) -> bool:
        """Record, then send: what arrives counts, live or not."""
        self._site.auscultate(AuscultationStep.RECORD)
        lost = (TapeState.FAILED, TapeState.EMPTY)
        await self._until(lambda now: _tape(now).length_s >= RECORDED_S or _tape(now).state in lost)
        self._site.auscultate(AuscultationStep.STOP)
        self._site.auscultate(AuscultationStep.SEND, self._sound_label)
        ended = (*lost, TapeState.RECEIVED)
        await self._until(lambda now: _tape(now).state in ended)
        return _tape(self._site.snapshot).state is TapeState.RECEIVED

    async def _text(self, _: AskView) -> bool:
        return True

    async def _reading(self, vitals: tuple[Vital, ...], asked: AskView) -> None:
        """Wait for a value taken after the question; an older one is not an answer."""
        await self._until(
            lambda now: any(
                view.vital in vitals
                and view.value is not None
                and view.quality is not Quality.UNSTABLE
                and view.taken_at > asked.asked_at
                for view in now.vitals
            )
        )

    async def _until(self, condition: Callable[[SiteSnapshot], bool]) -> None:
        while not condition(self._site.snapshot):
            if self._site.snapshot.ended is not None:
                return
            await asyncio.sleep(POLL_S)


def _tape(now: SiteSnapshot) -> AuscultationView:
    """Without a stethoscope: one that failed."""
    return now.auscultation or AuscultationView(PLACES[0], TapeState.FAILED, RECORDED_S)

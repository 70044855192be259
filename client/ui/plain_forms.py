"""The forms of the flow, asked one line after the other; the fields are the screens' own."""

from typing import Final

from client.catalogue import Catalogue
from client.core.dossier import datamatrix
from client.core.dossier.background import Background
from client.core.dossier.completeness import missing
from client.core.dossier.consent import Consent, Giver, Item, Mode
from client.core.dossier.ending import StopReason
from client.core.dossier.file import Contact
from client.core.dossier.library import consent_text, protocol, protocols
from client.core.dossier.room import RoomCheck, RoomItem
from client.core.dossier.traits import Traits
from client.core.record import milliseconds
from client.errors import ChevetError
from client.ui.identity_fields import (
    contact_of,
    fields,
    received_of,
    status_sentence,
    traits_of,
    typed,
    warnings,
)
from client.ui.phrases import plain
from client.ui.plain_talk import Talk, numbered
from client.ui.question_fields import answers_of, question_fields, typed_answers, with_others
from client.ui.screens.room import works_by_itself
from client.ui.widgets.choice import Option
from client.ui.widgets.form import Field

_UNSEEN: Final = {"document": ""}
"""An identity that comes anew: nobody has seen a paper with it yet."""
_BY_EYE: Final = (RoomItem.CALM, RoomItem.LIGHT, RoomItem.DOOR, RoomItem.DISINFECTION)


class PlainForms:
    """Enters what was answered into the session."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._desk = talk.desk
        self._tell = talk.tell

    @property
    def _say(self) -> Catalogue:
        return self._desk.say

    async def room(self) -> None:
        """The opening of the room: one empty line says that all is as it is told."""
        say, snapshot = self._say, self._desk.requests.snapshot
        for number, item in enumerate(RoomItem, start=1):
            works = works_by_itself(item, snapshot)
            verdict = {True: "fine", False: "doubted", None: "untried"}[works]
            known = f"{item}.look" if item in _BY_EYE else verdict
            label = say(f"dossier.room.{item}")
            self._tell(f"{number} {label} - {say(f'dossier.room.{known}')}")
        doubted = await self._doubted()
        snapshot = self._desk.requests.snapshot
        found = {item: item in _BY_EYE or works_by_itself(item, snapshot) for item in RoomItem}
        found |= dict.fromkeys(doubted, False)
        self._desk.requests.check_room(
            RoomCheck(
                milliseconds(self._desk.now()),
                snapshot.dossier.operator.name,
                tuple(item for item, works in found.items() if works),
                tuple(item for item, works in found.items() if works is False),
            )
        )

    async def _doubted(self) -> list[RoomItem]:
        """What is not fine, by its numbers; the voice and the line can be tried before."""
        items = {str(number): item for number, item in enumerate(RoomItem, start=1)}
        while True:
            self._tell(self._say("training.plain.room"))
            line = (await self._talk.line()).casefold()
            chosen = line.replace(",", " ").split()
            if line == "e":
                self._desk.requests.try_voice()
            elif line == "l":
                self._desk.requests.check_line(on=True)
            elif all(one in items for one in chosen):
                return [items[one] for one in chosen]
            else:
                self._tell(self._say("training.plain.not_offered"))

    async def patient(self, imported: Traits | None = None) -> None:
        """Identity and call-back; asked again as long as a number is wrong."""
        snapshot = self._desk.requests.snapshot
        dossier = snapshot.dossier
        place = Contact(address=snapshot.place_address)
        values = typed(dossier.traits, dossier.contact or place)
        received, is_training = received_of(dossier.traits), dossier.is_training
        if imported is not None:
            values, received = values | typed(imported, None) | _UNSEEN, imported
        while True:
            scanned = await self._traits(values)
            if scanned is not None:
                values, received = values | typed(scanned, None) | _UNSEEN, scanned
                continue
            try:
                traits = traits_of(values, received, is_training=is_training)
                break
            except ChevetError as error:
                self._tell(" ".join(self._say.explain(error)))
        for warning in warnings(self._say, values, is_training=is_training):
            self._tell(warning)
        self._tell(status_sentence(self._say, values, received, is_training=is_training))
        self._desk.requests.enter(traits)
        self._desk.requests.enter(contact_of(values))

    async def _traits(self, values: dict[str, str]) -> Traits | None:
        """Ask each field into `values`; what a scanner typed in the place of a name ends it."""
        for field in fields(self._say):
            text = await self._talk.ask(field, values.get(field.name, ""))
            while field.name == "birth_name" and datamatrix.HEADER.match(self._talk.heard):
                try:
                    return datamatrix.read(self._talk.heard)
                except ChevetError as error:
                    self._tell(" ".join(self._say.explain(error)))
                    text = await self._talk.ask(field, values.get(field.name, ""))
            if field.name == "matricule" and not text:
                values["oid"] = ""
            values[field.name] = text
        return None

    async def consent(self) -> None:
        """The text is told whole, to be read aloud; then each item, then who said so and how."""
        say, text = self._say, consent_text(self._say.language)
        dossier = self._desk.requests.snapshot.dossier
        before = dossier.consent
        names = {
            "{gp}": plain(self._desk.requests.snapshot.gp_name) or say("dossier.consent.any_gp"),
            "{operator}": plain(dossier.operator.name) or say("dossier.consent.any_reader"),
        }
        shown = text.text
        for mark, name in names.items():
            shown = shown.replace(mark, name)
        for line in filter(None, shown.splitlines()):
            self._tell(line)
        was = before.refused if before else ()
        refused = [
            item
            for item in Item
            if not await self._talk.yes(say(f"dossier.item.{item}"), usual=item not in was)
        ]
        givers = numbered((one.value, say(f"dossier.giver.{one}")) for one in Giver)
        modes = numbered((one.value, say(f"dossier.mode.{one}")) for one in Mode)
        giver = Field("giver", say("training.plain.giver"), givers)
        mode = Field("mode", say("training.plain.mode"), modes)
        given_by = await self._talk.ask(giver, before.given_by if before else Giver.PATIENT)
        giver_name = await self._giver_name(Giver(given_by), before)
        how = await self._talk.ask(mode, before.mode if before else Mode.SPOKEN)
        self._desk.requests.enter(
            Consent(
                *(text.version, text.sha256, text.language, dossier.operator.name),
                *(Giver(given_by), Mode(how), milliseconds(self._desk.now()), tuple(refused)),
                giver_name=giver_name,
            )
        )
        if Item.ACCOMPANIMENT in refused:
            self._tell(say("dossier.alone.soon"))

    async def _giver_name(self, giver: Giver, before: Consent | None) -> str:
        """Of whoever speaks for the patient; may stay empty."""
        if giver is Giver.PATIENT:
            return ""
        say = self._say
        label = say("dossier.giver.name", giver=say(f"dossier.giver.{giver}"))
        field = Field("giver_name", label, hint=say("dossier.giver.name.hint"))
        is_same = before is not None and before.given_by is giver
        return await self._talk.ask(field, before.giver_name if before and is_same else "")

    async def reason(self) -> None:
        """Why, with which protocol, and its questions."""
        say, dossier = self._say, self._desk.requests.snapshot.dossier
        before = dossier.background or Background()
        reason = ""
        label = say("dossier.field.reason")
        while not reason:
            hint = say("dossier.field.reason.hint")
            reason = await self._talk.ask(Field("reason", label, hint=hint), before.reason)
        known = numbered((one.name, one.title) for one in protocols(say.language))
        none = Option("0", "", say("dossier.protocol.none"))
        choice = Field("protocol", say("dossier.field.protocol"), (none, *known))
        name = await self._talk.ask(choice, before.protocol)
        asked = question_fields(say, protocol(name, say.language), dossier.traits)
        values = await self._talk.all((field for _, field in asked), typed_answers(before.answers))
        answers = with_others(answers_of(say, asked, values), asked, before.answers)
        self._desk.requests.enter(Background(reason, answers, name))

    async def stop(self) -> None:
        """Why a consultation at a distance does not suit; a full stop goes on with it."""
        say = self._say
        reasons = numbered((one.value, say(f"dossier.stop.{one}")) for one in StopReason)
        why = ""
        while not why:
            why = await self._talk.ask(Field("why", say("dossier.stop.question"), reasons))
        note = await self._talk.ask(Field("note", say("dossier.stop.note")))
        self._desk.requests.stop(StopReason(why), note)

    def lacking(self) -> bool:
        """Tell what a call still waits for; whether it waits for anything."""
        waits = missing(self._desk.requests.snapshot.dossier)
        for one in waits:
            self._tell(self._say(f"dossier.missing.{one}"))
        return bool(waits)

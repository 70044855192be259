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
from client.ui.plain_words import row
from client.ui.question_fields import answers_of, question_fields, typed_answers, with_others
from client.ui.screens.room import works_by_itself
from client.ui.screens.stopping import NOTE_LIMIT
from client.ui.widgets.choice import Option
from client.ui.widgets.form import Field

_UNSEEN: Final = {"document": ""}
"""An identity that comes anew: nobody has seen a paper with it yet."""
_YES: Final = "yes"
_NO: Final = "no"
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
            self._tell(row(say, f"{number} {label}", say(f"dossier.room.{known}")))
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
            line = (await self._talk.answer(self._say("training.plain.room"))).casefold()
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
        snapshot, drafts = self._desk.requests.snapshot, self._desk.drafts
        traits = snapshot.dossier.traits
        place = Contact(address=snapshot.place_address)
        values = typed(traits, snapshot.dossier.contact or place)
        drafts.received = imported or drafts.received or received_of(traits)
        with self._talk.offered_again("patient", values):
            if imported is not None:
                values |= typed(imported, None) | _UNSEEN
            known = await self._identity(values)
        self._desk.requests.enter(known)
        self._desk.requests.enter(contact_of(values))
        drafts.received = None

    async def _identity(self, values: dict[str, str]) -> Traits:
        """Ask for it into `values` until it can be; tell what does not go together."""
        drafts, is_training = self._desk.drafts, self._desk.requests.snapshot.dossier.is_training
        while True:
            scanned = await self._traits(values)
            if scanned is not None:
                values |= typed(scanned, None) | _UNSEEN
                drafts.received = scanned
                continue
            try:
                traits = traits_of(values, drafts.received, is_training=is_training)
                break
            except ChevetError as error:
                self._tell(" ".join(self._say.explain(error)))
        for warning in warnings(self._say, values, is_training=is_training):
            self._tell(warning)
        self._tell(status_sentence(self._say, values, drafts.received, is_training=is_training))
        return traits

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
        """The text is told whole, to be read aloud; then each item, then who said so and how.

        Nothing that was typed before a question was put answers it.
        """
        text, dossier = consent_text(self._say.language), self._desk.requests.snapshot.dossier
        self._read_aloud(text.text)
        values = _agreed(dossier.consent)
        with self._talk.offered_again("consent", values):
            await self._items(values)
            await self._giver(values)
        refused = tuple(item for item in Item if values[item] == _NO)
        self._desk.requests.enter(
            Consent(
                *(text.version, text.sha256, text.language, dossier.operator.name),
                *(Giver(values["giver"]), Mode(values["mode"])),
                *(milliseconds(self._desk.now()), refused),
                giver_name=values["giver_name"],
            )
        )
        if Item.ACCOMPANIMENT in refused:
            self._tell(self._say("dossier.alone.soon"))

    def _read_aloud(self, text: str) -> None:
        say, snapshot = self._say, self._desk.requests.snapshot
        names = {
            "{gp}": plain(snapshot.gp_name) or say("dossier.consent.any_gp"),
            "{operator}": plain(snapshot.dossier.operator.name)
            or say("dossier.consent.any_reader"),
        }
        for mark, name in names.items():
            text = text.replace(mark, name)
        self._tell(text)

    async def _items(self, values: dict[str, str]) -> None:
        for item in Item:
            label = self._say(f"dossier.item.{item}")
            is_agreed = await self._talk.yes(label, usual=values[item] != _NO, is_fresh=True)
            values[item] = _YES if is_agreed else _NO

    async def _giver(self, values: dict[str, str]) -> None:
        """Who speaks, by name where it is not the patient, and how."""
        say, talk = self._say, self._talk
        givers = numbered((one.value, say(f"dossier.giver.{one}")) for one in Giver)
        modes = numbered((one.value, say(f"dossier.mode.{one}")) for one in Mode)
        giver = Field("giver", say("training.plain.giver"), givers)
        chosen = await talk.ask(giver, values["giver"], is_fresh=True)
        if chosen != values["giver"] or chosen == Giver.PATIENT:
            values["giver_name"] = ""
        values["giver"] = chosen
        if chosen != Giver.PATIENT:
            label = say("dossier.giver.name", giver=say(f"dossier.giver.{chosen}"))
            name = Field("giver_name", label, hint=say("dossier.giver.name.hint"))
            values["giver_name"] = await talk.ask(name, values["giver_name"])
        mode = Field("mode", say("training.plain.mode"), modes)
        values["mode"] = await talk.ask(mode, values["mode"], is_fresh=True)

    async def reason(self) -> None:
        """Why, with which protocol, and its questions."""
        say, dossier = self._say, self._desk.requests.snapshot.dossier
        before = dossier.background or Background()
        values = {"reason": before.reason, "protocol": before.protocol}
        values |= typed_answers(before.answers)
        with self._talk.offered_again("reason", values):
            hint = say("dossier.field.reason.hint")
            reason = Field("reason", say("dossier.field.reason"), hint=hint)
            await self._talk.all([reason], values)
            while not values["reason"]:
                self._talk.say("training.plain.needed")
                await self._talk.all([reason], values)
            known = numbered((one.name, one.title) for one in protocols(say.language))
            none = Option("0", "", say("dossier.protocol.none"))
            await self._talk.all(
                [Field("protocol", say("dossier.field.protocol"), (none, *known))], values
            )
            chosen = protocol(values["protocol"], say.language)
            asked = question_fields(say, chosen, dossier.traits)
            await self._talk.all((field for _, field in asked), values)
        answers = with_others(answers_of(say, asked, values), asked, before.answers)
        self._desk.requests.enter(Background(values["reason"], answers, values["protocol"]))

    async def stop(self) -> None:
        """Why a consultation at a distance does not suit; a full stop goes on with it."""
        say, values = self._say, {"why": "", "note": ""}
        reasons = numbered((one.value, say(f"dossier.stop.{one}")) for one in StopReason)
        with self._talk.offered_again("stop", values):
            why = Field("why", say("dossier.stop.question"), reasons)
            while not values["why"]:
                values["why"] = await self._talk.ask(why, is_fresh=True)
            note = Field("note", say("dossier.stop.note"), limit=NOTE_LIMIT)
            values["note"] = await self._talk.ask(note, values["note"], is_fresh=True)
        self._desk.requests.stop(StopReason(values["why"]), values["note"])

    def lacking(self) -> bool:
        """Tell what a call still waits for; whether it waits for anything."""
        waits = missing(self._desk.requests.snapshot.dossier)
        for one in waits:
            self._tell(self._say(f"dossier.missing.{one}"))
        return bool(waits)


def _agreed(before: Consent | None) -> dict[str, str]:
    """What the fields hold for this consent; for none, all of it by the patient, spoken."""
    refused = before.refused if before else ()
    values: dict[str, str] = {item: _NO if item in refused else _YES for item in Item}
    values["giver"] = before.given_by if before else Giver.PATIENT
    values["mode"] = before.mode if before else Mode.SPOKEN
    values["giver_name"] = before.giver_name if before else ""
    return values

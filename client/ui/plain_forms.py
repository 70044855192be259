"""The forms of the flow, asked one line after the other; the fields are the screens' own."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

from client.catalogue import Catalogue
from client.core.dossier.background import Background
from client.core.dossier.completeness import missing
from client.core.dossier.consent import Consent, Giver, Item, Mode
from client.core.dossier.ending import StopReason
from client.core.dossier.file import Contact
from client.core.dossier.library import consent_text, protocol, protocols
from client.core.dossier.room import RoomCheck, RoomItem
from client.core.record import milliseconds
from client.errors import ChevetError
from client.ui.desk import Desk
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
from client.ui.question_fields import answers_of, question_fields, typed_answers
from client.ui.screens.room import works_by_itself
from client.ui.widgets.choice import Option
from client.ui.widgets.form import Field

LATER: Final = "."
"""Typed alone on a line: leave this form; what was entered stays as it was."""
CLEAR: Final = "-"
"""Typed alone on a line: empty this field."""
_NUMBERS: Final = "123456789"
_BY_EYE: Final = (RoomItem.CALM, RoomItem.LIGHT, RoomItem.DOOR, RoomItem.DISINFECTION)


class LaterError(Exception):
    """The person leaves this form; not an error for anybody."""


class PlainForms:
    """Asks with `tell` and `hear`; enters what was answered into the session."""

    def __init__(
        self, desk: Desk, tell: Callable[[str], None], hear: Callable[[], Awaitable[str]]
    ) -> None:
        """`hear` gives the next line a person typed, without its end."""
        self._desk = desk
        self._tell = tell
        self._hear = hear

    @property
    def _say(self) -> Catalogue:
        return self._desk.say

    async def ask(self, field: Field, before: str = "") -> str:
        """One field; an empty line keeps what it holds."""
        hint = ", ".join(f"{option.key} {option.label}" for option in field.options) or field.hint
        now = {option.value: option.label for option in field.options}.get(before, before)
        kept = self._say("training.plain.kept", value=now) if now else ""
        while True:
            self._tell(" ".join(filter(None, (f"{field.label} ?", hint and f"({hint})", kept))))
            line = plain((await self._hear()).strip())[: field.limit]
            if line == LATER:
                raise LaterError
            if not line:
                return before
            if line == CLEAR and not field.options:
                return ""
            if not field.options:
                return line
            for option in field.options:
                if line.casefold() in (option.key.casefold(), option.label.casefold()):
                    return option.value
            self._tell(self._say("training.plain.not_offered"))

    async def _all(self, asked: Iterable[Field], before: Mapping[str, str]) -> dict[str, str]:
        return {one.name: await self.ask(one, before.get(one.name, "")) for one in asked}

    async def room(self) -> None:
        """The opening of the room; what the machine knows by itself is told, not asked."""
        snapshot, say = self._desk.requests.snapshot, self._say
        found: dict[RoomItem, bool | None] = {}
        for item in RoomItem:
            label = say(f"dossier.room.{item}")
            if item in _BY_EYE:
                found[item] = await self._yes(f"{label} - {say(f'dossier.room.{item}.look')}")
            else:
                found[item] = works_by_itself(item, snapshot)
                verdict = {True: "fine", False: "doubted", None: "untried"}[found[item]]
                self._tell(f"{label} - {say(f'dossier.room.{verdict}')}")
        self._desk.requests.check_room(
            RoomCheck(
                milliseconds(self._desk.now()),
                snapshot.dossier.operator.name,
                tuple(item for item, works in found.items() if works),
                tuple(item for item, works in found.items() if works is False),
            )
        )

    async def _yes(self, label: str) -> bool:
        """Yes, unless it is said otherwise."""
        say = self._say
        answers = tuple(
            Option(say(f"dossier.{one}.key"), one, say(f"dossier.{one}")) for one in ("yes", "no")
        )
        return await self.ask(Field("yes", label, answers), "yes") == "yes"

    async def patient(self) -> None:
        """Identity and call-back; asked again as long as a number is wrong."""
        dossier = self._desk.requests.snapshot.dossier
        place = Contact(address=self._desk.requests.snapshot.place_address)
        values = typed(dossier.traits, dossier.contact or place)
        received, is_training = received_of(dossier.traits), dossier.is_training
        while True:
            values |= await self._all(fields(self._say), values)
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
        refused = [item for item in Item if not await self._yes(say(f"dossier.item.{item}"))]
        givers = _numbered((one.value, say(f"dossier.giver.{one}")) for one in Giver)
        modes = _numbered((one.value, say(f"dossier.mode.{one}")) for one in Mode)
        giver = Field("giver", say("training.plain.giver"), givers)
        mode = Field("mode", say("training.plain.mode"), modes)
        given_by = await self.ask(giver, before.given_by if before else Giver.PATIENT)
        how = await self.ask(mode, before.mode if before else Mode.SPOKEN)
        self._desk.requests.enter(
            Consent(
                *(text.version, text.sha256, text.language, dossier.operator.name),
                *(Giver(given_by), Mode(how), milliseconds(self._desk.now()), tuple(refused)),
            )
        )
        if Item.ACCOMPANIMENT in refused:
            self._tell(say("dossier.alone.soon"))

    async def reason(self) -> None:
        """Why, with which protocol, and its questions."""
        say, dossier = self._say, self._desk.requests.snapshot.dossier
        before = dossier.background or Background()
        reason = ""
        label = say("dossier.field.reason")
        while not reason:
            hint = say("dossier.field.reason.hint")
            reason = await self.ask(Field("reason", label, hint=hint), before.reason)
        known = _numbered((one.name, one.title) for one in protocols(say.language))
        none = Option("0", "", say("dossier.protocol.none"))
        choice = Field("protocol", say("dossier.field.protocol"), (none, *known))
        name = await self.ask(choice, before.protocol)
        asked = question_fields(say, protocol(name, say.language), dossier.traits)
        values = await self._all((field for _, field in asked), typed_answers(before.answers))
        self._desk.requests.enter(Background(reason, answers_of(say, asked, values), name))

    async def stop(self) -> None:
        """Why a consultation at a distance does not suit; a full stop goes on with it."""
        say = self._say
        reasons = _numbered((one.value, say(f"dossier.stop.{one}")) for one in StopReason)
        why = ""
        while not why:
            why = await self.ask(Field("why", say("dossier.stop.question"), reasons))
        note = await self.ask(Field("note", say("dossier.stop.note")))
        self._desk.requests.stop(StopReason(why), note)

    def lacking(self) -> bool:
        """Tell what a call still waits for; whether it waits for anything."""
        waits = missing(self._desk.requests.snapshot.dossier)
        for one in waits:
            self._tell(self._say(f"dossier.missing.{one}"))
        return bool(waits)


def _numbered(options: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    pairs = zip(_NUMBERS, options, strict=False)
    return tuple(Option(key, value, label) for key, (value, label) in pairs)

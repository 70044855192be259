"""A question a line, an answer a line: what all forms without a screen share."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from client.catalogue import Catalogue
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.widgets.choice import Option
from client.ui.widgets.form import Field

LATER: Final = "."
"""Typed alone on a line: leave this form; what was entered is offered again."""
CLEAR: Final = "-"
"""Typed alone on a line: empty this field."""
AGAIN: Final = "?"
"""Typed alone on a line: tell the question again."""


class Lines(Protocol):
    """A person who hears lines and types lines."""

    def tell(self, line: str) -> None:
        """Never blocks."""

    async def next_line(self) -> str | None:
        """The next line that was typed; `None` once there are no more."""

    def forget_typed(self) -> None:
        """Whatever was typed until now answers nothing any more."""


class InputEndedError(Exception):
    """Nobody types any more: the pipe was closed."""


class LaterError(Exception):
    """The person leaves this form; not an error for anybody."""


class Questions:
    """Tells a person lines and hears theirs."""

    def __init__(self, catalogue: Catalogue, lines: Lines) -> None:
        self.catalogue = catalogue
        self._lines = lines
        self.heard = ""
        """The newest line as it was typed, or scanned: with what separates its parts."""
        self.question = ""
        """What waits for an answer now; empty: nothing does."""

    def tell(self, *texts: str) -> None:
        """Each line of these that is not empty."""
        for text in texts:
            for line in filter(str.strip, text.splitlines()):
                self._lines.tell(line)

    def say(self, key: str, **facts: object) -> None:
        """The catalogue's sentence."""
        self.tell(self.catalogue(key, **facts))

    async def key(self) -> str:
        """A line that answers no question."""
        line = await self._lines.next_line()
        if line is None:
            raise InputEndedError
        return line

    async def answer(self, question: str, *, is_fresh: bool = False) -> str:
        """What is typed to this question; `LaterError` for what leaves it.

        `is_fresh`: what was typed before the question was put does not answer it.
        """
        if is_fresh:
            self._lines.forget_typed()
        self.tell(question)
        self.question = question
        try:
            while True:
                self.heard = await self.key()
                line = plain(self.heard.strip())
                if line == LATER:
                    raise LaterError
                if line != AGAIN:
                    return line
                self.tell(question)
        finally:
            self.question = ""

    async def ask(self, field: Field, before: str = "", *, is_fresh: bool = False) -> str:
        """One field; an empty line keeps what it holds. `is_fresh` as for `answer`."""
        hint = ", ".join(f"{option.key} {option.label}" for option in field.options) or field.hint
        now = {option.value: option.label for option in field.options}.get(before, before)
        kept = self.catalogue("training.plain.kept", value=now) if now else ""
        question = self._put(field.label, hint and f"({hint})", kept)
        while True:
            line = (await self.answer(question, is_fresh=is_fresh))[: field.limit]
            if not line:
                return before
            if line == CLEAR and not field.options:
                return ""
            if not field.options:
                return line
            for option in field.options:
                if line.casefold() in (option.key.casefold(), option.label.casefold()):
                    return option.value
            self.say("training.plain.not_offered")

    def _put(self, label: str, *more: str) -> str:
        """As a question, if it is no sentence already."""
        asked = label if label[-1:] in "?." else self.catalogue("training.plain.ask", label=label)
        return " ".join(filter(None, (asked, *more)))

    async def all(self, asked: Iterable[Field], values: dict[str, str]) -> None:
        """One after the other, each answer into `values` by the field's name."""
        for one in asked:
            values[one.name] = await self.ask(one, values.get(one.name, ""))

    async def yes(self, label: str, *, usual: bool = True, is_fresh: bool = False) -> bool:
        """What an empty line says is `usual`; `is_fresh` as for `answer`."""
        say = self.catalogue
        answers = tuple(
            Option(say(f"dossier.{one}.key"), one, say(f"dossier.{one}")) for one in ("yes", "no")
        )
        before = "yes" if usual else "no"
        return await self.ask(Field("yes", label, answers), before, is_fresh=is_fresh) == "yes"

    async def which(self, label: str, count: int, *, is_fresh: bool = False) -> int | None:
        """One of this many that were told with their numbers, from 0; an empty line is none."""
        while True:
            line = await self.answer(label, is_fresh=is_fresh)
            if not line:
                return None
            if line.isdecimal() and 0 < int(line) <= count:
                return int(line) - 1
            self.say("training.plain.not_offered")


class Talk(Questions):
    """The same about one consultation."""

    def __init__(self, desk: Desk, lines: Lines) -> None:
        super().__init__(desk.say, lines)
        self.desk = desk

    @contextmanager
    def offered_again(self, form: str, values: dict[str, str]) -> Iterator[None]:
        """What was in `values` when this form was left is there again, until it is done."""
        drafts, prefix = self.desk.drafts.fields, f"{form}."
        left = {name: text for name, text in drafts.items() if name.startswith(prefix)}
        values |= {name.removeprefix(prefix): text for name, text in left.items()}
        try:
            yield
        except LaterError:
            drafts |= {f"{prefix}{name}": text for name, text in values.items()}
            raise
        for name in left:
            del drafts[name]

    async def until(self, condition: Callable[[SiteSnapshot], bool]) -> SiteSnapshot:
        """The session has done what was asked of it."""
        came = asyncio.Event()

        def look(snapshot: SiteSnapshot) -> None:
            if condition(snapshot):
                came.set()

        unsubscribe = self.desk.requests.subscribe(look)
        try:
            look(self.desk.requests.snapshot)
            await came.wait()
        finally:
            unsubscribe()
        return self.desk.requests.snapshot


def numbered(options: Iterable[tuple[str, str]]) -> tuple[Option, ...]:
    """Value and label, each with a digit."""
    pairs = zip("123456789", options, strict=False)
    return tuple(Option(key, value, label) for key, (value, label) in pairs)

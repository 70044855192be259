"""A question a line, an answer a line: what all forms without a screen share."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.phrases import plain
from client.ui.widgets.choice import Option
from client.ui.widgets.form import Field

LATER: Final = "."
"""Typed alone on a line: leave this form; what was entered stays as it was."""
CLEAR: Final = "-"
"""Typed alone on a line: empty this field."""


class LaterError(Exception):
    """The person leaves this form; not an error for anybody."""


class Talk:
    """Tells a person lines and hears theirs."""

    def __init__(
        self, desk: Desk, tell: Callable[[str], None], hear: Callable[[], Awaitable[str]]
    ) -> None:
        """`hear` gives the next line a person typed, without its end."""
        self.desk = desk
        self._tell = tell
        self._hear = hear
        self.heard = ""
        """The newest line as it was typed, or scanned: with what separates its parts."""

    def tell(self, *texts: str) -> None:
        """Each line of these that is not empty."""
        for text in texts:
            for line in filter(str.strip, text.splitlines()):
                self._tell(line)

    def say(self, key: str, **facts: object) -> None:
        """The catalogue's sentence."""
        self.tell(self.desk.say(key, **facts))

    async def line(self) -> str:
        """What was typed, but for a line that leaves the form."""
        self.heard = await self._hear()
        line = plain(self.heard.strip())
        if line == LATER:
            raise LaterError
        return line

    async def ask(self, field: Field, before: str = "") -> str:
        """One field; an empty line keeps what it holds."""
        hint = ", ".join(f"{option.key} {option.label}" for option in field.options) or field.hint
        now = {option.value: option.label for option in field.options}.get(before, before)
        kept = self.desk.say("training.plain.kept", value=now) if now else ""
        while True:
            self.tell(" ".join(filter(None, (f"{field.label} ?", hint and f"({hint})", kept))))
            line = (await self.line())[: field.limit]
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

    async def all(self, asked: Iterable[Field], before: Mapping[str, str]) -> dict[str, str]:
        """One after the other, by their names."""
        return {one.name: await self.ask(one, before.get(one.name, "")) for one in asked}

    async def yes(self, label: str, *, usual: bool = True) -> bool:
        """What an empty line says is `usual`."""
        say = self.desk.say
        answers = tuple(
            Option(say(f"dossier.{one}.key"), one, say(f"dossier.{one}")) for one in ("yes", "no")
        )
        return await self.ask(Field("yes", label, answers), "yes" if usual else "no") == "yes"

    async def which(self, label: str, count: int) -> int | None:
        """One of this many that were told with their numbers, from 0; an empty line is none."""
        while True:
            self.tell(label)
            line = await self.line()
            if not line:
                return None
            if line.isdecimal() and 0 < int(line) <= count:
                return int(line) - 1
            self.say("training.plain.not_offered")

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

"""One of a few: a key each, and the chosen one is marked."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Option:
    """What one key stands for."""

    key: str
    value: str
    label: str


class Choice(Widget, can_focus=True):
    """A field of a form that is filled with one key."""

    DEFAULT_CSS = """
    Choice { height: auto; width: 1fr; }
    Choice:focus { text-style: underline; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "accept", show=False)]

    @dataclass
    class Changed(Message):
        """Another one was chosen."""

        choice: "Choice"
        value: str

    @dataclass
    class Accepted(Message):
        """The person goes on from here."""

        choice: "Choice"

    def __init__(
        self,
        options: tuple[Option, ...],
        value: str,
        *,
        id: str,  # noqa: A002 -- Textual's own name for it
        is_stacked: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._between = "\n" if is_stacked else "  "
        self.options = options
        self.value = value

    def render(self) -> RenderResult:
        """All of them; the chosen one between pointers."""
        return Content(self._between).join(self._drawn(option) for option in self.options)

    def _drawn(self, option: Option) -> Content:
        space = "\N{NO-BREAK SPACE}"
        label = option.label.replace(" ", space)
        if option.value == self.value:
            return Content.assemble(
                (option.key, "bold reverse"), space, (f"▸{label}◂", "bold reverse")
            )
        return Content.assemble((option.key, "bold reverse"), f"{space}{label}")

    async def on_key(self, event: events.Key) -> None:
        """A key of one of the options chooses it and goes on."""
        for option in self.options:
            if event.character == option.key:
                event.stop()
                event.prevent_default()
                self.value = option.value
                self.refresh()
                self.post_message(self.Changed(self, option.value))
                self.post_message(self.Accepted(self))

    def action_accept(self) -> None:
        """Go on with what is chosen, perhaps nothing."""
        self.post_message(self.Accepted(self))

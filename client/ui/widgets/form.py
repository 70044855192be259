"""A form that is filled from top to bottom: Enter goes to the next thing nobody has filled yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Label

from client.core.dossier.datamatrix import GS
from client.ui.phrases import plain
from client.ui.widgets.choice import Choice, Option

FIELD_LIMIT: Final = 120
"""Characters; chosen: a long name or address."""
_SEPARATORS: Final = str.maketrans({GS: "|", "\x1e": "|", "\t": "|", "\r": None, "\n": None})


@dataclass(frozen=True, slots=True)
class Field:
    """One row: its name, what stands before it, and what may be chosen or how much typed."""

    name: str
    label: str
    options: tuple[Option, ...] = ()
    """Empty: typed."""
    hint: str = ""
    limit: int = FIELD_LIMIT
    is_extra: bool = False
    """Enter passes it by; it is reached with the arrows."""
    is_scanned: bool = False
    """A scanner may type or paste a datamatrix here, separators included."""
    is_stacked: bool = False
    """Its options stand one below the other."""


class ScanInput(Input):
    """Keeps the separators of a datamatrix, which are control characters, as vertical bars."""

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(event.text.strip().translate(_SEPARATORS))

    async def _on_key(self, event: events.Key) -> None:
        if event.character == GS:
            event.stop()
            event.prevent_default()
            self.insert_text_at_cursor("|")
        else:
            await super()._on_key(event)


class Form(VerticalScroll):
    """Rows of fields. What is typed is told at once, so that nothing is lost when it is left."""

    DEFAULT_CSS = """
    Form { height: 1fr; scrollbar-size-vertical: 1; }
    Form .row { height: auto; }
    Form Label { text-style: bold; }
    Form Input { height: 1; width: 1fr; border: none; padding: 0 1; background: $panel; }
    Form Input:focus { border: none; background: $foreground 20%; text-style: underline; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    @dataclass
    class Typed(Message):
        """A field holds something else now."""

        name: str
        value: str

    @dataclass
    class Left(Message):
        """Enter was pressed in a field."""

        name: str
        value: str

    @dataclass
    class Completed(Message):
        """Enter was pressed, and nothing is left to fill."""

        form: "Form"

    def __init__(self, fields: tuple[Field, ...], values: Mapping[str, str]) -> None:
        super().__init__(can_focus=False)
        self._fields = fields
        self._controls = {field.name: _control(field, values) for field in fields}
        self._visited = {field.name for field in fields if field.is_extra}

    def compose(self) -> ComposeResult:
        """A label and its field in each row."""
        for field in self._fields:
            label = Label(field.label, markup=False)
            yield Horizontal(label, self._controls[field.name], classes="row")

    @property
    def values(self) -> dict[str, str]:
        """What every field holds, without control characters."""
        return {name: plain(control.value) for name, control in self._controls.items()}

    def focus_first(self) -> None:
        """Go to the first field that is empty, else to the first."""
        empty = (name for name, control in self._controls.items() if not control.value)
        self.focus_field(next(empty, self._fields[0].name))

    def focus_field(self, name: str) -> None:
        """Go there."""
        self._controls[name].focus()

    def fill(self, values: Mapping[str, str]) -> None:
        """Put these into their fields, as if they had been typed."""
        for name, value in values.items():
            control = self._controls[name]
            control.value = value
            control.refresh()
            self.post_message(self.Typed(name, value))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.input.id or "", event.value))

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.choice.id or "", event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.go_on_from(event.input.id or "")

    @on(Choice.Accepted)
    def _accepted(self, event: Choice.Accepted) -> None:
        event.stop()
        self.go_on_from(event.choice.id or "")

    def go_on_from(self, name: str) -> None:
        """To the next field that is empty and was not passed over; else it is completed."""
        self._visited.add(name)
        self.post_message(self.Left(name, self._controls[name].value))
        names = list(self._controls)
        for other in names[names.index(name) + 1 :]:
            if other not in self._visited and not self._controls[other].value:
                self._controls[other].focus()
                return
        self.post_message(self.Completed(self))


def _control(field: Field, values: Mapping[str, str]) -> Input | Choice:
    value = values.get(field.name, "")
    if field.options:
        return Choice(field.options, value, id=field.name, is_stacked=field.is_stacked)
    kind = ScanInput if field.is_scanned else Input
    return kind(
        value,
        placeholder=field.hint,
        max_length=field.limit,
        select_on_focus=False,
        compact=True,
        id=field.name,
    )

"""The keys of a screen, always at the bottom, always in the same order."""

from collections.abc import Iterable

from textual.app import RenderResult
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget

from client.catalogue import Catalogue

_NAMED = ("enter", "escape", "tab", "space", "f1", "f2", "f3", "f4", "f5", "f6", "f7")


def key_name(say: Catalogue, key: str) -> str:
    """What is printed on the key."""
    if key == "question_mark":
        return "?"
    return say(f"site.key.{key}") if key in _NAMED else key


def key_caps(keys: Iterable[tuple[str, str]]) -> Content:
    """Keys in inverse video, each with its label beside it."""
    return Content(" ").join(
        Content.assemble((key, "bold reverse"), f"\N{NO-BREAK SPACE}{label}") for key, label in keys
    )


class KeyBar(Widget):
    """One row of keys; each binding's description is the catalogue key of its label."""

    DEFAULT_CSS = "KeyBar { height: auto; padding: 0 1; }"

    def __init__(self, say: Catalogue, bindings: Iterable[Binding]) -> None:
        super().__init__()
        self._say = say
        self._keys = [(key_name(say, b.key), say(b.description)) for b in bindings if b.show]

    def relabel(self, binding: Binding, label: str) -> None:
        """From now on this key of the row does what the label says."""
        name = key_name(self._say, binding.key)
        keys = [(key, label if key == name else known) for key, known in self._keys]
        if keys != self._keys:
            self._keys = keys
            self.refresh(layout=True)

    def render(self) -> RenderResult:
        """The row."""
        return key_caps(self._keys)

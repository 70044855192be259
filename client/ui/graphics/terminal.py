"""Which graphics a terminal has, from what it answers. Nothing is asked here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from client.ui.graphics import kitty

QUERY: Final = f"{kitty.QUERY}\x1b[16t\x1b[?1;1;0S\x1b[c"
"""Kitty's graphics? How large is a cell? How many colours? What else? The last, which every
terminal answers (primary device attributes), ends the answers."""
_ATTRIBUTES: Final = re.compile(rb"\x1b\[\?([\d;]+)c")
_CELL: Final = re.compile(rb"\x1b\[6;(\d+);(\d+)t")
_COLOURS: Final = re.compile(rb"\x1b\[\?1;0;(\d+)S")
_HAS_SIXEL: Final = "4"
_MOST_COLOURS: Final = 64
"""chosen: each colour is a row of its own in each band; more colours are more bytes."""
_LEAST_COLOURS: Final = 16
"""As a VT340 has."""
_LARGEST_CELL_PX: Final = 256
"""Larger is taken for a mistake."""
_WITHOUT: Final = ("dumb", "linux", "screen", "tmux")
"""How ``TERM`` begins where nothing is asked: multiplexers move text and leave pictures behind."""


class Wish(StrEnum):
    """As the settings say."""

    AUTO = "auto"
    KITTY = "kitty"
    SIXEL = "sixel"
    BLOCKS = "blocks"


class Protocol(StrEnum):
    """How pictures are written."""

    KITTY = "kitty"
    SIXEL = "sixel"


@dataclass(frozen=True, slots=True)
class Graphics:
    """What this terminal can show beside letters."""

    protocol: Protocol
    cell_px: tuple[int, int]
    """Across and down."""
    colours: int = _MOST_COLOURS
    """Of a picture in Sixel."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the terminal said."""

    has_kitty: bool = False
    has_sixel: bool = False
    cell_px: tuple[int, int] | None = None
    colours: int = _MOST_COLOURS


def may_ask(wish: Wish, environment: Mapping[str, str]) -> bool:
    """Whether the questions make sense here at all."""
    if wish is Wish.BLOCKS:
        return False
    terminal = environment.get("TERM", "")
    is_inside = "TMUX" in environment or "STY" in environment
    return bool(terminal) and not is_inside and not terminal.startswith(_WITHOUT)


def is_complete(received: bytes) -> bool:
    """The last question was answered."""
    return _ATTRIBUTES.search(received) is not None


def answers(received: bytes) -> Answers:
    """What these bytes say, among anything that somebody typed meanwhile."""
    attributes = _ATTRIBUTES.search(received)
    colours = _COLOURS.search(received)
    return Answers(
        kitty.GRANTED in received,
        attributes is not None and _HAS_SIXEL in attributes[1].decode("ascii").split(";"),
        _cell_in(received),
        min(int(colours[1]), _MOST_COLOURS) if colours else _MOST_COLOURS,
    )


def _cell_in(received: bytes) -> tuple[int, int] | None:
    cell = _CELL.search(received)
    if cell is None:
        return None
    down, across = int(cell[1]), int(cell[2])
    is_sound = 0 < across <= _LARGEST_CELL_PX and 0 < down <= _LARGEST_CELL_PX
    return (across, down) if is_sound else None


def chosen(wish: Wish, said: Answers) -> Graphics | None:
    """What to draw with; `None`: half blocks.

    Without the size of a cell a picture would not stay in its place: half blocks then, even
    against the wish.
    """
    if said.cell_px is None or wish is Wish.BLOCKS:
        return None
    if wish is Wish.KITTY or (wish is Wish.AUTO and said.has_kitty):
        return Graphics(Protocol.KITTY, said.cell_px)
    has_enough = said.has_sixel and said.colours >= _LEAST_COLOURS
    if wish is Wish.SIXEL or (wish is Wish.AUTO and has_enough):
        return Graphics(Protocol.SIXEL, said.cell_px, max(said.colours, _LEAST_COLOURS))
    return None

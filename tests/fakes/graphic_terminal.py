"""A terminal with graphics, as far as a picture goes: which cells show one, which show letters.

By the rules of real ones: a letter takes the place of Sixel under it; a picture of Kitty's stays
above letters until it is deleted or replaced.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.cells import cell_len
from textual.drivers.headless_driver import HeadlessDriver

Cell = tuple[int, int]
_TOKEN = re.compile(
    r"(?P<sixel>\x1bP[^\x1b]*\x1b\\)|\x1b_G(?P<kitty>[^\x1b]*)\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b\[(?P<row>\d+);(?P<column>\d+)H|(?P<asked>\x1b\[6n)|\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]"
    r"|(?P<save>\x1b7)|(?P<restore>\x1b8)|(?P<line>\r?\n)|(?P<letter>[^\x00-\x1f])|.",
    re.DOTALL,
)
_SIZE = re.compile(r'"1;1;(\d+);(\d+)')


@dataclass
class GraphicTerminal:
    """Reads everything that is written to it."""

    cell_px: tuple[int, int]
    letters: dict[Cell, str] = field(default_factory=dict)
    sixels: set[Cell] = field(default_factory=set)
    placed: dict[str, set[Cell]] = field(default_factory=dict)
    """Of Kitty's pictures, by number."""
    written: list[int] = field(default_factory=list)
    """Bytes of each picture so far."""
    unanswered: int = 0
    most_unanswered: int = 0
    on_asked: Callable[[], None] = lambda: None
    """Where is the cursor?"""
    _at: Cell = (0, 0)
    _saved: Cell = (0, 0)
    _coming: dict[str, str] = field(default_factory=dict)

    @property
    def pictured(self) -> set[Cell]:
        """Every cell of which a picture is to be seen."""
        return self.sixels.union(*self.placed.values())

    def resize(self, across: int, down: int) -> None:
        """What is outside is lost."""
        inside = {(x, y) for x in range(across) for y in range(down)}
        self.sixels &= inside
        self.placed = {number: cells & inside for number, cells in self.placed.items()}

    def read(self, data: str) -> None:
        for token in _TOKEN.finditer(data):
            self._take(token)

    def _take(self, token: re.Match[str]) -> None:
        kind = token.lastgroup
        if kind == "sixel":
            self.written.append(len(token[0]))
            size = _SIZE.search(token[0])
            assert size is not None
            self.sixels |= self._block(
                -(-int(size[1]) // self.cell_px[0]), -(-int(size[2]) // self.cell_px[1])
            )
        elif kind == "kitty":
            self._command(token["kitty"])
        elif kind == "column":
            self._at = int(token["column"]) - 1, int(token["row"]) - 1
        elif kind == "asked":
            self.unanswered += 1
            self.most_unanswered = max(self.unanswered, self.most_unanswered)
            self.on_asked()
        elif kind == "save":
            self._saved = self._at
        elif kind == "restore":
            self._at = self._saved
        elif kind == "line":
            self._at = 0, self._at[1] + 1
        elif kind == "letter":
            self._letter(token[0])

    def _letter(self, letter: str) -> None:
        x, y = self._at
        for cell in ((x + n, y) for n in range(cell_len(letter))):
            self.letters[cell] = letter
            self.sixels.discard(cell)
        self._at = x + cell_len(letter), y

    def _command(self, command: str) -> None:
        keys = dict(pair.split("=") for pair in command.partition(";")[0].split(","))
        if keys.get("a") == "d":
            assert keys["d"] == "I"
            self.placed.pop(keys["i"], None)
            return
        if keys.get("a") == "T":
            self._coming = keys
            self.written.append(0)
        self.written[-1] += len(command)
        if keys["m"] == "0":
            whole = self._coming
            self.placed[whole["i"]] = self._block(int(whole["c"]), int(whole["r"]))

    def _block(self, across: int, down: int) -> set[Cell]:
        x, y = self._at
        return {(x + dx, y + dy) for dx in range(across) for dy in range(down)}


def driver_of(screen: GraphicTerminal) -> type[HeadlessDriver]:
    """What Textual writes to this terminal with."""

    class Driver(HeadlessDriver):
        @property
        def is_headless(self) -> bool:
            return False

        def write(self, data: str) -> None:
            screen.read(data)

    return Driver

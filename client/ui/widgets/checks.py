"""One line for each thing that was tried."""

from typing import Final

from textual.content import Content

from client.ui.widgets.pane import Pane

CheckRow = tuple[str, str, str]
"""What, which one, how it is."""

WHAT_CELLS: Final = 18
WHICH_CELLS: Final = 26
HOW_CELLS: Final = 32


class Checks(Pane[tuple[CheckRow, ...]]):
    """Three columns; what is wrong is told by words."""

    def drawn(self, view: tuple[CheckRow, ...]) -> Content:
        """One row under the other."""
        return Content("\n").join(_drawn(*row) for row in view)


def _drawn(what: str, which: str, how: str) -> Content:
    """One row; without its last column the middle one has the room."""
    name = Content.styled(what.ljust(WHAT_CELLS), "bold")
    if not how:
        return Content.assemble(name, which)
    return Content.assemble(
        name,
        Content(which).truncate(WHICH_CELLS - 1, ellipsis=True).pad_right(1),
        " " * max(0, WHICH_CELLS - 1 - Content(which).cell_length),
        how,
    )

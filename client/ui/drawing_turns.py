"""Whose turn it is: the hand that writes, or what else there is to draw."""

from typing import Final

TYPING: Final = 3
"""Beats after a letter in which the hand that writes goes first."""
LONGEST: Final = 5
"""Beats; chosen: what is measured is never more than a second behind for somebody's typing."""


class DrawingTurns:
    """Counts beats, so that it needs no clock."""

    def __init__(self) -> None:
        self._since_letter = TYPING
        self._since_drawn = 0

    def letter(self) -> None:
        """A letter was typed into a field."""
        self._since_letter = 0

    def drawn(self) -> None:
        """Everything was drawn."""
        self._since_drawn = 0

    def may_draw(self) -> bool:
        """Once a beat: whether to draw now."""
        self._since_letter += 1
        self._since_drawn += 1
        return self._since_letter > TYPING or self._since_drawn >= LONGEST

"""Dark, light and high contrast; whatever is told is told in each of them by words and shapes."""

from typing import Final

from textual.theme import Theme

THEMES: Final = (
    Theme(
        name="dark",
        primary="#9fc3d8",
        foreground="#e6e6e6",
        background="#10151a",
        surface="#10151a",
        panel="#1a2128",
        dark=True,
    ),
    Theme(
        name="light",
        primary="#1f4e66",
        foreground="#1b1f23",
        background="#fbfaf6",
        surface="#fbfaf6",
        panel="#ecebe4",
        dark=False,
    ),
    Theme(
        name="contrast",
        primary="#ffffff",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#2b2b2b",
        dark=True,
    ),
)
TRAINING: Final = Theme(
    name="training",
    primary="#f2c14e",
    foreground="#f7f3ff",
    background="#2b1745",
    surface="#2b1745",
    panel="#3b2459",
    dark=True,
)
"""Of training alone, and never another one there: what is simulated never looks real."""


def following(name: str) -> str:
    """The one after this, and after the last the first."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)]

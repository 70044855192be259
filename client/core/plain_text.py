"""Text from elsewhere, made harmless for a terminal."""

import unicodedata
from typing import Final

_MOVING: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories that move the cursor, reorder or hide text, or print nothing: ESC, BEL, U+202E."""


def printable(text: str) -> str:
    """One line of the same text; what could act upon a terminal is spelt out as escapes."""
    return "".join(
        char.encode("unicode_escape").decode() if unicodedata.category(char) in _MOVING else char
        for char in text
    )


def printable_lines(text: str) -> str:
    """Like `printable`, line by line; only line feeds stay."""
    return "\n".join(map(printable, text.split("\n")))

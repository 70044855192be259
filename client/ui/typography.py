"""Keeps what a no-break space joins on one line: « ? », « : », a key and its label.

Works around Rich 15.0.0 and Textual 8.2.8, which part a line at every space of Unicode, and offer
no other place to say where a line may end.
"""

import re
from types import ModuleType
from typing import Final

from rich import _wrap as rich_wrap
from textual import _wrap as textual_wrap

_SPACE: Final = r"[^\S\u00a0\u202f]"
_SOLID: Final = r"[\S\u00a0\u202f]"
_RULES: Final[tuple[tuple[ModuleType, str, str, str], ...]] = (
    (rich_wrap, "re_word", r"\s*\S+\s*", f"{_SPACE}*{_SOLID}+{_SPACE}*"),
    (textual_wrap, "re_chunk", r"\S+\s*|\s+", rf"{_SOLID}+{_SPACE}*|{_SPACE}+"),
)
"""What each library takes for a word, as it is known to us and as we have it."""


def hold_together() -> None:
    """From now on, in every text of this program; a library with another rule keeps its own."""
    for module, name, known, ours in _RULES:
        if getattr(module, name).pattern == known:
            setattr(module, name, re.compile(ours))

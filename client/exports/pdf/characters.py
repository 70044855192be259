"""Any text as characters the embedded fonts can show: accessible PDF allows no empty boxes.

What cannot be shown is spelt out (``[U+1F600]``): a document never leaves out silently what someone
wrote, except for characters that only move or reorder other text.
"""

import json
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from client.exports.pdf.engine import compiled

_LATIN_END: Final = 0x250
"""Below this the embedded font has every character that prints; a test looks."""
_PROBES_LIMIT: Final = 200
"""Characters tried one by one for one text, at 2 ms each; chosen: more than any honest name."""
_UNSHOWABLE: Final = ("Cs", "Co", "Cn")
_PROBE: Final = b"""#set document(title: "x")
#set text(lang: "fr", font: "Libertinus Serif")
#json("text.json")
"""


def shown(text: str, *, is_strict: bool = False) -> str:
    """The same text, ready to be printed; with `is_strict`, in Latin letters alone."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    harmless = "".join(map(_harmless, lines))
    rare = {char for char in harmless if ord(char) >= _LATIN_END}
    known = frozenset() if is_strict else _known(rare)
    return "".join(_spelt(char) if char in rare - known else char for char in harmless)


def _harmless(char: str) -> str:
    category = unicodedata.category(char)
    if char == "\n" or category in ("Zl", "Zp"):
        return "\n"
    if category == "Cc":
        return " "
    if category == "Cf":
        return ""
    return _spelt(char) if category in _UNSHOWABLE else char


def _known(rare: Iterable[str]) -> frozenset[str]:
    together = "".join(sorted(rare))
    if not together or _has_glyphs(together):
        return frozenset(together)
    return frozenset(filter(_has_glyphs, together[:_PROBES_LIMIT]))


@lru_cache(maxsize=4_096)
def _has_glyphs(text: str) -> bool:
    sources = {"main.typ": _PROBE, "text.json": json.dumps(text).encode()}
    return compiled(sources, ("ua-1",), 0) is not None


def _spelt(char: str) -> str:
    return f"[U+{ord(char):04X}]"

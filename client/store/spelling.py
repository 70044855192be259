"""Words as they are looked up: without case, accents, ligatures or apostrophes."""

import unicodedata
from collections.abc import Iterator
from typing import Final

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
"""Letters that Unicode does not take apart; `str.casefold` and NFKD do the others."""
_KEPT: Final = frozenset("LN")
"""First letters of the categories that are part of a word: letters and digits."""
_JOINTS: Final = frozenset(
    "-'\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"
    "\N{HYPHEN}\N{NON-BREAKING HYPHEN}"
)
"""What stands inside a name: people type it, leave it out or put a space there."""


def plain(text: str) -> str:
    """The text in small letters without accents or ligatures."""
    taken_apart = unicodedata.normalize("NFKD", text.casefold()).translate(_LIGATURES)
    return "".join(one for one in taken_apart if unicodedata.category(one) != "Mn")


def words(text: str) -> list[str]:
    """The words somebody types to find something; ``Jean-Pierre`` is two."""
    return list(_split(plain(text), joints_split=True))


def spellings(text: str) -> list[str]:
    """Every word under which this text is found: ``Jean-Pierre`` is ``jeanpierre`` too."""
    flat = plain(text)
    apart = list(_split(flat, joints_split=True))
    together = list(_split(flat, joints_split=False))
    return list(dict.fromkeys(apart + together))


def _split(flat: str, *, joints_split: bool) -> Iterator[str]:
    word = ""
    for one in flat:
        if unicodedata.category(one)[0] in _KEPT:
            word += one
        elif joints_split or one not in _JOINTS:
            if word:
                yield word
            word = ""
    if word:
        yield word

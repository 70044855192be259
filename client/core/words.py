"""The words two people read to each other to be sure that nobody sits between them.

The list is our own: 256 short French words of everyday things, one per byte, chosen to be told
apart by voice. The page reads the same file.
"""

import json
from importlib.resources import files
from typing import Final

WORDS: Final[tuple[str, ...]] = tuple(
    json.loads((files("client.core") / "words.json").read_text(encoding="utf-8"))
)
"""256 words: upper case, no accents, 4 to 8 letters, no two with the same first four."""


def words_of(secret: bytes) -> tuple[str, ...]:
    """One word per byte."""
    return tuple(WORDS[byte] for byte in secret)

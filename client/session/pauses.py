"""How long the two ends take over what need not hurry; tests of a whole consultation shorten it."""

from dataclasses import dataclass
from typing import Final

from client.session.posting import LETTER_EVERY_S

AWAY_S: Final = 20.0
"""Without a line for so long, parts of files go by mailbox; chosen: before that the thin line has
the descriptions of new connections to carry."""
FLUSH_S: Final = 0.5
"""The last receipt leaves in that time; a peer that misses it waits its own limit and is done."""
GOODBYE_S: Final = 5.0
"""How long an ending waits for the GP's receipt."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """All in seconds."""

    letter_every_s: float = LETTER_EVERY_S
    away_s: float = AWAY_S
    flush_s: float = FLUSH_S
    goodbye_s: float = GOODBYE_S


USUAL: Final = Pauses()

"""Where the GP points, in words for whoever holds the camera."""

from typing import Final

from client.catalogue import Catalogue
from client.core.wire import Pointed

_MIDDLE: Final = range(400, 601)
"""Per mille; chosen: the fifth in the middle is well aimed at."""


def pointer_sentence(say: Catalogue, pointed: Pointed | None) -> str:
    """Which way to move what is seen; empty while nobody points."""
    if pointed is None or not pointed.is_shown:
        return ""
    ways = []
    if pointed.left not in _MIDDLE:
        ways.append(say(f"dossier.point.{'left' if pointed.left < _MIDDLE.start else 'right'}"))
    if pointed.top not in _MIDDLE:
        ways.append(say(f"dossier.point.{'up' if pointed.top < _MIDDLE.start else 'down'}"))
    if not ways:
        return say("dossier.point.middle")
    which = "live" if pointed.id == 0 else "still"
    return say(f"dossier.point.{which}", where=say("dossier.point.and").join(ways))

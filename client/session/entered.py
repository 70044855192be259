"""Consultations that were left before any GP came: what was entered in them goes on in another."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from client.core.dossier.file import Dossier
from client.errors import ChevetError
from client.session.requests import Part
from client.store.records import Records

ENTERED_KEPT: Final = timedelta(hours=12)
"""What was entered is offered again for so long; chosen: a working day."""
_LOOKED_AT: Final = 200
"""Consultations, the newest; chosen: more than any place holds in a working day."""
TAKEN_UP: Final = "taken_up"
"""The reason of the end of one that went on in another."""


def entered_parts(dossier: Dossier) -> tuple[Part, ...]:
    """What was entered of a patient before a call, to be entered in another consultation."""
    found = (dossier.traits, dossier.contact, dossier.consent, dossier.background)
    return tuple(part for part in found if part is not None)


@dataclass(frozen=True, slots=True)
class Entered:
    """One of them."""

    consultation: int
    began_at: datetime
    dossier: Dossier

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is entered again."""
        return entered_parts(self.dossier)


async def left_entered(
    records: Records, now: datetime, on_damage: Callable[[ChevetError], None]
) -> list[Entered]:
    """Those of these hours in which something was entered, the oldest first.

    Without what had a GP, is over, or was practice; a damaged one is told and passed over.
    """
    called = await records.unfinished(lambda known: known.calls(now))
    alive = await records.unfinished(lambda known: known.alive(int(now.timestamp())))
    with_gp = {*alive, *(number for number, _ in called)}
    found: list[Entered] = []
    for one in await records.found("", since=now - ENTERED_KEPT, limit=_LOOKED_AT):
        if one.finished_at is not None or one.is_training or one.id in with_gp:
            continue
        try:
            dossier = await records.dossier(one.id)
        except ChevetError as error:
            on_damage(error)
            continue
        if dossier is not None and entered_parts(dossier):
            found.append(Entered(one.id, one.began_at, dossier))
    return found[::-1]

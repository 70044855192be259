"""The same patient's vitals of earlier consultations at this site. Blocking.

Each with its time and instrument: what is earlier is never shown as now.
"""

from typing import TYPE_CHECKING, Final

from client.core.dossier.traits import Traits
from client.core.record import Direction, EarlierValue, moment
from client.core.wire import Measured
from client.store import archive
from client.store.subjects import person_of
from devices.readings import Mark, Origin, Quality

if TYPE_CHECKING:
    from client.store.database import Database

CONSULTATIONS_LIMIT: Final = 50
"""Earlier consultations that are looked through; chosen: a year of weekly visits."""


def same_patient(database: "Database", traits: Traits, *, is_training: bool = False) -> list[int]:
    """Consultations of this patient, the newest first.

    The same matricule; or, where one of the two has none, the same birth name, first of the first
    names and full date of birth.
    """
    matricule = traits.matricule.value if traits.matricule else ""
    rows = database.rows(
        "SELECT consultation FROM subject WHERE matricule = ?1 AND matricule != ''"
        " AND is_training = ?3 UNION SELECT consultation FROM subject"
        " WHERE person = ?2 AND person != '' AND is_training = ?3 AND (matricule = '' OR ?1 = '')"
        " ORDER BY consultation DESC",
        *(matricule, person_of(traits), is_training),
    )
    return [consultation for (consultation,) in rows]


def vitals(
    database: "Database", traits: Traits, limit: int, *, is_training: bool, besides: int | None
) -> list[EarlierValue]:
    """The last vouched-for value of each vital and consultation, the newest first.

    At most `limit` of each vital; none of the consultation `besides`.
    """
    found: list[EarlierValue] = []
    counts: dict[str, int] = {}
    numbers = same_patient(database, traits, is_training=is_training)
    for number in [one for one in numbers if one != besides][:CONSULTATIONS_LIMIT]:
        for value in _last_values(database, number):
            counts[value.vital] = counts.get(value.vital, 0) + 1
            if counts[value.vital] <= limit:
                found.append(value)
    return sorted(found, key=lambda value: value.taken_at, reverse=True)


def _last_values(database: "Database", consultation: int) -> list[EarlierValue]:
    sent = archive.parcels(database, consultation, Direction.SENT, "measured")
    last: dict[str, EarlierValue] = {}
    for message in (kept.parcel.message for kept in sent):
        if isinstance(message, Measured) and message.value is not None and _is_vouched(message):
            last[message.vital] = EarlierValue(
                consultation=consultation,
                vital=message.vital,
                value=message.value,
                unit=message.unit,
                taken_at=moment(message.taken_ms),
                model=message.model,
            )
    return list(last.values())


def _is_vouched(reading: Measured) -> bool:
    """Good by the instrument's own word, neither from its memory nor of a test liquid."""
    return (
        reading.quality == Quality.GOOD
        and reading.origin != Origin.STORED
        and Mark.CONTROL not in reading.marks
    )

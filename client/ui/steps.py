"""The seven steps of a consultation at the site, and which comes next.

Derived from what was entered, so that a consultation that was left is taken up where it stood.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from client.core.consultation import State
from client.core.dossier.completeness import Missing, Why, missing, pictures_off
from client.core.dossier.file import Dossier
from client.core.dossier.telling import full_name
from client.core.dossier.traits import Traits
from client.session.snapshot import SiteSnapshot

_DAY_MONTH_YEAR: Final = 3
_MS: Final = 1_000
_PLACE: Final = frozenset({Missing.ADDRESS, Missing.CALLBACK})
_AGREEMENT: Final = frozenset({Missing.CONSENT, Missing.TELECONSULTATION})


class Step(StrEnum):
    """In the order in which they are done."""

    ROOM = "room"
    PATIENT = "patient"
    CONSENT = "consent"
    REASON = "reason"
    CALL = "call"
    EXAM = "exam"
    END = "end"


_BY_STATE: Final = {
    State.INVITING: Step.CALL,
    State.COMPARING: Step.CALL,
    State.VERIFIED: Step.EXAM,
    State.ENDED: Step.END,
    State.REFUSED: Step.END,
}


def done_steps(snapshot: SiteSnapshot, now: datetime) -> frozenset[Step]:
    """What needs no more to be done; a step may be done out of its order."""
    dossier = snapshot.dossier
    is_over = snapshot.state is State.ENDED
    lacks = frozenset(missing(dossier))
    found = {
        Step.ROOM: is_room_open(snapshot, now),
        Step.PATIENT: dossier.traits is not None and lacks.isdisjoint(_PLACE),
        Step.CONSENT: lacks.isdisjoint(_AGREEMENT),
        Step.REASON: dossier.background is not None and bool(dossier.background.reason),
        Step.CALL: is_over or snapshot.state is State.VERIFIED,
        Step.EXAM: is_over,
        Step.END: is_over and dossier.ending is not None and dossier.ending.handed_over,
    }
    return frozenset(step for step, is_done in found.items() if is_done)


def current_step(snapshot: SiteSnapshot, now: datetime) -> Step:
    """Where the consultation stands: the first that is not done, or what its state says."""
    if snapshot.state is not State.READY:
        return _BY_STATE[snapshot.state]
    done = done_steps(snapshot, now)
    return next(step for step in Step if step not in done)


def is_room_open(snapshot: SiteSnapshot, now: datetime) -> bool:
    """The room was looked at on this day, by the clock on its wall."""
    if snapshot.room is None:
        return False
    looked_at = datetime.fromtimestamp(snapshot.room.at_ms / _MS, UTC)
    return looked_at.astimezone().date() == now.astimezone().date()


def patient_name(snapshot: SiteSnapshot) -> str:
    """As the site calls the patient: what the session knows, else the traits; may be empty."""
    traits = snapshot.dossier.traits
    return snapshot.patient_name or (full_name(traits) if traits else "")


def has_begun(snapshot: SiteSnapshot) -> bool:
    """Something of a patient was entered."""
    dossier = snapshot.dossier
    entered = (dossier.traits, dossier.consent, dossier.background)
    return bool(snapshot.patient_name) or any(part is not None for part in entered)


def years_of(traits: Traits | None, now: datetime) -> int | None:
    """Whole years since birth; `None` where the whole date is not known."""
    parts = traits.birth_date.split("-") if traits else []
    if len(parts) != _DAY_MONTH_YEAR:
        return None
    year, month, day = map(int, parts)
    today = now.astimezone().date()
    return today.year - year - ((today.month, today.day) < (month, day))


def pictures_refused(dossier: Dossier) -> bool:
    """The patient wants no photo; where nobody was asked yet, nothing is refused."""
    return dossier.consent is not None and pictures_off(dossier) is Why.REFUSED


def reason_of(snapshot: SiteSnapshot) -> str:
    """Why the patient comes; may be empty."""
    background = snapshot.dossier.background
    return snapshot.reason or (background.reason if background else "")

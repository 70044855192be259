"""Marks a training session by what it left: its dossier, its journal, what was sent.

Nothing clinical is marked (rules-fr.md, d-29): only whether the steps were done, and in their
order. What nobody could see, such as how well a photo was aimed, is not marked either.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from client.core.dossier.background import Question
from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.room import RoomCheck, RoomItem
from client.core.record import ConsultationRecord, Direction
from client.core.training.scenario import Act, Do, Expected, Scenario
from client.core.wire import AskAnswered, Asked, Measured, Message, StillOffered, Text

_CALLS: Final = ("invited", "called")
_UPS: Final = ("link_up", "peer_reconnected")
_PROOFS: Final[Mapping[str, tuple[str, ...]]] = {
    "temperature": ("temperature",),
    "oximeter": ("spo2",),
    "pressure": ("systolic",),
    "glucose": ("glucose", "glucose_molar"),
    "weight": ("weight",),
}
"""Which value shows that a step was done, where one does."""
_BY_HAND: Final = (AskAnswered, StillOffered, Text)
_SHOWN: Final = ("skin", "throat", "still", "clip")
"""Steps that a file shows; an ear may be looked at, and a chest heard, live."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that was expected."""

    expected: Expected
    is_met: bool
    detail: str = ""
    """A `Question` or an `Asked.what` this is about; empty: the thing itself."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the session left."""

    record: ConsultationRecord
    room: RoomCheck | None
    """The newest opening of the room, if there was one."""

    @property
    def dossier(self) -> Dossier:
        """Of the consultation; an empty one where nothing was entered."""
        return self.record.dossier or Dossier(Operator("", Role.OTHER))

    def first(self, *events: str) -> int | None:
        """Number of the first journal line that says one of these."""
        lines = self.record.journal
        return next((line.number for line in lines if line.event in events), None)

    def said(self, direction: Direction) -> list[Message]:
        """Every message that went this way, in order."""
        return [one.parcel.message for one in self.record.parcels if one.direction is direction]


def marked(scenario: Scenario, evidence: Evidence) -> tuple[Mark, ...]:
    """Everything the scenario expects, in its order, and whether it was done."""
    marks: list[Mark] = []
    for expected in scenario.expected:
        if expected is Expected.STEPS:
            marks += _steps(scenario, evidence)
        else:
            marks.append(Mark(expected, _RULES[expected](scenario, evidence)))
        if expected is Expected.REASON:
            marks += _questions(scenario, evidence)
    return tuple(marks)


def _room(_scenario: Scenario, seen: Evidence) -> bool:
    """Looked at before anybody was called, every item of it."""
    if seen.room is None:
        return False
    looked_at = set(seen.room.checked) | set(seen.room.failed)
    called = seen.first(*_CALLS)
    at = None if called is None else seen.record.journal[called - 1].at
    is_before = at is None or seen.room.at_ms <= at.timestamp() * 1_000
    return looked_at >= set(RoomItem) and is_before


def _identity(scenario: Scenario, seen: Evidence) -> bool:
    """The names and the birth that the patient said, however they were capitalised."""
    traits, told = seen.dossier.traits, scenario.patient
    if traits is None:
        return False
    wanted = (told.birth_name, *told.first_names, told.birth_date)
    typed = (traits.birth_name, *traits.first_names, traits.birth_date)
    return _plain(typed) == _plain(wanted) and traits.sex is told.sex


def _plain(words: Sequence[str]) -> list[str]:
    return [" ".join(word.replace("-", " ").casefold().split()) for word in words]


def _matricule(scenario: Scenario, seen: Evidence) -> bool:
    traits = seen.dossier.traits
    found = traits.matricule if traits else None
    return found is not None and found.value == scenario.patient.matricule


def _callback(_scenario: Scenario, seen: Evidence) -> bool:
    contact = seen.dossier.contact
    return contact is not None and bool(contact.address and contact.callback)


def _consent(_scenario: Scenario, seen: Evidence) -> bool:
    """Given before the call (d-9)."""
    return _is_before(seen, "consent_given", _CALLS)


def _is_before(seen: Evidence, event: str, others: Sequence[str]) -> bool:
    at, then = seen.first(event), seen.first(*others)
    return at is not None and (then is None or at < then)


def _refusals(scenario: Scenario, seen: Evidence) -> bool:
    """Exactly what the patient refused (d-10)."""
    consent = seen.dossier.consent
    return consent is not None and set(consent.refused) == set(scenario.patient.refuses)


def _no_picture(_scenario: Scenario, seen: Evidence) -> bool:
    return not any(isinstance(one, StillOffered) for one in seen.said(Direction.SENT))


def _reason(_scenario: Scenario, seen: Evidence) -> bool:
    background = seen.dossier.background
    return background is not None and bool(background.reason.strip())


def _questions(scenario: Scenario, seen: Evidence) -> list[Mark]:
    return [Mark(Expected.REASON, _is_answered(seen, one), one) for one in scenario.questions]


def _is_answered(seen: Evidence, question: Question) -> bool:
    background = seen.dossier.background
    answers = background.answers if background else ()
    return any(one.question is question and one.text.strip() for one in answers)


def _background_first(_scenario: Scenario, seen: Evidence) -> bool:
    """The GP had the words before the first request: nothing had to be asked twice."""
    return _is_before(seen, "background_sent", ("asked",))


def _oxygen(_scenario: Scenario, seen: Evidence) -> bool:
    """Room air or litres per minute: an SpO2 means nothing without it (d-23)."""
    return _is_answered(seen, Question.OXYGEN)


def _steps(scenario: Scenario, seen: Evidence) -> list[Mark]:
    """Each request of the GP's, in order; they are numbered from 1 as the script asks them."""
    asks = [act for act in scenario.acts if act.do is Do.ASK]
    numbers = [one.id for one in seen.said(Direction.RECEIVED) if isinstance(one, Asked)]
    sent = seen.said(Direction.SENT)
    answers = {one.id: one.outcome for one in sent if isinstance(one, AskAnswered)}
    marks = []
    for place, act in enumerate(asks):
        outcome = answers.get(numbers[place]) if place < len(numbers) else None
        is_met = outcome == ("done" if act.possible else "not_possible")
        is_met = is_met and (not act.possible or _is_shown(act, sent))
        marks.append(Mark(Expected.STEPS, is_met, act.what))
    return marks


def _is_shown(act: Act, sent: Sequence[Message]) -> bool:
    """What was said to be done left what it leaves."""
    if act.what in _SHOWN:
        return any(isinstance(one, StillOffered) for one in sent)
    proofs = _PROOFS.get(act.what)
    values = (one for one in sent if isinstance(one, Measured) and one.value is not None)
    return proofs is None or any(one.vital in proofs for one in values)


def _acknowledged(_scenario: Scenario, seen: Evidence) -> bool:
    """Nothing a person sent was left on its way: the GP confirmed having it.

    What instruments send by themselves goes on to the last second, so it is not looked at.
    """
    sent = [
        one
        for one in seen.record.parcels
        if one.direction is Direction.SENT and isinstance(one.parcel.message, _BY_HAND)
    ]
    return bool(sent) and all(one.acknowledged_at is not None for one in sent)


def _resumed(_scenario: Scenario, seen: Evidence) -> bool:
    """The person stayed through the cut: the line came back while the consultation lasted."""
    cut = seen.first("link_cut")
    ups = [line.number for line in seen.record.journal if line.event in _UPS]
    return cut is not None and any(number > cut for number in ups)


def _summary(_scenario: Scenario, seen: Evidence) -> bool:
    return seen.first("summary_received") is not None


def _handed_over(_scenario: Scenario, seen: Evidence) -> bool:
    ending = seen.dossier.ending
    return ending is not None and ending.handed_over


def _stopped(scenario: Scenario, seen: Evidence) -> bool:
    """With one of the reasons that are right here (d-7)."""
    ending = seen.dossier.ending
    reason = ending.stop_reason if ending else None
    return seen.record.reason == "unsuitable" and reason in scenario.stop_reasons


_RULES: Final[Mapping[Expected, Callable[[Scenario, Evidence], bool]]] = {
    Expected.ROOM: _room,
    Expected.IDENTITY: _identity,
    Expected.MATRICULE: _matricule,
    Expected.CALLBACK: _callback,
    Expected.CONSENT: _consent,
    Expected.REFUSALS: _refusals,
    Expected.NO_PICTURE: _no_picture,
    Expected.REASON: _reason,
    Expected.BACKGROUND_FIRST: _background_first,
    Expected.OXYGEN: _oxygen,
    Expected.ACKNOWLEDGED: _acknowledged,
    Expected.RESUMED: _resumed,
    Expected.SUMMARY: _summary,
    Expected.HANDED_OVER: _handed_over,
    Expected.STOPPED: _stopped,
}

"""A scenario: a patient of nobody's, what the GP does, and what must not be forgotten.

Data files in the catalogue, ``<language>/scenarios/<name>.toml``; a new one needs no line of code.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Final

import msgspec

from client.catalogue import scenario_files
from client.core.dossier.background import Question
from client.core.dossier.consent import Item
from client.core.dossier.ending import StopReason
from client.core.dossier.library import STEPS
from client.core.dossier.matricule import checked
from client.core.dossier.traits import IdentityStatus, Matricule, Sex, Traits
from client.errors import ChevetError

PAUSE_LIMIT_S: Final = 600


class ScenarioError(ChevetError):
    """A scenario's file does not say what a scenario says."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"the scenario {name} cannot be read: {reason}")
        self.name = name
        self.reason = reason


class Do(StrEnum):
    """What the scripted GP can do."""

    WAIT = "wait"
    """Ask for `Act.minutes` of patience, with `Act.text`."""
    SAY = "say"
    ASK = "ask"
    """For the step `Act.what`, and wait until it is answered."""
    CUT = "cut"
    """The line goes for `Act.seconds`."""
    SUMMARISE = "summarise"
    """Send `Act.text` as the summary, signed."""
    STOP = "stop"
    """Say `Act.text`, then wait until the site stops the consultation."""


class Expected(StrEnum):
    """What must not be forgotten; the rules are in `client.core.training.marking`."""

    ROOM = "room"
    IDENTITY = "identity"
    MATRICULE = "matricule"
    CALLBACK = "callback"
    CONSENT = "consent"
    REFUSALS = "refusals"
    NO_PICTURE = "no_picture"
    REASON = "reason"
    BACKGROUND_FIRST = "background_first"
    OXYGEN = "oxygen"
    STEPS = "steps"
    ACKNOWLEDGED = "acknowledged"
    RESUMED = "resumed"
    SUMMARY = "summary"
    HANDED_OVER = "handed_over"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing the GP does; the next one follows when it is done."""

    do: Do
    text: str = ""
    what: str = ""
    """`client.core.wire.Asked.what`."""
    possible: bool = True
    """False: the right answer to this request is that it cannot be done here."""
    minutes: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Actor:
    """The simulated patient."""

    birth_name: str
    first_names: tuple[str, ...]
    birth_date: str
    sex: Sex
    birth_place: str
    matricule: str
    oid: str
    says: tuple[str, ...]
    """What is on the card that the person reads, or plays with a colleague."""
    refuses: tuple[Item, ...] = ()

    @property
    def traits(self) -> Traits:
        """As they are to be entered."""
        return Traits(
            *(self.birth_name, self.first_names, "", self.birth_date, self.sex, self.birth_place),
            matricule=Matricule(self.matricule, self.oid),
            status=IdentityStatus.PROVISIONAL,
        )


@dataclass(frozen=True, slots=True)
class Scenario:
    """One consultation to practise."""

    name: str
    version: int
    language: str
    title: str
    story: str
    gp: str
    """Name of the scripted GP."""
    patient: Actor
    acts: tuple[Act, ...]
    expected: tuple[Expected, ...]
    questions: tuple[Question, ...] = ()
    """To be asked before the call."""
    cap_kbit: int = 0
    """What the line carries; 0: no limit."""
    stop_reasons: tuple[StopReason, ...] = field(default=())
    """Any of these is right, where the consultation must be stopped."""


def read_scenario(name: str, data: bytes) -> Scenario:
    """The scenario in this TOML file; `ScenarioError`.

    Its identity must be a test identity (rules-fr.md, d-14).
    """
    try:
        scenario = msgspec.toml.decode(data, type=Scenario)
        checked(scenario.patient.traits.matricule or Matricule("", ""), is_training=True)
    except (msgspec.DecodeError, UnicodeDecodeError, ChevetError) as error:
        raise ScenarioError(name, str(error) or type(error).__name__) from error
    for reason, is_wrong in _faults(scenario, name):
        if is_wrong:
            raise ScenarioError(name, reason)
    return scenario


def _faults(scenario: Scenario, name: str) -> tuple[tuple[str, bool], ...]:
    acts = scenario.acts
    asks = [act for act in acts if act.do is Do.ASK]
    must_stop = Expected.STOPPED in scenario.expected
    return (
        ("another name", scenario.name != name),
        ("an unknown step", any(act.what not in STEPS for act in asks)),
        ("a pause without end", any(not 0 <= act.seconds <= PAUSE_LIMIT_S for act in acts)),
        ("no end", not acts or acts[-1].do not in (Do.SUMMARISE, Do.STOP)),
        ("no reason to stop", must_stop is not bool(scenario.stop_reasons)),
    )


@cache
def scenarios(language: str) -> tuple[Scenario, ...]:
    """Every scenario of this language, by title."""
    found = (read_scenario(name, data) for name, data in scenario_files(language).items())
    return tuple(sorted(found, key=lambda scenario: scenario.title))

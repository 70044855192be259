"""Ready-made protocols: which questions, which measurements, in which order, and how to do them."""

from dataclasses import dataclass

from client.core.dossier.background import Question


@dataclass(frozen=True, slots=True)
class ProtocolStep:
    """One step of the examination."""

    what: str
    """As `client.core.wire.Asked.what`."""
    how: tuple[str, ...]
    """Tips for the person who holds the instrument; three lines at most."""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ProtocolQuestion:
    """One question, with the words of its own where it is `Question.OTHER`."""

    ask: Question
    label: str = ""


@dataclass(frozen=True, slots=True)
class Protocol:
    """A data file, see `client.core.dossier.library`.

    It asks and proposes, it never interprets (d-29).
    """

    name: str
    version: int
    language: str
    title: str
    questions: tuple[ProtocolQuestion, ...]
    steps: tuple[ProtocolStep, ...]

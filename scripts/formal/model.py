"""Asks Maude (https://maude.cs.illinois.edu) whether a state that must not be can be reached.

Every order of every letter is tried, with every letter that the intruder can make.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

MODEL: Final = Path(__file__).with_name("handshake.maude")
_MODULE: Final = {"readLater": "AFTERWARDS", "isRevealed": "AFTERWARDS"}
"""Where all that lasts falls to the intruder; elsewhere it does not."""

_ALL: Final = ("secretLost", "siteFeigned", "gpFeigned", "misbound", "repeated", "deceived")


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a state of this kind can be reached from there, and what must be the answer."""

    scenario: str
    about: str
    is_reached: bool
    changed: tuple[str, str] | None = None
    """A piece of the model and what stands in its place: the protocol without one of its parts."""

    def __str__(self) -> str:
        without = f", with {self.changed[1]!r} for {self.changed[0]!r}" if self.changed else ""
        return f"{self.scenario}: {self.about}{without}"


def _never(scenario: str, *about: str) -> Iterator[Question]:
    return (Question(scenario, each, is_reached=False) for each in about)


HOLDS: Final = (
    *_never("honest", *_ALL, "readLater", "endsWithIntruder"),
    *_never("leaked", *_ALL, "readLater"),
    *_never("swapped", "secretLost", "gpFeigned", "misbound", "repeated", "deceived"),
    *_never("crowded", *_ALL),
    *_never("known", *_ALL),
    *_never("stolenPrekey", *_ALL, "readLater"),
    *_never("siteKeyStolen", "gpFeigned", "misbound", "repeated", "deceived"),
    *_never("gpKeyStolen", "siteFeigned", "misbound", "repeated", "deceived"),
)
"""What the handshake is for."""

REACHED: Final = tuple(
    Question(scenario, about, is_reached=True)
    for scenario, about in (
        ("honest", "bothDone"),
        ("honest", "isRevealed"),
        ("known", "bothDone"),
        ("crowded", "bothDone"),
        ("leaked", "endsWithIntruder"),  # hence the words
        ("swapped", "endsWithIntruder"),
        ("siteKeyStolen", "siteFeigned"),  # nothing helps against a stolen signing key
        ("gpKeyStolen", "gpFeigned"),
    )
)
"""What must be possible: a model in which nothing happens proves nothing."""

_SIGNED_M1: Final = "A ; E ; D ; C ; sig(A, m1 ; hash(M) ; A ; E ; D ; C)"
_SIGNED_M2: Final = "sig(B, m2 ; H ; A ; D ; N)"
WEAKENED: Final = tuple(
    Question(scenario, about, is_reached=True, changed=changed)
    for scenario, about, changed in (
        # Words without a commitment, then with one that hides nothing.
        ("swapped", "deceived", ("= hash(commit ; A ; N)", "= hash(commit ; A)")),
        ("swapped", "deceived", ("= hash(commit ; A ; N)", "= commit ; A ; N")),
        ("leaked", "siteFeigned", (_SIGNED_M1, "A ; E ; D ; C ; hash(C)")),
        ("stolenPrekey", "gpFeigned", (_SIGNED_M2, "hash(H ; A ; D ; N)")),
        # An ephemeral key that is never erased.
        ("honest", "readLater", ("signing(b), spk, link .", "signing(b), spk, link, eph .")),
        # A site that takes any GP for the one it knows.
        ("known", "endsWithIntruder", ("if (P == anybody or P == B)", "if true")),
    )
)
"""Each part of the protocol that is left out opens the attack it is there against."""

QUESTIONS: Final = (*HOLDS, *REACHED, *WEAKENED)


def is_reached(question: Question) -> bool:
    """Whether the search finds such a state; it visits all there are before it says no."""
    maude = _maude()
    text = MODEL.read_text(encoding="utf-8")
    if question.changed:
        before, after = question.changed
        if text.count(before) != 1:
            raise ValueError(f"{before!r} is not once in the model")
        text = text.replace(before, after)
    with TemporaryDirectory() as folder:
        path = Path(folder) / MODEL.name
        path.write_text(text, encoding="utf-8")
        if not maude.load(str(path)):
            raise ValueError("Maude does not take the model")
    module = maude.getModule(_MODULE.get(question.about, "SCENARIOS"))
    return _found(maude, module, question)


def _found(maude: Any, module: Any, question: Question) -> bool:
    """Whether one such state is among all that can be reached."""
    start, anywhere = module.parseTerm(question.scenario), module.parseTerm("N:Net")
    asked, yes = module.parseTerm(f"{question.about}(N:Net)"), module.parseTerm("true")
    if None in (start, anywhere, asked, yes):
        raise ValueError(f"the model does not know {question}")
    condition = [maude.EqualityCondition(asked, yes)]
    return next(iter(start.search(maude.ANY_STEPS, anywhere, condition)), None) is not None


@cache
def _maude() -> Any:
    """Maude, begun; it is a tool of the tests alone and has no types."""
    maude = import_module("maude")
    if not maude.init(advise=False):
        raise ValueError("Maude does not start")
    return maude

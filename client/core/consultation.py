"""The states of one consultation at the site, and what moves it from one to the next.

Trust comes before data: nothing about the patient leaves the site before ``VERIFIED``, whose only
way in is that the person at the bedside found the words equal (or the key was pinned earlier).
The line is another matter: see `LinkState`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from client.errors import ChevetError


class State(StrEnum):
    """Where the consultation stands."""

    READY = "ready"
    """Checks done, nobody invited."""
    INVITING = "inviting"
    """An invitation is out; waiting for the GP's page."""
    COMPARING = "comparing"
    """Keys agreed; the words are being compared over the voice link."""
    VERIFIED = "verified"
    """The words were equal; patient data may flow."""
    ENDED = "ended"
    """Ended by either side."""
    REFUSED = "refused"
    """Stopped for a reason of trust: words differ, changed key, used or expired invitation."""


class Step(StrEnum):
    """What can happen to it."""

    INVITED = "invited"
    NOT_TAKEN = "not_taken"
    """The call or the invitation came to nothing; another one may follow."""
    KEYS_AGREED = "keys_agreed"
    WORDS_EQUAL = "words_equal"
    TRUST_BROKEN = "trust_broken"
    ENDED = "ended"


TRANSITIONS: Final[Mapping[tuple[State, Step], State]] = {
    (State.READY, Step.INVITED): State.INVITING,
    (State.READY, Step.ENDED): State.ENDED,
    (State.INVITING, Step.INVITED): State.INVITING,  # another GP in place of the one before
    (State.INVITING, Step.NOT_TAKEN): State.READY,
    (State.INVITING, Step.KEYS_AGREED): State.COMPARING,
    (State.INVITING, Step.TRUST_BROKEN): State.REFUSED,
    (State.INVITING, Step.ENDED): State.ENDED,
    (State.COMPARING, Step.WORDS_EQUAL): State.VERIFIED,
    (State.COMPARING, Step.TRUST_BROKEN): State.REFUSED,
    (State.COMPARING, Step.ENDED): State.ENDED,
    (State.VERIFIED, Step.TRUST_BROKEN): State.REFUSED,
    (State.VERIFIED, Step.ENDED): State.ENDED,
}


class LinkState(StrEnum):
    """What the line to the peer is doing; independent of `State`."""

    NONE = "none"
    """Never connected yet."""
    CONNECTING = "connecting"
    UP = "up"
    """The peer's sealed hello arrived in-band and it is still heard."""
    CUT = "cut"
    """It was up and nothing is heard any more; reconnecting by itself."""


class WrongStepError(ChevetError):
    """A step that means nothing in this state; a bug or a hostile peer."""

    def __init__(self, state: State, step: Step) -> None:
        super().__init__(f"{step} while {state}")
        self.state = state
        self.step = step


def after(state: State, step: Step) -> State:
    """The state that follows; `WrongStepError` when the table has no such step."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise WrongStepError(state, step) from None

"""Why the relay did not take a letter, one error for each reason that asks for another step."""

from collections.abc import Mapping
from typing import Final

from client.core.mailbox import Reason
from client.errors import ChevetError


class RelayRefusedError(ChevetError):
    """The relay refused a letter."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the relay refused a letter: {reason}")
        self.reason = reason


class LetterTooLargeError(RelayRefusedError):
    """The letter is larger than a mailbox takes."""


class MailboxFullError(RelayRefusedError):
    """The other end has not fetched its letters for too long."""


class RelayRateError(RelayRefusedError):
    """Too many letters in too short a time."""


class NotAdmittedError(RelayRefusedError):
    """The other end does not take letters with this token, or no longer."""


class RelayBusyError(ChevetError):
    """So many letters wait for the relay that no more fit."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} letters wait for the relay")
        self.waiting = waiting


_BY_REASON: Final[Mapping[str, type[RelayRefusedError]]] = {
    Reason.TOO_LARGE: LetterTooLargeError,
    Reason.FULL: MailboxFullError,
    Reason.RATE: RelayRateError,
    Reason.NOT_ADMITTED: NotAdmittedError,
}


def refusal(reason: str) -> RelayRefusedError:
    """The error for a reason of `client.core.mailbox.Reason`."""
    return _BY_REASON.get(reason, RelayRefusedError)(reason)

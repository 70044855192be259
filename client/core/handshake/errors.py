"""Why a handshake stops, each with a sentence of its own in the catalogue."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from client.errors import ChevetError


class TrustError(ChevetError):
    """Nobody can be sure who is at the other end; the consultation stops."""


class InvitationUsedError(TrustError):
    """The invitation has already served, or serves somebody else."""


class InvitationExpiredError(TrustError):
    """The invitation's time is over."""


class ChangedKeyError(TrustError):
    """The peer is known, but by another key."""


class WordsDifferError(TrustError):
    """The two people did not read the same words."""


class HandshakeError(TrustError):
    """The peer broke its own commitment: somebody tries to steer the words."""


class BadLetterError(ChevetError):
    """A letter that is not what its kind says; the handshake counts it and goes on without it."""


class Refusal(StrEnum):
    """What the site tells a page it turns away."""

    USED = "used"
    EXPIRED = "expired"
    CHANGED_KEY = "changed_key"


REFUSAL_ERRORS: Final[Mapping[Refusal, type[TrustError]]] = {
    Refusal.USED: InvitationUsedError,
    Refusal.EXPIRED: InvitationExpiredError,
    Refusal.CHANGED_KEY: ChangedKeyError,
}

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


class PrekeyExpiredError(TrustError):
    """The key by which a known GP can be called is too old, or the GP has deleted it."""


class PrekeyRolledBackError(TrustError):
    """A bundle older than one that was seen before: somebody wants an old key to be used again."""


class CallDeclinedError(TrustError):
    """The GP has seen the call and cannot take it."""


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


class CallRefusal(StrEnum):
    """What a GP's page tells a site whose call it does not take."""

    DECLINED = "declined"
    EXPIRED = "expired"


CALL_REFUSAL_ERRORS: Final[Mapping[CallRefusal, type[TrustError]]] = {
    CallRefusal.DECLINED: CallDeclinedError,
    CallRefusal.EXPIRED: PrekeyExpiredError,
}

REFUSAL_ERRORS: Final[Mapping[Refusal, type[TrustError]]] = {
    Refusal.USED: InvitationUsedError,
    Refusal.EXPIRED: InvitationExpiredError,
    Refusal.CHANGED_KEY: ChangedKeyError,
}

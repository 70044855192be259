"""How the two ends come to share keys, without I/O.

The GP's page knocks with a signed prekey, sealed under the invitation's secret; the site answers
with M1, the page with M2, the site opens its commitment with M3, and both show the same words:

    GP   KNOCK  bundle = ikB, spk, expiry, signature      under the invitation's secret
    site M1     ikA, ephA, seedA, commit(ikA, nA), time, signature       HPKE to spk
    GP   M2     seedB, nB, signature                                     HPKE to ephA
    site M3     nA                                                       under the new keys

Each signature covers the peer's key and all that went before (SIGMA). The commitment leaves a man
in the middle, even one who knows the invitation, a single guess at the words (RFC 6189, 4.4.1.1).
Ends that know each other skip the knock (`call`): the site keeps a standing bundle of the GP's and
a secret of their last session (`bond`).
HPKE is RFC 9180 in base mode over X-Wing. The page mirrors this package;
``tests/vectors/handshake.json`` holds both.
"""

from client.core.handshake.bond import Bond, Call, bond_secret
from client.core.handshake.call import CALL_LASTS, GpAnswer, SiteCall
from client.core.handshake.errors import (
    REFUSAL_ERRORS,
    BadLetterError,
    CallDeclinedError,
    CallRefusal,
    ChangedKeyError,
    HandshakeError,
    InvitationExpiredError,
    InvitationUsedError,
    PrekeyExpiredError,
    PrekeyRolledBackError,
    Refusal,
    TrustError,
    WordsDifferError,
)
from client.core.handshake.events import KeysAgreed, KnockRefused, Post
from client.core.handshake.gp import GpHandshake
from client.core.handshake.knock import Bundle
from client.core.handshake.placed_call import PlacedCall, PlacedCallUnreadableError
from client.core.handshake.site import SiteHandshake

__all__ = [
    "CALL_LASTS",
    "REFUSAL_ERRORS",
    "BadLetterError",
    "Bond",
    "Bundle",
    "Call",
    "CallDeclinedError",
    "CallRefusal",
    "ChangedKeyError",
    "GpAnswer",
    "GpHandshake",
    "HandshakeError",
    "InvitationExpiredError",
    "InvitationUsedError",
    "KeysAgreed",
    "KnockRefused",
    "PlacedCall",
    "PlacedCallUnreadableError",
    "Post",
    "PrekeyExpiredError",
    "PrekeyRolledBackError",
    "Refusal",
    "SiteCall",
    "SiteHandshake",
    "TrustError",
    "WordsDifferError",
    "bond_secret",
]

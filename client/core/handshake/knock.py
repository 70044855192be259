"""What passes under the invitation's secret alone: the GP's bundle, and the site's refusal."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from client.core.handshake import kem
from client.core.handshake.errors import BadLetterError, Refusal
from client.core.identity import (
    PUBLIC_SIZE,
    SIGNATURE_SIZE,
    ForgedSignatureError,
    Identity,
    verify,
)
from client.core.invitation import Invitation
from client.core.plain_cbor import Item, pack, unpack

Entropy = Callable[[int], bytes]
"""That many bytes nobody can guess."""
_NONCE_SIZE: Final = 12
_KEY_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Bundle:
    """The GP's identity and a prekey it signed, to which M1 is sealed."""

    gp_public: bytes
    prekey: bytes
    expires_s: int
    """UTC seconds since 1970."""
    signature: bytes
    epoch: int = 0
    """Rises with every standing bundle of one GP; 0: made for one invitation alone."""

    @classmethod
    def signed(cls, identity: Identity, prekey: bytes, expires_s: int) -> Self:
        """The bundle of this identity."""
        signature = identity.sign("bundle", pack(identity.public, prekey, expires_s))
        return cls(identity.public, prekey, expires_s, signature)

    @classmethod
    def standing(cls, identity: Identity, prekey: bytes, expires_s: int, epoch: int) -> Self:
        """The bundle by which known sites call this identity until it expires."""
        said = pack(identity.public, prekey, expires_s, epoch)
        signature = identity.sign("standing bundle", said)
        return cls(identity.public, prekey, expires_s, signature, epoch)

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The bundle in these bytes, its signature verified; else `BadLetterError`."""
        match items_of(data):
            case [bytes(public), bytes(prekey), int(expires_s), bytes(signature)] if (
                len(public),
                len(prekey),
            ) == (PUBLIC_SIZE, kem.PUBLIC_SIZE) and len(signature) == SIGNATURE_SIZE:
                check(public, "bundle", signature, pack(public, prekey, expires_s))
                return cls(public, prekey, expires_s, signature)
            case _:
                raise BadLetterError("not a bundle")

    @classmethod
    def decode_standing(cls, data: bytes) -> Self:
        """The standing bundle in these bytes, its signature verified; else `BadLetterError`."""
        match items_of(data):
            case [bytes(public), bytes(prekey), int(expires_s), int(epoch), bytes(signature)] if (
                *(len(public), len(prekey), len(signature)),
                epoch > 0,
            ) == (PUBLIC_SIZE, kem.PUBLIC_SIZE, SIGNATURE_SIZE, True):
                said = pack(public, prekey, expires_s, epoch)
                check(public, "standing bundle", signature, said)
                return cls(public, prekey, expires_s, signature, epoch)
            case _:
                raise BadLetterError("not a standing bundle")

    def encode(self) -> bytes:
        """The bundle's only spelling."""
        if self.epoch:
            said = (self.gp_public, self.prekey, self.expires_s, self.epoch)
            return pack(*said, self.signature)
        return pack(self.gp_public, self.prekey, self.expires_s, self.signature)

    @property
    def digest(self) -> bytes:
        """SHA-256; what M1's signature and context are bound to."""
        return sha256(self.encode()).digest()


def seal_knock(invitation: Invitation, bundle: Bundle, entropy: Entropy) -> bytes:
    """Body of a KNOCK."""
    return _seal(invitation, pack(bundle.encode()), invitation.site_address, entropy)


def open_knock(invitation: Invitation, body: bytes) -> Bundle:
    """The bundle in a KNOCK; `BadLetterError` unless it proves to know the invitation."""
    match items_of(_open(invitation, body, invitation.site_address)):
        case [bytes(bundle)]:
            return Bundle.decode(bundle)
        case _:
            raise BadLetterError("not a knock")


def seal_refusal(invitation: Invitation, reason: Refusal, entropy: Entropy) -> bytes:
    """Body of a REFUSAL."""
    return _seal(invitation, pack(reason.value), _refusal_context(invitation), entropy)


def open_refusal(invitation: Invitation, body: bytes) -> Refusal:
    """The reason in a REFUSAL; `BadLetterError` if it is none of ours."""
    match items_of(_open(invitation, body, _refusal_context(invitation))):
        case [str(reason)] if reason in set(Refusal):
            return Refusal(reason)
        case _:
            raise BadLetterError("not a refusal")


def items_of(data: bytes) -> list[Item]:
    """`unpack`, for letters."""
    try:
        return unpack(data)
    except ValueError as error:
        raise BadLetterError("not an array of ours") from error


def check(public: bytes, label: str, signature: bytes, data: bytes) -> None:
    """`verify`, for letters."""
    try:
        verify(public, label, signature, data)
    except ForgedSignatureError as error:
        raise BadLetterError("a forged signature") from error


def _refusal_context(invitation: Invitation) -> bytes:
    return b"refusal" + invitation.site_address


def _seal(invitation: Invitation, plaintext: bytes, context: bytes, entropy: Entropy) -> bytes:
    nonce = entropy(_NONCE_SIZE)
    return nonce + AESGCM(_key(invitation)).encrypt(nonce, plaintext, context)


def _open(invitation: Invitation, body: bytes, context: bytes) -> bytes:
    nonce, ciphertext = body[:_NONCE_SIZE], body[_NONCE_SIZE:]
    try:
        return AESGCM(_key(invitation)).decrypt(nonce, ciphertext, context)
    except (InvalidTag, ValueError) as error:
        raise BadLetterError("not sealed with the invitation's secret") from error


def _key(invitation: Invitation) -> bytes:
    return invitation.derived("knock", _KEY_SIZE)

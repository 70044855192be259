"""HPKE single shot over X-Wing (RFC 9180; draft-connolly-cfrg-xwing-kem), from explicit seeds."""

from hashlib import shake_256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from client.core.handshake.errors import BadLetterError

SEED_SIZE: Final = 32
PUBLIC_SIZE: Final = 1_216
"""Bytes: ML-KEM-768 1184, then X25519 32."""
_MLKEM_SEED_SIZE: Final = 64
_MLKEM_PUBLIC_SIZE: Final = 1_184
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class KeyPair:
    """A key to which the peer seals one message."""

    def __init__(self, seed: bytes) -> None:
        expanded = shake_256(seed).digest(_MLKEM_SEED_SIZE + 32)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_SIZE])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_SIZE:])
        self._private = MLKEM768X25519PrivateKey(mlkem, x25519)
        self.public: Final = (
            mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        )
        """1216 bytes."""

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed to this key in this context; `BadLetterError` if nothing was."""
        try:
            return _SUITE.decrypt(sealed, self._private, info=info)
        except (InvalidTag, ValueError) as error:
            raise BadLetterError("not sealed to this key") from error


def seal(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """The plaintext for the owner of `public` alone; `BadLetterError` if that is no key."""
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC_SIZE])
        x25519 = X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC_SIZE:])
        return _SUITE.encrypt(plaintext, MLKEM768X25519PublicKey(mlkem, x25519), info=info)
    except ValueError as error:
        raise BadLetterError("not a public key") from error

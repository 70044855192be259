"""Who an end is: an Ed25519 key, and the mailbox address that is its hash.

Every signature covers ``"chevet/1 " label 0x00 data``, so that none made for one purpose can serve
another.
"""

from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from client.errors import ChevetError

SEED_SIZE: Final = 32
PUBLIC_SIZE: Final = 32
SIGNATURE_SIZE: Final = 64
"""Bytes; RFC 8032, 5.1."""
ADDRESS_SIZE: Final = 32
"""Bytes of SHA-256."""


class ForgedSignatureError(ChevetError):
    """A signature does not belong to the key and the words it came with."""

    def __init__(self, label: str) -> None:
        super().__init__(f"a {label} signature that does not verify")
        self.label = label


class Identity:
    """One end's signing key."""

    def __init__(self, private_seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private_seed)
        self.public: Final = self._key.public_key().public_bytes_raw()
        """32 bytes."""
        self.address: Final = address_of(self.public)
        """32 bytes; see `address_of`."""

    def sign(self, label: str, data: bytes) -> bytes:
        """64 bytes over the data, good for this label only; the prefix is added here."""
        return self._key.sign(_signed(label, data))


def verify(public: bytes, label: str, signature: bytes, data: bytes) -> None:
    """Return if the owner of `public` signed `data` for `label`; else `ForgedSignatureError`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _signed(label, data))
    except (InvalidSignature, ValueError) as error:
        raise ForgedSignatureError(label) from error


def address_of(public: bytes) -> bytes:
    """The mailbox address of the owner of this key: its SHA-256."""
    return sha256(public).digest()


def purpose(label: str) -> bytes:
    """The label as it enters hashes, keys and signatures: ``chevet/1 <label>``."""
    return b"chevet/1 " + label.encode("ascii")


def _signed(label: str, data: bytes) -> bytes:
    return purpose(label) + b"\x00" + data

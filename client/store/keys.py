"""The two secrets a site keeps, wrapped under its passphrase in one small file.

``keys.cbor`` is the CBOR array ``[body, SHA-256(body)]``, and body is ``[version, [iterations,
lanes, memory_kib], salt, nonce, sealed]``: Argon2id of the passphrase gives the AES-256-GCM key
that seals ``[database key, identity seed]``, with the rest of the body as associated data. The
plain SHA-256 tells a damaged file from a wrong passphrase; it protects nothing.

Deriving takes a tenth of a second and more: call these off the event loop.
"""

import hashlib
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cbor2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from client.core import plain_cbor
from client.store import first_start
from client.store.errors import (
    DamagedKeysError,
    KeysExistError,
    NewerStoreError,
    NoKeysError,
    StorageFailedError,
    WeakPassphraseError,
    WrongPassphraseError,
)
from client.store.files import replace_durably

Random = Callable[[int], bytes]
"""This many unpredictable bytes."""

FILE_NAME: Final = first_start.KEYS[0]
PASSPHRASE_MINIMUM: Final = 8
"""Characters; chosen: the floor of NIST SP 800-63B, a sentence of words is better."""

_VERSION: Final = 1
_SECRET_BYTES: Final = 32
"""SQLCipher's raw key and RFC 8032's Ed25519 seed are both this long."""
_SALT_BYTES: Final = 16  # RFC 9106, 4: 128-bit salt
_NONCE_BYTES: Final = 12  # NIST SP 800-38D, 5.2.1.1
_FILE_LIMIT: Final = 1_024
"""Bytes; chosen: five times what is ever written."""
_MEMORY_LIMIT_KIB: Final = 1 << 20
"""chosen: 1 GiB; a file that asks for more is damaged or meant to stop this machine."""
_ITERATIONS_LIMIT: Final = 64
"""chosen: some seconds at the recommended memory."""
_LANES_LIMIT: Final = 64
"""chosen: more threads than any counter PC has."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess of the passphrase costs."""

    iterations: int
    lanes: int
    memory_kib: int


RECOMMENDED_COST: Final = Cost(iterations=3, lanes=4, memory_kib=1 << 16)
"""RFC 9106, 4, second recommended option. The first one takes 2 GiB, which a shared counter PC does
not have to spare; this takes 64 MiB and about 0.1 s."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of one site, unwrapped."""

    database_key: bytes = field(repr=False)
    """32 bytes, SQLCipher's raw key."""
    identity_seed: bytes = field(repr=False)
    """32 bytes, the site's Ed25519 private key (RFC 8032, 5.1.5)."""


def ephemeral(*, random: Random = os.urandom) -> Keys:
    """Fresh secrets that live only as long as the program."""
    return Keys(random(_SECRET_BYTES), random(_SECRET_BYTES))


def exist(folder: Path) -> bool:
    """Whether this folder has a key file."""
    return (folder / FILE_NAME).exists()


def create(
    folder: Path, passphrase: str, *, cost: Cost = RECOMMENDED_COST, random: Random = os.urandom
) -> Keys:
    """Make a new site's secrets and keep them under this passphrase; makes the folder if needed.

    Raises `KeysExistError` rather than lose older ones, `WeakPassphraseError` or
    `StorageFailedError`.
    """
    secrets = ephemeral(random=random)
    if exist(folder):
        raise KeysExistError
    wrapped = _wrap(secrets, _new(passphrase), cost, random)
    first_start.announce(folder)
    _write(folder, wrapped)
    return secrets


def keep(
    folder: Path,
    secrets: Keys,
    passphrase: str,
    *,
    cost: Cost = RECOMMENDED_COST,
    random: Random = os.urandom,
) -> None:
    """Keep these secrets under this passphrase; raises as `create` does."""
    if exist(folder):
        raise KeysExistError
    _write(folder, _wrap(secrets, _new(passphrase), cost, random))


def unlock(folder: Path, passphrase: str) -> Keys:
    """The site's secrets.

    Raises `NoKeysError`, `DamagedKeysError`, `NewerStoreError` or `WrongPassphraseError`.
    """
    return _unwrap(_read(folder), passphrase)


def change_passphrase(
    folder: Path,
    old: str,
    new: str,
    *,
    cost: Cost = RECOMMENDED_COST,
    random: Random = os.urandom,
) -> None:
    """Wrap the same secrets under another passphrase, with a new salt; the records stay the same.

    Whoever copied the old file and knows the old passphrase can still open the records.
    """
    keys = unlock(folder, old)
    _write(folder, _wrap(keys, _new(new), cost, random))


@dataclass(frozen=True, slots=True)
class _Wrapped:
    cost: Cost
    salt: bytes
    nonce: bytes
    sealed: bytes = b""

    @property
    def header(self) -> list[Any]:
        cost = [self.cost.iterations, self.cost.lanes, self.cost.memory_kib]
        return [_VERSION, cost, self.salt, self.nonce]

    def cipher(self, passphrase: str) -> AESGCM:
        # The same accented letter may come as one code point or two, by keyboard and by system.
        typed = unicodedata.normalize("NFC", passphrase).encode(errors="surrogatepass")
        derivation = Argon2id(
            salt=self.salt,
            length=_SECRET_BYTES,
            iterations=self.cost.iterations,
            lanes=self.cost.lanes,
            memory_cost=self.cost.memory_kib,
        )
        return AESGCM(derivation.derive(typed))


def _new(passphrase: str) -> str:
    if len(passphrase) < PASSPHRASE_MINIMUM:
        raise WeakPassphraseError(PASSPHRASE_MINIMUM)
    return passphrase


def _wrap(keys: Keys, passphrase: str, cost: Cost, random: Random) -> bytes:
    wrapped = _Wrapped(cost, random(_SALT_BYTES), random(_NONCE_BYTES))
    secrets = cbor2.dumps([keys.database_key, keys.identity_seed])
    aad = cbor2.dumps(wrapped.header)
    sealed = wrapped.cipher(passphrase).encrypt(wrapped.nonce, secrets, aad)
    body = cbor2.dumps([*wrapped.header, sealed])
    return cbor2.dumps([body, hashlib.sha256(body).digest()])


def _unwrap(data: bytes, passphrase: str) -> Keys:
    wrapped = _parsed(data)
    aad = cbor2.dumps(wrapped.header)
    try:
        secrets = wrapped.cipher(passphrase).decrypt(wrapped.nonce, wrapped.sealed, aad)
    except InvalidTag:
        raise WrongPassphraseError from None
    database_key, identity_seed = cbor2.loads(secrets)
    return Keys(database_key, identity_seed)


def _parsed(data: bytes) -> _Wrapped:
    match _decoded(data):
        case [bytes() as body, bytes() as digest] if hashlib.sha256(body).digest() == digest:
            fields = _decoded(body)
        case _:
            raise DamagedKeysError("its checksum does not agree")
    match fields:
        case [int() as version, *_] if version > _VERSION:
            raise NewerStoreError(version, known=_VERSION)
        case [1, [*cost], bytes() as salt, bytes() as nonce, bytes() as sealed] if (
            len(salt) == _SALT_BYTES and len(nonce) == _NONCE_BYTES
        ):
            return _Wrapped(_checked(cost), salt, nonce, sealed)
        case _:
            raise DamagedKeysError("unknown layout")


def _checked(cost: list[Any]) -> Cost:
    match cost:
        case [int() as iterations, int() as lanes, int() as memory_kib] if (
            1 <= iterations <= _ITERATIONS_LIMIT
            and 1 <= lanes <= _LANES_LIMIT
            and 8 * lanes <= memory_kib <= _MEMORY_LIMIT_KIB  # RFC 9106, 3.1
        ):
            return Cost(iterations, lanes, memory_kib)
        case _:
            raise DamagedKeysError("impossible parameters")


def _decoded(data: bytes) -> object:
    try:
        return plain_cbor.load(data)
    except ValueError:
        raise DamagedKeysError("not CBOR") from None


def _read(folder: Path) -> bytes:
    try:
        with (folder / FILE_NAME).open("rb") as file:
            return file.read(_FILE_LIMIT)
    except FileNotFoundError:
        raise NoKeysError from None
    except OSError as error:
        raise StorageFailedError(error.strerror or type(error).__name__) from error


def _write(folder: Path, data: bytes) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_durably(folder / FILE_NAME, data)
    except OSError as error:
        raise StorageFailedError(error.strerror or type(error).__name__) from error

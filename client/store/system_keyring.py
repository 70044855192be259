"""The site's two secrets in the operating system's keyring, in place of a passphrase.

Windows Credential Locker, macOS Keychain, or the Secret Service of a Linux desktop, all through the
`keyring` library; whoever is logged in as this user can open the records. ``keyring.cbor`` in the
folder of the records says that the secrets are there, so that losing them is noticed and never
mended by making new ones.
"""

import os
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final

import keyring
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
from keyring.errors import KeyringError

from client.core.plain_cbor import pack, unpack
from client.store import first_start
from client.store.errors import (
    DamagedKeysError,
    KeysExistError,
    LostKeysError,
    StorageFailedError,
)
from client.store.files import replace_durably
from client.store.keys import Keys, Random, ephemeral

FILE_NAME: Final = first_start.KEYS[1]
SERVICE: Final = "chevet"
_VERSION: Final = 1
_NAME_BYTES: Final = 16
_FILE_LIMIT: Final = 256
_NO_KEYRINGS: Final = (keyring.backends.fail.Keyring, keyring.backends.null.Keyring)


def is_there() -> bool:
    """Whether this machine has a keyring that keeps what it is given."""
    found = keyring.get_keyring()
    if isinstance(found, keyring.backends.chainer.ChainerBackend):
        return bool(found.backends)
    return not isinstance(found, _NO_KEYRINGS)


def holds(folder: Path) -> bool:
    """Whether the secrets of this folder were put into the keyring."""
    return (folder / FILE_NAME).exists()


def create(folder: Path, *, random: Random = os.urandom) -> Keys:
    """Make a new site's secrets and keep them in the keyring; makes the folder if needed.

    Raises `KeysExistError` rather than lose older ones, or `StorageFailedError`.
    """
    if holds(folder):
        raise KeysExistError
    keys, name = ephemeral(random=random), random(_NAME_BYTES)
    secret = b64encode(pack(keys.database_key, keys.identity_seed)).decode("ascii")
    try:
        keyring.set_password(SERVICE, name.hex(), secret)
        first_start.announce(folder)
        replace_durably(folder / FILE_NAME, pack(_VERSION, name))
    except (KeyringError, OSError) as error:
        raise StorageFailedError(type(error).__name__) from error
    if unlock(folder) != keys:
        raise StorageFailedError("the keyring forgot at once")
    return keys


def unlock(folder: Path) -> Keys:
    """The site's secrets; `LostKeysError` where the keyring has them no more."""
    name = _name(folder)
    try:
        secret = keyring.get_password(SERVICE, name.hex())
    except KeyringError as error:
        raise StorageFailedError(type(error).__name__) from error
    if secret is None:
        raise LostKeysError
    try:
        match unpack(b64decode(secret, validate=True)):
            case [bytes(database_key), bytes(identity_seed)]:
                return Keys(database_key, identity_seed)
    except ValueError:
        pass
    raise DamagedKeysError("not what was put into the keyring")


def _name(folder: Path) -> bytes:
    try:
        data = (folder / FILE_NAME).read_bytes()[:_FILE_LIMIT]
        match unpack(data):
            case [1, bytes(name)] if len(name) == _NAME_BYTES:
                return name
    except OSError as error:
        raise StorageFailedError(error.strerror or type(error).__name__) from error
    except ValueError:
        pass
    raise DamagedKeysError("unknown layout")

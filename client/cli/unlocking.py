"""How a person opens the keys of a folder of records, or makes them."""

import getpass
from pathlib import Path

from client.catalogue import Catalogue
from client.store import first_start, keys, system_keyring
from client.store.errors import LostKeysError
from client.store.keys import Keys

PASSPHRASE_VARIABLE = "CHEVET_PASSPHRASE"  # noqa: S105 -- the variable's name
"""Opens the records of an unattended site; removed from the environment as soon as it is read."""


def keys_in(folder: Path, passphrase: str | None, say: Catalogue) -> Keys:
    """The keys of this folder, made for a new site.

    They stand in a file under a passphrase, or in the system's keyring if the person chose no
    passphrase and there is a keyring. Records without keys are a loss (`LostKeysError`): new ones
    would never open them.
    """
    if keys.exist(folder):
        return keys.unlock(folder, passphrase or getpass.getpass(say("cli.passphrase")))
    if system_keyring.holds(folder):
        return system_keyring.unlock(folder)
    if first_start.has_records(folder):
        raise LostKeysError
    chosen = passphrase or getpass.getpass(say("cli.passphrase_new"))
    if not chosen and system_keyring.is_there():
        return system_keyring.create(folder)
    return keys.create(folder, chosen)

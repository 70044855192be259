"""Keys in the system's keyring: kept, found again, and never made anew in silence."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import PasswordDeleteError

from client.store import system_keyring
from client.store.errors import DamagedKeysError, KeysExistError, LostKeysError, StorageFailedError


class MemoryKeyring(KeyringBackend):
    """A keyring like a desktop's, for as long as a test."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring types only what it returns
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture
def desktop() -> Iterator[MemoryKeyring]:
    before, memory = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


def test_keys_come_back_from_the_keyring(desktop: MemoryKeyring, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert system_keyring.is_there()
    assert not system_keyring.holds(folder)
    keys = system_keyring.create(folder)
    assert system_keyring.holds(folder)
    assert system_keyring.unlock(folder) == keys
    assert len(desktop.kept) == 1


def test_the_folder_alone_opens_nothing(desktop: MemoryKeyring, tmp_path: Path) -> None:
    keys = system_keyring.create(tmp_path)
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert keys.database_key not in stored
    assert keys.identity_seed not in stored
    desktop.kept.clear()
    with pytest.raises(LostKeysError):
        system_keyring.unlock(tmp_path)


def test_keys_that_are_there_are_not_replaced(desktop: MemoryKeyring, tmp_path: Path) -> None:
    system_keyring.create(tmp_path)
    desktop.kept.clear()
    with pytest.raises(KeysExistError):
        system_keyring.create(tmp_path)


def test_two_folders_have_keys_of_their_own(desktop: MemoryKeyring, tmp_path: Path) -> None:
    one, other = system_keyring.create(tmp_path / "a"), system_keyring.create(tmp_path / "b")
    assert one != other
    assert system_keyring.unlock(tmp_path / "a") == one
    assert len(desktop.kept) == 2


def test_damage_is_told(desktop: MemoryKeyring, tmp_path: Path) -> None:
    system_keyring.create(tmp_path)
    ((place, _),) = desktop.kept.items()
    for damaged in ("", "?", "AAAA"):
        desktop.kept[place] = damaged
        with pytest.raises(DamagedKeysError):
            system_keyring.unlock(tmp_path)
    (tmp_path / system_keyring.FILE_NAME).write_bytes(b"nonsense")
    with pytest.raises(DamagedKeysError):
        system_keyring.unlock(tmp_path)


def test_a_machine_without_a_keyring_says_so(tmp_path: Path) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # same
    try:
        assert not system_keyring.is_there()
        with pytest.raises(StorageFailedError):
            system_keyring.create(tmp_path)
        assert not system_keyring.holds(tmp_path)
    finally:
        keyring.set_keyring(before)

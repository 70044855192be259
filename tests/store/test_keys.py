"""The site's secrets under its passphrase."""

import hashlib
from itertools import count
from pathlib import Path

import cbor2
import pytest

from client.store import keys
from client.store.errors import (
    DamagedKeysError,
    KeysExistError,
    NewerStoreError,
    NoKeysError,
    StorageFailedError,
    WeakPassphraseError,
    WrongPassphraseError,
)
from client.store.keys import Cost, Keys

CHEAP = Cost(iterations=1, lanes=1, memory_kib=8)
PASSPHRASE = "quatre mots sans accent"  # noqa: S105 -- opens test files only


def create(folder: Path, passphrase: str = PASSPHRASE) -> Keys:
    return keys.create(folder, passphrase, cost=CHEAP)


def body_of(folder: Path) -> list[object]:
    fields: list[object] = cbor2.loads(cbor2.loads((folder / keys.FILE_NAME).read_bytes())[0])
    return fields


def put(folder: Path, fields: list[object]) -> None:
    body = cbor2.dumps(fields)
    data = cbor2.dumps([body, hashlib.sha256(body).digest()])
    (folder / keys.FILE_NAME).write_bytes(data)


def test_the_passphrase_gives_back_the_same_secrets(tmp_path: Path) -> None:
    made = create(tmp_path)
    assert keys.unlock(tmp_path, PASSPHRASE) == made
    assert len(made.database_key) == len(made.identity_seed) == 32
    assert made.database_key != made.identity_seed


def test_an_accent_typed_on_another_system_is_the_same_accent(tmp_path: Path) -> None:
    made = create(tmp_path, "tr\N{LATIN SMALL LETTER E WITH GRAVE}s secret")
    assert keys.unlock(tmp_path, "tre\N{COMBINING GRAVE ACCENT}s secret") == made


def test_a_wrong_passphrase_says_so(tmp_path: Path) -> None:
    create(tmp_path)
    with pytest.raises(WrongPassphraseError):
        keys.unlock(tmp_path, PASSPHRASE + " ")


def test_neither_secret_nor_passphrase_is_in_the_file_or_in_the_representation(
    tmp_path: Path,
) -> None:
    made = create(tmp_path)
    data = (tmp_path / keys.FILE_NAME).read_bytes()
    for secret in (made.database_key, made.identity_seed, PASSPHRASE.encode()):
        assert secret not in data
    assert repr(made) == "Keys()"


def test_every_changed_byte_is_told_from_a_wrong_passphrase(tmp_path: Path) -> None:
    create(tmp_path)
    file = tmp_path / keys.FILE_NAME
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(DamagedKeysError):
            keys.unlock(tmp_path, PASSPHRASE)


def test_every_shortened_file_is_damaged(tmp_path: Path) -> None:
    create(tmp_path)
    file = tmp_path / keys.FILE_NAME
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        with pytest.raises(DamagedKeysError):
            keys.unlock(tmp_path, PASSPHRASE)


@pytest.mark.parametrize(
    "cost",
    [
        [0, 1, 8],
        [1, 0, 8],
        [1, 1, 7],
        [1, 1, (1 << 20) + 1],
        [65, 1, 8],
        [1, 65, 8 * 65],
        [1, 1],
        ["1", 1, 8],
    ],
)
def test_a_file_cannot_ask_for_more_than_this_machine_can_give(
    tmp_path: Path, cost: list[object]
) -> None:
    create(tmp_path)
    fields = body_of(tmp_path)
    fields[1] = cost
    put(tmp_path, fields)
    with pytest.raises(DamagedKeysError):
        keys.unlock(tmp_path, PASSPHRASE)


@pytest.mark.parametrize(("place", "size"), [(2, 15), (3, 11)])
def test_salt_and_nonce_have_one_length(tmp_path: Path, place: int, size: int) -> None:
    create(tmp_path)
    fields = body_of(tmp_path)
    fields[place] = bytes(size)
    put(tmp_path, fields)
    with pytest.raises(DamagedKeysError):
        keys.unlock(tmp_path, PASSPHRASE)


@pytest.mark.parametrize("place", range(1, 5))
def test_nothing_in_the_body_can_be_exchanged_for_another_files(tmp_path: Path, place: int) -> None:
    create(tmp_path / "one")
    keys.create(tmp_path / "two", PASSPHRASE, cost=Cost(1, 1, 16))
    fields = body_of(tmp_path / "one")
    fields[place] = body_of(tmp_path / "two")[place]
    put(tmp_path / "one", fields)
    with pytest.raises(WrongPassphraseError):
        keys.unlock(tmp_path / "one", PASSPHRASE)


def test_a_newer_file_is_not_guessed_at(tmp_path: Path) -> None:
    create(tmp_path)
    put(tmp_path, [2, "whatever comes next"])
    with pytest.raises(NewerStoreError):
        keys.unlock(tmp_path, PASSPHRASE)


def test_without_a_file_there_is_nothing_to_unlock(tmp_path: Path) -> None:
    assert not keys.exist(tmp_path)
    with pytest.raises(NoKeysError):
        keys.unlock(tmp_path, PASSPHRASE)


def test_older_keys_are_never_replaced(tmp_path: Path) -> None:
    made = create(tmp_path)
    with pytest.raises(KeysExistError):
        create(tmp_path, "une autre phrase")
    assert keys.unlock(tmp_path, PASSPHRASE) == made


def test_a_short_passphrase_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(WeakPassphraseError):
        create(tmp_path, "1234567")
    assert not keys.exist(tmp_path)


def test_another_passphrase_wraps_the_same_secrets_afresh(tmp_path: Path) -> None:
    made = create(tmp_path)
    before = body_of(tmp_path)
    keys.change_passphrase(tmp_path, PASSPHRASE, "une autre phrase", cost=CHEAP)
    assert keys.unlock(tmp_path, "une autre phrase") == made
    assert body_of(tmp_path)[2:] != before[2:]
    with pytest.raises(WrongPassphraseError):
        keys.unlock(tmp_path, PASSPHRASE)


def test_a_refused_change_leaves_the_old_passphrase(tmp_path: Path) -> None:
    made = create(tmp_path)
    with pytest.raises(WrongPassphraseError):
        keys.change_passphrase(tmp_path, "pas la bonne", "une autre phrase", cost=CHEAP)
    with pytest.raises(WeakPassphraseError):
        keys.change_passphrase(tmp_path, PASSPHRASE, "courte", cost=CHEAP)
    assert keys.unlock(tmp_path, PASSPHRASE) == made


def test_a_disk_that_fails_says_so(tmp_path: Path) -> None:
    (tmp_path / "folder").write_bytes(b"a file where the folder should be")
    with pytest.raises(StorageFailedError):
        create(tmp_path / "folder")
    (tmp_path / keys.FILE_NAME).mkdir()
    with pytest.raises(StorageFailedError):
        keys.unlock(tmp_path, PASSPHRASE)


def test_ephemeral_secrets_are_new_each_time_and_come_from_the_given_source() -> None:
    assert keys.ephemeral() != keys.ephemeral()
    turns = count()
    drawn = keys.ephemeral(random=lambda size: bytes([next(turns)]) * size)
    assert drawn == Keys(bytes(32), b"\1" * 32)


def test_the_recommended_cost_is_the_standards() -> None:
    # RFC 9106, 4: t=3 iterations, p=4 lanes, m=2^(16) (64 MiB of RAM)
    assert Cost(iterations=3, lanes=4, memory_kib=65_536) == keys.RECOMMENDED_COST

"""A backup holds the whole site, is of no use without its passphrase, and comes back only whole."""

import errno
import hashlib
import os
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.core.contacts import BY_WORDS, Contact
from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.traits import Traits
from client.core.record import Direction, KeptStill
from client.core.wire import Intake, Parcel
from client.store import backup
from client.store import keys as key_file
from client.store.contacts import ContactsFile
from client.store.database import Database
from client.store.errors import (
    BackupExistsError,
    DamagedBackupError,
    NoBackupError,
    NoFolderError,
    RecordsExistError,
    StorageFailedError,
    UnreadableRecordsError,
    WeakPassphraseError,
    WrongPassphraseError,
)
from client.store.journal import JournalEvent
from client.store.keys import Cost, Keys
from client.store.ledger import Ledger

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CHEAP = Cost(1, 1, 8)
PASSPHRASE = "une autre phrase secrète"  # noqa: S105 -- of these tests alone
BY = "Anne Roy"
JPEG = b"\xff\xd8 an ear" * 20_000
MARTIN = Contact(
    *(b"m" * 32, "Dr Martin", "médecin généraliste", "10003456786", NOW, BY_WORDS), (b"s" * 32,)
)


@pytest.fixture
def site(tmp_path: Path, keys: Keys) -> Path:
    """The folder of a site with two consultations and a contact."""
    folder = tmp_path / "site"
    ledger = Ledger.open(folder, keys)
    for _ in range(2):
        number = ledger.begin(NOW)
        dossier = Dossier(Operator("Claire", Role.NURSE), traits=Traits(birth_name="Lefèvre"))
        ledger.dossiers.keep(number, dossier)
        ledger.keep(number, Parcel(1, Intake("Zoé", "otite", 1)), Direction.SENT, NOW)
        digest = hashlib.sha256(JPEG).digest()
        ledger.keep_still(number, KeptStill(1, "oreille", JPEG, digest, NOW))
        ledger.note(number, JournalEvent.OPENED, NOW, {})
        ledger.finish(number, NOW, "finished")
    ledger.close()
    book = ContactsFile.open(folder, keys)
    book.keep(MARTIN)
    book.close()
    return folder


def backed_up(site: Path, secrets: Keys, target: Path) -> Path:
    backup.back_up(site, secrets, target, PASSPHRASE, cost=CHEAP)
    return target


def restored(source: Path, folder: Path, passphrase: str = PASSPHRASE) -> Keys:
    backup.restore(source, folder, passphrase, now=NOW, by=BY)
    return key_file.unlock(folder, passphrase)


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_comes_back_is_what_there_was(site: Path, keys: Keys, tmp_path: Path) -> None:
    source = backed_up(site, keys, tmp_path / "site.backup")
    new = restored(source, tmp_path / "elsewhere" / "records")
    assert new.identity_seed == keys.identity_seed
    assert new.database_key != keys.database_key
    before, after = Ledger.open(site, keys), Ledger.open(tmp_path / "elsewhere" / "records", new)
    assert [after.record(number) for number in (1, 2)] == [before.record(n) for n in (1, 2)]
    assert list(after.audit.findings()) == [1, 2]
    assert [line.event for line in after.site.entries()][-1] == "restored"
    assert after.begin(NOW) == 3
    book = ContactsFile.open(tmp_path / "elsewhere" / "records", new)
    assert book.all() == (MARTIN,)
    assert left_over(tmp_path) == ["elsewhere", "site", "site.backup"]


def test_a_backup_is_made_while_the_records_are_in_use(
    site: Path, keys: Keys, tmp_path: Path
) -> None:
    in_use = Ledger.open(site, keys)
    with in_use._database.transaction():
        in_use.note(1, JournalEvent.LINK_UP, NOW, {})
        source = backed_up(site, keys, tmp_path / "site.backup")
    after = Ledger.open(tmp_path / "new", restored(source, tmp_path / "new"))
    assert (len(in_use.record(1).journal), len(after.record(1).journal)) == (2, 1)


def test_nothing_of_it_is_in_clear(site: Path, keys: Keys, tmp_path: Path) -> None:
    data = backed_up(site, keys, tmp_path / "site.backup").read_bytes()
    assert len(data) > 2 * len(JPEG)
    for known in (b"SQLite format", "Lefèvre".encode(), b"oreille", JPEG[:16], b"Martin"):
        assert known not in data
    assert keys.database_key not in data
    assert keys.identity_seed not in data


def test_the_sites_own_key_does_not_open_it(site: Path, keys: Keys, tmp_path: Path) -> None:
    source = backed_up(site, keys, tmp_path / "site.backup")
    with zipfile.ZipFile(source) as archive:
        archive.extract("records.db", tmp_path)
    with pytest.raises(UnreadableRecordsError):
        Database.open(tmp_path / "records.db", keys.database_key)


def test_another_passphrase_restores_nothing(site: Path, keys: Keys, tmp_path: Path) -> None:
    source = backed_up(site, keys, tmp_path / "site.backup")
    with pytest.raises(WrongPassphraseError):
        restored(source, tmp_path / "new", "une mauvaise phrase")
    assert left_over(tmp_path) == ["site", "site.backup"]


def test_a_short_passphrase_protects_nothing(site: Path, keys: Keys, tmp_path: Path) -> None:
    with pytest.raises(WeakPassphraseError):
        backup.back_up(site, keys, tmp_path / "site.backup", "court", cost=CHEAP)
    assert left_over(tmp_path) == ["site"]


def test_no_file_is_ever_replaced(site: Path, keys: Keys, tmp_path: Path) -> None:
    source = backed_up(site, keys, tmp_path / "site.backup")
    before = source.read_bytes()
    with pytest.raises(BackupExistsError):
        backed_up(site, keys, source)
    with pytest.raises(RecordsExistError):
        restored(source, site)
    assert source.read_bytes() == before


@pytest.mark.parametrize("name", ["records.db", "contacts.db", "keys.cbor", "keyring.cbor"])
def test_one_file_of_a_site_is_enough_to_refuse(
    site: Path, keys: Keys, tmp_path: Path, name: str
) -> None:
    source = backed_up(site, keys, tmp_path / "site.backup")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / name).write_bytes(b"")
    with pytest.raises(RecordsExistError):
        restored(source, tmp_path / "new")
    assert left_over(tmp_path / "new") == [name]


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 0.95])
def test_a_backup_cut_short_restores_nothing(
    site: Path, keys: Keys, tmp_path: Path, share: float
) -> None:
    source = backed_up(site, keys, tmp_path / "site.backup")
    data = source.read_bytes()
    source.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(DamagedBackupError):
        restored(source, tmp_path / "new")
    assert left_over(tmp_path) == ["site", "site.backup"]


@pytest.mark.parametrize("member", ["records.db", "contacts.db"])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_changed_byte_restores_nothing_even_with_its_checksum_made_good(
    site: Path, keys: Keys, tmp_path: Path, member: str, share: float
) -> None:
    source = backed_up(site, keys, tmp_path / "site.backup")
    with zipfile.ZipFile(source) as archive:
        members = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    members[member][int(len(members[member]) * share)] ^= 1
    with zipfile.ZipFile(tmp_path / "forged", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, bytes(data))
    with pytest.raises(DamagedBackupError):
        restored(tmp_path / "forged", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("member", ["records.db", "keys.cbor"])
def test_a_part_that_is_missing_is_told(
    site: Path, keys: Keys, tmp_path: Path, member: str
) -> None:
    source = backed_up(site, keys, tmp_path / "site.backup")
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(tmp_path / "less", "w") as less:
        for name in set(archive.namelist()) - {member}:
            less.writestr(name, archive.read(name))
    with pytest.raises(DamagedBackupError):
        restored(tmp_path / "less", tmp_path / "new")


def test_a_small_file_that_unpacks_without_end_is_not_unpacked(
    site: Path, keys: Keys, tmp_path: Path
) -> None:
    source = backed_up(site, keys, tmp_path / "site.backup")
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(tmp_path / "bomb", "w") as bomb:
        for name in archive.namelist():
            bomb.writestr(name, bytes(1 << 20), zipfile.ZIP_DEFLATED)
    with pytest.raises(DamagedBackupError, match="another form"):
        restored(tmp_path / "bomb", tmp_path / "new")


def test_an_archive_with_a_password_of_its_own_is_no_backup(
    site: Path, keys: Keys, tmp_path: Path
) -> None:
    data = bytearray(backed_up(site, keys, tmp_path / "site.backup").read_bytes())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for at in (m.start() for m in re.finditer(re.escape(header), bytes(data))):
            data[at + flags] |= 1  # APPNOTE 4.4.4: encrypted
    (tmp_path / "locked").write_bytes(data)
    with pytest.raises(DamagedBackupError):
        restored(tmp_path / "locked", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_tampered_journal_is_not_restored(site: Path, keys: Keys, tmp_path: Path) -> None:
    ledger = Ledger.open(site, keys)
    ledger._database.change("DROP TRIGGER journal_keeps_its_words")
    ledger._database.change("UPDATE journal SET event = 'link_up'")
    ledger.close()
    source = backed_up(site, keys, tmp_path / "site.backup")
    with pytest.raises(DamagedBackupError):
        restored(source, tmp_path / "new")


def test_a_full_disk_leaves_nothing_behind(
    site: Path, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFailedError):
        backed_up(site, keys, tmp_path / "site.backup")
    assert left_over(tmp_path) == ["site"]


def test_a_database_that_may_not_grow_is_a_failed_storage(tmp_path: Path, keys: Keys) -> None:
    ledger = Ledger.open(tmp_path, keys)
    pages = ledger._database.rows("PRAGMA page_count")[0][0]
    ledger._database.rows(f"PRAGMA max_page_count = {pages}")
    digest = hashlib.sha256(JPEG).digest()
    number = ledger.begin(NOW)
    with pytest.raises(StorageFailedError, match="full"):
        ledger.keep_still(number, KeptStill(1, "", JPEG, digest, NOW))
    assert ledger.record(number).stills == ()


def test_a_folder_or_a_backup_that_is_not_there_is_named_as_such(
    site: Path, keys: Keys, tmp_path: Path
) -> None:
    with pytest.raises(NoFolderError):
        backed_up(site, keys, tmp_path / "nowhere" / "site.backup")
    with pytest.raises(NoBackupError):
        restored(tmp_path / "nowhere" / "site.backup", tmp_path / "new")

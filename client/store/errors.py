"""What can go wrong with what is kept on this machine. No error carries a patient value."""

from client.errors import ChevetError


class StoreError(ChevetError):
    """The records on this machine cannot be used."""


class NoKeysError(StoreError):
    """There is no key file to unlock."""

    def __init__(self) -> None:
        super().__init__("no key file")


class LostKeysError(StoreError):
    """The keys of these records are gone: their file, or what the system's keyring held."""

    def __init__(self) -> None:
        super().__init__("no keys for these records")


class LostRecordsError(StoreError):
    """The keys of a site are there, and its records are gone or emptied."""

    def __init__(self) -> None:
        super().__init__("the file of the records is gone or empty")


class KeysExistError(StoreError):
    """A key file is already there; replacing it would lose every record made with it."""

    def __init__(self) -> None:
        super().__init__("a key file exists already")


class DamagedKeysError(StoreError):
    """The key file is not as it was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"damaged key file: {reason}")
        self.reason = reason


class WrongPassphraseError(StoreError):
    """The key file is whole and this passphrase does not open it."""

    def __init__(self) -> None:
        super().__init__("wrong passphrase")


class WeakPassphraseError(StoreError):
    """The new passphrase is too short to protect anything."""

    def __init__(self, minimum: int) -> None:
        super().__init__(f"a passphrase of fewer than {minimum} characters")
        self.minimum = minimum


class NewerStoreError(StoreError):
    """A newer Chevet wrote this; reading it with this one could spoil it."""

    def __init__(self, found: int, *, known: int) -> None:
        super().__init__(f"version {found} on disk, this program knows {known}")
        self.found = found
        self.known = known


class UnencryptedStoreError(StoreError):
    """The database library here cannot encrypt; nothing was written."""

    def __init__(self) -> None:
        super().__init__("the SQLite library at hand is not SQLCipher")


class UnreadableRecordsError(StoreError):
    """The records are damaged, or belong to other keys; the two cannot be told apart."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"unreadable records: {reason}")
        self.reason = reason


class StorageFailedError(StoreError):
    """The disk did not take or give the data; nothing that returned before is lost."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"storage failed: {reason}")
        self.reason = reason


class UnknownConsultationError(StoreError):
    """No consultation has this number."""

    def __init__(self, consultation: int) -> None:
        super().__init__(f"no consultation {consultation}")
        self.consultation = consultation


class UnknownStillError(StoreError):
    """The consultation holds no still with this number."""

    def __init__(self, still: int) -> None:
        super().__init__(f"no still {still}")
        self.still = still


class ErasedConsultationError(StoreError):
    """The patient's values were removed from this consultation: nothing is added to it any more."""

    def __init__(self, consultation: int) -> None:
        super().__init__(f"consultation {consultation} was erased")
        self.consultation = consultation


class UnderwayConsultationError(StoreError):
    """The consultation can still be gone on with: nothing is removed from under it."""

    def __init__(self, consultation: int) -> None:
        super().__init__(f"consultation {consultation} is under way")
        self.consultation = consultation


class NoRecordsError(StoreError):
    """No site has kept anything in this folder."""

    def __init__(self) -> None:
        super().__init__("the folder holds no records")


class NoBackupError(StoreError):
    """There is no file of this name to restore."""

    def __init__(self) -> None:
        super().__init__("no such backup")


class NoFolderError(StoreError):
    """The folder that something is to be written into does not exist."""

    def __init__(self) -> None:
        super().__init__("no such folder")


class BackupExistsError(StoreError):
    """There is a file of this name already; a backup never replaces one."""

    def __init__(self) -> None:
        super().__init__("the backup's file exists already")


class DamagedBackupError(StoreError):
    """This is no backup, or not as it was written; nothing was restored."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"damaged backup: {reason}")
        self.reason = reason


class RecordsExistError(StoreError):
    """The folder already holds a site's records; a backup never replaces them."""

    def __init__(self) -> None:
        super().__init__("the folder already holds records")


class NumberTakenError(StoreError):
    """Something else was kept under this number: a bug here, or a peer that reuses numbers."""

    def __init__(self, number: int) -> None:
        super().__init__(f"number {number} was given to something else")
        self.number = number


class DamagedStillError(StoreError):
    """The picture's bytes are not those its hash was taken of."""

    def __init__(self, still: int) -> None:
        super().__init__(f"still {still} does not match its hash")
        self.still = still


class RecordFullError(StoreError):
    """The GP's page has sent more messages than any consultation needs."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} messages in one consultation")
        self.limit = limit

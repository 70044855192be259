"""Everything that can go wrong with the records has its sentence, in every language."""

import pytest

from client.catalogue import LANGUAGES, Catalogue
from client.store import errors
from client.store.errors import StoreError

EVERY_ERROR = [
    errors.NoKeysError(),
    errors.NoRecordsError(),
    errors.NoBackupError(),
    errors.NoFolderError(),
    errors.KeysExistError(),
    errors.DamagedKeysError("not CBOR"),
    errors.WrongPassphraseError(),
    errors.WeakPassphraseError(8),
    errors.NewerStoreError(2, known=1),
    errors.UnencryptedStoreError(),
    errors.UnreadableRecordsError("file is not a database"),
    errors.StorageFailedError("database or disk is full"),
    errors.UnknownConsultationError(7),
    errors.UnknownStillError(7),
    errors.NumberTakenError(7),
    errors.DamagedStillError(7),
    errors.RecordFullError(5_000),
    errors.LostKeysError(),
    errors.LostRecordsError(),
    errors.ErasedConsultationError(7),
    errors.UnderwayConsultationError(7),
    errors.BackupExistsError(),
    errors.DamagedBackupError("cut short"),
    errors.RecordsExistError(),
]


def test_the_list_above_is_complete() -> None:
    assert {type(error) for error in EVERY_ERROR} == set(StoreError.__subclasses__())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda error: type(error).__name__)
def test_it_says_what_happened_and_what_to_do(error: StoreError, language: str) -> None:
    catalogue = Catalogue(language)
    sentences = catalogue.explain(error)
    assert all(sentences)
    assert sentences != catalogue.explain(StoreError())

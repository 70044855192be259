"""Identities of the practice's own software, read from real files (rules-fr.md, d-14 and d-15)."""

import io
import json
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from client import clock
from client.core.consultation import State
from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.identity_file import SIZE_LIMIT, IdentityFileError, IdentityKeyError
from client.core.dossier.matricule import MatriculeError, WrongModeError
from client.core.dossier.traits import REAL_OIDS, TEST_OIDS, IdentityStatus, Matricule
from client.errors import ChevetError
from client.session.course import Course
from client.session.events import EventLog
from client.session.flow_views import IdentitiesView
from client.session.identity_import import FILES_LIMIT, IdentityFolderError, IdentityImport
from client.session.keeping import RecordKeeper
from client.session.sending import FileUnreadableError
from client.session.snapshot import SiteSnapshot
from client.store import keys
from client.store.records import Records

FILE = {
    "nom_naissance": "PAT-TROIS",
    "prenoms_naissance": "DOMINIQUE",
    "date_naissance": "1979-03-15",
    "sexe": "F",
    "matricule": "279035121518989",
    "oid": REAL_OIDS[0],
    "statut": "qualifiee",
}


@dataclass
class Desk:
    """One consultation that reads identities."""

    keeper: RecordKeeper
    course: Course
    imports: IdentityImport
    lines: io.StringIO

    async def after(self, act: Callable[[], None]) -> IdentitiesView:
        act()
        await self.keeper.settle()
        return self.course.known.identities


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    records = await Records.open(tmp_path / "records", keys.ephemeral())
    yield records
    await records.close()


async def a_desk(records: Records, folder: str = "", *, is_training: bool = False) -> Desk:
    keeper = await RecordKeeper.begin(records, clock.now)
    dossier = Dossier(Operator("Mme Petit", Role.PHARMACIST), is_training=is_training)
    course = Course(SiteSnapshot(clock.now(), State.READY, "Pharmacie", dossier=dossier))
    lines = io.StringIO()
    events = EventLog(lines, clock.now)
    return Desk(keeper, course, IdentityImport(course, keeper, events, folder), lines)


def wrote(path: Path, **changed: str) -> Path:
    path.write_text(json.dumps(FILE | changed), encoding="utf-8")
    return path


async def test_what_is_read_is_shown_and_nothing_of_it_is_entered(
    records: Records, tmp_path: Path
) -> None:
    desk = await a_desk(records)
    path = wrote(tmp_path / "PAT-TROIS Dominique.json")
    found = await desk.after(lambda: desk.imports.read(path))
    assert found.read is not None
    assert (found.read.birth_name, found.read.status) == ("PAT-TROIS", IdentityStatus.QUALIFIED)
    assert found.read.matricule == Matricule("279035121518989", REAL_OIDS[0])
    assert desk.course.known.dossier.traits is None
    told = desk.lines.getvalue()
    assert "identity_read" in told
    assert not any(word in told for word in ("PAT", "DOMINIQUE", "1979", "27903"))
    assert not any(word in repr(found) for word in ("PAT", "DOMINIQUE", "1979", "27903"))
    assert await desk.after(desk.imports.forget) == IdentitiesView()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"statut": "certifiee"}, IdentityKeyError),
        ({"nom_naissance": ""}, IdentityKeyError),
        ({"matricule": "279035121518988"}, MatriculeError),
        ({"oid": TEST_OIDS[0]}, WrongModeError),
        ({"x": "x" * SIZE_LIMIT}, IdentityFileError),
    ],
)
async def test_what_cannot_be_read_says_why_and_names_nobody(
    records: Records, tmp_path: Path, changed: dict[str, str], error: type[ChevetError]
) -> None:
    desk = await a_desk(records)
    await desk.after(lambda: desk.imports.read(wrote(tmp_path / "a.json")))
    path = wrote(tmp_path / "PAT-TROIS.json", **changed)
    found = await desk.after(lambda: desk.imports.read(path))
    assert type(found.failure) is error
    assert found.read is None, "the one before would be taken for it"
    told = desk.lines.getvalue()
    assert error.__name__ in told
    assert not any(word in told for word in ("PAT", "DOMINIQUE", "1979", "27903"))


async def test_a_real_identity_is_not_read_in_training(records: Records, tmp_path: Path) -> None:
    desk = await a_desk(records, is_training=True)
    found = await desk.after(lambda: desk.imports.read(wrote(tmp_path / "a.json")))
    assert isinstance(found.failure, WrongModeError)
    path = wrote(tmp_path / "b.json", oid=TEST_OIDS[0])
    found = await desk.after(lambda: desk.imports.read(path))
    assert found.failure is None
    assert found.read is not None


@pytest.mark.parametrize("name", ["absent.json", "a folder", "pipe.json", "nul\0.json", "~nobody/"])
async def test_a_file_that_is_none_never_holds_anything_up(
    records: Records, tmp_path: Path, name: str
) -> None:
    (tmp_path / "a folder").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    desk = await a_desk(records, str(tmp_path))
    found = await desk.after(lambda: desk.imports.read(Path(name)))
    assert isinstance(found.failure, FileUnreadableError)


async def test_the_newest_files_of_the_folder_are_offered_first(
    records: Records, tmp_path: Path
) -> None:
    folder = tmp_path / "echange"
    folder.mkdir()
    for number in range(FILES_LIMIT + 5):
        path = wrote(folder / f"{number}.{'JSON' if number % 2 else 'csv'}")
        os.utime(path, (number, number))
    (folder / "readme.txt").write_text("x")
    (folder / "of.json").mkdir()
    (folder / "nowhere.json").symlink_to("nowhere.json")
    desk = await a_desk(records, str(folder))
    found = await desk.after(desk.imports.find)
    assert [one.name.partition(".")[0] for one in found.files] == [
        str(number) for number in range(FILES_LIMIT + 4, 4, -1)
    ]
    newest = await desk.after(lambda: desk.imports.read(Path(found.files[1].name)))
    assert newest.read is not None
    assert newest.files == found.files


async def test_a_folder_that_is_not_there_is_said_and_a_path_still_read(
    records: Records, tmp_path: Path
) -> None:
    desk = await a_desk(records, str(tmp_path / "absent"))
    found = await desk.after(desk.imports.find)
    assert isinstance(found.failure, IdentityFolderError)
    found = await desk.after(lambda: desk.imports.read(wrote(tmp_path / "a.json")))
    assert found.read is not None
    assert found.failure is None


async def test_only_the_last_file_asked_for_is_shown(records: Records, tmp_path: Path) -> None:
    desk = await a_desk(records)
    first = wrote(tmp_path / "a.json", nom_naissance="PREMIER")
    last = wrote(tmp_path / "b.json", nom_naissance="DERNIER")

    def both() -> None:
        desk.imports.read(first)
        desk.imports.read(last)

    found = await desk.after(both)
    assert found.read is not None
    assert found.read.birth_name == "DERNIER"

    def left() -> None:
        desk.imports.read(first)
        desk.imports.forget()

    assert await desk.after(left) == IdentitiesView()

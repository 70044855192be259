"""The attestation of a training as a file: where it goes, and what is told where it cannot."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.catalogue import Catalogue
from client.cli.training import save_attestation
from client.core.dossier.ending import Role
from client.core.dossier.file import Operator
from client.core.training.marking import Mark
from client.core.training.scenario import Expected, scenarios
from client.printing import SaveNowhereError
from client.training.play import Outcome, Trainee

SAY = Catalogue("fr")
TRAINEE = Trainee(Operator("Mme Roux", Role.PHARMACIST), "Pharmacie des Halles")
ENDED = datetime(2026, 11, 23, 14, 6, tzinfo=UTC)
OUTCOME = Outcome(scenarios("fr")[0], (Mark(Expected.ROOM, is_met=True),), ENDED, ENDED)


def test_it_is_one_file_however_often_it_is_asked_for_and_its_name_names_nobody(
    tmp_path: Path,
) -> None:
    first, again = (
        save_attestation(SAY, TRAINEE, OUTCOME, tmp_path / "made" / "here") for _ in range(2)
    )
    assert first == again
    assert [path.name for path in first.parent.iterdir()] == [first.name]
    assert first.read_bytes().startswith(b"%PDF-")
    assert not {"roux", "halles"} & set(first.name.lower().replace(".", "-").split("-"))


def test_a_folder_that_cannot_be_made_is_told_like_one_that_takes_nothing(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    with pytest.raises(SaveNowhereError):
        save_attestation(SAY, TRAINEE, OUTCOME, in_the_way / "folder")

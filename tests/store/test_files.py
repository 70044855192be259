"""A small file is there whole or not at all."""

import sys
from pathlib import Path

import pytest

from client.store.files import replace_durably


def test_the_new_content_replaces_the_old_and_leaves_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "small"
    replace_durably(file, b"old\n")
    replace_durably(file, b"new\n")
    assert file.read_bytes() == b"new\n"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has rights of another kind")
def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    replace_durably(tmp_path / "small", b"secret")
    assert (tmp_path / "small").stat().st_mode & 0o777 == 0o600


def test_a_failed_replacement_leaves_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "small" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="small"):
        replace_durably(tmp_path / "small", b"data")
    assert [path.name for path in tmp_path.iterdir()] == ["small"]

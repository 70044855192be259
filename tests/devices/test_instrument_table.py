"""The README tells of the instruments that the code knows, and of no others."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def ran(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own interpreter and script
        [sys.executable, str(ROOT / "scripts" / "instrument_table"), *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_readme_is_fresh() -> None:
    done = ran("--check")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("known", "stale"), [("`taidoc`", "`tidoc`"), ("19200 8N1", "9600 8N1")])
def test_a_stale_table_is_found_and_mended(known: str, stale: str, tmp_path: Path) -> None:
    fresh = (ROOT / "README.md").read_text(encoding="utf-8")
    copy = tmp_path / "README.md"
    copy.write_text(fresh.replace(known, stale), encoding="utf-8")
    assert ran("--check", "--readme", str(copy)).returncode == 1
    assert ran("--readme", str(copy)).returncode == 0
    assert ran("--check", "--readme", str(copy)).returncode == 0

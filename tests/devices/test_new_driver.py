"""What `scripts/new_driver` makes: clean by our rules, and loudly unfinished."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MADE = (
    "devices/drivers/magic_scale.py",
    "devices/simulators/magic_scale.py",
    "tests/captures/magic_scale.cap",
    "tests/devices/test_magic_scale.py",
)


def ran(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own interpreter and programs
        [sys.executable, *map(str, words)],
        cwd=cwd, capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip


def new_driver(name: str, root: Path) -> subprocess.CompletedProcess[str]:
    return ran(ROOT / "scripts" / "new_driver", name, "--root", root)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with our code, and room for one driver more."""
    ours = [
        *(ROOT / "devices").rglob("*.py"),
        *(ROOT / "tests").glob("*.py"),
        ROOT / "tests/devices/test_every_driver.py",
        ROOT / "pyproject.toml",
    ]
    for file in ours:
        there = tmp_path / file.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.symlink_to(file)
    return tmp_path


def test_what_it_makes_is_clean_and_fails_until_it_is_filled_in(tree: Path) -> None:
    assert new_driver("magic_scale", tree).returncode == 0
    made = [tree / path for path in MADE]
    assert all(path.is_file() for path in made)
    code = [path for path in made if path.suffix == ".py"]
    for words in (["ruff", "format", "--check"], ["ruff", "check"], ["mypy"]):
        checked = ran("-m", *words, *code[: 2 if words == ["mypy"] else 3], cwd=tree)
        assert checked.returncode == 0, checked.stdout
    tested = ran(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/devices", "-k", "magic_scale",
        "--override-ini", "addopts=--import-mode=importlib", cwd=tree,
    )  # fmt: skip
    assert tested.returncode == 1, tested.stdout
    for test in ("a_simulated_one_is_read", "every_blank_is_filled_in", "its_capture_whole"):
        assert f"{test}" in tested.stdout
    assert "error" not in tested.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "name", ["Kern", "2scale", "my-scale", "my__scale", "_scale", "class", "../x", ""]
)
def test_a_name_that_cannot_be_one_is_refused(name: str, tmp_path: Path) -> None:
    refused = new_driver(name, tmp_path)
    assert refused.returncode == 2
    assert "is no name" in refused.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("taken", MADE)
def test_a_name_that_is_taken_is_refused(taken: str, tmp_path: Path) -> None:
    there = tmp_path / taken
    there.parent.mkdir(parents=True)
    there.write_text("mine")
    refused = new_driver("magic_scale", tmp_path)
    assert refused.returncode == 2
    assert "is taken" in refused.stderr
    assert there.read_text() == "mine"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [there]

"""The long trials of the instruments, played short: they work, and they can fail."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.mark.parametrize(
    ("script", "options"),
    [("unplug_storm", ["--times", "3"]), ("fuzz_drivers", ["--bytes", "60000"])],
)
def test_nothing_is_left_over(script: str, options: list[str]) -> None:
    played = subprocess.run(  # noqa: S603 -- our own scripts
        [sys.executable, str(SCRIPTS / script), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stdout + played.stderr

"""A driver from another package, held to our tests without any help from this tree."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

DRIVER = '''
"""Scales that say GOOD 012.3 kg.

Source: invented for this test.
Reads: weight.
Leaves out: everything else.
"""

import re

from devices.driver import SerialSettings
from devices.readings import Identified, Kind, Quality, Reading, Resynced, Vital

_LINE = re.compile(rb"W([0-9]{3}[.][0-9]) kg ([0-9]{3})\\\\r\\\\n")
_LENGTH = 15


class Driver:
    MODEL = "Their scale"
    KIND = Kind.SCALE
    LINE = SerialSettings(9600)
    VITALS = (Vital.WEIGHT,)
    REQUESTS = frozenset()

    def __init__(self):
        self._partial = b""

    def start(self, now):
        return []

    def identify(self):
        return b""

    def receive(self, data, now):
        self._partial += data
        events, dropped = [], 0
        while (found := _LINE.search(self._partial)) is not None:
            dropped += found.start()
            self._partial = self._partial[found.end():]
            if int(found[2]) == sum(found[1]):
                events.append(Reading(Vital.WEIGHT, float(found[1]), Quality.GOOD, now))
            else:
                dropped += len(found[0])
        kept = self._partial[-_LENGTH:] if b"W" in self._partial[-_LENGTH:] else b""
        dropped += len(self._partial) - len(kept)
        self._partial = kept
        return [Resynced(dropped), *events] if dropped else events

    def tick(self, now):
        return []

    def ask(self, request, now):
        return []
'''
CAPTURE = """\
# model:  their scale
# origin: synthetic
< 57 30 37 32 2E 34 20 6B 67 20 32 35 31 0D 0A
= WEIGHT 72.4 good
"""
TESTS = """
from pathlib import Path

from devices.testing import *
from devices.testing import each_driver

HERE = Path(__file__).parent
pytest_generate_tests = each_driver({"their_scale": HERE / "their_scale.cap"})
"""


def their_package(folder: Path, driver: str) -> None:
    (folder / "their_scale.py").write_text(driver.replace("\\\\", "\\"))
    (folder / "their_scale.cap").write_text(CAPTURE)
    (folder / "test_their_scale.py").write_text(TESTS)
    information = folder / "their_scale-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: their-scale\nVersion: 1.0\n"
    )
    (information / "entry_points.txt").write_text(
        "[chevet.devices]\ntheir_scale = their_scale:Driver\n"
    )


def run_theirs(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = (
        f"import sys; sys.path[:0] = [{str(folder)!r}, {str(ROOT)!r}]; import pytest; "
        f"sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', '--rootdir', {str(folder)!r}, "
        f"{str(folder)!r}, *{list(words)!r}]))"
    )
    return subprocess.run(  # noqa: S603 -- our own interpreter and program
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_good_driver_passes_our_tests(tmp_path: Path) -> None:
    their_package(tmp_path, DRIVER)
    done = run_theirs(tmp_path)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ("dropped += len(self._partial) - len(kept)", "pass", "counts_the_noise"),
        ("(Vital.WEIGHT,)", "()", "only_the_vital_signs"),
    ],
)
def test_a_driver_that_breaks_a_rule_fails_them(
    tmp_path: Path, good: str, bad: str, words: str
) -> None:
    assert good in DRIVER
    their_package(tmp_path, DRIVER.replace(good, bad))
    done = run_theirs(tmp_path, "-k", words)
    assert done.returncode == 1, done.stdout
    assert " failed" in done.stdout

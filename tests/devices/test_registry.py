"""Names without imports, and one import a name."""

import subprocess
import sys
from pathlib import Path

import pytest

from devices import registry
from devices.errors import UnknownDeviceError

ROOT = Path(__file__).parents[2]


def in_a_fresh_process(program: str) -> str:
    done = subprocess.run(  # noqa: S603 -- our own interpreter and program
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_names_are_the_files() -> None:
    assert {"contec_v7", "taidoc", "vc0706"} <= set(registry.names())
    assert list(registry.names()) == sorted(registry.names())


def test_naming_imports_no_driver() -> None:
    program = (
        "import sys; from devices import registry; registry.names(); "
        "print([m for m in sys.modules if m.startswith('devices.drivers') or m == 'serial'])"
    )
    assert in_a_fresh_process(program) == "[]"


def test_loading_imports_exactly_one_and_no_port() -> None:
    program = (
        "import sys; from devices import registry; registry.load('taidoc'); "
        "print([m for m in sys.modules if m.startswith('devices.drivers.') or m == 'serial'])"
    )
    assert in_a_fresh_process(program) == "['devices.drivers.taidoc']"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UnknownDeviceError) as caught:
        registry.load("crystal_ball")
    assert caught.value.name == "crystal_ball"
    assert "contec_v7" in caught.value.known


def test_an_installed_package_adds_an_instrument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "their_scale.py").write_text("class Driver:\n    MODEL = 'Scale'\n")
    information = tmp_path / "their_scale-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: their-scale\nVersion: 1.0\n"
    )
    (information / "entry_points.txt").write_text(
        "[chevet.devices]\ntheir_scale = their_scale:Driver\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "their_scale" in registry.names()
    assert registry.load("their_scale").MODEL == "Scale"

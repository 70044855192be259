"""``chevet settings``, and what ``chevet site`` and others take from the file."""

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from client.catalogue import Catalogue
from client.cli import main
from client.cli.settings_open import site_settings
from client.cli.site_defaults import complete, language
from client.core.site_settings.values import (
    Person,
    PlaceSettings,
    RelaySettings,
    ScreenSettings,
    SiteSettings,
)
from client.errors import UsageError
from client.store.settings_file import write

SAY = Catalogue("fr")
TEXT = """
[place]
name = "Pharmacie des Halles"
[[people]]
name = "Anne Roux"
role = "pharmacist"
rpps = "10003456786"
[[people]]
name = "Luc Petit"
role = "pharmacy_assistant"
[relay]
url = "https://relais.example"
[line]
cap_kbit = 400
[screen]
language = "en"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "chevet" / "settings.toml"
    monkeypatch.setenv("CHEVET_SETTINGS", str(path))
    monkeypatch.delenv("CHEVET_LANG", raising=False)
    return path


def said(**given: object) -> argparse.Namespace:
    """The words of ``chevet site`` with nothing said but these."""
    names = ("relay", "camera", "microphone", "speaker", "place", "operator", "role", "rpps", "cap")
    unsaid = dict.fromkeys((*names, "headroom", "link_layer", "lang", "window"))
    flags = {"instrument": [], "unattended": False, "training": False, "has_echo_cancelling": True}
    return argparse.Namespace(**(unsaid | flags | given))


def completed(settings: SiteSettings, **given: object) -> argparse.Namespace:
    arguments = said(**given)
    complete(arguments, settings, SAY)
    return arguments


def test_a_word_about_the_patients_window_wins_over_the_settings() -> None:
    settings = SiteSettings(
        relay=RelaySettings("https://relay.example"), screen=ScreenSettings(patient_window="off")
    )
    assert completed(settings).window == "off"
    assert completed(settings, window="on").window == "on"


def test_without_a_file_nothing_is_set(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "check"]) == 0
    assert str(file) in capsys.readouterr().out
    assert site_settings() == SiteSettings()


def test_the_path_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings", "path"]) == 0
    assert capsys.readouterr().out == f"{file}\n"


def test_what_is_shown_is_the_file_as_it_would_be_written(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(file, TEXT)
    before = site_settings()
    assert main(["settings", "show"]) == 0
    write(file, capsys.readouterr().out)
    assert site_settings() == before
    assert file.with_name("settings.toml.old").read_text(encoding="utf-8") == TEXT


def test_each_wrong_line_is_told_in_french(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(file, '[place]\nfines = ""\nfiness = "1"\n')
    assert main(["settings", "check"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("ligne 2")
    assert "finess" in first
    assert second.startswith("ligne 3")
    assert "FINESS" in second


def test_a_camera_that_is_none_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(file, '[devices]\ncamera = "webcam"\n')
    assert main(["settings", "check"]) == 1
    assert "devices.camera" in capsys.readouterr().out


def test_a_site_with_wrong_settings_says_where_to_look(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(file, "[place]\nfiness = 3\n")
    assert main(["site", "--unattended"]) == 1
    assert "chevet settings check" in capsys.readouterr().err


def test_the_settings_fill_in_what_the_words_do_not_say(file: Path) -> None:
    write(file, TEXT)
    found = completed(site_settings())
    assert (found.relay, found.place) == ("https://relais.example", "Pharmacie des Halles")
    assert (found.operator, found.role, found.rpps) == ("Anne Roux", "pharmacist", "10003456786")
    assert (found.cap, found.headroom, found.instrument) == (400, 15, ["auto"])
    assert found.camera == "none"


def test_the_words_win_over_the_settings(file: Path) -> None:
    write(file, TEXT)
    found = completed(site_settings(), relay="https://other.example", headroom=0, cap=90)
    assert (found.relay, found.headroom, found.cap) == ("https://other.example", 0, 90)


def test_whoever_is_named_brings_their_own_role_and_number(file: Path) -> None:
    write(file, TEXT)
    found = completed(site_settings(), operator="Luc Petit")
    assert (found.operator, found.role, found.rpps) == ("Luc Petit", "pharmacy_assistant", "")
    stranger = completed(site_settings(), operator="Somebody")
    assert (stranger.operator, stranger.role, stranger.rpps) == ("Somebody", "", "")


def test_a_site_alone_plugs_in_nothing_by_itself() -> None:
    settings = SiteSettings(people=(Person("A"),))
    assert completed(settings, relay="https://r.example", unattended=True).instrument == []


def test_without_a_relay_it_is_a_misuse(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError):
        completed(SiteSettings())
    write(file, "")
    assert main(["site", "--unattended"]) == 2
    assert "--relay" in capsys.readouterr().err


def test_the_settings_choose_the_language_unless_somebody_says_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(file, TEXT)
    assert language(said(), site_settings(), SAY).language == "en"
    assert language(said(lang="fr"), site_settings(), SAY).language == "fr"
    monkeypatch.setenv("CHEVET_LANG", "fr")
    assert language(said(), site_settings(), SAY).language == "fr"


def test_the_settings_are_changed_by_lines(file: Path) -> None:
    write(file, TEXT)
    typed = "1\nPharmacie du Lac\n\n2 rue du Lac\n\n"
    command = (sys.executable, "-m", "client", "--lang", "fr", "settings", "edit", "--plain")
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=True)  # noqa: S603 -- ours
    told = done.stdout.splitlines()
    assert told[0] == SAY("training.set.title")
    assert SAY("training.set.saved") in told
    assert site_settings().place == PlaceSettings("Pharmacie du Lac", "", "2 rue du Lac")
    assert site_settings().relay == RelaySettings("https://relais.example"), "the rest stays"


def test_the_inventory_of_the_settings_is_declared(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["documents", "equipment", "--example"]) == 0
    inventory = tmp_path / "inventory.toml"
    inventory.write_text(capsys.readouterr().out, encoding="utf-8")
    write(file, f'[documents]\ninventory = "{inventory.as_posix()}"\n')
    out = tmp_path / "declared.csv"
    assert main(["documents", "equipment", "--csv", "--to", str(out)]) == 0
    assert b"CMS50E" in out.read_bytes()

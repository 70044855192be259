"""The settings' file: what it says, what is wrong with it, and how it is written."""

from base64 import urlsafe_b64encode
from dataclasses import fields, replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.catalogue import LANGUAGES, settings_template
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.wishes import DEFAULT_HEADROOM
from client.core.dossier.ending import Role
from client.core.site_settings import values
from client.core.site_settings.checks import CHECKS
from client.core.site_settings.reading import SIZE_LIMIT, Problem, SettingsError, Wrong, parsed
from client.core.site_settings.values import Person, SiteSettings
from client.core.site_settings.writing import toml, written
from client.store.upkeep import Retention

every_language = pytest.mark.parametrize("language", LANGUAGES)
FULL: Final = SiteSettings(
    place=values.PlaceSettings("Pharmacie « des Halles »", "750803447", "12 rue des Halles"),
    responsible=values.ResponsibleSettings("Élise Dumas", "10003456786"),
    people=(Person("A. Roux", Role.PHARMACIST, "10003456786"), Person('B # \\ "C"', Role.NURSE)),
    relay=values.RelaySettings("https://relais.example"),
    devices=values.DeviceSettings(
        "v4l2:/dev/video0", "dshow:Micro (USB)", echo_cancelling=False, instruments=("taidoc=COM3",)
    ),
    line=values.LineSettings(LinkLayer.ADSL, 30, 400),
    retention=values.RetentionSettings(1, 2, 0),
    screen=values.ScreenSettings("contrast", "en"),
    documents=values.DocumentSettings("C:\\Chevet\\inventaire.toml"),
    trust=values.TrustSettings((urlsafe_b64encode(bytes(range(32))).decode(),)),
)


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as raised:
        parsed(text.encode())
    return raised.value.problems


def test_a_file_may_say_nothing() -> None:
    assert parsed(b"") == SiteSettings()


@every_language
def test_the_template_explains_every_setting_and_sets_the_defaults(language: str) -> None:
    template = settings_template(language)
    assert parsed(written(SiteSettings(), template).encode()) == SiteSettings()
    for section in fields(SiteSettings):
        assert f"[{section.name}]" in template
    lines = [line for line in template.splitlines() if " = " in line and line[0] != "#"]
    parts = (type(getattr(FULL, one.name)) for one in fields(SiteSettings) if one.name != "people")
    assert len(lines) == sum(len(fields(part)) for part in (*parts, Person))


@every_language
def test_what_is_written_is_read_again(language: str) -> None:
    text = written(FULL, settings_template(language))
    assert parsed(text.encode()) == FULL
    assert written(parsed(text.encode()), settings_template(language)) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_comes_back_from_the_file(text: str) -> None:
    settings = replace(SiteSettings(), place=values.PlaceSettings(text))
    again = parsed(written(settings, settings_template("fr")).encode())
    assert again.place.name == text


def test_every_problem_is_told_with_its_line() -> None:
    text = """
[place]
nmae = "Pharmacie"
finess = "750803448"

[line]
headroom_pct = 95
cap_kbit = 3
link_layer = "fibre"

[[people]]
name = "A"

[[people]]
role = "nurse"
rpps = "1"

[colour]
red = 1
"""
    assert problems(text) == (
        Problem(3, "place.nmae", Wrong.UNKNOWN, ("name",)),
        Problem(4, "place.finess", Wrong.FINESS),
        Problem(7, "line.headroom_pct", Wrong.RANGE),
        Problem(8, "line.cap_kbit", Wrong.RANGE),
        Problem(9, "line.link_layer", Wrong.KIND, tuple(LinkLayer)),
        Problem(14, "people.name", Wrong.MISSING),
        Problem(16, "people.rpps", Wrong.RPPS),
        Problem(18, "colour", Wrong.UNKNOWN),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[place]\nname = 'x\n", 2),
        ("[place\n", 1),
        ("a = 1\na = 2\n", 2),
        ("x" * SIZE_LIMIT * 2, 1),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(text: str, line: int) -> None:
    (problem,) = problems(text)
    assert (problem.wrong, problem.line) == (Wrong.SYNTAX, line)


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    with pytest.raises(SettingsError) as raised:
        parsed(b"[place]\nname = '\xff'\n")
    assert raised.value.line == 2


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("relay.url = 'relais'", Wrong.URL),
        ("relay.url = 'https://[x'", Wrong.URL),
        ("devices.instruments = ['taidoc']", Wrong.RANGE),
        ("screen.theme = 'pink'", Wrong.RANGE),
        ("trust.brokers = ['abc']", Wrong.BROKER),
        ("retention.records = -1", Wrong.RANGE),
        ("people = 3", Wrong.KIND),
        ("place = 3", Wrong.KIND),
        ("retention.records = true", Wrong.KIND),
    ],
)
def test_what_cannot_be_set_is_refused(text: str, wrong: Wrong) -> None:
    (problem,) = problems(text)
    wanted = Wrong.SOURCE if "instruments" in text else wrong
    assert problem.wrong is wanted


def test_every_check_is_of_a_setting_and_names_a_wrong() -> None:
    for name in CHECKS:
        section, key = name.split(".")
        kind = Person if section == "people" else type(getattr(FULL, section))
        assert key in {field.name for field in fields(kind)}


def test_what_nobody_sets_is_as_the_rest_of_the_software_has_it() -> None:
    kept = SiteSettings().retention
    assert (kept.pictures, kept.records, kept.rooms) == (
        *(Retention().pictures, Retention().records, Retention().rooms),
    )
    assert SiteSettings().line.headroom_pct / 100 == DEFAULT_HEADROOM


def test_the_first_person_is_there_unless_another_is_named() -> None:
    assert FULL.person() == FULL.people[0]
    assert FULL.person(FULL.people[1].name) == FULL.people[1]
    assert FULL.person("somebody else") is None
    assert SiteSettings().person() is None


def test_the_delete_character_is_written_as_toml_wants_it() -> None:
    assert toml("\x7f") == '"\\u007f"'

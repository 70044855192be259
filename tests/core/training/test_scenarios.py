"""The scenarios that come with the software, and what a scenario may not say."""

import pytest

from client.catalogue import LANGUAGES, scenario_files
from client.core.dossier.consent import Item
from client.core.dossier.matricule import doubts
from client.core.training.marking import _RULES
from client.core.training.scenario import (
    Expected,
    Scenario,
    ScenarioError,
    read_scenario,
    scenarios,
)

EVERY = [one for language in LANGUAGES for one in scenarios(language)]
every_scenario = pytest.mark.parametrize("one", EVERY, ids=lambda one: f"{one.language}-{one.name}")


def test_each_language_has_the_same_scenarios() -> None:
    french, english = (scenarios(language) for language in LANGUAGES)
    assert {one.name for one in french} == {one.name for one in english}
    assert len(french) >= 4
    for one in french:
        other = next(two for two in english if two.name == one.name)
        assert (one.expected, one.questions, one.cap_kbit) == (
            *(other.expected, other.questions, other.cap_kbit),
        )
        assert [(a.do, a.what, a.possible) for a in one.acts] == [
            (a.do, a.what, a.possible) for a in other.acts
        ]


@every_scenario
def test_the_patients_are_nobodys_and_go_together(one: Scenario) -> None:
    assert doubts(one.patient.traits) == ()
    assert "ESSAI" in one.patient.birth_name
    assert any("01 99 00" in said for said in one.patient.says)


def test_the_four_cases_are_there() -> None:
    known = {one.name: one for one in scenarios("fr")}
    assert known["otite"].cap_kbit
    assert Item.PICTURES in known["plaie"].patient.refuses
    assert Expected.STOPPED in known["non-adapte"].expected
    assert Expected.OXYGEN in known["angine"].expected


def test_every_expectation_has_its_rule() -> None:
    assert set(_RULES) | {Expected.STEPS} == set(Expected)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "angine"', 'name = "other"'),
        ("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.8"),
        ('what = "throat"', 'what = "spleen"'),
        ('do = "summarise"', 'do = "say"'),
        ('do = "say"', 'do = "sing"'),
        ("279064410902779", "279064410902778"),
        ("version = 1", "version = "),
        ('"handed_over",', '"stopped",'),
        ('do = "say"', 'do = "cut"\nseconds = 100000'),
    ],
)
def test_a_scenario_that_cannot_be_played_is_refused(old: str, new: str) -> None:
    text = scenario_files("fr")["angine"].decode()
    wrong = text.replace(old, new, 1)
    assert wrong != text
    with pytest.raises(ScenarioError):
        read_scenario("angine", wrong.encode())

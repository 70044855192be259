"""The replaceable texts: complete in both languages, short, and without any interpretation."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

import client
from client.catalogue import LANGUAGES, consent_texts
from client.core.dossier.background import Question
from client.core.dossier.library import (
    STEPS,
    TIP_CHARACTERS,
    TIPS_LIMIT,
    ProtocolFileError,
    consent_text,
    how_to,
    protocol,
    protocols,
    read_protocol,
    tips,
)

NAMES = {
    *("angine", "otite", "infection-urinaire"),
    *("plaie", "renouvellement", "suivi-chronique"),
}
INTERPRETING = re.compile(
    r"normal|fièvre|fever|élevé|elevated|grave|severe|urgent|inquiét|worr|\d+\s*(°C|mmHg|%|g/[lL])",
    re.IGNORECASE,
)
WITH_STEPS = 'name = "x"\nversion = 1\nlanguage = "fr"\ntitle = "x"\nquestions = []\nsteps = [{}]'
FIRST_TEXT = {
    "fr": "58675dc817a8eab1d4a95de1bc1d29ecc9efac26d329282ab2f59538958b8a30",
    "en": "632ca9c3a4516f565c0090c0e07ed910ed130a5d4cead9e497cc52f6f25524ed",
}

every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_language
def test_the_six_protocols_are_there_and_the_same_in_both_languages(language: str) -> None:
    assert {one.name for one in protocols(language)} == NAMES
    for one in protocols(language):
        other = protocol(one.name, "fr")
        assert other is not None
        assert one.language == language
        assert [asked.ask for asked in one.questions] == [asked.ask for asked in other.questions]
        assert [step.what for step in one.steps] == [step.what for step in other.steps]
        assert one.questions
        assert one.steps


@every_language
def test_a_question_of_its_own_has_words_of_its_own(language: str) -> None:
    for one in protocols(language):
        for asked in one.questions:
            assert bool(asked.label) is (asked.ask is Question.OTHER)


@every_language
def test_every_step_a_gp_can_ask_for_has_tips_of_three_short_lines(language: str) -> None:
    assert set(how_to(language)) == set(STEPS)
    for what in STEPS:
        assert how_to(language)[what].title
        assert 1 <= len(tips(what, language)) <= TIPS_LIMIT
    lines = [line for one in how_to(language).values() for line in one.how]
    lines += [line for one in protocols(language) for step in one.steps for line in step.how]
    assert max(map(len, lines)) <= TIP_CHARACTERS


@every_language
def test_nothing_is_interpreted_and_no_threshold_is_named(language: str) -> None:
    folder = Path(client.__file__).parent / "catalogue" / language
    for path in (folder / "how_to.toml", *(folder / "protocols").iterdir()):
        words = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
        assert not INTERPRETING.search("\n".join(words)), path.name


def test_a_protocol_has_tips_of_its_own_and_the_usual_ones_otherwise() -> None:
    assert tips("skin", "fr", "plaie") != tips("skin", "fr")
    assert tips("weight", "fr", "renouvellement") == tips("weight", "fr")
    assert tips("skin", "fr", "withdrawn") == tips("skin", "fr")
    assert tips("dance", "fr") == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name = 1",
        'name = "other"\nversion = 1\nlanguage = "fr"\ntitle = "x"\nquestions = []\nsteps = []',
        WITH_STEPS.format('{what = "dance", how = []}'),
        WITH_STEPS.format('{what = "ear", how = ["1", "2", "3", "4"]}'),
        "\ud83d",
    ],
)
def test_a_file_that_is_no_protocol_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(ProtocolFileError) as caught:
        read_protocol("x", text.encode("utf-8", "surrogatepass"))
    assert caught.value.name == "x"


@every_language
def test_what_was_read_is_known_by_version_and_hash(language: str) -> None:
    text = consent_text(language)
    newest = max(consent_texts(language))
    assert text.version == f"{language}/{newest}"
    assert text.sha256 == sha256(text.text.encode()).hexdigest()


@every_language
def test_the_first_text_is_never_changed(language: str) -> None:
    assert sha256(consent_texts(language)[1]).hexdigest() == FIRST_TEXT[language]


def test_french_has_its_narrow_spaces() -> None:
    folder = Path(client.__file__).parent / "catalogue" / "fr"
    paths = [folder / "how_to.toml", *(folder / "protocols").iterdir()]
    for path in (*paths, *(folder / "consent").iterdir()):
        text = path.read_text("utf-8")
        assert not re.search(r"[^\u202f\s][;!?]|[ \u00a0][;:!?]|[a-zé]:|'|« | »", text), path.name

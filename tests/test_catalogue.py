"""Every sentence exists in both languages, is used, and wants the same facts."""

import ast
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import client
import devices
from client.catalogue import AREAS, LANGUAGES, Catalogue
from client.core.consultation import LinkState
from client.session.snapshot import InstrumentState, LineKind, PortState, StillState
from client.ui.still_line import LABELS
from client.ui.widgets.ask import known_ask
from devices.readings import Kind, Mark, Quality, Vital

CLIENT = Path(client.__file__).parent
DEVICES = Path(devices.__file__).parent
PREFIXES = "site|cli|dossier|records|documents|training"
KEY = re.compile(rf"({PREFIXES}|vital|unit|quality|kind|mark|error)\.[\w.%/-]*")
"""What a key of our catalogue looks like; `logging` names and file names do not."""

every_area = pytest.mark.parametrize("area", AREAS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def sentences(language: str, area: str) -> dict[str, str]:
    path = CLIENT / "catalogue" / language / f"{area}.json"
    loaded = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def all_keys(language: str) -> set[str]:
    return {key for area in AREAS for key in sentences(language, area)}


def facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def trees() -> Iterator[ast.AST]:
    for root in (CLIENT, DEVICES):
        for path in sorted(root.rglob("*.py")):
            if "node_modules" not in path.parts:
                yield ast.parse(path.read_text(encoding="utf-8"))


def written() -> tuple[set[str], set[str]]:
    """Keys written out in the code, and patterns of those that are put together there."""
    whole: set[str] = set()
    patterns: set[str] = set()
    for tree in trees():
        parts = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr)
            for part in node.values
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                patterns.add("".join(map(_pattern, node.values)))
            elif (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in parts
            ):
                whole.add(node.value)
    return whole, {pattern for pattern in patterns if KEY.match(pattern)}


def _pattern(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return re.escape(str(part.value)).replace(r"\.", ".")
    return ".+"


WHOLE, PATTERNS = written()
CLASSES = {
    node.name for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
}
PAGE = "".join(
    path.read_text(encoding="utf-8") for path in sorted((CLIENT / "page" / "src").rglob("*.ts"))
)
FAMILIES = {
    *(f"kind.{kind}" for kind in Kind),
    *(f"site.missing.{kind}" for kind in Kind),
    *(f"quality.{quality}" for quality in Quality),
    *(f"quality.{quality}.oximeter" for quality in (Quality.NO_SIGNAL, Quality.SEARCHING)),
    *(f"mark.{mark}" for mark in Mark),
    *(f"site.port.{state}.here" for state in (PortState.UNKNOWN, PortState.UNDECIDED)),
    *(f"vital.{vital.code}" for vital in Vital),
    *(f"site.vital.{vital.code}" for vital in Vital),
    *(f"unit.{vital.ucum}" for vital in Vital),
    *(f"site.instrument.{state}" for state in InstrumentState),
    *(f"site.port.{state}" for state in PortState),
    *(f"site.link.{state}" for state in LinkState if state is not LinkState.UP),
    *(f"site.still.{state}" for state in StillState),
    *(f"site.still.label.{label}" for label in LABELS),
    *(f"site.log.{kind}" for kind in LineKind if kind is not LineKind.READING),
    *(
        f"site.{family}.{known_ask(what)}"
        for family in ("ask", "log.what")
        for what in (
            *("temperature", "oximeter", "pressure", "glucose", "weight", "ecg"),
            *("ear", "skin", "throat", "still", "text"),
        )
    ),
}
"""Keys that are put together from values that are listed elsewhere."""


@every_area
def test_both_languages_have_the_same_keys(area: str) -> None:
    french, english = (sentences(language, area) for language in LANGUAGES)
    assert set(french) == set(english)


@every_area
def test_both_languages_want_the_same_facts(area: str) -> None:
    french, english = (sentences(language, area) for language in LANGUAGES)
    for key in french:
        assert facts(french[key]) == facts(english[key]), key


@every_language
def test_every_key_used_exists(language: str) -> None:
    used = {key for key in WHOLE if re.fullmatch(rf"({PREFIXES})\.[a-z_]+(\.[\w%/-]+)*", key)}
    assert used, "the search found nothing: it looks in the wrong place"
    known = all_keys(language)
    counted = {key for key in used if {f"{key}.one", f"{key}.many"} <= known}
    assert used - known - counted - {"site.tcss", "records.db", "dossier.json"} == set()


@every_language
def test_every_member_of_a_family_exists(language: str) -> None:
    assert all_keys(language) >= FAMILIES


@every_language
def test_every_described_step_has_its_help(language: str) -> None:
    shown_in_help = {
        key for key in all_keys(language) if key.startswith("site.do.") and key not in _IN_BOXES
    }
    helped = {key.replace("site.do.", "site.help.") for key in shown_in_help}
    assert helped <= all_keys(language)


_IN_BOXES = {
    f"site.do.{name}"
    for name in (
        *("accept", "next_field", "later", "send", "back", "confirm_end", "go_on"),
        *("read_memory", "memory"),
    )
}


def test_no_sentence_is_unused() -> None:
    unused = {key for key in all_keys("fr") if not _is_used(key)}
    assert unused == set()


def _is_used(key: str) -> bool:
    if key.startswith("error."):
        name = key.split(".")[1]
        return name in CLASSES or name == "unexpected"
    if key in WHOLE or key in FAMILIES or any(re.fullmatch(pattern, key) for pattern in PATTERNS):
        return True
    if key.startswith("site.help."):
        return key.replace("site.help.", "site.do.") in WHOLE
    return f'"{key}"' in PAGE or f"`{key.rsplit('.', 1)[0]}." in PAGE


def test_every_error_sentence_has_its_hint() -> None:
    keys = {key for key in sentences("fr", "errors") if not key.endswith(".hint")}
    assert {f"{key}.hint" for key in keys} <= set(sentences("fr", "errors"))


_BOUND = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
"""What stands before a French double sign, and within the guillemets: no line ever begins there."""


@every_area
def test_french_punctuation_is_spaced(area: str) -> None:
    for key, sentence in sentences("fr", area).items():
        shown = re.sub(r"https?://\S+|--\S+|\w+:[^\s»]+|%\(\w+\)s", "", sentence)
        assert not re.search(rf"[^{_BOUND}[][;:?!»%]|«[^{_BOUND}]|\w'", shown), key


def test_no_sentence_is_read_as_markup() -> None:
    for language in LANGUAGES:
        for area in ("site", "dossier", "training"):
            for key, sentence in sentences(language, area).items():
                assert "[" not in sentence, key


def test_an_error_is_explained_in_the_language_asked_for() -> None:
    what, then = Catalogue("fr").explain(RuntimeError("x"))
    assert "RuntimeError" in what
    assert then

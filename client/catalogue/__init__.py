"""Every sentence a person sees, in French and English.

One flat JSON file per language and area: ``<language>/<area>.json``, key to sentence, with
``{name}`` for facts. The page is built from the same files.
"""

import json
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("fr", "en")
AREAS: Final = (
    "common",
    "site",
    "files",
    "cli",
    "errors",
    "dossier",
    "records",
    "documents",
    "training",
)
"""``page.json`` and its parts are the page's own and are not loaded here."""


class Catalogue:
    """The sentences of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._sentences = _load(language)

    def __call__(self, key: str, /, **facts: object) -> str:
        """The sentence for this key with its facts filled in; `KeyError` if there is none."""
        return self._sentences[key].format(**facts)

    def explain(self, error: Exception) -> tuple[str, str]:
        """What happened and what the person can do next, for any error we raise."""
        facts = {k: v for k, v in vars(error).items() if not k.startswith("_")}
        for cls in type(error).__mro__:
            key = f"error.{cls.__name__}"
            if key in self._sentences:
                return self(key, **facts), self(f"{key}.hint", **facts)
        return self("error.unexpected", kind=type(error).__name__), self("error.unexpected.hint")


def protocol_files(language: str) -> dict[str, bytes]:
    """Ready-made protocols of this language, TOML, by name."""
    return _folder(language, "protocols", ".toml")


def consent_texts(language: str) -> dict[int, bytes]:
    """What is read aloud before consent, UTF-8, by version; none is ever changed or removed."""
    return {int(number): data for number, data in _folder(language, "consent", ".txt").items()}


def how_to_data(language: str) -> bytes:
    """What is told of each step to whoever holds the instrument, TOML."""
    return (files(__name__) / language / "how_to.toml").read_bytes()


def settings_template(language: str) -> str:
    """The settings' file with its explanations and nothing set, TOML."""
    return (files(__name__) / language / "settings.toml").read_text(encoding="utf-8")


def scenario_files(language: str) -> dict[str, bytes]:
    """Training scenarios of this language, TOML, by name."""
    return _folder(language, "scenarios", ".toml")


def fhir_codes() -> bytes:
    """Code systems and how vital signs are coded, JSON; the page is built with the same."""
    return (files(__name__) / "fhir_codes.json").read_bytes()


def _folder(language: str, folder: str, suffix: str) -> dict[str, bytes]:
    found = (files(__name__) / language / folder).iterdir()
    return {
        one.name.removesuffix(suffix): one.read_bytes()
        for one in found
        if one.name.endswith(suffix)
    }


@cache
def _load(language: str) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for area in AREAS:
        source = files(__name__) / language / f"{area}.json"
        sentences |= json.loads(source.read_text(encoding="utf-8"))
    return sentences

"""Reads the settings, and tells everything that is wrong with them, each with its line."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, Final, TypeVar, get_args, get_type_hints

import msgspec

from client.core.site_settings.checks import CHECKS
from client.core.site_settings.values import Person, SiteSettings
from client.errors import ChevetError

T = TypeVar("T")

SIZE_LIMIT: Final = 200_000
"""Bytes; chosen: a hundred times a full file."""
_HEADER: Final = re.compile(r"\s*\[+\s*([\w.-]+)\s*\]+")
_KEY: Final = re.compile(r"\s*\"?([\w-]+)\"?\s*=")
_AT_LINE: Final = re.compile(r"line (\d+)")


class Wrong(StrEnum):
    """What can be wrong with one line."""

    SYNTAX = "syntax"
    """Not TOML."""
    UNKNOWN = "unknown"
    """Nothing of this name can be set."""
    KIND = "kind"
    """A number where words are expected, or one that is not among the choices."""
    MISSING = "missing"
    FINESS = "finess"
    RPPS = "rpps"
    URL = "url"
    RANGE = "range"
    BROKER = "broker"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Problem:
    """One line to put right."""

    line: int
    """From 1; 0: not known."""
    name: str
    """``place.finess``; empty for the whole file."""
    wrong: Wrong
    choices: tuple[str, ...] = ()
    """What could be written instead."""


class SettingsError(ChevetError):
    """The settings' file says something that cannot be set."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} wrong settings")
        self.problems = problems
        self.count = len(problems)
        self.line = problems[0].line


def parsed(data: bytes) -> SiteSettings:
    """The settings in these bytes of TOML; `SettingsError` with every problem found."""
    text = _decoded(data)
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        last = len(text.splitlines())
        line = min(int(at[1]), last) if at else last
        raise SettingsError((Problem(line, "", Wrong.SYNTAX),)) from error
    reading = _Reading(_lines(text))
    settings = reading.settings(written)
    if reading.problems:
        raise SettingsError(tuple(sorted(reading.problems, key=lambda one: one.line)))
    return settings


def _decoded(data: bytes) -> str:
    try:
        return data[: SIZE_LIMIT + 1].decode("utf-8-sig") if len(data) <= SIZE_LIMIT else "="
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SettingsError((Problem(line, "", Wrong.SYNTAX),)) from error


Place = tuple[str, int, str]
"""Section, its number among those of its name, key; empty key: the section's own line."""


def _lines(text: str) -> dict[Place, int]:
    """Where each key stands, as people lay such a file out; what is not found is line 0."""
    found: dict[Place, int] = {}
    section, number = "", 0
    seen: dict[str, int] = {}
    for line, words in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(words):
            section = header[1]
            number = seen[section] = seen.get(section, -1) + 1
            found[section, number, ""] = line
        elif key := _KEY.match(words):
            found.setdefault((section, number, key[1]), line)
    return found


class _Reading:
    """Goes through it all, so that a person puts everything right in one go."""

    def __init__(self, lines: Mapping[Place, int]) -> None:
        self._lines = lines
        self.problems: list[Problem] = []

    def settings(self, written: Mapping[str, Any]) -> SiteSettings:
        hints = get_type_hints(SiteSettings)
        parts: dict[str, Any] = {}
        for section, value in written.items():
            if section not in hints:
                self._unknown(("", 0, section), section, tuple(hints))
            elif section == "people":
                parts[section] = self._people(value)
            elif isinstance(value, dict):
                parts[section] = self._part(hints[section], (section, 0), value)
            else:
                self._tell((section, 0, ""), Wrong.KIND)
        return SiteSettings(**{name: part for name, part in parts.items() if part is not None})

    def _people(self, written: object) -> tuple[Person, ...]:
        if not isinstance(written, list) or not all(isinstance(one, dict) for one in written):
            self._tell(("people", 0, ""), Wrong.KIND)
            return ()
        read = (self._part(Person, ("people", n), one) for n, one in enumerate(written))
        return tuple(one for one in read if one is not None)

    def _part(self, kind: type[T], at: tuple[str, int], written: Mapping[str, Any]) -> T | None:
        hints = get_type_hints(kind)
        values = dict(self._values(hints, at, written))
        lacking = [name for name in _required(kind) if name not in values]
        for name in lacking:
            if name not in written:
                self._tell((*at, name), Wrong.MISSING)
        return None if lacking else kind(**values)

    def _values(
        self, hints: Mapping[str, Any], at: tuple[str, int], written: Mapping[str, Any]
    ) -> Iterator[tuple[str, Any]]:
        for name, value in written.items():
            place = (*at, name)
            if name not in hints:
                self._unknown(place, name, tuple(hints))
                continue
            try:
                is_unsaid = value == "" and type(None) in get_args(hints[name])
                read = None if is_unsaid else msgspec.convert(value, hints[name])
            except msgspec.ValidationError:
                self._tell(place, Wrong.KIND, _choices(hints[name]))
                continue
            wrong = _checked(at[0], name, read)
            if wrong is not None:
                self._tell(place, Wrong(wrong))
            yield name, read

    def _unknown(self, place: Place, name: str, known: tuple[str, ...]) -> None:
        self._tell(place, Wrong.UNKNOWN, tuple(get_close_matches(name, known, 1)))

    def _tell(self, place: Place, wrong: Wrong, choices: tuple[str, ...] = ()) -> None:
        section, number, name = place
        above = self._lines.get((section, number, ""), self._lines.get((name, 0, ""), 0))
        line = self._lines.get(place, above)
        shown = ".".join(filter(None, (section, name)))
        self.problems.append(Problem(line, shown, wrong, choices))


def _required(kind: type) -> Iterator[str]:
    assert is_dataclass(kind)  # noqa: S101 -- every section is one
    for field in fields(kind):
        if field.default is MISSING and field.default_factory is MISSING:
            yield field.name


def _choices(hint: Any) -> tuple[str, ...]:
    """What may be written where only some words are."""
    for kind in (hint, *get_args(hint)):
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return tuple(kind)
    return ()


def _checked(section: str, name: str, value: Any) -> str | None:
    check: Callable[[Any], str | None] | None = CHECKS.get(f"{section}.{name}")
    return None if check is None else check(value)

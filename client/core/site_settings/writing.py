"""Writes the settings as a file that explains itself: the catalogue's template, filled in."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from enum import Enum
from itertools import groupby
from typing import Any, Final

from client.core.site_settings.values import SiteSettings

_SECTION: Final = re.compile(r"\[+(\w+)\]+")
_VALUE: Final = re.compile(r"(\w+) = ([^#]*?)(\s+#.*)?")


def written(settings: SiteSettings, template: str) -> str:
    """The template with these values; where nobody is named, how to name somebody is a comment."""
    lines: list[str] = []
    for name, block in _blocks(template):
        if name == "":
            lines += block
        elif name != "people":
            lines += _filled(block, getattr(settings, name))
        elif settings.people:
            for person in settings.people:
                lines += _filled(block, person)
        else:
            lines += (f"# {line}" if line and not line.startswith("#") else line for line in block)
    return "\n".join(lines) + "\n"


def _blocks(template: str) -> Iterator[tuple[str, list[str]]]:
    """The sections of the template, each with the comment above its name."""
    sections: list[tuple[str, str]] = []
    name = ""
    for line in template.splitlines():
        if found := _SECTION.fullmatch(line.strip()):
            name = found[1]
        sections.append((name, line))
    for section, lines in groupby(sections, key=lambda pair: pair[0]):
        yield section, [line for _, line in lines]


def _filled(block: Iterable[str], part: Any) -> Iterator[str]:
    names = {field.name for field in fields(part)}
    for line in block:
        found = _VALUE.fullmatch(line)
        if found is None or found[1] not in names:
            yield line
            continue
        value, comment = toml(getattr(part, found[1])), (found[3] or "").strip()
        yield f"{found[1]} = {value}" + (f"  {comment}" if comment else "")


def toml(value: Any) -> str:
    """One value as TOML writes it."""
    match value:
        case None:
            return '""'
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case tuple():
            return f"[{', '.join(map(toml, value))}]"
        case Enum():
            return toml(value.value)
        case _:
            # JSON's strings are TOML's basic strings, but for one character TOML wants escaped.
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")

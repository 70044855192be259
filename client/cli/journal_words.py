"""A line of the journal as a person reads it: what happened, and its facts in words.

Names and values that a newer version wrote, and this one has no words for, are told as they are.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from client.catalogue import Catalogue
from client.cli.records_open import exact_moment_of, word
from client.core.record import JournalEntry

SHOWN_HASH: Final = 16
"""Hexadecimal digits of a hash that a person compares."""
_FLAGS: Final = frozenset({"done", "handed"})
"""Facts that are yes or no."""
_LISTS: Final = frozenset({"refused", "to"})
"""Facts that are several values with a space between them, or none."""
_DAYS: Final = frozenset({"before"})


def event_line(entry: JournalEntry, say: Catalogue) -> str:
    """One line of the journal, to be read."""
    told = word(say, f"records.event.{entry.event}", entry.event)
    facts = say("records.facts").join(filter(None, _facts(entry, say)))
    line = f"{entry.number:>4}  {exact_moment_of(entry.at, say)}  {told}"
    return f"{line} ({facts})" if facts else line


def _facts(entry: JournalEntry, say: Catalogue) -> Iterator[str]:
    """Each fact; nothing for one that says nothing. The consultation's number comes first."""
    for name, value in sorted(entry.facts.items(), key=lambda fact: fact[0] != "consultation"):
        if name in _FLAGS:
            yield word(say, f"records.flag.{name}.{'yes' if value else 'no'}", f"{name} {value}")
            continue
        shown = _shown(name, value, say)
        if shown:
            yield _labelled(name, shown, say)


def _labelled(name: str, shown: str, say: Catalogue) -> str:
    try:
        return say(f"records.fact.{name}", value=shown)
    except KeyError:
        return f"{name} {shown}"


def _shown(name: str, value: str | int, say: Catalogue) -> str:
    text = str(value)
    if name in _LISTS:
        return say("records.values").join(_value(one, say) for one in text.split())
    if name in _DAYS:
        return _day(text, say)
    return _value(text, say)


def _value(text: str, say: Catalogue) -> str:
    """A word of ours, the name of an error, the beginning of a hash, or what somebody is called."""
    if len(text) > 2 * SHOWN_HASH and text.isalnum():
        return f"{text[:SHOWN_HASH]}…"
    if text.endswith("Error"):
        return word(say, f"error.{text}", text).rstrip(".")
    return word(say, f"records.value.{text}", text)


def _day(text: str, say: Catalogue) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return say("records.day", year=day.year, month=day.month, day=day.day)

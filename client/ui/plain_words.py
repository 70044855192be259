"""Sentences for whoever hears them: whole words, a unit with each value, nothing drawn."""

from client.catalogue import Catalogue
from client.session.snapshot import ExchangeLine
from client.ui.phrases import decimal, plain
from devices.readings import Vital


def row(say: Catalogue, name: str, *what: str) -> str:
    """What there is to say of something, as one sentence."""
    told = ", ".join(filter(None, what)).rstrip(".")
    return say("training.plain.row", name=name, what=told)


def value(say: Catalogue, vital: Vital, number: str) -> str:
    """A value under its whole name and with its unit; empty: the instrument has none."""
    name = say(f"vital.{vital.code}")
    if not number:
        return say("training.plain.no_number", name=name)
    return f"{name} {decimal(say, number)} {say(f'unit.{vital.ucum}')}"


def reading(say: Catalogue, line: ExchangeLine) -> str:
    """A value that was sent."""
    try:
        vital = Vital.from_code(line.subject)
    except ValueError:
        return " ".join(filter(None, (plain(line.subject), plain(line.value))))
    return value(say, vital, plain(line.value))

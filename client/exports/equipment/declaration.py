"""The declaration of equipment, as a sheet to print and as a table for a spreadsheet.

The form the agencies use is not published (rules-fr.md, d-32): the document says that it is the
site's own.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from client.exports.equipment.inventory import Equipment, Inventory, Site
from client.exports.pdf.people import told
from client.exports.pdf.sheet import Facts, Items, Paragraphs, Section, Sheet, Table
from client.exports.pdf.wording import Words
from devices.readings import Kind

_REQUIRED: Final = (Kind.STETHOSCOPE, Kind.OTOSCOPE, Kind.OXIMETER, Kind.BLOOD_PRESSURE)
"""What a pharmacy must have (rules-fr.md, d-2)."""
_COLUMNS: Final = ("kind", "model", "serial", "udi", "calibrated", "disinfected", "seen")
_WIDTHS: Final = (16, 20, 14, 16, 12, 12, 12)
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes a cell that begins so for a formula, or skips what comes before one."""
_BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it spreadsheets take UTF-8 for another code."""


def declaration_sheet(words: Words, inventory: Inventory, at: datetime) -> Sheet:
    """The declaration as it stands at this moment."""
    say = words.say
    return Sheet(
        language=say.language,
        title=say("documents.equipment.title"),
        subtitle=words.date(at),
        sender=inventory.site.name,
        sections=(
            _place(words, inventory.site),
            _opening(words, inventory.site),
            _devices(words, inventory),
            _required(words, inventory),
            Section(
                say("documents.equipment.nature"), (Paragraphs(say("documents.equipment.note")),)
            ),
        ),
        footer=say("documents.equipment.footer"),
        page_of=say("documents.page", page="{page}", pages="{pages}"),
        made_at=at,
    )


def declaration_csv(words: Words, inventory: Inventory) -> bytes:
    """A row an instrument, for a spreadsheet: semicolons, as French ones expect, and UTF-8."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    site = inventory.site
    names = ("site", "finess", "address", "responsible")
    writer.writerow(words.say(f"documents.equipment.{name}") for name in (*names, *_COLUMNS))
    for one in inventory.equipment:
        place = (site.name, site.finess, site.address, site.responsible)
        writer.writerow(map(_inert, (*place, *_row(words, one))))
    return (_BOM + table.getvalue()).encode()


def _inert(cell: str) -> str:
    """An apostrophe before what a spreadsheet would carry out makes it text again."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_ACTIVE) else cell


def _place(words: Words, site: Site) -> Section:
    say = words.say
    who = (
        say("documents.rpps", name=site.responsible, number=site.responsible_rpps)
        if site.responsible_rpps
        else site.responsible
    )
    pairs = (
        (say("documents.equipment.site"), site.name),
        (say("documents.equipment.finess"), site.finess),
        (say("documents.equipment.address"), site.address),
        (say("documents.equipment.responsible"), who),
    )
    return Section(say("documents.equipment.place"), (Facts(told(pairs)),))


def _opening(words: Words, site: Site) -> Section:
    say = words.say
    unknown = say("documents.unknown")
    pairs = (
        (say("documents.equipment.hours"), "\n".join(site.opening_hours) or unknown),
        (say("documents.equipment.accessibility"), site.accessibility or unknown),
    )
    return Section(say("documents.equipment.opening"), (Facts(pairs),))


def _devices(words: Words, inventory: Inventory) -> Section:
    say = words.say
    head = tuple(say(f"documents.equipment.{name}") for name in _COLUMNS)
    rows = tuple(tuple(_row(words, one)) for one in inventory.equipment)
    heading = say("documents.equipment.devices")
    if not rows:
        return Section(heading, (Paragraphs(say("documents.equipment.none")),))
    return Section(heading, (Table(head, rows, _WIDTHS),))


def _row(words: Words, one: Equipment) -> Iterator[str]:
    say = words.say
    yield say(f"kind.{one.kind}") if one.kind else say("documents.unknown")
    yield " ".join(filter(None, (one.maker, one.model)))
    yield one.serial
    yield one.udi
    yield _day(words, one.calibrated_on)
    yield _day(words, one.disinfected_on)
    if one.is_declared:
        yield _day(words, words.local(one.seen_at).date() if one.seen_at else None)
    else:
        at = words.local(one.seen_at).date() if one.seen_at else None
        yield say("documents.equipment.undeclared", date=_day(words, at))


def _day(words: Words, day: date | None) -> str:
    return words.iso_date(day.isoformat()) if day else ""


def _required(words: Words, inventory: Inventory) -> Section:
    say = words.say
    there = {one.kind for one in inventory.equipment}
    lines = tuple(
        say(
            f"documents.equipment.{'present' if kind in there else 'absent'}",
            kind=say(f"kind.{kind}"),
        )
        for kind in _REQUIRED
    )
    return Section(say("documents.equipment.required"), (Items(lines),))

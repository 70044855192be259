"""The INS datamatrix: what a scanner types when it reads one from a health document.

Source: ANS, "INS, Format datamatrix" v2.2 (26/09/2023), as two public implementations have it, a
hospital's software with its test example and one that cites the paragraphs; the document itself was
not read. Hence the fields are data (`FIELDS`), and what comes is looked at before it is kept.
A header ``IS01`` and 22 reserved characters, then blocks of an identifier, a value and, after a
value shorter than its limit, ``GS``. Some scanners type another character for it.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from client.core.dossier.matricule import checked_value
from client.core.dossier.traits import REAL_OIDS, TEST_OIDS, IdentityStatus, Matricule, Sex, Traits
from client.errors import ChevetError

HEADER: Final = re.compile(r"IS01.{22}", re.DOTALL)
TEXT_LIMIT: Final = 512
"""Characters; chosen: the longest possible one has 318."""
GS: Final = "\x1d"
_TYPED_FOR_GS: Final = str.maketrans({"\u241d": GS, "|": GS, "\t": GS, "\x1e": GS})
"""chosen: what keyboard scanners are known to type in its place."""


@dataclass(frozen=True, slots=True)
class Field:
    """One block of the message."""

    name: str
    most: int
    """Characters; a value of so many has no separator behind it."""
    fewest: int


FIELDS: Final = {
    "S1": Field("matricule", 15, 15),
    "S2": Field("oid", 20, 19),
    "S3": Field("first_names", 100, 1),
    "S4": Field("birth_name", 100, 1),
    "S5": Field("sex", 1, 1),
    "S6": Field("birth_date", 10, 10),
    "S7": Field("birth_place", 5, 5),
}
_SEXES: Final = {"F": Sex.FEMALE, "M": Sex.MALE}


class DatamatrixError(ChevetError):
    """Not the text of an INS datamatrix."""


def read(text: str) -> Traits:
    """The identity in this text; `DatamatrixError`, or `MatriculeError` for a wrong key.

    Only a qualified identity may be printed so (EXI ID 29); it was one where it was printed. Chevet
    has not checked it against a document, so its status here is `RETRIEVED` (d-15).
    """
    found = _blocks(text.strip(" \r\n")[:TEXT_LIMIT].translate(_TYPED_FOR_GS))
    missing = {field.name for field in FIELDS.values()} - found.keys()
    if missing or found["oid"] not in REAL_OIDS + TEST_OIDS:
        raise DatamatrixError
    return Traits(
        birth_name=found["birth_name"],
        first_names=tuple(found["first_names"].split()),
        birth_date=_iso(found["birth_date"]),
        sex=_SEXES.get(found["sex"], Sex.UNKNOWN),
        birth_place=found["birth_place"],
        matricule=Matricule(checked_value(found["matricule"]), found["oid"]),
        status=IdentityStatus.RETRIEVED,
    )


def _blocks(text: str) -> dict[str, str]:
    header = HEADER.match(text)
    if header is None:
        raise DatamatrixError
    found: dict[str, str] = {}
    rest = text[header.end() :]
    while rest:
        field = FIELDS.get(rest[:2])
        if field is None or field.name in found:
            raise DatamatrixError
        value = rest[2 : 2 + field.most].partition(GS)[0]
        known = value.strip()
        if len(value) < field.fewest or not (known and known.isprintable()):
            raise DatamatrixError
        found[field.name] = known
        rest = rest[2 + len(value) :].removeprefix(GS)
    return found


def _iso(day_month_year: str) -> str:
    """``31-08-2021`` as ISO 8601; a day or month of 00 is not known."""
    parts = re.fullmatch(r"(\d\d)-(\d\d)-(\d{4})", day_month_year, re.ASCII)
    if parts is None:
        raise DatamatrixError
    day, month, year = parts.groups()
    if month == "00":
        return year
    if day == "00":
        return f"{year}-{month}"
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError as error:
        raise DatamatrixError from error

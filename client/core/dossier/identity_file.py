"""An identity from the practice's own software, as a small file: JSON, or CSV with two lines.

The keys, each optional but ``nom_naissance``::

    nom_naissance, prenoms_naissance (separated by spaces), nom_utilise, date_naissance (AAAA-MM-JJ
    or JJ/MM/AAAA), sexe (F, M or I), code_lieu_naissance (COG), matricule, oid, statut (provisoire,
    recuperee, validee or qualifiee)

JSON: one object of texts. CSV: a line of keys, a line of values, by ``;`` or ``,``. UTF-8, with or
without a byte order mark, or Windows-1252. Other keys are left aside. The status is kept as the
file has it (rules-fr.md, d-15): the software that wrote it answers for it.
"""

import csv
import io
import re
from datetime import date
from typing import Final, TypeVar

import msgspec

from client.core.dossier.matricule import checked_value
from client.core.dossier.traits import REAL_OIDS, IdentityStatus, Matricule, Sex, Traits
from client.errors import ChevetError

T = TypeVar("T")

SIZE_LIMIT: Final = 16_384
"""Bytes; chosen: a hundred times what an identity takes."""
VALUE_LIMIT: Final = 200
"""Characters of one value; chosen: twice what the national reference allows a name."""
KEYS: Final = (
    *("nom_naissance", "prenoms_naissance", "nom_utilise", "date_naissance", "sexe"),
    *("code_lieu_naissance", "matricule", "oid", "statut"),
)
_SEXES: Final = {"F": Sex.FEMALE, "M": Sex.MALE, "I": Sex.UNKNOWN, "": Sex.UNKNOWN}
_STATUSES: Final = {
    "": IdentityStatus.PROVISIONAL,
    "provisoire": IdentityStatus.PROVISIONAL,
    "recuperee": IdentityStatus.RETRIEVED,
    "récupérée": IdentityStatus.RETRIEVED,
    "validee": IdentityStatus.VALIDATED,
    "validée": IdentityStatus.VALIDATED,
    "qualifiee": IdentityStatus.QUALIFIED,
    "qualifiée": IdentityStatus.QUALIFIED,
}


class IdentityFileError(ChevetError):
    """Not a file with an identity as described here; says which key, never a value."""

    def __init__(self, key: str = "") -> None:
        super().__init__(f"an identity file that cannot be read: {key or 'its form'}")
        self.key = key


class IdentityKeyError(IdentityFileError):
    """One key of it is missing, or its value is none that we know."""


def read(data: bytes) -> Traits:
    """The identity; `IdentityFileError`, or `MatriculeError` for a wrong key."""
    if not 0 < len(data) <= SIZE_LIMIT:
        raise IdentityFileError
    text = _text(data)
    found = _json(text) if text.lstrip().startswith("{") else _csv(text)
    values = {key: found.get(key, "").strip() for key in KEYS}
    for key, value in values.items():
        if len(value) > VALUE_LIMIT or not value.isprintable():
            raise IdentityKeyError(key)
    if not values["nom_naissance"]:
        raise IdentityKeyError("nom_naissance")
    return Traits(
        birth_name=values["nom_naissance"],
        first_names=tuple(values["prenoms_naissance"].split()),
        used_name=values["nom_utilise"],
        birth_date=_date(values["date_naissance"]),
        sex=_one_of(_SEXES, "sexe", values["sexe"].upper()),
        birth_place=values["code_lieu_naissance"].upper(),
        matricule=_matricule(values["matricule"], values["oid"]),
        status=_one_of(_STATUSES, "statut", values["statut"].casefold()),
    )


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _json(text: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.DecodeError, RecursionError) as error:
        raise IdentityFileError from error


def _csv(text: str) -> dict[str, str]:
    first = text.partition("\n")[0]
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ","))
    except csv.Error as error:
        raise IdentityFileError from error
    rows = [row for row in rows if row]
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):  # noqa: PLR2004 -- keys and values
        raise IdentityFileError
    return dict(zip((key.strip() for key in rows[0]), rows[1], strict=True))


def _date(text: str) -> str:
    """ISO 8601, as much of it as is known."""
    french = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text, re.ASCII)
    iso = "-".join(reversed(french.groups())) if french else text
    if not re.fullmatch(r"|\d{4}|\d{4}-(0[1-9]|1[0-2])|\d{4}-\d\d-\d\d", iso, re.ASCII):
        raise IdentityKeyError("date_naissance")
    try:
        return date.fromisoformat(iso).isoformat() if iso.count("-") == 2 else iso  # noqa: PLR2004 -- a whole date
    except ValueError as error:
        raise IdentityKeyError("date_naissance") from error


def _matricule(value: str, oid: str) -> Matricule | None:
    """A matricule without its OID is taken for a NIR: the wrong mode refuses it all the same."""
    return Matricule(checked_value(value), oid or REAL_OIDS[0]) if value else None


def _one_of(known: dict[str, T], key: str, text: str) -> T:
    if text not in known:
        raise IdentityKeyError(key)
    return known[text]

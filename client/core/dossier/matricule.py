"""The INS matricule: its key, whether it fits the traits, and where test identities are taken.

Only the key and the mode decide (rules-fr.md, d-13 and d-14). Whatever else looks odd is a doubt
for the person at the bedside to look at: it never stops an act, and nobody without a matricule is
turned away (d-12).
"""

import re
from enum import StrEnum
from typing import Final

from client.core.dossier.traits import REAL_OIDS, TEST_OIDS, IdentityStatus, Matricule, Sex, Traits
from client.errors import ChevetError

_SHAPE: Final = re.compile(r"[0-9]{5}(?:[0-9]{2}|2A|2B)[0-9]{8}", re.ASCII)
"""Sex, year, month, department, commune, order, key."""
_DIGITS_WITHOUT_KEY: Final = 13
_CORSICA: Final = {"2A": "19", "2B": "18"}
"""For the computation (d-13)."""
_MODULUS: Final = 97
_SEXES: Final = {"1": Sex.MALE, "2": Sex.FEMALE}
"""Other first digits are of temporary numbers; what they say of the sex is not confirmed (d-13)."""
_MONTHS: Final = frozenset(range(1, 13))
"""Any other number stands for a civil status that is not complete (d-13)."""


class MatriculeError(ChevetError):
    """Not an INS matricule: thirteen characters and a key of two digits that checks them."""


class WrongModeError(ChevetError):
    """A test identity outside training, or a real one in it (rules-fr.md, d-14)."""

    def __init__(self, *, is_training: bool) -> None:
        super().__init__("a real identity in training" if is_training else "a test identity")
        self.is_training = is_training


class UnknownOidError(ChevetError):
    """Nobody known gave this matricule: its OID is none of the INS."""


class Doubt(StrEnum):
    """Where matricule and traits do not go together; never a reason to stop."""

    SEX = "sex"
    YEAR = "year"
    MONTH = "month"
    BIRTH_PLACE = "birth_place"


def key_of(number: str) -> str:
    """The two digits that check these thirteen characters; `MatriculeError` for other texts."""
    if len(number) != _DIGITS_WITHOUT_KEY or not _SHAPE.fullmatch(number + "00"):
        raise MatriculeError
    department = number[5:7]
    digits = number[:5] + _CORSICA.get(department, department) + number[7:]
    return f"{_MODULUS - int(digits) % _MODULUS:02}"


def checked_value(text: str) -> str:
    """Fifteen characters without spaces, in capitals; `MatriculeError` unless the key is right."""
    value = "".join(text.split()).upper()
    if key_of(value[:_DIGITS_WITHOUT_KEY]) != value[_DIGITS_WITHOUT_KEY:]:
        raise MatriculeError
    return value


def checked(matricule: Matricule, *, is_training: bool) -> Matricule:
    """The matricule as it is kept; `MatriculeError`, `UnknownOidError` or `WrongModeError`."""
    if matricule.oid not in REAL_OIDS + TEST_OIDS:
        raise UnknownOidError
    if (matricule.oid in TEST_OIDS) is not is_training:
        raise WrongModeError(is_training=is_training)
    return Matricule(checked_value(matricule.value), matricule.oid)


def doubts(traits: Traits) -> tuple[Doubt, ...]:
    """What of the traits its matricule contradicts; what is not known contradicts nothing."""
    if traits.matricule is None:
        return ()
    value = traits.matricule.value
    year, _, rest = traits.birth_date.partition("-")
    known = {
        Doubt.SEX: (_SEXES.get(value[:1]), traits.sex if traits.sex is not Sex.UNKNOWN else None),
        Doubt.YEAR: (value[1:3], year[2:] or None),
        Doubt.MONTH: (_month(value[3:5]), _month(rest[:2])),
        Doubt.BIRTH_PLACE: (_department(value[5:10]), _department(traits.birth_place)),
    }
    return tuple(
        doubt
        for doubt, (told, written) in known.items()
        if told is not None and written is not None and told != written
    )


def is_qualified(traits: Traits | None) -> bool:
    """Whether what needs a qualified identity may leave: DMP and secure mail do (d-12, d-15)."""
    return (
        traits is not None
        and traits.matricule is not None
        and traits.status is IdentityStatus.QUALIFIED
    )


def _month(text: str) -> int | None:
    month = int(text) if text.isascii() and text.isdigit() else 0
    return month if month in _MONTHS else None


def _department(place: str) -> str | None:
    """Two characters; communes are renamed and merged, so no more is compared."""
    return place[:2] or None

"""Numbers of professionals and places: what their check digits say, and no proof of anything.

RPPS (rules-fr.md, d-17) and FINESS (d-18) end with a digit by Luhn's formula (ISO/IEC 7812-1,
annex B).
"""

from typing import Final

from client.errors import ChevetError

_RPPS_DIGITS: Final = 11
_FINESS_CHARACTERS: Final = 9
_CORSICA: Final = {"2A": "21", "2B": "22"}
"""Not stated by a source: the one published number found, 2B0000012 (CH de Bastia), agrees, and
the mapping of the matricule (d-13) does not."""


class RppsError(ChevetError):
    """Not an RPPS number: eleven digits of which the last checks the others."""


class FinessError(ChevetError):
    """Not a FINESS number: nine characters of which the last checks the others."""


def checked_rpps(text: str) -> str:
    """The number without its spaces; `RppsError` unless its check digit is right."""
    digits = "".join(text.split())
    if len(digits) != _RPPS_DIGITS or not _passes_luhn(digits):
        raise RppsError
    return digits


def checked_finess(text: str) -> str:
    """The number without its spaces, in capitals; `FinessError` unless its check digit is right."""
    number = "".join(text.split()).upper()
    department = number[:2]
    digits = _CORSICA.get(department, department) + number[2:]
    if len(number) != _FINESS_CHARACTERS or not _passes_luhn(digits):
        raise FinessError
    return number


def _passes_luhn(digits: str) -> bool:
    if not (digits.isascii() and digits.isdigit()):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 -- the sum of its two digits
    return total % 10 == 0

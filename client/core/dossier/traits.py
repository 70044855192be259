"""Who the patient is, in the words of the national identity reference.

See rules-fr.md, d-11 to d-15.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Sex(StrEnum):
    """As registered at birth."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class IdentityStatus(StrEnum):
    """How far the identity was checked, as received: Chevet cannot qualify one (d-15)."""

    PROVISIONAL = "provisional"
    RETRIEVED = "retrieved"
    VALIDATED = "validated"
    QUALIFIED = "qualified"


REAL_OIDS: Final = ("1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9")
"""INS-NIR and INS-NIA (d-14)."""
TEST_OIDS: Final = ("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11")
"""INS-NIR test and demonstration (d-14)."""


@dataclass(frozen=True, slots=True)
class Matricule:
    """The national health identifier (INS): never a social-security number (d-12)."""

    value: str = field(repr=False)
    """13 characters and the two digits of its key, without spaces."""
    oid: str
    """Who gave it: one of `REAL_OIDS` or `TEST_OIDS`."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Identity traits; what is not known is empty. A patient without any may still be cared for."""

    birth_name: str = field(default="", repr=False)
    first_names: tuple[str, ...] = field(default=(), repr=False)
    """Of birth, in order."""
    used_name: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    """ISO 8601; a year and a month, or a year, where no more is known."""
    sex: Sex = Sex.UNKNOWN
    birth_place: str = field(default="", repr=False)
    """Official geographic code (COG), five characters; 99... abroad."""
    matricule: Matricule | None = None
    status: IdentityStatus = IdentityStatus.PROVISIONAL

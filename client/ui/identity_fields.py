"""The identity as it is typed and read, to and from the dossier's traits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from client.catalogue import Catalogue
from client.core.dossier.file import Contact
from client.core.dossier.identity_status import is_same, status_of
from client.core.dossier.matricule import checked, doubts
from client.core.dossier.traits import (
    REAL_OIDS,
    TEST_OIDS,
    IdentityStatus,
    Matricule,
    Sex,
    Traits,
)
from client.errors import ChevetError
from client.ui.widgets.choice import Option
from client.ui.widgets.form import FIELD_LIMIT, Field

_SCAN_LIMIT: Final = 512
_DATE_CELLS: Final = 10
_COG_LIMIT: Final = 5
_MATRICULE_LIMIT: Final = 21
"""With the spaces people type."""
_WHOLE: Final = re.compile(r"(\d{2})[/. -]?(\d{2})[/. -]?(\d{4})", re.ASCII)
_MONTH: Final = re.compile(r"(\d{2})[/. -](\d{4})", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_SEEN: Final = {"yes": True, "no": False}
"""Whether an identity document was looked at here; nothing was said of it else."""


class BirthDateError(ChevetError):
    """Not a date, nor the month or the year of one."""


def fields(say: Catalogue) -> tuple[Field, ...]:
    """Identity first, then where the patient is; Enter passes by what is seldom known."""

    def row(name: str, limit: int = FIELD_LIMIT, *, is_extra: bool = False) -> Field:
        label, hint = say(f"dossier.field.{name}"), say(f"dossier.field.{name}.hint")
        return Field(name, label, hint=hint, limit=limit, is_extra=is_extra)

    sexes = tuple(
        Option(say(f"dossier.sex.{sex}.key"), sex.value, say(f"dossier.sex.{sex}")) for sex in Sex
    )
    answers = tuple(Option(say(f"dossier.{one}.key"), one, say(f"dossier.{one}")) for one in _SEEN)
    return (
        replace(row("birth_name", _SCAN_LIMIT), is_scanned=True),
        row("first_names"),
        row("birth_date", _DATE_CELLS),
        Field("sex", say("dossier.field.sex"), sexes),
        row("matricule", _MATRICULE_LIMIT),
        row("address"),
        row("callback"),
        row("own_doctor"),
        row("used_name", is_extra=True),
        row("birth_place", _COG_LIMIT, is_extra=True),
        Field("document", say("dossier.field.document"), answers, is_extra=True),
    )


def typed(traits: Traits | None, contact: Contact | None) -> dict[str, str]:
    """What the fields hold for these."""
    found: dict[str, str] = {}
    if traits is not None:
        found |= {
            "birth_name": traits.birth_name,
            "first_names": " ".join(traits.first_names),
            "used_name": traits.used_name,
            "birth_date": shown_date(traits.birth_date),
            "sex": traits.sex.value,
            "birth_place": traits.birth_place,
            "matricule": traits.matricule.value if traits.matricule else "",
            "oid": traits.matricule.oid if traits.matricule else "",
        }
    if contact is not None:
        found |= {
            "address": contact.address,
            "callback": contact.callback,
            "own_doctor": contact.own_doctor,
        }
    return found


def received_of(traits: Traits | None) -> Traits | None:
    """An identity that was kept, where its status is more than what is typed has by itself."""
    is_more = traits is not None and traits.status is not IdentityStatus.PROVISIONAL
    return traits if is_more else None


def traits_of(values: Mapping[str, str], received: Traits | None, *, is_training: bool) -> Traits:
    """The traits typed; `BirthDateError`, or what `matricule.checked` raises.

    `received` is the identity that the fields were filled with; see `status_of`.
    """
    traits = Traits(
        birth_name=values["birth_name"],
        first_names=tuple(values["first_names"].split()),
        used_name=values["used_name"],
        birth_date=iso_date(values["birth_date"]),
        sex=Sex(values["sex"] or Sex.UNKNOWN),
        birth_place=values["birth_place"].upper(),
        matricule=_matricule(values, is_training=is_training),
    )
    is_seen = _SEEN.get(values["document"])
    return replace(traits, status=status_of(traits, received, is_document_seen=is_seen))


def contact_of(values: Mapping[str, str]) -> Contact:
    """Where the patient is."""
    return Contact(values["address"], values["callback"], values["own_doctor"])


def _matricule(values: Mapping[str, str], *, is_training: bool) -> Matricule | None:
    if not values["matricule"]:
        return None
    usual = TEST_OIDS[0] if is_training else REAL_OIDS[0]
    oid = values.get("oid") or usual
    return checked(Matricule(values["matricule"], oid), is_training=is_training)


def warnings(say: Catalogue, values: Mapping[str, str], *, is_training: bool) -> Iterator[str]:
    """What does not go together, in sentences; none of it stops the act but a wrong number."""
    try:
        traits = traits_of(values, None, is_training=is_training)
    except ChevetError as error:
        yield " ".join(say.explain(error))
        return
    for doubt in doubts(traits):
        yield say(f"dossier.doubt.{doubt}")


def status_sentence(
    say: Catalogue, values: Mapping[str, str], received: Traits | None, *, is_training: bool
) -> str:
    """How far the identity is checked, in words; empty while a number in it is wrong."""
    try:
        traits = traits_of(values, received, is_training=is_training)
    except ChevetError:
        return ""
    is_lowered = received is not None and not is_same(traits, received)
    if is_lowered and traits.status is IdentityStatus.PROVISIONAL:
        return say("dossier.status.lowered")
    return say(f"dossier.status.{traits.status}")


def iso_date(text: str) -> str:
    """``12/03/1948`` as ISO 8601, or as much of it as was typed; `BirthDateError`."""
    if not text:
        return ""
    if whole := _WHOLE.fullmatch(text):
        day, month, year = whole.groups()
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError as error:
            raise BirthDateError from error
    if part := _MONTH.fullmatch(text):
        return f"{part[2]}-{part[1]}"
    if _YEAR.fullmatch(text):
        return text
    raise BirthDateError


def shown_date(iso: str) -> str:
    """As people write it here."""
    return "/".join(reversed(iso.split("-")))

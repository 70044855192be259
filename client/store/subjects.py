"""Whom each consultation is about and why, for lists and searches: an index, made of what is kept.

It can always be made again from the messages and dossiers; nothing else reads it back as a value of
the record. Blocking.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from client.core.dossier.file import Dossier
from client.core.dossier.traits import Traits
from client.core.record import Direction
from client.core.wire import Intake
from client.store import archive
from client.store.errors import UnreadableRecordsError
from client.store.spelling import spellings, words

if TYPE_CHECKING:
    from client.store.database import Database

SHOWN_LIMIT: Final = 120
"""Characters of a name or a reason in a list; chosen: wider than any screen's column."""
WORDS_LIMIT: Final = 600
"""Characters that are looked through; with the others they fit one page of the database, which
SQLCipher authenticates whole (see `Database.faults`)."""
_FULL_DATE: Final = len("2026-11-22")


@dataclass(frozen=True, slots=True)
class Subject:
    """One consultation's line in the index."""

    name: str = field(default="", repr=False)
    complaint: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    matricule: str = field(default="", repr=False)
    person: str = field(default="", repr=False)
    """Birth name, first of the first names and date of birth; empty unless all three are known."""
    is_training: bool = False


def person_of(traits: Traits) -> str:
    """Who this is without a matricule; empty when the traits do not tell one person from another.

    A year or a month of birth alone could be a namesake's.
    """
    if not (traits.birth_name and traits.first_names and len(traits.birth_date) == _FULL_DATE):
        return ""
    spelt = ["".join(words(text)) for text in (traits.birth_name, traits.first_names[0])]
    return "|".join((*spelt, traits.birth_date)) if all(spelt) else ""


def subject_of(intake: Intake | None, dossier: Dossier | None) -> Subject:
    """What a list shows and a search looks through; the dossier's word before the message's."""
    traits = (dossier.traits if dossier else None) or Traits()
    background = dossier.background if dossier else None
    first = " ".join(traits.first_names)
    name = " ".join(part for part in (traits.used_name or traits.birth_name, first) if part)
    told = (intake.name, intake.reason) if intake else ("", "")
    complaint = (background.reason if background else "") or told[1]
    looked_through = (name, traits.birth_name, told[0], complaint, told[1])
    return Subject(
        name=(name or told[0])[:SHOWN_LIMIT],
        complaint=complaint[:SHOWN_LIMIT],
        words=" ".join(dict.fromkeys(w for text in looked_through for w in spellings(text)))[
            :WORDS_LIMIT
        ],
        matricule=traits.matricule.value if traits.matricule else "",
        person=person_of(traits),
        is_training=bool(dossier and dossier.is_training),
    )


def refresh(database: "Database", consultation: int) -> None:
    """Make this consultation's line anew; part of the transaction that changed what it is made of.

    What cannot be read back is left out: reading the record itself says so.
    """
    subject = subject_of(_intake(database, consultation), _dossier(database, consultation))
    forget(database, consultation)
    database.change(
        "INSERT INTO subject (consultation, name, complaint, words, matricule, person, is_training)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *(consultation, subject.name, subject.complaint, subject.words, subject.matricule),
        *(subject.person, subject.is_training),
    )
    database.change(
        "INSERT INTO subject_words (rowid, words) VALUES (?, ?)", consultation, subject.words
    )


def forget(database: "Database", consultation: int) -> None:
    """Remove the line, and its words from the index."""
    query = "SELECT words FROM subject WHERE consultation = ?"
    for (indexed,) in database.rows(query, consultation):
        database.change(
            "INSERT INTO subject_words (subject_words, rowid, words) VALUES ('delete', ?, ?)",
            *(consultation, indexed),
        )
    database.change("DELETE FROM subject WHERE consultation = ?", consultation)


def fill(database: "Database") -> None:
    """A line for every consultation that was kept before there was an index."""
    for (consultation,) in database.rows("SELECT id FROM consultation"):
        refresh(database, consultation)


def _intake(database: "Database", consultation: int) -> Intake | None:
    try:
        kept = archive.parcels(database, consultation, Direction.SENT, "intake")
    except UnreadableRecordsError:
        return None
    message = kept[-1].parcel.message if kept else None
    return message if isinstance(message, Intake) else None


def _dossier(database: "Database", consultation: int) -> Dossier | None:
    try:
        return archive.dossier(database, consultation)
    except UnreadableRecordsError:
        return None

"""What a printed document is made of; `client.exports.pdf.typesetting` lays it out.

Every text here may come from anybody: it is data to the typesetter, never its language.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are, a line each."""

    pairs: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Text; line breaks are kept."""

    text: str = field(repr=False)
    is_note: bool = False
    """Small print."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    lines: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading that is repeated on every page."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    widths: tuple[int, ...] = ()
    """Shares of the width; even without any."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo with what is said under it, and to whom cannot see it."""

    jpeg: bytes = field(repr=False)
    alternative: str = field(repr=False)
    caption: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pictures:
    """Photos, two in a row."""

    pictures: tuple[Picture, ...]


Block = Facts | Paragraphs | Items | Table | Pictures


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document."""

    language: str
    title: str
    """Names the kind of document; never the patient, for it becomes the PDF's own title."""
    subtitle: str
    sender: str
    """Who issues it, at the head of the first page."""
    sections: tuple[Section, ...]
    """The first two stand side by side."""
    footer: str
    page_of: str
    """With ``{page}`` and ``{pages}``."""
    made_at: datetime
    """Goes into the file's dates, so that the same document is the same bytes."""
    warning: str = ""
    """Stands at the head of every page: a document of a training session."""
    watermark: str = ""
    """Lies across every page, under what it says: the same in a word, for whoever sees a part."""

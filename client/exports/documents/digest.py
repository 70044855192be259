"""One hash of everything a report says, so that a paper can be compared with the record.

It covers what people and instruments said, not the journal's seal: the journal grows after the
document was printed, and its line of that time can be looked up by its number.
"""

import hashlib
from datetime import datetime
from enum import Enum
from typing import Any, Final

import cbor2

from client.core.record import milliseconds
from client.exports.documents.report import ConsultationReport

_LABEL: Final = b"chevet consultation report 1\0"
_NOT_COVERED: Final = "seal"
_APART: Final = ("data", "handed_over", "is_chosen", "is_refused")
"""Bytes of stills and files, whose own hashes stand beside them; that the paper was given away,
which is known only once it is printed; that somebody chose what is covered; and what the consent,
which is covered, says already."""


def content_sha256(report: ConsultationReport) -> bytes:
    """SHA-256 of a label and the report's fields in canonical CBOR (RFC 8949, 4.2.1)."""
    fields = _plain(report)
    del fields[_NOT_COVERED]
    return hashlib.sha256(_LABEL + cbor2.dumps(fields, canonical=True)).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return milliseconds(value)
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {
            name: _plain(getattr(value, name))
            for name in value.__dataclass_fields__
            if name not in _APART
        }
    return value

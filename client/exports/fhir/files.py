"""Stills the GP chose, the GP's files and the printed report: original bytes and their hashes."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from typing import Final

from client.exports.documents import ChosenStill, ReceivedDocument
from client.exports.fhir import terms
from client.exports.fhir.telling import Resource, Telling, concept, filled
from client.exports.fhir.visit import named_information

PDF: Final = "application/pdf"
_KINDS: Final = ("image", "video", "audio")


def stills(telling: Telling) -> Iterator[Resource]:
    """Each as a `Media` beside its bytes; `sections.stills` says which of them are not here."""
    for still in telling.report.stills:
        if still.data:
            yield telling.entry(_media(telling, still), still.id)
            yield _binary(telling, still.media_type, still.data, "still", still.id)


def _media(telling: Telling, still: ChosenStill) -> Resource:
    kind = still.media_type.partition("/")[0]
    at = telling.instant(still.taken_at) if still.taken_at else ""
    by = telling.to("PractitionerRole", "operator") if telling.is_accompanied else None
    type_ = {"coding": [{"system": terms.MEDIA_TYPE, "code": kind}]} if kind in _KINDS else None
    return filled(
        resourceType="Media",
        identifier=[_hash(still.sha256)],
        status="completed",
        type=type_,
        subject=telling.to("Patient"),
        encounter=telling.to("Encounter"),
        createdDateTime=at,
        operator=by,
        content=_attachment(telling, still.media_type, still.data, still.label, "still", still.id),
    )


def received(telling: Telling) -> Iterator[Resource]:
    """A prescription or an annotated still, byte for byte as it came (d-25)."""
    for document in telling.report.documents:
        if document.data:
            yield telling.entry(_reference(telling, document), "received", document.id)
            yield _binary(telling, document.media_type, document.data, "received", document.id)


def _reference(telling: Telling, document: ReceivedDocument) -> Resource:
    by = [telling.to("PractitionerRole", "gp")] if telling.report.gp else []
    content = _attachment(
        *(telling, document.media_type, document.data, document.label),
        *("received", document.id),
    )
    return _document(telling, content, document.data) | filled(
        author=by, description=document.label
    )


def printed(telling: Telling, pdf: bytes) -> Iterator[Resource]:
    """The report as people read it."""
    title = telling.words.say("documents.title.consultation")
    content = _attachment(telling, PDF, pdf, title, "printed")
    made = _document(telling, content, pdf) | {
        "type": concept(terms.LOINC, *terms.REPORT),
        "custodian": telling.to("Organization"),
    }
    yield telling.entry(made, "printed")
    yield _binary(telling, PDF, pdf, "printed")


def _document(telling: Telling, content: Resource, data: bytes) -> Resource:
    return {
        "resourceType": "DocumentReference",
        "identifier": [_hash(hashlib.sha256(data).digest())],
        "status": "current",
        "subject": telling.to("Patient"),
        "content": [{"attachment": content}],
        "context": {"encounter": [telling.to("Encounter")]},
    }


def _binary(telling: Telling, media_type: str, data: bytes, *keys: object) -> Resource:
    made = {
        "resourceType": "Binary",
        "contentType": media_type,
        "data": b64encode(data).decode(),
    }
    return telling.entry(made, *keys)


def _attachment(
    telling: Telling, media_type: str, data: bytes, title: str, *keys: object
) -> Resource:
    """FHIR's own hash of an attachment is SHA-1; ours, SHA-256, is the identifier beside it."""
    sha1 = hashlib.sha1(data, usedforsecurity=False).digest()
    return filled(
        contentType=media_type,
        url=telling.uuid("Binary", *keys).urn,
        size=len(data),
        hash=b64encode(sha1).decode(),
        title=title,
    )


def _hash(sha256: bytes) -> Resource:
    return {"system": "urn:ietf:rfc:3986", "value": named_information(sha256)}

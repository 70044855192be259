"""The journal of a consultation: append-only lines, hash-chained and signed.

Each line's hash is SHA-256(previous hash || canonical CBOR of ``[number, at_ms, event, facts]``);
the first line's previous hash is the journal's `origin`, which names the consultation. Each line is
signed, and so is the head: how many lines there are and the last one's hash.

What anybody with the site's public key can tell: any edited, deleted, inserted or moved line, a
journal taken from another consultation, and, with the head, lines missing at the end.
The site's own journal (`client.store.site_journal`) tells a consultation that was deleted whole or
put back to a state before its end.
What nobody can tell from these files alone: all of them put back to an earlier state together (a
head that left the site, in an export or on paper, tells it); anything done with the site's own
identity key; and what was never written.

It serves CSP R6316-4 (rules-fr.md, d-5) without anybody's typing: the report and the files of the
act by their hashes, the act by its code, who took part, date and time, technical incidents. It
holds no patient value.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

import cbor2

from client.core import identity, plain_cbor
from client.core.record import (
    ConsultationRecord,
    JournalEntry,
    JournalHead,
    milliseconds,
    moment,
)

Sign = Callable[[str, bytes], bytes]
"""The site's signature for a label of some bytes: `client.core.identity.Identity.sign`."""

FACTS_LIMIT: Final = 8
"""Facts in one line; chosen: the richest event has four."""
FACT_CHARACTERS: Final = 120
"""chosen: a maker, a model and a serial number; too short for a letter."""

_ORIGIN_LABEL: Final = identity.purpose("journal origin")
_LINE: Final = "journal line"
_HEAD: Final = "journal head"


class JournalEvent(StrEnum):
    """What a line can say."""

    OPENED = "opened"
    OPERATOR_NAMED = "operator_named"
    """Who accompanies the patient, and who answers for it."""
    GP_NAMED = "gp_named"
    """Who the GP says they are; `PROFESSION_VERIFIED` is somebody else's word for it."""
    INVITED = "invited"
    KEYS_AGREED = "keys_agreed"
    CALLED = "called"
    """A GP from the contacts, without an invitation."""
    WITHDRAWN = "withdrawn"
    """The invitation or the call before: nobody is let in by it any more."""
    KEY_KNOWN = "key_known"
    """The GP proved to have the key that was pinned when the words were compared, earlier."""
    CONTACT_KEPT = "contact_kept"
    PROFESSION_VERIFIED = "profession_verified"
    """A broker that is trusted here vouches for the GP's name and number."""
    WORDS_EQUAL = "words_equal"
    WORDS_DIFFER = "words_differ"
    TRUST_REFUSED = "trust_refused"
    """Changed key, used or expired invitation, wrong hello."""
    LINK_UP = "link_up"
    LINK_CUT = "link_cut"
    PEER_RECONNECTED = "peer_reconnected"
    RELAY_LOST = "relay_lost"
    RELAY_BACK = "relay_back"
    VIDEO_IMPOSSIBLE = "video_impossible"
    """The act went on by voice alone, which the rules allow only then (rules-fr.md, d-6)."""
    VIDEO_BACK = "video_back"
    DEVICE_FAILED = "device_failed"
    """Camera, microphone or speaker stopped."""
    INSTRUMENT_PLUGGED = "instrument_plugged"
    INSTRUMENT_UNPLUGGED = "instrument_unplugged"
    INSTRUMENT_REFUSED = "instrument_refused"
    INSTRUMENT_SILENT = "instrument_silent"
    INTAKE_SENT = "intake_sent"
    READING_SENT = "reading_sent"
    READING_ACKNOWLEDGED = "reading_acknowledged"
    STILL_SENT = "still_sent"
    STILL_RECEIVED = "still_received"
    """The GP holds it whole."""
    TEXT_SENT = "text_sent"
    TEXT_RECEIVED = "text_received"
    ASKED = "asked"
    ASK_ANSWERED = "ask_answered"
    SUMMARY_RECEIVED = "summary_received"
    """With the hash of the message as it is kept."""
    CONSENT_GIVEN = "consent_given"
    """With the text's version and hash, and what was refused item by item (d-9, d-10)."""
    CONSENT_REFUSED = "consent_refused"
    """The consultation at a distance itself."""
    PATIENT_SENT = "patient_sent"
    BACKGROUND_SENT = "background_sent"
    QUESTION_SENT = "question_sent"
    GP_WAITS = "gp_waits"
    """The GP said how long it takes."""
    GP_REDIRECTED = "gp_redirected"
    """The GP does not come, and said where to turn."""
    DOCUMENT_RECEIVED = "document_received"
    """A file of the GP's is here whole; with its hash."""
    DOCUMENT_DAMAGED = "document_damaged"
    SIGNATURE_VERIFIED = "signature_verified"
    """A summary's signature is of the key whose words were compared."""
    SIGNATURE_REFUSED = "signature_refused"
    """A summary whose signature is not of the key whose words were compared."""
    CAPTURE_REFUSED = "capture_refused"
    """Nothing was taken, for want of the patient's consent."""
    WENT_ON = "went_on"
    """The picture was impossible; how the act went on (d-6)."""
    STOPPED = "stopped"
    """At a distance does not suit this case (d-7)."""
    PRINTED = "printed"
    """The printing system took the summary and the GP's files."""
    DOCUMENTS_SAVED = "documents_saved"
    """The same, as files in a folder the person chose."""
    PRINT_FAILED = "print_failed"
    CLOSED = "closed"
    """Documents handed over, destinations and act chosen."""
    LEFT_UNCHOSEN = "left_unchosen"
    """The GP was there, and the end was left with neither destination nor act chosen."""
    PAUSED = "paused"
    RESUMED = "resumed"
    PEER_PROTOCOL_BROKEN = "peer_protocol_broken"
    """Messages that were dropped: forged, replayed or not ours. One line with a count, not one for
    each: a hostile page must not fill the disk."""
    ENDED = "ended"


class FaultKind(StrEnum):
    """How a journal was tampered with, at its first fault."""

    EDITED = "edited"
    DELETED = "deleted"
    MOVED = "moved"
    """Lines out of order, or one there twice."""
    TRUNCATED = "truncated"
    EMPTIED = "emptied"
    """Nothing is left of it, and of its head neither; of the site's own journal only."""
    HEAD_EDITED = "head_edited"
    """The head is not the site's, or not this journal's."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where a journal is not what the site wrote."""

    number: int
    """The line's place, counted from 1; one past the last when it is about the end."""
    kind: FaultKind


def origin(consultation: int, began_at: datetime) -> bytes:
    """Where this consultation's chain starts: no other's lines fit on it."""
    name = _canonical([consultation, milliseconds(began_at)])
    return hashlib.sha256(_ORIGIN_LABEL + name).digest()


def empty_head(start: bytes, sign: Sign) -> JournalHead:
    """The head of a journal without lines; `start` is its origin."""
    return _signed_head(start, 0, start, sign)


def appended(
    head: JournalHead,
    event: StrEnum,
    facts: Mapping[str, str | int],
    at: datetime,
    sign: Sign,
) -> tuple[JournalEntry, JournalHead]:
    """The next line and the head that counts it; `ValueError` for facts that do not belong here."""
    _check_facts(facts)
    entry = JournalEntry(
        number=head.count + 1,
        at=moment(milliseconds(at)),
        event=event.value,
        facts=dict(facts),
        previous=head.hash,
        hash=b"",
        signature=b"",
    )
    digest = _hash(entry)
    entry = replace(entry, hash=digest, signature=sign(_LINE, digest))
    return entry, _signed_head(head.origin, entry.number, digest, sign)


def verify(
    entries: Sequence[JournalEntry],
    public_key: bytes,
    *,
    start: bytes,
    head: JournalHead | None = None,
    first: int = 1,
) -> Fault | None:
    """The first fault, or `None`. Without `head`, lines missing at the end go unseen.

    Of a part of a journal, `first` is the number of its first line and `start` the hash before it.
    """
    previous = start
    for place, entry in enumerate(entries, first):
        if entry.number != place:
            others = [*entries[: place - first], *entries[place - first + 1 :]]
            return Fault(place, _misplacement(entry, others, place, previous, public_key))
        if not _is_intact(entry, previous, public_key):
            return Fault(place, FaultKind.EDITED)
        previous = entry.hash
    if head is None:
        return None
    kind = end_fault(len(entries), previous, start, head, public_key)
    return None if kind is None else Fault(len(entries) + 1, kind)


def fault_in(record: ConsultationRecord, public_key: bytes) -> Fault | None:
    """The first fault in a record's journal, its head included. 0.1 ms a line: off the event loop.

    `public_key` is the site's, known from elsewhere: the one in the record proves nothing.
    """
    start = origin(record.id, record.began_at)
    return verify(record.journal, public_key, start=start, head=record.head)


def _misplacement(
    found: JournalEntry,
    others: Sequence[JournalEntry],
    place: int,
    previous: bytes,
    public_key: bytes,
) -> FaultKind:
    if _is_intact(replace(found, number=place), previous, public_key):
        return FaultKind.EDITED
    is_elsewhere = any(entry.number == place for entry in others)
    is_repeated = found.number < place
    return FaultKind.MOVED if is_elsewhere or is_repeated else FaultKind.DELETED


def _is_intact(entry: JournalEntry, previous: bytes, public_key: bytes) -> bool:
    return (
        entry.previous == previous
        and entry.hash == _hash(entry)
        and _is_signed(public_key, _LINE, entry.signature, entry.hash)
    )


def end_fault(
    count: int, last: bytes, start: bytes, head: JournalHead, public_key: bytes
) -> FaultKind | None:
    """What is wrong with the head of a journal of `count` good lines that end with this hash."""
    if head.origin != start or not _is_signed(public_key, _HEAD, head.signature, _head_text(head)):
        return FaultKind.HEAD_EDITED
    if head.count > count:
        return FaultKind.TRUNCATED
    return None if (head.count, head.hash) == (count, last) else FaultKind.HEAD_EDITED


def _signed_head(start: bytes, count: int, last: bytes, sign: Sign) -> JournalHead:
    head = JournalHead(origin=start, count=count, hash=last, signature=b"")
    return replace(head, signature=sign(_HEAD, _head_text(head)))


def _head_text(head: JournalHead) -> bytes:
    return _canonical([head.origin, head.count, head.hash])


def _hash(entry: JournalEntry) -> bytes:
    body = [entry.number, milliseconds(entry.at), entry.event, dict(entry.facts)]
    return hashlib.sha256(entry.previous + _canonical(body)).digest()


def _is_signed(public_key: bytes, label: str, signature: bytes, data: bytes) -> bool:
    try:
        identity.verify(public_key, label, signature, data)
    except identity.ForgedSignatureError:
        return False
    return True


def _canonical(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)


def _check_facts(facts: Mapping[str, str | int]) -> None:
    if len(facts) > FACTS_LIMIT:
        raise ValueError("too many facts for one line")
    if not all(_is_short(name) and (_is_short(v) or _is_whole(v)) for name, v in facts.items()):
        raise ValueError("a fact is a short text or an integer")


def _is_short(value: object) -> bool:
    return type(value) is str and len(value) <= FACT_CHARACTERS


def _is_whole(value: object) -> bool:
    return type(value) is int and abs(value) < plain_cbor.INTEGER_LIMIT

"""Builds the report from what was kept; it decides nothing a record does not say."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Final, TypeVar

from client.core.dossier.completeness import Why, pictures_off
from client.core.dossier.consent import is_picture
from client.core.incidents import incidents_in
from client.core.record import ConsultationRecord, Direction, KeptStill, moment
from client.core.wire import (
    Acquaintance,
    Card,
    Intake,
    LabResult,
    Measured,
    Message,
    StillOffered,
    Summary,
)
from client.exports.documents.measurements import analyses_in, measurements_in, without_value
from client.exports.documents.report import (
    ChosenStill,
    ConsultationReport,
    GeneralPractitioner,
    JournalSeal,
    ReceivedDocument,
    SignatureState,
    SummaryText,
    Times,
)

M = TypeVar("M", bound=Message)

NAMED_LIMIT: Final = 64
"""Stills, and files, that a summary can name on paper; chosen: far more than a GP chooses, and few
enough that a hostile page cannot fill a thousand sheets."""


def report_of(
    record: ConsultationRecord, signature: SignatureState | None = None
) -> ConsultationReport:
    """What there is to say of this consultation.

    `signature` is what the check of the summary's signature found; `None`: what the journal says of
    it, which the site wrote when the summary came.
    """
    dossier = record.dossier
    said = _said(record, Direction.SENT, Measured)
    intake = _last(record, Direction.SENT, Intake)
    card = _last(record, Direction.SENT, Card)
    background = dossier.background if dossier else None
    return ConsultationReport(
        consultation=record.id,
        site_name=card.name if card else "",
        site_place=card.place if card else "",
        dossier=dossier,
        patient_name=intake.name if intake else "",
        reason=(background.reason if background else "") or (intake.reason if intake else ""),
        gp=_gp(record),
        times=_times(record),
        end_reason=record.reason,
        measurements=measurements_in(said),
        without_value=without_value(said),
        analyses=analyses_in(_said(record, Direction.SENT, LabResult)),
        stills=_stills(record),
        summary=_summary(record, signature),
        documents=_documents(record),
        incidents=incidents_in(record.journal),
        seal=JournalSeal(record.head.count, record.head.hash, record.site_key),
        question=dossier.question if dossier else "",
    )


def _said(record: ConsultationRecord, direction: Direction, kind: type[M]) -> list[M]:
    found = [kept.parcel.message for kept in record.parcels if kept.direction is direction]
    return [message for message in found if isinstance(message, kind)]


def _last(record: ConsultationRecord, direction: Direction, kind: type[M]) -> M | None:
    said = _said(record, direction, kind)
    return said[-1] if said else None


def _gp(record: ConsultationRecord) -> GeneralPractitioner | None:
    card = _last(record, Direction.RECEIVED, Card)
    known = _last(record, Direction.RECEIVED, Acquaintance)
    if card is None and known is None:
        return None
    return GeneralPractitioner(
        name=(card.name if card else "") or (known.name if known else ""),
        place=card.place if card else "",
        role=known.role if known else "",
        rpps=(known.rpps or "") if known else "",
    )


def _times(record: ConsultationRecord) -> Times:
    linked = (entry.at for entry in record.journal if entry.event == "link_up")
    ended = (entry.at for entry in record.journal if entry.event == "ended")
    return Times(record.began_at, next(linked, None), next(ended, record.finished_at))


def _summary(record: ConsultationRecord, signature: SignatureState | None) -> SummaryText | None:
    found = [
        (kept.parcel.message, kept.kept_at)
        for kept in record.parcels
        if kept.direction is Direction.RECEIVED and isinstance(kept.parcel.message, Summary)
    ]
    if not found:
        return None
    last, received_at = found[-1]
    return SummaryText(
        text=last.text,
        written_at=moment(last.written_ms),
        received_at=received_at,
        template=last.template,
        signature=signature or _checked(record, last),
    )


_CHECKS: Final = {
    "signature_verified": SignatureState.VALID,
    "signature_refused": SignatureState.INVALID,
}
"""What the journal's lines say; names are `client.store.journal.JournalEvent`'s."""


def _checked(record: ConsultationRecord, summary: Summary) -> SignatureState:
    """Each signed summary has its line: with fewer, the last line may be an earlier one's."""
    if not summary.signature:
        return SignatureState.NONE
    signed = [one for one in _said(record, Direction.RECEIVED, Summary) if one.signature]
    found = [_CHECKS[entry.event] for entry in record.journal if entry.event in _CHECKS]
    return found[-1] if len(found) == len(signed) else SignatureState.UNCHECKED


def _stills(record: ConsultationRecord) -> tuple[ChosenStill, ...]:
    summary = _last(record, Direction.RECEIVED, Summary)
    kept = {still.id: still for still in record.stills}
    offers = {offer.id: offer for offer in _said(record, Direction.SENT, StillOffered)}
    chosen = _distinct(summary.stills) if summary else []
    found = (_still(number, kept.get(number), offers.get(number)) for number in chosen)
    is_refused = record.dossier is not None and pictures_off(record.dossier) is Why.REFUSED
    return tuple(
        _without(one) if is_refused and is_picture(one.media_type) else one for one in found
    )


def _without(still: ChosenStill) -> ChosenStill:
    """Taken before the patient refused it: its bytes stay in the record."""
    return replace(still, data=b"", is_refused=True)


def _distinct(numbers: Iterable[int]) -> list[int]:
    return [*islice(dict.fromkeys(numbers), NAMED_LIMIT)]


def _still(number: int, still: KeptStill | None, offer: StillOffered | None) -> ChosenStill:
    return ChosenStill(
        id=number,
        label=still.label if still else (offer.label if offer else ""),
        media_type=offer.media_type if offer else "image/jpeg",
        sha256=still.sha256 if still else (offer.sha256 if offer else b""),
        taken_at=still.taken_at if still else (moment(offer.taken_ms) if offer else None),
        data=still.jpeg if still else b"",
    )


def _documents(record: ConsultationRecord) -> tuple[ReceivedDocument, ...]:
    """What came whole, then what the summary names and did not."""
    summary = _last(record, Direction.RECEIVED, Summary)
    offers = {offer.id: offer for offer in _said(record, Direction.RECEIVED, StillOffered)}
    held = {kept.id for kept in record.documents}
    named = _distinct(summary.files) if summary else []
    missing = [number for number in named if number not in held]
    return (
        *(
            ReceivedDocument(kept.id, kept.label, kept.media_type, kept.sha256, kept.data)
            for kept in record.documents
        ),
        *(_announced(number, offers.get(number)) for number in missing),
    )


def _announced(number: int, offer: StillOffered | None) -> ReceivedDocument:
    if offer is None:
        return ReceivedDocument(number, "", "", b"", b"")
    return ReceivedDocument(number, offer.label, offer.media_type, offer.sha256, b"")

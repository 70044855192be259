"""Records of made-up consultations, kept by the real store and read back from it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from client.core.dossier.background import Answer, Background, Question
from client.core.dossier.consent import Consent, Giver, Item, Mode
from client.core.dossier.ending import Act, Destination, Ending, Role
from client.core.dossier.file import Contact, Dossier, Operator
from client.core.dossier.traits import IdentityStatus, Matricule, Sex, Traits
from client.core.record import ConsultationRecord, Direction, KeptDocument, milliseconds
from client.core.wire import (
    Acquaintance,
    Card,
    Intake,
    Measured,
    Message,
    Parcel,
    StillOffered,
    Summary,
)
from client.store.journal import JournalEvent
from client.store.keys import Keys
from client.store.records import Records

BEGAN = datetime(2026, 11, 22, 13, 2, 0, tzinfo=UTC)
BEGAN_MS = milliseconds(BEGAN)
PRESCRIPTION = b"%PDF-1.7 a prescription, byte for byte"

Note = tuple[JournalEvent, float, dict[str, str | int]]


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def at_ms(seconds: float) -> int:
    return BEGAN_MS + int(seconds * 1_000)


def photo(shade: int = 200) -> bytes:
    picture = Image.new("RGB", (640, 480), (shade, 120, 90))
    ImageDraw.Draw(picture).ellipse((180, 100, 460, 380), fill=(230, 190, shade))
    made = BytesIO()
    picture.save(made, "JPEG")
    return made.getvalue()


DOSSIER = Dossier(
    operator=Operator(
        name="Sophie Marchand",
        role=Role.PHARMACY_ASSISTANT,
        responsible_name="Élise Dumas",
        responsible_rpps="10101234569",
    ),
    finess="750803447",
    traits=Traits(
        birth_name="PAT-TROIS",
        first_names=("DOMINIQUE", "MARIE-LOUISE"),
        used_name="COURTECUISSE",
        birth_date="1979-03-15",
        sex=Sex.FEMALE,
        birth_place="51215",
        matricule=Matricule("279035121518989", "1.2.250.1.213.1.4.8"),
        status=IdentityStatus.QUALIFIED,
    ),
    contact=Contact(
        address="Pharmacie des Tilleuls, 12 rue Gambetta, 46100 Figeac",
        callback="05 65 34 00 00",
        own_doctor="Dr Anne Lafage",
        own_doctor_rpps="10001234567",
    ),
    consent=Consent(
        version="fr/1",
        text_sha256="ab" * 32,
        language="fr",
        read_by="Sophie Marchand",
        given_by=Giver.PATIENT,
        mode=Mode.SPOKEN,
        at_ms=at_ms(-120),
        refused=(Item.SHARED_RECORD,),
    ),
    background=Background(
        reason="otalgie gauche depuis hier",
        answers=(
            Answer(Question.SINCE, "hier soir"),
            Answer(Question.PAIN, "6"),
            Answer(Question.ALLERGIES, "pénicilline"),
            Answer(Question.TREATMENTS, "aucun"),
            Answer(Question.OXYGEN, "air ambiant"),
        ),
        protocol="otite",
    ),
    ending=Ending(
        destinations=(Destination.OWN_DOCTOR, Destination.PATIENT),
        act=Act.TLM,
        handed_over=True,
    ),
)


def reading(  # noqa: PLR0913 -- what an instrument says of one value
    vital: str,
    value: float | None,
    unit: str,
    model: str,
    seconds: float,
    *,
    quality: str = "good",
    serial: str | None = "X1234567",
    origin: str = "spot",
    record: int | None = None,
    marks: Sequence[str] = (),
    measured_at: str | None = None,
    sent_as: str | None = None,
) -> Measured:
    return Measured(
        *(vital, value, unit, quality, at_ms(seconds), model, serial, origin, record),
        measured_at=measured_at,
        marks=[*marks],
        sent_as=sent_as,
    )


READINGS = (
    reading("spo2", 98, "%", "CMS50E", 60, serial="5012", origin="live"),
    reading("spo2", 95, "%", "CMS50E", 70, serial="5012", origin="live"),
    reading("spo2", None, "%", "CMS50E", 75, quality="no_signal", serial="5012", origin="live"),
    reading("spo2", 97, "%", "CMS50E", 80, serial="5012", origin="live", quality="weak"),
    reading("pulse", 76, "/min", "CMS50E", 80, serial="5012", origin="live"),
    reading("systolic", 128, "mm[Hg]", "UA-767", 120, record=1, marks=["irregular_pulse"]),
    reading("diastolic", 79, "mm[Hg]", "UA-767", 120, record=1, marks=["irregular_pulse"]),
    reading("pulse", 74, "/min", "UA-767", 120, record=1),
    reading(
        *("temperature", 38.4, "Cel", "FORA IR42", 150),
        record=1,
        sent_as="101.1 F",
        measured_at="2026-11-22T14:04:31",
    ),
    reading("glucose", 104, "mg/dL", "OneTouch", 170, origin="stored", record=4),
    reading("glucose", 120, "mg/dL", "OneTouch", 170, origin="stored", record=5, marks=["control"]),
    reading("weight", None, "kg", "BC-418", 180, quality="unstable", record=1),
)
NOTES: tuple[Note, ...] = (
    (JournalEvent.OPENED, 0, {}),
    (JournalEvent.LINK_UP, 20, {}),
    (JournalEvent.INSTRUMENT_UNPLUGGED, 90, {"driver": "cms50e", "model": "CMS50E"}),
    (JournalEvent.INSTRUMENT_PLUGGED, 97, {"driver": "cms50e", "model": "CMS50E"}),
    (JournalEvent.LINK_CUT, 200, {}),
    (JournalEvent.PEER_RECONNECTED, 243, {}),
    (JournalEvent.VIDEO_IMPOSSIBLE, 300, {}),
    (JournalEvent.ENDED, 600, {"reason": "finished", "by": "site"}),
    (JournalEvent.INSTRUMENT_UNPLUGGED, 610, {"driver": "ir42", "model": "FORA IR42"}),
)
SUMMARY = """Otite moyenne aiguë gauche.
Paracétamol 1 g si douleur.

Revoir à 48 h si la fièvre persiste."""


@dataclass
class Case:
    """One consultation to keep."""

    readings: Sequence[Message] = READINGS
    notes: Sequence[Note] = NOTES
    dossier: Dossier | None = DOSSIER
    summary: Summary | None = None
    stills: Sequence[bytes] = ()
    documents: Sequence[KeptDocument] = ()
    is_joined: bool = True
    reason: str = "otalgie"
    offers: Sequence[StillOffered] = field(default_factory=tuple)


def usual() -> Case:
    digest = hashlib.sha256(PRESCRIPTION).digest()
    return Case(
        summary=Summary(SUMMARY, at_ms(500), stills=[2, 1], files=[1]),
        stills=(photo(), photo(90)),
        documents=(
            KeptDocument(1, "Ordonnance", "application/pdf", PRESCRIPTION, digest, after(520)),
        ),
    )


async def kept(case: Case) -> ConsultationRecord:
    """The record the store gives back of this consultation."""
    records = await Records.open(None, Keys(bytes(range(32)), bytes(32)))
    try:
        return await keep(records, case)
    finally:
        await records.close()


async def keep(records: Records, case: Case) -> ConsultationRecord:
    """Keep the consultation among others, and read it back."""
    number = await records.begin(BEGAN)
    for place, message in enumerate(_sent(case), 1):
        await records.keep(number, Parcel(place, message), Direction.SENT, after(place))
    for place, message in enumerate(_received(case), 1):
        await records.keep(number, Parcel(place, message), Direction.RECEIVED, after(place))
    for place, jpeg in enumerate(case.stills, 1):
        facts = {"jpeg": jpeg, "sha256": hashlib.sha256(jpeg).digest()}
        await records.keep_still(number, place, label=_LABELS[place], at=after(300), **facts)
    for document in case.documents:
        await records.keep_document(
            *(number, document.id, document.data),
            *(document.media_type, document.label, document.kept_at),
        )
    if case.dossier:
        await records.keep_dossier(number, case.dossier)
    for event, seconds, told in case.notes:
        await records.note(number, event, after(seconds), told)
    await records.finish(number, after(600), "finished")
    return await records.consultation(number)


_LABELS = ("", "oreille droite", "oreille gauche", "gorge", "peau", "nez")


def _sent(case: Case) -> Sequence[Message]:
    intake = Intake("Dominique Courtecuisse", case.reason, at_ms(0))
    offers = [
        StillOffered(
            *(place, _LABELS[place], len(jpeg), hashlib.sha256(jpeg).digest()),
            *(640, 480, at_ms(300)),
        )
        for place, jpeg in enumerate(case.stills, 1)
    ]
    return [Card("Pharmacie des Tilleuls", "Figeac"), intake, *case.readings, *offers]


def _received(case: Case) -> Sequence[Message]:
    who = [
        Card("Dr Martin", "Cahors"),
        Acquaintance("Dr Martin", "Médecin généraliste", "10002345678", b""),
    ]
    return [
        *(who if case.is_joined else []),
        *case.offers,
        *([case.summary] if case.summary else []),
    ]

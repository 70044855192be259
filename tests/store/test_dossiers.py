"""What was typed, chosen and received comes back; earlier values are the same patient's."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from client.core.dossier.background import Answer, Background, Question
from client.core.dossier.consent import Consent, Giver, Item, Mode
from client.core.dossier.ending import Act, Destination, Ending, Role
from client.core.dossier.file import Contact, Dossier, Operator
from client.core.dossier.room import RoomCheck, RoomItem
from client.core.dossier.traits import Matricule, Sex, Traits
from client.core.record import Direction, EarlierValue, milliseconds
from client.core.wire import Intake, Measured, Parcel
from client.store import documents
from client.store.errors import (
    NumberTakenError,
    RecordFullError,
    UnknownConsultationError,
    UnreadableRecordsError,
)
from client.store.records import Records

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
Opening = Callable[[], Awaitable[Records]]

OPERATOR = Operator("Claire Fontaine", Role.PHARMACY_ASSISTANT, responsible_name="Anne Roy")
TRAITS = Traits(
    birth_name="Lefèvre-Œhmichen",
    first_names=("Zoé", "Anne"),
    used_name="D’Angelo",  # noqa: RUF001 -- typed as people do
    birth_date="1979-03-05",
    sex=Sex.FEMALE,
    birth_place="46102",
    matricule=Matricule("279035121518989", "1.2.250.1.213.1.4.8"),
)
DOSSIER = Dossier(
    OPERATOR,
    finess="750803447",
    traits=TRAITS,
    contact=Contact("3 rue du Four, Figeac", "05 65 00 00 00"),
    consent=Consent(
        *(
            "fr/1",
            "ab" * 32,
            "fr",
            "Claire Fontaine",
            Giver.PATIENT,
            Mode.SPOKEN,
            1_795_340_000_000,
        ),
        refused=(Item.PICTURES,),
    ),
    background=Background("otite", (Answer(Question.SINCE, "3 jours"),), "otite"),
    ending=Ending((Destination.OWN_DOCTOR,), Act.TLM),
)
PDF = b"%PDF-1.7 an ordonnance \x00\xff" * 4_000


async def test_a_dossier_comes_back_as_it_was_after_a_restart(opened: Opening) -> None:
    before = await opened()
    consultation = await before.begin(NOW)
    assert await before.dossier(consultation) is None
    await before.keep_dossier(consultation, Dossier(OPERATOR))
    await before.keep_dossier(consultation, DOSSIER)
    await before.close()
    after = await opened()
    assert await after.dossier(consultation) == DOSSIER
    assert (await after.consultation(consultation)).dossier == DOSSIER


async def test_a_dossier_that_is_not_its_hash_is_refused(records: Records) -> None:
    consultation = await records.begin(NOW)
    await records.keep_dossier(consultation, DOSSIER)
    change = "UPDATE dossier SET data = CAST(replace(data, 'otite', 'ovite') AS BLOB)"
    await records._run(records._ledger._database.change, change)
    with pytest.raises(UnreadableRecordsError):
        await records.dossier(consultation)


async def test_a_newer_dossiers_fields_do_no_harm(records: Records) -> None:
    consultation = await records.begin(NOW)
    await records.keep_dossier(consultation, DOSSIER)

    def rewritten() -> None:
        database = records._ledger._database
        data = bytes(database.rows("SELECT data FROM dossier")[0][0])
        newer = data[:-1] + b',"of_a_newer_version":1}'
        digest = hashlib.sha256(newer).digest()
        database.change("UPDATE dossier SET data = ?, sha256 = ?", newer, digest)

    await records._run(rewritten)
    assert await records.dossier(consultation) == DOSSIER


async def test_documents_are_kept_once_and_byte_for_byte(opened: Opening) -> None:
    before = await opened()
    consultation = await before.begin(NOW)
    given = (PDF, "application/pdf", "ordonnance", NOW)
    assert await before.keep_document(consultation, 1, *given)
    assert not await before.keep_document(consultation, 1, *given)
    with pytest.raises(NumberTakenError):
        await before.keep_document(consultation, 1, PDF[:-1], *given[1:])
    await before.close()
    after = await opened()
    (kept,) = await after.documents(consultation)
    assert (kept.id, kept.data, kept.media_type, kept.label, kept.kept_at) == (1, *given)
    assert (await after.consultation(consultation)).documents == (kept,)


async def test_a_peer_fills_a_record_with_so_many_documents(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "DOCUMENTS_LIMIT", 2)
    consultation = await records.begin(NOW)
    for number in (1, 2):
        await records.keep_document(consultation, number, b"%PDF", "application/pdf", "", NOW)
    with pytest.raises(RecordFullError):
        await records.keep_document(consultation, 3, b"%PDF", "application/pdf", "", NOW)
    assert not await records.keep_document(consultation, 2, b"%PDF", "application/pdf", "", NOW)


async def test_the_openings_of_the_room_come_back_in_order(records: Records) -> None:
    days = [
        RoomCheck(
            milliseconds(NOW + timedelta(days=day)), "Claire", (RoomItem.CALM,), (RoomItem.LIGHT,)
        )
        for day in range(3)
    ]
    for check in reversed(days):
        await records.keep_room(check)
    assert await records.rooms(NOW) == days
    assert await records.rooms(NOW + timedelta(days=1)) == days[1:]


async def test_an_unknown_consultation_is_an_error(records: Records) -> None:
    for call in (
        records.keep_dossier(7, DOSSIER),
        records.dossier(7),
        records.keep_document(7, 1, PDF, "application/pdf", "", NOW),
        records.documents(7),
        records.overview(7),
    ):
        with pytest.raises(UnknownConsultationError):
            await call


async def visit(
    records: Records,
    traits: Traits,
    value: float | None,
    day: int,
    *,
    is_training: bool = False,
    **changes: object,
) -> int:
    at = NOW + timedelta(days=day)
    consultation = await records.begin(at)
    dossier = Dossier(OPERATOR, traits=traits, is_training=is_training)
    await records.keep_dossier(consultation, dossier)
    said = Measured("temperature", value, "Cel", "good", milliseconds(at), "FORA IR20", None)
    said = replace(said, **changes)  # type: ignore[arg-type]  # each is a field's own
    await records.keep(consultation, Parcel(1, said), Direction.SENT, at)
    return consultation


async def seen(records: Records, of: int | Traits, limit: int = 9) -> list[float]:
    return [value.value for value in await records.earlier_vitals(of, limit)]


async def test_earlier_values_are_the_same_patients_by_matricule_or_by_traits(
    records: Records,
) -> None:
    first = await visit(records, TRAITS, 37.1, 0)
    await visit(records, replace(TRAITS, matricule=None, birth_name="LEFEVRE OEHMICHEN"), 37.2, 1)
    await visit(records, replace(TRAITS, first_names=("Léa",), matricule=None), 40.1, 2)
    await visit(records, replace(TRAITS, birth_date="1979", matricule=None), 40.2, 3)
    other = Matricule("279035121518990", "1.2.250.1.213.1.4.8")
    await visit(records, replace(TRAITS, matricule=other), 40.3, 4)
    await visit(records, TRAITS, 40.4, 5, is_training=True)
    now = await visit(records, TRAITS, 37.3, 6)
    assert await seen(records, now) == [37.2, 37.1]
    assert await seen(records, TRAITS) == [37.3, 37.2, 37.1]
    assert await seen(records, TRAITS, limit=1) == [37.3]
    assert await records.earlier_vitals(now, 9) == [
        EarlierValue(2, "temperature", 37.2, "Cel", NOW + timedelta(days=1), "FORA IR20"),
        EarlierValue(first, "temperature", 37.1, "Cel", NOW, "FORA IR20"),
    ]
    assert await seen(records, await records.begin(NOW)) == []
    assert await seen(records, Traits()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"quality": "weak"},
        {"origin": "stored"},
        {"marks": ["control"]},
    ],
    ids=str,
)
async def test_a_value_nobody_vouched_for_is_not_an_earlier_value(
    records: Records, change: dict[str, object]
) -> None:
    await visit(records, TRAITS, 37.1, 0, **change)  # type: ignore[arg-type]  # of `Measured`
    assert await seen(records, TRAITS) == []


async def test_no_value_is_no_earlier_value(records: Records) -> None:
    await visit(records, TRAITS, None, 0, quality="no_signal")
    await visit(records, TRAITS, None, 0)
    assert await seen(records, TRAITS) == []


async def test_the_list_shows_the_dossiers_word_before_the_messages(records: Records) -> None:
    consultation = await records.begin(NOW)
    await records.keep(consultation, Parcel(1, Intake("Zoé", "mal", 1)), Direction.SENT, NOW)
    assert (await records.overview(consultation)).patient_name == "Zoé"
    await records.keep_dossier(consultation, DOSSIER)
    line = await records.overview(consultation)
    assert (line.patient_name, line.complaint) == (f"{TRAITS.used_name} Zoé Anne", "otite")
    assert await records.consultations() == [line]


async def test_a_page_of_the_list_is_that_page(records: Records) -> None:
    for _ in range(7):
        await records.begin(NOW)
    pages = [await records.consultations(3, offset) for offset in (0, 3, 6, 9)]
    assert [[line.id for line in page] for page in pages] == [[1, 2, 3], [4, 5, 6], [7], []]

"""Consultations are found as people type: accents, ligatures, hyphens, beginnings, dates."""

# ruff: noqa: RUF001 -- apostrophes as French keyboards and telephones give them

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from client.core.dossier.background import Background
from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.traits import Traits
from client.core.record import Direction
from client.core.wire import Intake, Parcel
from client.store import subjects
from client.store.records import Records
from client.store.search import Wanted
from client.store.spelling import spellings, words

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
OPERATOR = Operator("Claire Fontaine", Role.PHARMACY_ASSISTANT)

PEOPLE = (
    ("Lefèvre", "Zoé Anaïs", "mal à l’oreille gauche"),
    ("D’Angelo-Œhmichen", "Jean-Pierre", "œil rouge"),
    ("ÇELIK", "Ægir", "brûlures urinaires"),
    ("Straße", "Łukasz", "plaie de la main"),
    ("Nguyễn", "Thị Hồng", "renouvellement"),
    ("Le Goff", "Soizic", "mal de gorge"),
)


@pytest.fixture
async def filled(records: Records) -> Records:
    for day, (name, first_names, why) in enumerate(PEOPLE):
        consultation = await records.begin(NOW + timedelta(days=day))
        traits = Traits(birth_name=name, first_names=tuple(first_names.split()))
        dossier = Dossier(OPERATOR, traits=traits, background=Background(why))
        await records.keep_dossier(consultation, dossier)
    return records


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("lefevre", [1]),
        ("LEFÈVRE", [1]),
        ("lefe\N{COMBINING GRAVE ACCENT}vre", [1]),
        ("zoe lef", [1]),
        ("anaïs zoé", [1]),
        ("oreille", [1]),
        ("l’oreille", [1]),
        ("l'oreille", [1]),
        ("loreille", [1]),
        ("lefevre gorge", []),
        ("mal", [6, 1]),
        ("mal zoe", [1]),
        ("angelo", [2]),
        ("dangelo", [2]),
        ("d'angelo", [2]),
        ("oehmichen", [2]),
        ("œhmichen", [2]),
        ("Angelo Oehm", [2]),
        ("jean pierre", [2]),
        ("jean-pierre", [2]),
        ("jeanpierre", [2]),
        ("pierre", [2]),
        ("oeil", [2]),
        ("çelik", [3]),
        ("celik aegir", [3]),
        ("brulures", [3]),
        ("strasse lukasz", [4]),
        ("STRASSE", [4]),
        ("nguyen", [5]),
        ("thi hong", [5]),
        ("le goff", [6]),
        ("g", [6, 1]),
        ("eille", []),
        ("*", [6, 5, 4, 3, 2, 1]),
        ('"', [6, 5, 4, 3, 2, 1]),
        ("NEAR(mal) OR zoe", []),
        ("", [6, 5, 4, 3, 2, 1]),
    ],
)
async def test_what_is_typed_is_found(filled: Records, typed: str, expected: list[int]) -> None:
    assert [line.id for line in await filled.found(typed)] == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("22/11/2026", [1]),
        ("22.11.2026", [1]),
        ("2026-11-23", [2]),
        ("11/2026", [6, 5, 4, 3, 2, 1]),
        ("2026-12", []),
        ("2026", [6, 5, 4, 3, 2, 1]),
        ("2025", []),
        ("mal 27/11/2026", [6]),
        ("mal 11/2026 zoe", [1]),
        ("22/11/2026 23/11/2026", []),
        ("31/02/2026", []),
    ],
)
async def test_a_date_among_the_words_narrows(
    filled: Records, typed: str, expected: list[int]
) -> None:
    wanted = Wanted.typed(typed, UTC)
    found = await filled._run(filled._ledger.found, wanted, 50, 0)
    assert [line.id for line in found] == expected


def test_the_last_month_of_a_year_ends_with_it() -> None:
    wanted = Wanted.typed("12/2026", UTC)
    assert (wanted.since, wanted.until) == (
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )


async def test_a_time_narrows_and_its_end_is_not_included(filled: Records) -> None:
    second, fourth = NOW + timedelta(days=1), NOW + timedelta(days=3)
    assert [one.id for one in await filled.found("", second, fourth)] == [3, 2]
    assert [one.id for one in await filled.found("b", second, fourth)] == [3]
    assert [one.id for one in await filled.found("ma", fourth)] == [6, 4]
    assert [one.id for one in await filled.found("ma", None, second)] == [1]


async def test_a_clock_set_back_hides_nothing(filled: Records) -> None:
    early = await filled.begin(NOW - timedelta(days=300))
    await filled.keep(early, Parcel(1, Intake("Malika", "toux", 1)), Direction.SENT, NOW)
    assert [one.id for one in await filled.found("mal", NOW)] == [6, 1]
    assert [one.id for one in await filled.found("mal", None, NOW)] == [early]


async def test_results_come_page_by_page(filled: Records) -> None:
    pages = [await filled.found("ma", limit=1, offset=offset) for offset in range(4)]
    assert [[one.id for one in page] for page in pages] == [[6], [4], [1], []]
    pages = [await filled.found("", limit=4, offset=offset) for offset in (0, 4)]
    assert [[one.id for one in page] for page in pages] == [[6, 5, 4, 3], [2, 1]]


async def test_what_is_corrected_is_found_under_its_new_name_only(records: Records) -> None:
    consultation = await records.begin(NOW)
    await records.keep(consultation, Parcel(1, Intake("Dupond", "toux", 1)), Direction.SENT, NOW)
    assert await records.found("dupond")
    await records.keep(consultation, Parcel(2, Intake("Dupont", "toux", 2)), Direction.SENT, NOW)
    assert await records.found("dupond") == []
    assert [one.patient_name for one in await records.found("dupont")] == ["Dupont"]


async def test_a_long_text_is_looked_through_so_far(records: Records) -> None:
    consultation = await records.begin(NOW)
    reason = " ".join(f"mot{number}" for number in range(900))
    await records.keep(consultation, Parcel(1, Intake("Zoé", reason, 1)), Direction.SENT, NOW)
    (line,) = await records.found("zoe mot7")
    assert len(line.complaint) == subjects.SHOWN_LIMIT


async def test_searches_and_changes_at_once_agree(filled: Records) -> None:
    found = await asyncio.gather(
        filled.found("zoe"),
        filled.keep_dossier(1, Dossier(OPERATOR, traits=Traits(birth_name="Martin"))),
        filled.found("zoe"),
        filled.found("martin"),
    )
    assert [[one.id for one in lines] for lines in (found[0], found[2], found[3])] == [[1], [], [1]]


def test_a_word_is_spelt_apart_and_together() -> None:
    assert words("Jean-Pierre d’Œx") == ["jean", "pierre", "d", "oex"]
    assert spellings("Jean-Pierre d'Œx") == ["jean", "pierre", "d", "oex", "jeanpierre", "doex"]

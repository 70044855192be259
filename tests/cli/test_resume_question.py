"""Whether an interrupted consultation goes on: as the person says, or as the options do."""

import argparse
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from client import clock
from client.catalogue import Catalogue
from client.cli.site_run import _to_enter_again, _to_resume
from client.core.dossier.background import Background
from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.traits import Traits
from client.core.envelope import Kept
from client.core.resumption import Resumption
from client.store import keys
from client.store.keys import Keys
from client.store.records import Records

SAY: Final = Catalogue("fr")
HOUR: Final = timedelta(hours=1)


@pytest.fixture
def unlocked() -> Keys:
    return keys.ephemeral()


async def interrupted(
    folder: Path, unlocked: Keys, *, lasts: timedelta = timedelta(hours=1)
) -> int:
    until_s = int((clock.now() + lasts).timestamp())
    kept = Kept(bytes(32), bytes(32), bytes(12), bytes(8))
    session = Resumption(kept, bytes(32), bytes(32), bytes(16), bytes(16), until_s)
    records = await Records.open(folder, unlocked)
    try:
        number = await records.begin(clock.now())
        await records.unfinished(lambda known: known.keep_session(number, session))
        return number
    finally:
        await records.close()


def options(*, resume: bool = False, unattended: bool = False) -> argparse.Namespace:
    return argparse.Namespace(resume=resume, unattended=unattended)


def nobody_asked(question: str) -> str:
    raise AssertionError(question)


@pytest.mark.parametrize(
    ("answer", "is_wanted"),
    [("", True), ("o", True), (" OUI ", True), ("n", False), ("non", False), ("???", False)],
)
async def test_the_person_is_asked(
    tmp_path: Path,
    unlocked: Keys,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    is_wanted: bool,  # noqa: FBT001 -- a case
) -> None:
    number = await interrupted(tmp_path, unlocked)
    monkeypatch.setattr("builtins.input", lambda _question: answer)
    found = await _to_resume(options(), tmp_path, unlocked, SAY)
    assert found == (number if is_wanted else None)


async def test_the_option_asks_nobody(
    tmp_path: Path, unlocked: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await interrupted(tmp_path, unlocked)
    monkeypatch.setattr("builtins.input", nobody_asked)
    assert await _to_resume(options(resume=True), tmp_path, unlocked, SAY) == number
    assert await _to_resume(options(unattended=True), tmp_path, unlocked, SAY) is None


async def test_there_is_no_question_without_anything_to_go_on_with(
    tmp_path: Path, unlocked: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", nobody_asked)
    assert await _to_resume(options(), None, unlocked, SAY) is None
    await interrupted(tmp_path, unlocked, lasts=-HOUR)
    assert await _to_resume(options(), tmp_path, unlocked, SAY) is None


ENTERED: Final = (Traits("DURAND", ("JEANNE",), birth_date="1948-03-24"), Background("toux"))


async def entered(
    folder: Path, unlocked: Keys, *, ago: timedelta = HOUR, is_over: bool = False
) -> None:
    began_at = clock.now() - ago
    records = await Records.open(folder, unlocked)
    try:
        number = await records.begin(began_at)
        dossier = Dossier(
            Operator("Léa", Role.PHARMACIST), traits=ENTERED[0], background=ENTERED[1]
        )
        await records.keep_dossier(number, dossier)
        if is_over:
            await records.finish(number, began_at, "finished")
    finally:
        await records.close()


@pytest.mark.parametrize(("answer", "taken"), [("", 1), ("oui", 1), ("n", None)])
async def test_what_was_entered_before_anybody_came_is_offered_again(
    tmp_path: Path,
    unlocked: Keys,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    taken: int | None,
) -> None:
    await entered(tmp_path, unlocked)
    monkeypatch.setattr("builtins.input", lambda _question: answer)
    assert await _to_enter_again(options(), tmp_path, unlocked, SAY) == taken


async def test_what_is_over_or_another_days_or_gone_on_with_is_not_offered(
    tmp_path: Path, unlocked: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", nobody_asked)
    assert await _to_enter_again(options(), None, unlocked, SAY) is None
    assert await _to_enter_again(options(), tmp_path, unlocked, SAY) is None
    await entered(tmp_path, unlocked, ago=13 * HOUR)
    assert await _to_enter_again(options(), tmp_path, unlocked, SAY) is None
    await entered(tmp_path, unlocked, is_over=True)
    assert await _to_enter_again(options(), tmp_path, unlocked, SAY) is None
    await entered(tmp_path, unlocked)
    assert await _to_enter_again(options(unattended=True), tmp_path, unlocked, SAY) is None
    await interrupted(tmp_path, unlocked)
    assert await _to_enter_again(options(), tmp_path, unlocked, SAY) is None

"""``chevet contacts``: list, show, revoke and forget, with the passphrase of the records."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.cli import main
from client.core.contacts import BY_WORDS, Contact
from client.store import keys
from client.store.contacts import Contacts
from client.store.keys import Cost

PASSPHRASE = "quatre mots bien choisis"  # noqa: S105 -- of these tests alone
AT = datetime(2027, 1, 2, 12, tzinfo=UTC)
MARTIN = Contact(
    *(b"m" * 32, "Dr Martin\x1b[2J", "médecin généraliste", "10003456786", AT, BY_WORDS),
    (b"s" * 32,),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    secrets = keys.create(tmp_path, PASSPHRASE, cost=Cost(1, 1, 8))

    async def fill() -> None:
        book = await Contacts.open(tmp_path, secrets)
        await book.keep(MARTIN)
        await book.keep(replace(MARTIN, public=b"d" * 32, name="Dr Durand", rpps=None))
        await book.close()

    asyncio.run(fill())
    return tmp_path


def chevet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path, *words: str
) -> tuple[int, str]:
    monkeypatch.setenv("CHEVET_PASSPHRASE", PASSPHRASE)
    code = main(["contacts", *words, "--record", str(folder)])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_the_book_is_listed_shown_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    code, listed = chevet(monkeypatch, capsys, folder, "list")
    assert code == 0
    assert "Dr Durand" in listed
    assert "Dr Martin" in listed
    assert "\x1b" not in listed  # what a contact wrote moves no cursor
    _, shown = chevet(monkeypatch, capsys, folder, "show", "10003456786")
    assert "10003456786" in shown
    assert "6d6d6d6d" in shown
    code, told = chevet(monkeypatch, capsys, folder, "show", "dr")
    assert code == 1
    assert "2" in told
    _, revoked = chevet(monkeypatch, capsys, folder, "revoke", "durand")
    assert "Dr Durand" in revoked
    assert "révoqué" in chevet(monkeypatch, capsys, folder, "list")[1]
    chevet(monkeypatch, capsys, folder, "forget", "durand")
    chevet(monkeypatch, capsys, folder, "forget", "martin")
    assert "vide" in chevet(monkeypatch, capsys, folder, "list")[1]


def test_whom_must_be_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    code, told = chevet(monkeypatch, capsys, folder, "forget")
    assert code == 2
    assert "forget" in told

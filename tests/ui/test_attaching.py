"""A file for the GP: named by a path, seen on its way, taken back, refused with a reason."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes.site_requests import FakeSiteRequests
from fakes.site_story import CONSENT, FILLED, NOW, STATES
from fakes.site_terminal import Terminal, terminal
from fakes.typed_lines import TypedLines

from client.catalogue import Catalogue
from client.core.dossier.consent import Item
from client.session.sending import FileKindError, FileState, SentFileView
from client.ui.desk import Desk, Drafts
from client.ui.path_completion import completed
from client.ui.plain import PlainSite
from client.ui.plain_news import news
from client.ui.screens.attaching import AttachingBox

SAY = Catalogue("fr")
LETTER = b"%PDF-1.7 fictif"
PDF = "application/pdf"


def files(folder: Path) -> Path:
    (folder / "courrier.pdf").write_bytes(LETTER)
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff fictif")
    (folder / "page.html").write_bytes(b"<p>")
    (folder / "anciens").mkdir()
    return folder


async def name(seen: Terminal, path: Path) -> None:
    await seen.press("ctrl+u")
    seen.app.screen.query_one("#path").value = str(path)  # type: ignore[attr-defined]  # an Input
    await seen.press("enter")


async def whole(source: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in source])


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_a_letter_is_sent_by_its_path(tmp_path: Path, size: tuple[int, int]) -> None:
    folder = files(tmp_path)
    async with terminal(STATES["connected"], size=size) as seen:
        await seen.press("r")
        assert isinstance(seen.app.screen, AttachingBox)
        for told in ("50 Mo au plus", "F2 retirer"):
            assert told in seen.text
        await name(seen, folder / "courrier.pdf")
        await seen.press("enter")
        assert seen.requests.asked == [("send_file", "courrier", PDF)], "once, by two Enters"
        (source,) = seen.requests.sources
        assert await whole(source) == LETTER


async def test_what_cannot_be_sent_says_why(tmp_path: Path) -> None:
    folder = files(tmp_path)
    refused = replace(FILLED, consent=replace(CONSENT, refused=(Item.PICTURES,)))
    async with terminal(replace(STATES["connected"], dossier=refused)) as seen:
        await seen.press("r")
        await name(seen, folder / "page.html")
        assert "les autres ne" in " ".join(seen.text.split())
        await name(seen, folder / "photo.jpg")
        assert "refus" in seen.text
        await name(seen, Path("~nul-ne-porte-ce-nom/courrier.pdf"))
        assert SAY("error.FileUnreadableError") in " ".join(seen.text.split())
        assert seen.requests.asked == []
        await name(seen, folder / "courrier.pdf")
        assert seen.requests.asked == [("send_file", "courrier", PDF)], "no photo is no letter"


async def test_each_file_is_seen_on_its_way_and_one_is_taken_back() -> None:
    views = (
        SentFileView(1, "courrier", PDF, FileState.RECEIVED, 9, 9),
        SentFileView(2, "analyse", PDF, FileState.SENDING, 300, 900),
        SentFileView(3, "autre", PDF, FileState.FAILED, failure=FileKindError()),
    )
    async with terminal(replace(STATES["connected"], sent_files=views)) as seen:
        await seen.press("r")
        for told in (
            "courrier   reçu par le médecin",
            "analyse   envoi, 33 %",
            "ne correspond pas",
        ):
            assert told in seen.text
        await seen.press("up")
        seen.requests.change(sent_files=(views[0], replace(views[1], sent=450), views[2]))
        await seen.settle()
        assert "envoi, 50 %" in seen.text
        await seen.press("f2")
        assert seen.requests.asked == [("cancel_file", 2)], "the mark stayed where it was"
        await seen.press("escape")
        assert not isinstance(seen.app.screen, AttachingBox)


async def test_by_lines_a_path_sends_and_a_number_takes_back(tmp_path: Path) -> None:
    folder = files(tmp_path)
    views = (SentFileView(1, "analyse", PDF, FileState.SENDING, 300, 900),)
    requests = FakeSiteRequests(replace(STATES["connected"], sent_files=views))
    page, letter = str(folder / "page.html"), str(folder / "courrier.pdf")
    person = TypedLines("z", page, "z", letter, "z", "1", "z", "")
    desk = Desk(requests, SAY, lambda: NOW, Drafts())
    await PlainSite(desk, person).run()
    assert requests.asked[:2] == [("send_file", "courrier", PDF), ("cancel_file", 1)]
    told = "\n".join(person.told).replace("\N{NO-BREAK SPACE}", " ")
    assert "1 analyse   envoi, 33 %" in told
    assert "les autres ne s" in told
    failed = replace(views[0], state=FileState.FAILED, failure=FileKindError())
    after = replace(requests.snapshot, sent_files=(failed,))
    assert any("ne correspond" in line for line in news(SAY, requests.snapshot, after, NOW))
    assert not any("ne correspond" in line for line in news(SAY, after, after, NOW))


def test_a_path_is_completed_from_what_lies_there(tmp_path: Path) -> None:
    folder = files(tmp_path)
    assert completed(f"{folder}{os.sep}cou") == str(folder / "courrier.pdf")
    assert completed(f"{folder}{os.sep}a") == f"{folder / 'anciens'}{os.sep}"
    assert completed(f"{folder}{os.sep}p") == str(folder / "page.html"), "the first by name"
    for nothing in (
        "",
        f"{folder}{os.sep}",
        f"{folder}{os.sep}zz",
        f"{folder / 'no'}{os.sep}x",
        "\0x",
        f"~nul-ne-porte-ce-nom{os.sep}x",
    ):
        assert completed(nothing) is None

"""Paper of a real record: printed, saved, or not, and what the snapshot and the journal say."""

import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from exports.documents.test_printing import fake_lp

from client import clock
from client.core import wire
from client.core.consultation import State
from client.printing import CupsPrinter, NoPrinter, Printer, PrintFailedError, SaveNowhereError
from client.session import looking_back
from client.session.course import Course
from client.session.events import EventLog
from client.session.flow_views import PrintState
from client.session.keeping import RecordKeeper
from client.session.paper import Paper
from client.session.snapshot import SiteSnapshot
from client.store import keys
from client.store.records import Records

PRESCRIPTION = b"%PDF-1.7 prescription"
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="a script as a program")


@dataclass
class Desk:
    """One consultation with a summary and a prescription, and where its paper comes from."""

    course: Course
    keeper: RecordKeeper
    paper: Paper

    @property
    def now(self) -> SiteSnapshot:
        return self.course.known

    async def journal(self) -> list[tuple[str, dict[str, str | int]]]:
        return await about_paper(self.keeper)


async def about_paper(keeper: RecordKeeper) -> list[tuple[str, dict[str, str | int]]]:
    """The lines that come after the summary's."""
    lines = (await keeper.record()).journal
    return [(one.event, dict(one.facts)) for one in lines if one.event != "summary_received"]


@pytest.fixture
async def keeper() -> AsyncIterator[RecordKeeper]:
    records = await Records.open(None, keys.ephemeral())
    keeper = await RecordKeeper.begin(records, clock.now)
    digest = sha256(PRESCRIPTION).digest()
    label = "Ordonnance de Mme DURAND"
    offer = wire.StillOffered(
        *(1, label, len(PRESCRIPTION), digest, 0, 0, 0), media_type="application/pdf"
    )
    await keeper.received(wire.Parcel(1, offer))
    await keeper.received(wire.Parcel(2, wire.Summary("Repos.", 0, files=[1])))
    await keeper.keep_document(offer, PRESCRIPTION)
    yield keeper
    await keeper.settle()
    await records.close()


def a_desk(keeper: RecordKeeper, printer: Printer) -> Desk:
    course = Course(SiteSnapshot(clock.now(), State.READY, "Pharmacie"))
    events = EventLog(None, clock.now)
    return Desk(*(course, keeper), Paper(course, keeper, events, printer=printer, language="fr"))


def in_folder(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@posix_only
async def test_everything_is_printed_unchanged_and_noted(
    keeper: RecordKeeper, tmp_path: Path
) -> None:
    desk = a_desk(keeper, CupsPrinter(str(fake_lp(tmp_path))))
    assert desk.now.printing is PrintState.READY
    desk.paper.print_all()
    assert desk.now.printing is PrintState.PRINTING
    desk.paper.print_all()  # pressed twice: printed once
    await desk.paper.settle()
    assert (desk.now.printing, desk.now.print_failure) == (PrintState.PRINTED, None)
    assert (tmp_path / "stdin").read_bytes() == PRESCRIPTION  # the last document
    assert await desk.journal() == [("printed", {"documents": 2})]


@posix_only
async def test_a_printer_that_fails_is_told_and_may_be_tried_again(
    keeper: RecordKeeper, tmp_path: Path
) -> None:
    desk = a_desk(keeper, CupsPrinter(str(fake_lp(tmp_path, status=1))))
    desk.paper.print_all()
    await desk.paper.settle()
    assert desk.now.printing is PrintState.FAILED
    assert isinstance(desk.now.print_failure, PrintFailedError)
    fake_lp(tmp_path)
    desk.paper.print_all()
    await desk.paper.settle()
    assert (desk.now.printing, desk.now.print_failure) == (PrintState.PRINTED, None)
    assert await desk.journal() == [
        ("print_failed", {"reason": "PrintFailedError"}),
        ("printed", {"documents": 2}),
    ]


class TornPrinter:
    """Fails in a way nobody foresaw."""

    is_there = True

    def put(self, data: bytes, media_type: str) -> None:
        """As `client.printing.Printer`, but never what it should."""
        raise RuntimeError(f"{len(data)} bytes of {media_type}")

    def close(self) -> None:
        """Nothing to do."""


async def test_a_fault_nobody_foresaw_leaves_a_key_that_works(keeper: RecordKeeper) -> None:
    desk = a_desk(keeper, TornPrinter())
    desk.paper.print_all()
    await desk.paper.settle()
    assert desk.now.printing is PrintState.FAILED


async def test_without_a_printer_it_is_saved_and_nothing_is_written_over(
    keeper: RecordKeeper, tmp_path: Path
) -> None:
    desk = a_desk(keeper, NoPrinter())
    desk.paper.print_all()
    assert desk.now.printing is PrintState.UNAVAILABLE
    for _ in range(2):
        desk.paper.save_all(tmp_path)
        await desk.paper.settle()
        assert desk.now.printing is PrintState.SAVED
    saved = in_folder(tmp_path)
    assert sorted(saved) == [
        "consultation-1-document-1-2.pdf",
        "consultation-1-document-1.pdf",
        "consultation-1-summary-2.pdf",
        "consultation-1-summary.pdf",
    ]
    assert saved["consultation-1-document-1.pdf"] == PRESCRIPTION
    assert saved["consultation-1-summary.pdf"].startswith(b"%PDF-")
    assert await desk.journal() == [("documents_saved", {"documents": 2})] * 2


@pytest.mark.parametrize("folder", ["nowhere", "~nobody.of.this.name/papers"])
async def test_a_folder_that_takes_nothing_is_told(
    keeper: RecordKeeper, tmp_path: Path, folder: str
) -> None:
    desk = a_desk(keeper, NoPrinter())
    desk.paper.save_all(Path(folder) if folder.startswith("~") else tmp_path / folder)
    await desk.paper.settle()
    assert desk.now.printing is PrintState.FAILED
    assert isinstance(desk.now.print_failure, SaveNowhereError)
    assert await desk.journal() == [("print_failed", {"reason": "SaveNowhereError"})]


@posix_only
async def test_an_earlier_consultation_is_printed_again_and_its_own_journal_says_so(
    keeper: RecordKeeper, tmp_path: Path
) -> None:
    present = await RecordKeeper.begin(keeper._records, clock.now)
    desk = a_desk(present, CupsPrinter(str(fake_lp(tmp_path))))
    number = keeper.consultation
    await looking_back.read(desk.course, present, number)
    desk.paper.print_earlier(number)
    assert desk.now.records.printing is PrintState.PRINTING
    desk.paper.print_earlier(number)  # pressed twice: printed once
    await desk.paper.settle()
    assert (desk.now.records.printing, desk.now.records.print_failure) == (PrintState.PRINTED, None)
    assert desk.now.records.summary == "Repos."
    assert (tmp_path / "stdin").read_bytes() == PRESCRIPTION
    assert desk.now.printing is PrintState.READY, "of this consultation nothing was printed"
    assert await desk.journal() == []
    assert await about_paper(keeper) == [("printed", {"documents": 2})]


async def test_an_earlier_consultation_is_saved_under_its_own_number(
    keeper: RecordKeeper, tmp_path: Path
) -> None:
    present = await RecordKeeper.begin(keeper._records, clock.now)
    desk = a_desk(present, NoPrinter())
    await looking_back.read(desk.course, present, keeper.consultation)
    desk.paper.print_earlier(keeper.consultation)
    assert desk.now.records.printing is None
    desk.paper.save_earlier(keeper.consultation, tmp_path)
    await desk.paper.settle()
    assert desk.now.records.printing is PrintState.SAVED
    assert sorted(in_folder(tmp_path)) == [
        "consultation-1-document-1.pdf",
        "consultation-1-summary.pdf",
    ]
    await present.settle()


async def test_what_is_read_next_says_nothing_of_the_paper_of_the_one_before(
    keeper: RecordKeeper, tmp_path: Path
) -> None:
    present = await RecordKeeper.begin(keeper._records, clock.now)
    desk = a_desk(present, NoPrinter())
    await looking_back.read(desk.course, present, keeper.consultation)
    desk.paper.save_earlier(keeper.consultation, tmp_path / "nowhere")
    await desk.paper.settle()
    assert isinstance(desk.now.records.print_failure, SaveNowhereError)
    desk.paper.save_earlier(keeper.consultation, tmp_path)
    await looking_back.read(desk.course, present, present.consultation)
    await desk.paper.settle()
    assert desk.now.records.printing is None
    await present.settle()

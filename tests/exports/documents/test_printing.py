"""The document reaches the printing system unchanged, and nothing else about it does."""

import errno
import os
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.catalogue import LANGUAGES, Catalogue
from client.printing import (
    CupsPrinter,
    NoPrinter,
    NoPrinterError,
    PrintFailedError,
    SaveExistsError,
    SaveFailedError,
    SaveForbiddenError,
    SaveNoRoomError,
    SaveNowhereError,
    UnprintableError,
    WindowsPrinter,
    save,
    save_failed,
    this_machines,
)

LATER = datetime(2026, 11, 22, 12, tzinfo=UTC)
PDF = b"%PDF-1.7\r\n\x00\xff Madeleine Courtecuisse"
LP = """#!{python}
import json, pathlib, sys
here = pathlib.Path({here!r})
(here / "stdin").write_bytes(sys.stdin.buffer.read())
(here / "argv").write_text(json.dumps(sys.argv))
print("request id is Courtecuisse-1")
print("lp: Courtecuisse", file=sys.stderr)
sys.exit({status})
"""
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="a script as a program")


def fake_lp(folder: Path, status: int = 0) -> Path:
    """A real program that keeps what it was given."""
    program = folder / "lp"
    program.write_text(LP.format(python=sys.executable, here=str(folder), status=status))
    program.chmod(0o700)
    return program


@posix_only
def test_lp_on_the_path_gets_the_bytes_and_a_title_that_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    fake_lp(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    printer = this_machines()
    printer.put(PDF, "application/pdf")
    printer.close()
    assert (tmp_path / "stdin").read_bytes() == PDF
    assert (tmp_path / "argv").read_text() == f'["{tmp_path / "lp"}", "-s", "-t", "Chevet"]'
    assert "Courtecuisse" not in "".join(capfd.readouterr())


@posix_only
def test_a_queue_that_refuses_is_said_without_its_words(tmp_path: Path) -> None:
    with pytest.raises(PrintFailedError) as failure:
        CupsPrinter(str(fake_lp(tmp_path, status=3))).put(PDF, "application/pdf")
    assert failure.value.status == 3
    assert "Courtecuisse" not in str(failure.value)


@posix_only
def test_a_queue_that_never_answers_is_given_up(tmp_path: Path) -> None:
    stuck = tmp_path / "lp"
    stuck.write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    stuck.chmod(0o700)
    with pytest.raises(PrintFailedError):
        CupsPrinter(str(stuck), patience_s=0.05).put(PDF, "application/pdf")


@posix_only
def test_lp_that_went_away_is_no_printer(tmp_path: Path) -> None:
    with pytest.raises(NoPrinterError):
        CupsPrinter(str(tmp_path / "lp")).put(PDF, "application/pdf")


@posix_only
def test_without_lp_there_is_no_printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    printer = this_machines()
    assert not printer.is_there
    with pytest.raises(NoPrinterError):
        printer.put(PDF, "application/pdf")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PDF, "text/html"),
        (b"", "application/pdf"),
        (b"%!PS-Adobe-3.0\nshowpage", "application/pdf"),
        (b"\x1b%-12345X@PJL", "image/jpeg"),
        (PDF, "image/png"),
    ],
)
def test_what_cannot_be_printed_as_it_is_is_refused(data: bytes, media_type: str) -> None:
    with pytest.raises(UnprintableError):
        NoPrinter().put(data, media_type)


def test_windows_prints_a_file_of_the_users_own_and_leaves_none(tmp_path: Path) -> None:
    seen: list[tuple[str, bytes, int]] = []

    def start(name: str) -> None:
        mode = stat.S_IMODE(Path(name).stat().st_mode)
        seen.append((name, Path(name).read_bytes(), mode))

    folder = tmp_path / "print"
    printer = WindowsPrinter(folder, start, lambda: LATER)
    printer.put(PDF, "application/pdf")
    ((name, data, mode),) = seen
    assert data == PDF
    assert name.endswith(".pdf")
    if os.name == "posix":
        assert mode == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    printer.close()
    assert not folder.exists()


def test_windows_removes_what_a_crash_left_once_nobody_waits_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "print"
    WindowsPrinter(folder, lambda _: None, lambda: LATER).put(PDF, "application/pdf")
    (left,) = folder.iterdir()
    os.utime(left, (LATER.timestamp(), LATER.timestamp()))
    WindowsPrinter(folder, lambda _: None, lambda: LATER + timedelta(minutes=10))
    assert left.exists(), "a viewer may still be starting"
    WindowsPrinter(folder, lambda _: None, lambda: LATER + timedelta(minutes=11))
    assert not left.exists()


def test_windows_without_a_program_for_pdfs_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    def start(name: str) -> None:
        raise OSError(1155, "no application", name)

    folder = tmp_path / "print"
    with pytest.raises(PrintFailedError):
        WindowsPrinter(folder, start, lambda: LATER).put(PDF, "application/pdf")
    assert [*folder.iterdir()] == []


def test_a_saved_document_is_its_owners_and_never_replaces_one(tmp_path: Path) -> None:
    path = tmp_path / "summary.pdf"
    save(PDF, path)
    assert path.read_bytes() == PDF
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(SaveExistsError):
        save(b"other", path)
    assert path.read_bytes() == PDF


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, SaveNoRoomError),
        (errno.EDQUOT, SaveNoRoomError),
        (errno.EACCES, SaveForbiddenError),
        (errno.EROFS, SaveForbiddenError),
        (errno.ENOENT, SaveNowhereError),
        (errno.EIO, SaveFailedError),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_is_told_what_to_do_and_the_log_what_the_system_said(
    caplog: pytest.LogCaptureFixture, number: int, error: type[SaveFailedError], language: str
) -> None:
    say, technical = Catalogue(language), os.strerror(number)
    failure = save_failed(OSError(number, technical, "/media/Courtecuisse"))
    assert type(failure) is error
    assert technical in caplog.text
    assert "Courtecuisse" not in caplog.text
    told = say.explain(failure)
    assert told == (say(f"error.{error.__name__}"), say(f"error.{error.__name__}.hint"))
    assert technical not in " ".join(told)


@posix_only
def test_of_a_file_there_is_no_room_for_nothing_is_left(tmp_path: Path) -> None:
    import resource  # noqa: PLC0415 -- not on Windows

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(PDF), limits[1]))
    try:
        with pytest.raises(SaveNoRoomError):
            save(PDF * 2, tmp_path / "summary.pdf")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_nothing_is_an_error_without_its_name(tmp_path: Path) -> None:
    (tmp_path / "Courtecuisse").write_bytes(b"")
    with pytest.raises(SaveNowhereError) as failure:
        save(PDF, tmp_path / "Courtecuisse" / "summary.pdf")
    assert "Courtecuisse" not in str(failure.value)

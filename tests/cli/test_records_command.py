"""``chevet records``: what is kept can be looked at, checked, taken out, put back and removed."""

import errno
import hashlib
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.catalogue import LANGUAGES, Catalogue
from client.cli import main
from client.core.dossier.background import Background
from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.traits import Traits
from client.core.record import Direction, KeptDocument, KeptStill, milliseconds
from client.core.wire import Intake, Measured, Parcel
from client.store import keys
from client.store.audit import FindingKind
from client.store.journal import FaultKind, JournalEvent
from client.store.keys import Cost
from client.store.ledger import Ledger
from client.store.site_journal import SiteEvent

PASSPHRASE = "quatre mots bien choisis"  # noqa: S105 -- of these tests alone
OTHER = "encore une autre phrase"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZOE = Traits(birth_name="Lefèvre", first_names=("Zoé",), birth_date="1979-03-05")
MARC = Traits(birth_name="Durand\x1b[2J", first_names=("Marc",), birth_date="1950-01-01")
JPEG, PDF = b"\xff\xd8 an ear", b"%PDF-1.7"
Chevet = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    ledger = Ledger.open(folder, keys.create(folder, PASSPHRASE, cost=Cost(1, 1, 8)))
    for day, who in enumerate((ZOE, MARC, ZOE)):
        at = NOW + timedelta(days=day)
        number = ledger.begin(at)
        dossier = Dossier(
            Operator("Claire", Role.NURSE), traits=who, background=Background("mal à l'oreille")
        )
        ledger.dossiers.keep(number, dossier)
        intake = Intake(who.birth_name, "mal", milliseconds(at))
        reading = Measured("temperature", 38.4, "Cel", "good", milliseconds(at), "FORA", None)
        for parcel in (Parcel(1, intake), Parcel(2, reading)):
            ledger.keep(number, parcel, Direction.SENT, at)
        still = KeptStill(1, "oreille", JPEG, hashlib.sha256(JPEG).digest(), at)
        ledger.keep_still(number, still)
        digest = hashlib.sha256(PDF).digest()
        document = KeptDocument(1, "ordonnance", "application/pdf", PDF, digest, at)
        ledger.documents.keep(number, document)
        ledger.note(number, JournalEvent.OPENED, at, {})
        ledger.note(number, JournalEvent.LINK_CUT, at, {"seconds": 43})
        ledger.finish(number, at, "finished")
    ledger.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of the same three consultations."""
    copy = tmp_path / "records"
    copy.mkdir()
    for file in made.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


@pytest.fixture
def chevet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
) -> Chevet:
    def run(
        *words: str, typed: str = "", record: Path = folder, own: str = PASSPHRASE
    ) -> tuple[int, str]:
        monkeypatch.setenv("CHEVET_PASSPHRASE", own)
        monkeypatch.setenv("CHEVET_BACKUP_PASSPHRASE", OTHER)
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main(["records", *words, "--record", str(record)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def objects(said: tuple[int, str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in said[1].splitlines()]


def test_the_list_has_a_line_for_each_the_newest_first(chevet: Chevet) -> None:
    code, said = chevet("list")
    assert code == 0
    lines = said.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]
    local = (NOW + timedelta(days=2)).astimezone().strftime("%d/%m/%Y %H:%M")
    assert local in lines[0]
    assert "Lefèvre Zoé" in lines[0]
    assert "terminée" in lines[0]
    assert "mal à l'oreille" in lines[0]
    assert "\x1b" not in said  # what a peer wrote moves no cursor


def test_a_page_says_how_to_go_on(chevet: Chevet) -> None:
    _, said = chevet("list", "--limit", "2")
    assert "--offset 2" in said
    assert [one["consultation"] for one in objects(chevet("list", "--offset", "2", "--json"))] == [
        1
    ]


@pytest.mark.parametrize("words", [("--limit", "0"), ("--limit", "-3"), ("--offset", "-1")])
def test_a_page_of_nothing_is_refused(chevet: Chevet, words: tuple[str, ...]) -> None:
    code, said = chevet("list", *words)
    assert code == 2
    assert words[1] in said


@pytest.mark.parametrize("words", [("list",), ("verify", "--json"), ("backup", "out")])
def test_a_folder_without_records_is_told_and_stays_as_it_was(
    chevet: Chevet, tmp_path: Path, words: tuple[str, ...]
) -> None:
    code, said = chevet(*words, record=tmp_path / "mistyped")
    assert code == 1
    assert "pas de consultations dans ce dossier" in said
    assert not (tmp_path / "mistyped").exists()


def test_records_without_their_keys_are_not_said_to_be_none(chevet: Chevet, folder: Path) -> None:
    (folder / keys.FILE_NAME).unlink()
    code, said = chevet("list")
    assert code == 1
    assert "pas de consultations" not in said
    assert "clés" in said


@pytest.mark.parametrize("left", [None, b""], ids=["gone", "emptied"])
@pytest.mark.parametrize("words", [("list",), ("verify",), ("backup", "out")])
def test_records_that_are_gone_are_not_a_new_site(
    chevet: Chevet, folder: Path, words: tuple[str, ...], left: bytes | None
) -> None:
    (folder / "records.db").unlink()
    if left is not None:
        (folder / "records.db").write_bytes(left)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    code, said = chevet(*words)
    assert code == 1
    assert "a disparu ou est vide" in said
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def site(folder: Path) -> int:
    """``chevet site``, where no relay answers: it is told before anything is asked of one."""
    return main(["site", "--unattended", "--relay", "http://127.0.0.1:9", "--record", str(folder)])


@pytest.mark.parametrize("left", [None, b""], ids=["gone", "emptied"])
def test_a_site_without_its_records_starts_only_once_somebody_said_so(
    chevet: Chevet,
    folder: Path,
    left: bytes | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / "records.db").unlink()
    if left is not None:
        (folder / "records.db").write_bytes(left)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    monkeypatch.setenv("CHEVET_PASSPHRASE", PASSPHRASE)
    assert site(folder) == 1
    said = capsys.readouterr().err
    assert "records restore" in said
    assert "begin-anew" in said
    assert chevet("begin-anew")[0] == 2
    assert chevet("begin-anew", "--yes", own=OTHER)[0] == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert chevet("begin-anew", "--yes")[0] == 0
    assert [one["event"] for one in objects(chevet("show", "--json"))] == [
        *("journal_opened", "begun_anew")
    ]
    assert chevet("verify")[0] == 0
    assert objects(chevet("list", "--json")) == []


def test_what_is_left_of_lost_records_stands_in_nobodys_way_and_is_kept(
    chevet: Chevet, folder: Path
) -> None:
    (folder / "records.db").write_bytes(b"")
    (folder / "records.db-wal").write_bytes(b"what was written last")
    assert "begin-anew" in chevet("list")[1]
    assert chevet("begin-anew", "--yes")[0] == 0
    assert chevet("verify")[0] == 0
    (aside,) = folder.glob("lost-*")
    assert {path.name: path.read_bytes() for path in aside.iterdir()} == {
        "records.db": b"",
        "records.db-wal": b"what was written last",
    }


def test_nothing_is_begun_anew_over_records_or_where_none_ever_were(
    chevet: Chevet, folder: Path, tmp_path: Path
) -> None:
    before = (folder / "records.db").read_bytes()
    code, said = chevet("begin-anew", "--yes")
    assert (code, "rien à recommencer" in said) == (2, True)
    assert (folder / "records.db").read_bytes() == before
    assert chevet("begin-anew", "--yes", record=tmp_path / "mistyped")[0] == 1
    assert not (tmp_path / "mistyped").exists()


def test_a_site_that_lost_its_keys_gets_no_new_ones(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / keys.FILE_NAME).unlink()
    monkeypatch.setenv("CHEVET_PASSPHRASE", PASSPHRASE)
    assert site(folder) == 1
    assert "clés" in capsys.readouterr().err
    assert not (folder / keys.FILE_NAME).exists()


def test_a_backup_that_is_not_there_and_a_folder_that_is_not_are_named_as_such(
    chevet: Chevet, tmp_path: Path
) -> None:
    code, said = chevet("restore", str(tmp_path / "none"), record=tmp_path / "new")
    assert code == 1
    assert "pas de sauvegarde de ce nom" in said
    assert not (tmp_path / "new").exists()
    code, said = chevet("backup", str(tmp_path / "unplugged" / "copy"))
    assert code == 1
    assert "existe pas." in said


def test_what_is_searched_for_is_read_and_never_a_word_of_the_command(chevet: Chevet) -> None:
    found = objects(chevet("search", "--json", typed="zoe OREILLE\n"))
    assert [one["consultation"] for one in found] == [3, 1]
    found = objects(chevet("search", "--json", "--since", "2026-11-23", typed="zoe\n"))
    assert [one["consultation"] for one in found] == [3]
    assert "Aucune" in chevet("search", typed="nobody\n")[1]
    with pytest.raises(SystemExit) as misused:
        chevet("search", "zoe")
    assert misused.value.code == 2


def test_the_journal_is_read_in_french_one_event_a_line(chevet: Chevet) -> None:
    code, said = chevet("show", "1")
    assert code == 0
    assert "Consultation ouverte" in said
    assert "Liaison coupée (pendant 43\N{NO-BREAK SPACE}s)" in said
    assert [one["event"] for one in objects(chevet("show", "1", "--json"))] == [
        "opened",
        "link_cut",
    ]
    _, said = chevet("show")
    assert len(said.splitlines()) == 7
    assert "Début du journal du poste" in said
    assert len(chevet("show", "--last", "2")[1].splitlines()) == 2


@pytest.mark.parametrize("words", [("show", "9"), ("export", "9", "x"), ("erase", "9", "--yes")])
def test_an_unknown_consultation_is_told(chevet: Chevet, words: tuple[str, ...]) -> None:
    code, said = chevet(*words)
    assert code == 1
    assert "9" in said


def test_a_wrong_passphrase_opens_nothing(chevet: Chevet) -> None:
    assert chevet("list", own="une mauvaise phrase")[0] == 1


def test_a_day_is_a_day(chevet: Chevet) -> None:
    code, said = chevet("list", "--since", "hier")
    assert code == 2
    assert "hier" in said


def test_what_nobody_touched_verifies(chevet: Chevet) -> None:
    code, said = chevet("verify")
    assert code == 0
    assert "3 consultations relues" in said
    assert "intact" in said
    (told,) = objects(chevet("verify", "--json"))
    assert (told["consultations"], told["findings"]) == (3, [])


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        (
            "UPDATE journal SET at_ms = 1 WHERE (consultation, number) = (2, 1)",
            "Consultation 2 : le journal n",
        ),
        (
            "DELETE FROM journal WHERE (consultation, number) = (2, 2)",
            "La fin manque, à partir de la ligne 2.",
        ),
        (
            "UPDATE journal SET at_ms = 1 WHERE (consultation, number) = (2, 1)",
            "La ligne 1 a été modifiée.",
        ),
        ("DELETE FROM site_journal WHERE number = 4", "La ligne 4 a été supprimée."),
        ("UPDATE dossier SET data = x'00' WHERE consultation = 3", "Consultation 3 : une valeur"),
        ("DELETE FROM site_journal", "La fin manque, à partir de la ligne 1."),
    ],
)
def test_what_was_touched_is_said_in_plain_french(
    chevet: Chevet, folder: Path, tampering: str, expected: str
) -> None:
    ledger = Ledger.open(folder, keys.unlock(folder, PASSPHRASE))
    for trigger in ("journal_keeps_its_lines", "journal_keeps_its_words"):
        ledger._database.change(f"DROP TRIGGER {trigger}")
        ledger._database.change(f"DROP TRIGGER site_{trigger}")
    ledger._database.change(tampering)
    ledger.close()
    code, said = chevet("verify")
    assert code == 1
    assert expected in said.replace("\N{NARROW NO-BREAK SPACE}", " ")
    code, _ = chevet("verify", "--json")
    assert code == 1


def test_a_sites_journal_that_was_emptied_is_an_error_until_and_after_it_goes_on(
    chevet: Chevet, folder: Path
) -> None:
    ledger = Ledger.open(folder, keys.unlock(folder, PASSPHRASE))
    for trigger in ("site_journal_keeps_its_lines", "site_journal_keeps_its_words"):
        ledger._database.change(f"DROP TRIGGER {trigger}")
    ledger._database.change("DELETE FROM site_journal")
    ledger._database.change("DELETE FROM site_head")
    ledger.close()
    code, said = chevet("verify")
    assert code == 1
    assert "aucune ligne" in said
    assert "pas encore commencé" not in said
    assert chevet("erase", "1", "--yes")[0] == 0
    code, said = chevet("verify")
    assert code == 1
    assert "avait perdu des lignes" in said
    assert "Lignes perdues" in chevet("show")[1]


def test_a_site_that_lost_lines_can_still_be_put_back(
    chevet: Chevet, folder: Path, tmp_path: Path
) -> None:
    ledger = Ledger.open(folder, keys.unlock(folder, PASSPHRASE))
    ledger._database.change("UPDATE site_length SET lines = lines + 1")
    ledger.site.open(NOW)
    ledger.close()
    assert chevet("backup", str(tmp_path / "copy"))[0] == 0
    new = tmp_path / "new"
    assert chevet("restore", str(tmp_path / "copy"), record=new)[0] == 0
    assert chevet("verify", record=new, own=OTHER)[0] == 1


def test_a_head_noted_elsewhere_tells_an_older_state(chevet: Chevet) -> None:
    (before,) = objects(chevet("verify", "--json"))
    head = before["site_head"]
    assert isinstance(head, dict)
    noted = f"{head['count']}:{head['hash'][:16]}"
    assert noted in chevet("verify")[1]
    chevet("erase", "1", "--yes")
    assert chevet("verify", "--noted", noted)[0] == 0
    for other in (f"{head['count']}:{'0' * 16}", f"99:{head['hash']}"):
        code, said = chevet("verify", "--noted", other)
        assert code == 1
        assert "plus ancien" in said
    assert chevet("verify", "--noted", "hier")[0] == 2


def test_everything_of_one_patient_goes_into_a_folder(chevet: Chevet, tmp_path: Path) -> None:
    code, said = chevet("export", "3", str(tmp_path / "out"), "--patient")
    assert code == 0
    assert "2" in said
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("consultation-1", "consultation-3")
    ]
    one = tmp_path / "out" / "consultation-1"
    assert (one / "documents" / "1.pdf").read_bytes() == PDF
    assert (one / "stills" / "1.jpg").read_bytes() == JPEG
    assert (
        json.loads((one / "dossier.json").read_text("utf-8"))["traits"]["birth_name"] == "Lefèvre"
    )
    record = json.loads((one / "record.json").read_text("utf-8"))
    assert record["documents"][0]["sha256"] == hashlib.sha256(PDF).hexdigest()
    told = objects(chevet("show", "--json"))
    assert [line["event"] for line in told][-2:] == ["exported", "exported"]
    assert chevet("export", "3", str(tmp_path / "out"))[0] == 1


def test_a_backup_comes_back_elsewhere_under_its_own_passphrase(
    chevet: Chevet, tmp_path: Path
) -> None:
    file, new = tmp_path / "poste.sauvegarde", tmp_path / "new"
    assert chevet("backup", str(file))[0] == 0
    assert chevet("backup", str(file))[0] == 1
    assert chevet("restore", str(file))[0] == 1
    assert chevet("restore", str(file), record=new)[0] == 0
    assert len(objects(chevet("list", "--json", record=new, own=OTHER))) == 3
    assert chevet("verify", record=new, own=OTHER)[0] == 0
    assert [one["event"] for one in objects(chevet("show", "--json"))][-1] == "backed_up"
    events = [one["event"] for one in objects(chevet("show", "--json", record=new, own=OTHER))]
    assert events[-1] == "restored"


def test_a_full_disk_is_said_in_french_and_leaves_nothing(
    chevet: Chevet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    code, said = chevet("backup", str(tmp_path / "poste.sauvegarde"))
    assert code == 1
    assert "Libérez de la place" in said
    assert [path.name for path in tmp_path.iterdir()] == ["records"]
    assert "backed_up" not in {one["event"] for one in objects(chevet("show", "--json"))}


def test_a_purge_keeps_as_long_as_the_settings_say(
    chevet: Chevet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[retention]\npictures = 3\nrooms = 0\n", encoding="utf-8")
    monkeypatch.setenv("CHEVET_SETTINGS", str(file))
    day = timedelta(days=1)
    done = {one["kind"]: one for one in objects(chevet("purge", "--json"))}
    assert "rooms" not in done
    told = {kind: datetime.fromisoformat(done[kind]["before"]) for kind in done}
    assert told["pictures"] - told["records"] == (7_305 - 3) * day


def test_a_purge_says_what_went(chevet: Chevet) -> None:
    done = {one["kind"]: one for one in objects(chevet("purge", "--json"))}
    assert {one["items"] for one in done.values()} == {0}
    assert chevet("purge", "--pictures", "-1")[0] == 2
    code, said = chevet("purge", "--pictures", "0")
    assert code == 0
    assert "images" not in said.lower()


def test_an_erasure_wants_a_yes_and_leaves_the_journal(chevet: Chevet) -> None:
    assert chevet("erase", "1")[0] == 2
    code, said = chevet("erase", "1", "--yes")
    assert code == 0
    assert "1, 3" in said
    assert "effacées" in chevet("list")[1]
    assert objects(chevet("search", "--json", typed="zoe\n")) == []
    assert "Consultation ouverte" in chevet("show", "1")[1]
    assert chevet("verify")[0] == 0
    assert objects(chevet("erase", "1", "--yes", "--json")) == [{"erased": []}]


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal")
@pytest.mark.parametrize(("answer", "code"), [(b"effacer\n", 0), (b"non\n", 1)])
def test_a_person_at_the_terminal_is_asked(folder: Path, answer: bytes, code: int) -> None:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "client", "records", "erase", "1", "--record", str(folder)]
    process = subprocess.Popen(  # noqa: S603 -- our own program, with our own arguments
        words,
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "CHEVET_PASSPHRASE": PASSPHRASE, "CHEVET_LANG": "fr"},
    )
    os.close(theirs)
    os.write(ours, answer)
    assert process.wait(timeout=60) == code
    os.close(ours)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_and_every_finding_has_its_words(language: str) -> None:
    say = Catalogue(language)
    for event in (*JournalEvent, *SiteEvent):
        assert say(f"records.event.{event}")
    for kind in FindingKind:
        assert say(f"records.found.{kind}")
    for fault in FaultKind:
        is_of_a_line = fault is not FaultKind.EMPTIED
        assert ("7" in say(f"records.fault.{fault}", line=7)) is is_of_a_line

"""An exported consultation says what was kept, and says honestly what is not known."""

import hashlib
import json
import stat
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from client.core.identity import Identity
from client.core.parcels import decode
from client.core.record import (
    ConsultationRecord,
    Direction,
    JournalEntry,
    JournalHead,
    KeptParcel,
    KeptStill,
)
from client.core.wire import (
    DURABLE,
    MESSAGES,
    Acquaintance,
    AskAnswered,
    Asked,
    Attested,
    Background,
    Card,
    Goodbye,
    Intake,
    LabResult,
    Measured,
    Message,
    Parcel,
    Patient,
    PictureAsked,
    Question,
    RegionAsked,
    StillOffered,
    StillReceived,
    Summary,
    Text,
    Waiting,
    WentOn,
    WordsCompared,
)
from client.exports.folder import ExportExistsError, ExportFailedError, export_consultation
from client.store import journal
from client.store.journal import JournalEvent

BEGAN = datetime(2026, 11, 22, 9, 30, 0, 123_000, tzinfo=UTC)
BEGAN_MS = 1_795_339_800_123
EAR = b"\xff\xd8\r\n\x1a an ear \xff\xd9"
SITE = Identity(bytes(32))
TEMPERATURE = Measured(
    *("temperature", 38.4, "Cel", "good", BEGAN_MS + 1_000, "FORA IR20", "X1234567", "spot", 1),
    measured_at="2026-11-22T10:29:58",
    marks=["average"],
    sent_as="101.1 F",
    firmware="2.0",
)
NO_FINGER = Measured("spo2", None, "%", "no_signal", BEGAN_MS + 2_000, "Contec CMS50D", None)


def after(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def kept(direction: Direction, *said: tuple[Message, float | None]) -> list[KeptParcel]:
    """What was said one way, a second apart, with the seconds after which it was acknowledged."""
    return [
        KeptParcel(
            parcel=Parcel(number, message),
            direction=direction,
            kept_at=after(number),
            acknowledged_at=None if receipt is None else after(receipt),
        )
        for number, (message, receipt) in enumerate(said, 1)
    ]


def told() -> tuple[tuple[JournalEntry, ...], JournalHead]:
    head = journal.empty_head(journal.origin(7, BEGAN), SITE.sign)
    opened, head = journal.appended(head, JournalEvent.OPENED, {}, BEGAN, SITE.sign)
    cut, head = journal.appended(head, JournalEvent.LINK_CUT, {"seconds": 43}, after(5), SITE.sign)
    return (opened, cut), head


@pytest.fixture
def record() -> ConsultationRecord:
    digest = hashlib.sha256(EAR).digest()
    lines, head = told()
    return ConsultationRecord(
        id=7,
        began_at=BEGAN,
        finished_at=after(60),
        reason="finished",
        site_key=SITE.public,
        parcels=(
            *kept(
                Direction.SENT,
                (Card("Pharmacie des Tilleuls", "Figeac"), 2),
                (WordsCompared(equal=True), 3),
                (Intake("Madeleine Courtecuisse", "mal à l'oreille", BEGAN_MS), 4),
                (TEMPERATURE, 5.5),
                (NO_FINGER, None),
                (AskAnswered(1, "done"), 7),
                (StillOffered(1, "oreille gauche", len(EAR), digest, 640, 480, BEGAN_MS), 8),
                (Text("il tousse aussi", BEGAN_MS + 8_000), None),
                (Goodbye("finished", BEGAN_MS + 60_000), 61),
            ),
            *kept(
                Direction.RECEIVED,
                (Card("Dr Martin", "Cahors"), None),
                (Text("bonjour", BEGAN_MS + 500), None),
                (Asked(1, "ear", ""), None),
                (Asked(2, "text", "montrez la gorge"), None),
                (StillReceived(1, digest), None),
                (Summary("Otite.", BEGAN_MS + 30_000), None),
                (Summary("Otite moyenne.\nRevoir à 48 h.", BEGAN_MS + 31_000), None),
            ),
        ),
        stills=(KeptStill(1, "oreille gauche", EAR, digest, after(6)),),
        journal=lines,
        head=head,
    )


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_it_returns_exactly_the_files_it_wrote(record: ConsultationRecord, tmp_path: Path) -> None:
    written = export_consultation(record, tmp_path / "new" / "folder")
    names = {path.relative_to(tmp_path / "new" / "folder").as_posix() for path in written}
    assert names == {
        "record.json",
        "readings.jsonl",
        "messages.jsonl",
        "journal.jsonl",
        "summary.txt",
        "stills/1.jpg",
    }
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(written)


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files")
def test_what_is_exported_is_its_owners_alone(record: ConsultationRecord, tmp_path: Path) -> None:
    written = export_consultation(record, tmp_path / "out")
    folders = {path.parent for path in written}
    assert tmp_path / "out" / "stills" in folders
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_readings_carry_unit_quality_time_and_receipt(
    record: ConsultationRecord, tmp_path: Path
) -> None:
    export_consultation(record, tmp_path)
    assert lines_of(tmp_path / "readings.jsonl") == [
        {
            "vital": "temperature",
            "loinc": "8310-5",
            "value": 38.4,
            "unit": "Cel",
            "sent_as": "101.1 F",
            "quality": "good",
            "origin": "spot",
            "record": 1,
            "marks": ["average"],
            "measured_at": "2026-11-22T10:29:58",
            "taken_at": "2026-11-22T09:30:01.123Z",
            "model": "FORA IR20",
            "serial": "X1234567",
            "firmware": "2.0",
            "acknowledged_at": "2026-11-22T09:30:05.623Z",
        },
        {
            "vital": "spo2",
            "loinc": "2708-6",
            "value": None,
            "unit": "%",
            "sent_as": None,
            "quality": "no_signal",
            "origin": "live",
            "record": None,
            "marks": [],
            "measured_at": None,
            "taken_at": "2026-11-22T09:30:02.123Z",
            "model": "Contec CMS50D",
            "serial": None,
            "firmware": None,
            "acknowledged_at": None,
        },
    ]


def test_a_stream_keeps_the_firmware_it_told_once(
    record: ConsultationRecord, tmp_path: Path
) -> None:
    pulse = Measured("pulse", 70, "/min", "good", BEGAN_MS, "CMS50E", "7")
    other = Measured("pulse", 71, "/min", "good", BEGAN_MS, "CMS50E", "8")
    said = kept(
        Direction.SENT, (replace(pulse, firmware="4.6"), None), (pulse, None), (other, None)
    )
    export_consultation(replace(record, parcels=tuple(said)), tmp_path)
    lines = lines_of(tmp_path / "readings.jsonl")
    assert [line["firmware"] for line in lines] == ["4.6", "4.6", None]


def test_laboratory_results_are_as_the_analyser_gave_them(
    record: ConsultationRecord, tmp_path: Path
) -> None:
    crp = LabResult(
        *("CRP", "<5", "mg/L", "good", BEGAN_MS, "Afinion 2", "AF1", "stored", 3),
        measured_at="2026-11-21T08:00:00",
        loinc="1988-5",
        reference_range="0 - 5",
        flags="N",
    )
    parcels = (*record.parcels, *kept(Direction.SENT, (crp, None)))
    assert tmp_path / "results.jsonl" in export_consultation(
        replace(record, parcels=parcels), tmp_path
    )
    assert lines_of(tmp_path / "results.jsonl") == [
        {
            "test": "CRP",
            "loinc": "1988-5",
            "value": "<5",
            "unit": "mg/L",
            "reference_range": "0 - 5",
            "flags": "N",
            "quality": "good",
            "origin": "stored",
            "record": 3,
            "marks": [],
            "measured_at": "2026-11-21T08:00:00",
            "taken_at": "2026-11-22T09:30:00.123Z",
            "model": "Afinion 2",
            "serial": "AF1",
            "firmware": None,
            "acknowledged_at": None,
        }
    ]


def test_a_still_is_the_same_bytes_and_its_name_says_nothing(
    record: ConsultationRecord, tmp_path: Path
) -> None:
    written = export_consultation(record, tmp_path)
    assert (tmp_path / "stills" / "1.jpg").read_bytes() == EAR
    names = " ".join(str(path.relative_to(tmp_path)) for path in written)
    assert "oreille" not in names
    assert "Courtecuisse" not in names


def test_the_last_summary_is_the_summary(record: ConsultationRecord, tmp_path: Path) -> None:
    export_consultation(record, tmp_path)
    summary = (tmp_path / "summary.txt").read_bytes()
    assert summary == "Otite moyenne.\nRevoir à 48 h.\n".encode()


def test_without_a_summary_there_is_no_summary_file(
    record: ConsultationRecord, tmp_path: Path
) -> None:
    unsaid = tuple(one for one in record.parcels if not isinstance(one.parcel.message, Summary))
    export_consultation(replace(record, parcels=unsaid), tmp_path)
    assert not (tmp_path / "summary.txt").exists()


def test_the_whole_says_who_when_why_and_what_was_asked(
    record: ConsultationRecord, tmp_path: Path
) -> None:
    export_consultation(record, tmp_path)
    whole = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(EAR).hexdigest()
    assert whole.pop("journal")["count"] == 2
    assert whole == {
        "format": 1,
        "consultation": 7,
        "began_at": "2026-11-22T09:30:00.123Z",
        "finished_at": "2026-11-22T09:31:00.123Z",
        "reason": "finished",
        "site": {"name": "Pharmacie des Tilleuls", "place": "Figeac"},
        "gp": {"name": "Dr Martin", "place": "Cahors"},
        "patient": {
            "name": "Madeleine Courtecuisse",
            "reason": "mal à l'oreille",
            "at": "2026-11-22T09:30:00.123Z",
        },
        "words_equal": {"site": True, "gp": None},
        "goodbyes": [{"from": "site", "reason": "finished", "at": "2026-11-22T09:31:00.123Z"}],
        "texts": [
            {
                "from": "gp",
                "text": "bonjour",
                "written_at": "2026-11-22T09:30:00.623Z",
                "kept_at": "2026-11-22T09:30:02.123Z",
                "acknowledged_at": None,
            },
            {
                "from": "site",
                "text": "il tousse aussi",
                "written_at": "2026-11-22T09:30:08.123Z",
                "kept_at": "2026-11-22T09:30:08.123Z",
                "acknowledged_at": None,
            },
        ],
        "asks": [
            {
                "id": 1,
                "what": "ear",
                "text": "",
                "asked_at": "2026-11-22T09:30:03.123Z",
                "outcome": "done",
                "answered_at": "2026-11-22T09:30:06.123Z",
            },
            {
                "id": 2,
                "what": "text",
                "text": "montrez la gorge",
                "asked_at": "2026-11-22T09:30:04.123Z",
                "outcome": None,
                "answered_at": None,
            },
        ],
        "stills": [
            {
                "id": 1,
                "label": "oreille gauche",
                "file": "stills/1.jpg",
                "size": len(EAR),
                "width": 640,
                "height": 480,
                "taken_at": "2026-11-22T09:30:06.123Z",
                "sha256": digest,
                "received_at": "2026-11-22T09:30:05.123Z",
                "sha256_gp": digest,
            }
        ],
        "documents": [],
        "erased_at": None,
    }


def test_what_never_happened_is_null(record: ConsultationRecord, tmp_path: Path) -> None:
    bare = replace(record, parcels=(), finished_at=None, reason=None)
    export_consultation(bare, tmp_path)
    whole = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
    for absent in ("finished_at", "reason", "site", "gp", "patient"):
        assert whole[absent] is None
    (still,) = whole["stills"]
    assert (still["width"], still["received_at"], still["sha256_gp"]) == (None, None, None)
    assert (tmp_path / "readings.jsonl").read_bytes() == b""


def test_a_stranger_can_verify_the_exported_journal(
    record: ConsultationRecord, tmp_path: Path
) -> None:
    export_consultation(record, tmp_path)
    signed = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))["journal"]
    entries = [
        JournalEntry(
            number=line["number"],
            at=datetime.fromisoformat(line["at"]),
            event=line["event"],
            facts=line["facts"],
            previous=bytes.fromhex(line["previous"]),
            hash=bytes.fromhex(line["hash"]),
            signature=bytes.fromhex(line["signature"]),
        )
        for line in lines_of(tmp_path / "journal.jsonl")
    ]
    origin = bytes.fromhex(signed["origin"])
    head = JournalHead(
        origin=origin,
        count=signed["count"],
        hash=bytes.fromhex(signed["hash"]),
        signature=bytes.fromhex(signed["signature"]),
    )
    public_key = bytes.fromhex(signed["site_key"])
    assert journal.verify(entries, public_key, start=origin, head=head) is None
    entries[0] = replace(entries[0], event="ended")
    assert journal.verify(entries, public_key, start=origin, head=head) is not None


def test_two_exports_are_never_mixed(record: ConsultationRecord, tmp_path: Path) -> None:
    first = {path: path.read_bytes() for path in export_consultation(record, tmp_path)}
    with pytest.raises(ExportExistsError):
        export_consultation(replace(record, id=8), tmp_path)
    assert {path: path.read_bytes() for path in first} == first


def test_a_collision_half_way_leaves_only_what_was_there(
    record: ConsultationRecord, tmp_path: Path
) -> None:
    (tmp_path / "stills").mkdir()
    (tmp_path / "stills" / "1.jpg").write_bytes(b"someone else's")
    with pytest.raises(ExportExistsError):
        export_consultation(record, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [
        tmp_path / "stills" / "1.jpg"
    ]
    assert (tmp_path / "stills" / "1.jpg").read_bytes() == b"someone else's"


@pytest.mark.parametrize("folder", ["Courtecuisse", "Courtecuisse/folder"])
def test_a_folder_that_takes_nothing_is_an_error_without_a_name(
    record: ConsultationRecord, tmp_path: Path, folder: str
) -> None:
    (tmp_path / "Courtecuisse").write_bytes(b"")
    with pytest.raises(ExportFailedError) as failure:
        export_consultation(record, tmp_path / folder)
    assert "Courtecuisse" not in str(failure.value)


def test_a_failure_half_way_leaves_only_what_was_there(
    record: ConsultationRecord, tmp_path: Path
) -> None:
    (tmp_path / "stills").write_bytes(b"a file where the folder should be")
    with pytest.raises(ExportFailedError):
        export_consultation(record, tmp_path)
    assert list(tmp_path.iterdir()) == [tmp_path / "stills"]


PATIENT = Patient(
    *("Courtecuisse", "Madeleine", "", "1950-02", "female", "46102", None, None, "provisional"),
    *("3 rue du Four", "05 65 00 00 00", "", BEGAN_MS),
)
BY_KIND: list[Message] = [
    WordsCompared(equal=True),
    Card("Dr Martin", "Cahors"),
    Text("bonjour", BEGAN_MS),
    Goodbye("unsuitable", BEGAN_MS, "emergency"),
    Intake("Madeleine Courtecuisse", "otalgie", BEGAN_MS),
    TEMPERATURE,
    StillOffered(1, "oreille", 3, bytes(32), 640, 480, BEGAN_MS),
    StillReceived(1, bytes(32)),
    Asked(1, "ear", ""),
    AskAnswered(1, "done"),
    Summary("Otite.", BEGAN_MS, "teleconsultation/1", [1], [2], bytes(range(64))),
    PictureAsked("sharp"),
    LabResult("CRP", "<5", "mg/L", "good", BEGAN_MS, "Afinion 2", None),
    RegionAsked(1, 0, 0, 500, 500),
    Acquaintance("Dr Martin", "généraliste", "10001234567", b"a bundle"),
    PATIENT,
    Background(
        [{"question": "pain", "answer": "6", "label": None}], ["pictures"], "otite", BEGAN_MS
    ),
    Question("Faut-il un antibiotique ?", BEGAN_MS),
    Waiting(15, "je finis une visite", is_redirected=False, at_ms=BEGAN_MS),
    WentOn("voice", BEGAN_MS),
    Attested(b"a broker's word"),
]


def test_no_kind_of_message_is_left_out(record: ConsultationRecord, tmp_path: Path) -> None:
    assert {type(one) for one in BY_KIND} == {*DURABLE}
    said = kept(Direction.RECEIVED, *((one, 2) for one in BY_KIND))
    export_consultation(replace(record, parcels=tuple(said)), tmp_path)
    lines = lines_of(tmp_path / "messages.jsonl")
    assert [decode(bytes.fromhex(line["cbor"])).message for line in lines] == BY_KIND
    for line, message in zip(lines, BY_KIND, strict=True):
        assert MESSAGES[line["kind"]] is type(message)
        assert hashlib.sha256(bytes.fromhex(line["cbor"])).hexdigest() == line["sha256"]
        for name, value in asdict(message).items():
            assert line["said"][name] == (value.hex() if isinstance(value, bytes) else value)


def test_every_summary_is_told_with_its_signature(
    record: ConsultationRecord, tmp_path: Path
) -> None:
    export_consultation(record, tmp_path)
    lines = lines_of(tmp_path / "messages.jsonl")
    told = [(line["from"], line["number"], line["kept_at"]) for line in lines]
    assert told[-1] == ("gp", 7, "2026-11-22T09:30:07.123Z")
    assert [one["said"]["text"] for one in lines if one["kind"] == "summary"] == [
        "Otite.",
        "Otite moyenne.\nRevoir à 48 h.",
    ]

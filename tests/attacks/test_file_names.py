"""Labels that would like to be paths: no name on the disk comes from anybody's text."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from exports.test_folder import record  # noqa: F401 -- a fixture

from client.core.record import ConsultationRecord, KeptStill
from client.exports.folder import export_consultation

AT = datetime(2026, 11, 22, tzinfo=UTC)
_OURS = re.compile(r"(stills/\d+\.(jpg|flac|webm)|\w+\.(jsonl?|txt))")
LABELS = [
    "../../../../etc/cron.d/chevet",
    "/etc/passwd",
    "..\\..\\Windows\\win.ini",
    "C:\\autoexec.bat",
    "CON",
    "aux.jpg",
    "a\x00b",
    ".",
    "..",
    "",
    "x" * 8_192,
    "stills/1.jpg",
    "\u202egpj.exe",
    "~root",
    "$(reboot)",
    "\\\\server\\share",
]


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_no_path(record: ConsultationRecord, tmp_path: Path, label: str) -> None:  # noqa: F811
    stills = tuple(
        KeptStill(number, label, data, sha256(data).digest(), AT)
        for number, data in enumerate((b"\xff\xd8 a", b"fLaC a", b"\x1aE\xdf\xa3 a"), 1)
    )
    folder = tmp_path / "export"
    written = export_consultation(replace(record, stills=stills), folder)
    assert {path.relative_to(folder).as_posix() for path in written} >= {"record.json"}
    for path in written:
        assert path.resolve().is_relative_to(folder.resolve())
        assert _OURS.fullmatch(path.relative_to(folder).as_posix())
    everything = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(everything) == sorted(written)

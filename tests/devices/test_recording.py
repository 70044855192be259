"""Recordings and the command that reads them."""

import argparse
import json
import sys
from pathlib import Path
from time import monotonic

import pytest
from instrument_bench import CAPTURES, NOW, told

from client.catalogue import Catalogue
from client.cli import devices
from client.errors import UsageError
from devices.errors import BadHexError, NothingUnderstoodError, UnknownModelError
from devices.recording import Recording, decode, model_named
from devices.simulators.instrument import create
from devices.simulators.pty import SimulatedInstrument

IR42 = bytes.fromhex("512672010e01a59e")  # real reply of a FORA IR42: 37.0 degrees
MODELS = ("IR42", "TD1241", "O2")


def chevet(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="chevet")
    say = Catalogue("en")
    devices.register(parser.add_subparsers(), say)
    arguments = parser.parse_args(["devices", *words])
    status: int = arguments.run(arguments, say)
    return status


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    "text",
    ["0184ff", "01 84 FF # three bytes", "0x01,0x84,0xFF", "# head\n01\n\n  84 ff\n",
     "< 01 84\n> 7D 81\n= SPO2 96 good\n< FF"],
)  # fmt: skip
def test_hexadecimal_text_in_its_usual_spellings(text: str) -> None:
    assert Recording.from_hex(text).data == b"\x01\x84\xff"


def test_text_that_is_not_hexadecimal_names_its_line() -> None:
    with pytest.raises(BadHexError, match="line 2"):
        Recording.from_hex("01 02\nhello")


@pytest.mark.parametrize(
    ("words", "model"),
    [
        ("FORA IR42 forehead thermometer, reply to 51 26 00 A3 1A", "IR42"),
        ("a td-1241", "TD1241"),
        ("SpO2 97 %", None),
        ("an IR42 and an O2", None),
        ("", None),
    ],
)
def test_a_model_is_only_what_the_words_name(words: str, model: str | None) -> None:
    assert model_named(words, MODELS) == model


def test_values_of_an_unnamed_model_are_not_guessed() -> None:
    with pytest.raises(UnknownModelError, match="does not say which model"):
        list(decode("taidoc", IR42, NOW))
    assert told(decode("taidoc", IR42, NOW, "IR42")) == ["TEMPERATURE 37 good stored#1"]


def test_a_recording_of_an_unknown_model_is_refused() -> None:
    spirometer = bytes.fromhex("5124017300 00A58E")  # TD-7301
    with pytest.raises(UnknownModelError, match="TD-7301"):
        list(decode("taidoc", spirometer + IR42, NOW))


def test_a_model_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownModelError, match="FT95"):
        list(decode("taidoc", IR42, NOW, "FT95"))


def test_a_recording_of_something_else_is_said_to_be_so() -> None:
    with pytest.raises(NothingUnderstoodError, match="20 bytes"):
        list(decode("contec_v7", b"\xff" * 20, NOW))


def test_decode_prints_one_object_a_reading(capsys: pytest.CaptureFixture[str]) -> None:
    capture = str(CAPTURES / "taidoc.cap")
    assert chevet("decode", "taidoc", capture, "--start", "2026-01-31T09:00:00+01:00") == 0
    printed = lines(capsys)
    assert printed[0] == {
        "vital": "systolic",
        "value": 114,
        "unit": "mm[Hg]",
        "quality": "good",
        "taken_at": "2026-01-31T08:00:00.000+00:00",
        "origin": "stored",
        "record": 1,
        "measured_at": "2026-08-05T18:39:00",
    }
    assert [(line["vital"], line["value"]) for line in printed] == [
        *[("systolic", 114), ("mean_pressure", 85), ("diastolic", 71), ("pulse", 78)],
        *[("systolic", 131), ("mean_pressure", 99), ("diastolic", 84), ("pulse", 70)],
        *[("glucose", 107), ("glucose", 131), ("glucose", None)],
    ]


def test_the_place_in_a_steady_stream_is_its_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = tmp_path / "live.bin"
    stream.write_bytes(bytes.fromhex("01A087A083D0E1F080") * 181)
    chevet("decode", "contec_v7", str(stream), "--start", "2026-01-31T08:00:00Z")
    seconds = [line["taken_at"] for line in lines(capsys) if line["vital"] == "spo2"]
    assert [str(moment)[11:19] for moment in seconds] == [
        "08:00:00",
        "08:00:01",
        "08:00:02",
        "08:00:03",
    ]


def test_everything_else_is_told_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert chevet("decode", "vc0706", str(CAPTURES / "vc0706.cap"), "--all") == 0
    printed = lines(capsys)
    assert [line["event"] for line in printed] == ["identified", "still_progress", "still"]
    assert str(printed[-1]["jpeg"]).startswith("ffd8")


@pytest.mark.parametrize("start", ["yesterday", "2026-01-31T08:00:00"])
def test_a_start_without_its_offset_is_a_wrong_word(start: str) -> None:
    with pytest.raises(UsageError):
        chevet("decode", "taidoc", str(CAPTURES / "taidoc.cap"), "--start", start)


def test_a_missing_file_is_a_wrong_word() -> None:
    with pytest.raises(UsageError, match="missing"):
        chevet("decode", "taidoc", "/missing")


def test_list_shows_every_instrument(capsys: pytest.CaptureFixture[str]) -> None:
    assert chevet("list") == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("contec_v7", "taidoc", "vc0706", "115200 8N1"))


@pytest.mark.parametrize(
    "words",
    [
        ("decode", "crystal_ball", str(CAPTURES / "taidoc.cap")),
        ("simulate", "crystal_ball"),
        ("simulate", "taidoc", "--fault", "dance"),
        ("simulate", "taidoc", "--fault", "lose:much"),
        ("probe", "gopher://port"),
    ],
)
def test_names_nobody_knows_are_wrong_words(words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        chevet(*words)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_probe_prints_what_the_instrument_will_not_say_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    instrument = SimulatedInstrument(create("nonin_df13"), monotonic)
    try:
        assert chevet("probe", instrument.port) == 0
    finally:
        instrument.close()
    _, _, *told = capsys.readouterr().out.splitlines()
    values = [json.loads(line) for line in told]
    assert [(each["vital"], each["value"], each["origin"]) for each in values[:2]] == [
        ("spo2", 93, "stored"),
        ("pulse", 104, "stored"),
    ]

"""Bytes that real instruments sent, beside the checkout: their licence keeps them out of it."""

import csv
import json
from pathlib import Path

import pytest
from instrument_bench import NOW, heard, told

from devices.readings import StillProgress, WaveBlock
from devices.recording import Recording, decode, model_named
from devices.registry import load

SHARED = Path(__file__).parents[3] / "shared" / "captures"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not on this machine")


def test_a_contec_cms50e() -> None:
    folder = SHARED / "contec_cms50e_v7_titinho11"
    data = (folder / "live.bin").read_bytes()
    with (folder / "expected_from_spec.csv").open(encoding="utf-8") as table:
        packets = list(csv.DictReader(table))
    expected = {(f"SPO2 {row['spo2']} good", f"PULSE {row['pr']} good") for row in packets}
    assert expected == {("SPO2 99 good", "PULSE 60 good")}
    # Told at once, and again after 60 of the 102 packets.
    spoken = ["SPO2 99 good", "PULSE 60 good", "PERFUSION_INDEX - no_signal"] * 2
    for slices in ([data], [bytes([byte]) for byte in data]):
        events = heard("contec_v7", slices)
        assert told(events) == spoken
        wave = b"".join(event.samples for event in events if isinstance(event, WaveBlock))
        assert list(wave) == [int(row["wave"]) for row in packets]


@pytest.mark.parametrize(
    ("file", "model", "expected"),
    [
        (
            "ir42_thermometer.hex",
            "IR42",
            ["TEMPERATURE 37 good stored#1", "TEMPERATURE 37 good stored#2"],
        ),
        ("o2_oximeter.hex", "O2", ["SPO2 97 good stored#1", "PULSE 76 good stored#1"]),
    ],
)
def test_a_fora_thermometer_and_oximeter(file: str, model: str, expected: list[str]) -> None:
    folder = SHARED / "taidoc_fora_ir42_o2_d40_pico"
    recording = Recording.from_hex((folder / file).read_text(encoding="utf-8"))
    assert model_named(recording.comments, load("taidoc").MODELS) == model  # type: ignore[attr-defined] -- ModelAware
    assert told(decode("taidoc", recording.data, NOW, model)) == expected


def test_vc0706_lengths_quoted_by_three_projects() -> None:
    folder = SHARED / "vc0706_length_examples"
    expected = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["expected"]
    recording = Recording.from_hex((folder / "lengths.hex").read_text(encoding="utf-8"))
    events = heard("vc0706", [recording.data])
    assert [event.total for event in events if isinstance(event, StillProgress)] == expected


def test_an_afinion_2_with_an_ambiguous_licence() -> None:
    data = (SHARED / "astm_abbott_afinion2" / "capture.txt").read_bytes()
    for slices in ([data], [bytes([byte]) for byte in data]):
        assert told(heard("astm", slices)) == [
            "IDENTIFIED Afinion 2 Analyzer",
            "LAB HbA1c 5.9 % good stored#1 @2024-12-06T14:06:15",
        ]


def test_a_onetouch_ultra2() -> None:
    folder = SHARED / "onetouch_ultra2_tidepool_lines"
    expected = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["expected"]
    meals = {"B": " before_meal", "A": " after_meal", "N": ""}
    spoken = [
        f"GLUCOSE {value} good stored#{number} @{at}{meals[meal]}"
        for number, (at, value, meal, _) in enumerate(expected, start=1)
    ]
    events = decode("onetouch_ultra2", (folder / "lines.txt").read_bytes(), NOW)
    assert told(events) == ["IDENTIFIED LifeScan OneTouch Ultra2", *spoken]

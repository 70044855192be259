"""Bytes that real instruments sent, beside the checkout: their licence keeps them out of it."""

import csv
import json
from pathlib import Path

import pytest
from instrument_bench import NOW, heard, told

from devices.readings import Identified, Reading, StillProgress, WaveBlock
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


def test_an_and_blood_pressure_monitor() -> None:
    folder = SHARED / "ieee11073_and_ua767_opentele"
    expected = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["expected"]
    reports = {}
    for name in ("bp5", "pulse5"):
        body = Recording.from_hex((folder / f"{name}.hex").read_text(encoding="utf-8")).data
        reports[name] = b"\xe7\x00" + len(body).to_bytes(2, "big") + body
    readings = [
        event
        for event in heard("ieee11073", [reports["bp5"] + reports["pulse5"]])
        if isinstance(event, Reading)
    ]
    records: dict[int | None, list[float | None]] = {}
    for reading in readings:
        records.setdefault(reading.record, []).append(reading.value)
    sent = [
        [*row[:3], pulse] for row, pulse in zip(expected["bp5"], expected["pulse5"], strict=True)
    ]
    assert sorted(map(str, records.values())) == sorted(str([*map(float, row)]) for row in sent)
    assert records[len(records)] == expected["newest(by timestamp)"]


def test_a_nonin_9560_spot_checks() -> None:
    folder = SHARED / "nonin_df13_opentele"
    recording = Recording.from_hex((folder / "packets.hex").read_text(encoding="utf-8"))
    events = list(decode("nonin_df13", recording.data, NOW))
    assert told(events) == [
        "SPO2 99 good spot#1 @2007-10-01T00:00:54",
        "PULSE 60 good spot#1 @2007-10-01T00:00:54",
        "SPO2 99 good stored#2 @2007-10-01T18:48:21",
        "PULSE 52 good stored#2 @2007-10-01T18:48:21",
        "IDENTIFIED Nonin",
    ]
    assert Identified("Nonin", "501493200") in events


def test_a_nonin_xpod_without_finger() -> None:
    folder = SHARED / "nonin_df2_xpod3012"
    recording = Recording.from_hex((folder / "frames.hex").read_text(encoding="utf-8"))
    assert told(decode("nonin_df2", recording.data, NOW)) == [
        "SPO2 - no_signal",
        "PULSE - no_signal",
    ]


def test_a_masimo_rad_8() -> None:
    data = (SHARED / "masimo_rad8_ascii1" / "rad8_ascii1.txt").read_bytes()
    expected = [(97, 3.6), (96, 3.95), (96, 4.25), (96, 3.19), (97, 2.41)]
    spoken = [
        line
        for second, (pulse, perfusion) in enumerate(expected, start=45)
        for line in (
            f"SPO2 98 good @2016-02-22T22:47:{second}",
            f"PULSE {pulse} good @2016-02-22T22:47:{second}",
            f"PERFUSION_INDEX {perfusion} good @2016-02-22T22:47:{second}",
        )
    ]
    events = list(decode("masimo_ascii1", data, NOW))
    assert told(events) == ["IDENTIFIED Masimo", *spoken]
    assert Identified("Masimo", "0000056661") in events


def test_a_contec_of_the_first_series_tells_its_memory() -> None:
    folder = SHARED / "contec_cms50_v5_recording_apneaboard"
    recording = Recording.from_hex((folder / "recording.hex").read_text(encoding="utf-8"))
    samples = [(0, 0)] * 6 + [(68, 95), (67, 95), (72, 95), (84, 95)]  # its meta.json
    spoken = []
    for record, (pulse, spo2) in enumerate(samples, start=1):
        for name, value in (("SPO2", spo2), ("PULSE", pulse)):
            shown = f"{value} good" if value else "- no_signal"
            spoken.append(f"{name} {shown} stored#{record}")
    assert told(decode("contec_v5", recording.data, NOW)) == spoken


def test_the_frame_printed_in_the_manual_of_a_pm6750() -> None:
    text = (SHARED / "berry_pm6750_manual" / "ecg_example.hex").read_text(encoding="utf-8")
    events = list(decode("berry_pm6750", Recording.from_hex(text).data, NOW))
    blocks = [event for event in events if isinstance(event, WaveBlock)]
    assert len(blocks) == len(events) == 7
    assert {block.samples for block in blocks} == {b"\x80"}

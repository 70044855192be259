"""Masimo's "ASCII 1": fields by name, exact or nothing, and what the exception bits mean."""

import pytest
from instrument_bench import NOW, Bench, heard, told

from devices.driver import Request
from devices.drivers.masimo_ascii1 import Driver
from devices.protocols.masimo import MOST_BYTES
from devices.readings import Identified, Origin, Reading, Resynced
from devices.simulators.instrument import Material
from devices.simulators.masimo_ascii1 import Simulator

# README of yahnatan/pulseox: a Rad-8
RAD_8 = (
    "02/22/16 22:47:45 SN=0000056661 SPO2=098% BPM=097 PI=03.60% SPCO=--.-% "
    "SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=0000 EXC=000800"
)
AT = "@2016-02-22T22:47:45"


def spoken(*lines: str) -> list[str]:
    data = "".join(f"{line}\r\n" for line in lines).encode("utf-8")
    return [line for line in told(heard("masimo_ascii1", [data])) if "IDENTIFIED" not in line]


def values(line: str) -> list[str]:
    """Without time and marks."""
    return [" ".join(words.split()[1:3]) for words in spoken(line)]


def test_it_only_listens_and_tells_every_second() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.run(2.5)
    assert oximeter.sent == []
    assert Driver().identify() == b""
    assert Driver().ask(Request.MEASURE, NOW) == []
    assert [event for event in oximeter.events if isinstance(event, Identified)] == [
        Identified("Masimo", "0000056661")
    ]
    assert len([event for event in oximeter.events if isinstance(event, Reading)]) == 9


def test_a_sensor_that_is_off_is_no_signal_whatever_the_values_say() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.run(1.5)
    oximeter.simulator.tell("finger", is_on=True, at_s=oximeter.at_s)
    out = [event for event in oximeter.run(3.5) if isinstance(event, Reading)]
    assert {(reading.value, reading.quality.value) for reading in out} == {(None, "no_signal")}


def test_a_trend_download_is_stored_and_the_stream_goes_on_live() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.simulator.tell("trend", is_on=True, at_s=0.0)
    oximeter.run(1.5)
    readings = [event for event in oximeter.events if isinstance(event, Reading)]
    assert [(r.origin, r.record) for r in readings[::3]] == [
        (Origin.STORED, 1),
        (Origin.STORED, 2),
        (Origin.STORED, 3),
        (Origin.LIVE, None),
    ]


def test_low_battery_is_marked() -> None:
    oximeter = Bench(Driver(), Simulator(Material()))
    oximeter.simulator.tell("battery", is_on=True, at_s=0.0)
    oximeter.run(0.5)
    assert told(oximeter.events)[1] == f"SPO2 98 good {AT} low_battery"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # mdpnp: a Radical-7 with its sensor off the patient, a Rad-5
        (
            (
                "12/01/05 11:56:29 SN=0123456789 SPO2=098% BPM=240 PI=20.00% SPCO=01.0% "
                "SPMET=00.5% DESAT=01 PIDELTA=-02 PVI=027 ALARM=0000 EXC=000820"
            ),
            ["- no_signal"] * 3,
        ),
        (
            "09/15/10 15:10:29 SPO2=097% BPM=064 PI=11.82% ALARM=20 EXC=800",
            ["97 good", "64 good", "11.82 good"],
        ),
        # A Rad-8 as a household read it: off the patient and low perfusion
        (
            (
                "05/20/21 14:06:02 SN=0000182948 SPO2=098% BPM=101 PI=--.--% SPCO=--.-% "
                "SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=0010 EXC=000824"
            ),
            ["- no_signal"] * 3,
        ),
        # Another Rad-8 without sensor; there is no PI
        (
            (
                "03/19/16 13:37:12 SN=0000093112 SPO2=---% BPM=---% DESAT=-- PIDELTA=+-- "
                "ALARM=0000 EXC=000001"
            ),
            ["- no_signal"] * 2,
        ),
        # A word that is no field, and a field whose sign was lost: it is missing, not wrong
        (
            "03/19/16 13:37:12 SPO2=098% BPM=072 PI03.60% # PIDELTA=+-- ALARM=0000 EXC=000800",
            ["98 good", "72 good"],
        ),
        # Fields of later firmware
        (
            (
                "02/22/16 22:47:45 SN=0000056661 SPO2=098% BPM=097 PI=03.60% SPHB=12.3 SPOC=17 "
                "RESVD=--- EXC1=00000000 ALARM=0000 EXC=000800"
            ),
            ["98 good", "97 good", "3.6 good"],
        ),
    ],
)
def test_models_differ(line: str, expected: list[str]) -> None:
    assert values(line) == expected


@pytest.mark.parametrize(
    ("exceptions", "quality"),
    [
        ("000801", "no_signal"),  # no sensor
        ("000802", "no_signal"),  # defective sensor
        ("000820", "no_signal"),  # sensor off patient
        ("000880", "no_signal"),  # unrecognised sensor
        ("001000", "no_signal"),  # no cable
        ("000808", "searching"),  # pulse search
        ("000828", "no_signal"),  # both
        ("000804", "weak"),  # low perfusion
        ("000810", "weak"),  # interference
        ("000840", "weak"),  # ambient light
        ("000C00", "weak"),  # low signal IQ
        ("000800", "good"),  # SET
        ("000000", "good"),
        ("200800", "good"),  # low confidence in SpCO, which is left out
    ],
)
def test_exceptions_come_before_any_value(exceptions: str, quality: str) -> None:
    line = RAD_8.replace("EXC=000800", f"EXC={exceptions}")
    has_value = quality in ("weak", "good")
    assert values(line)[0] == f"{'98' if has_value else '-'} {quality}"


@pytest.mark.parametrize("missing", ["000", "---"])
def test_zeros_and_dashes_are_no_value(missing: str) -> None:
    line = RAD_8.replace("SPO2=098%", f"SPO2={missing}%").replace("BPM=097", f"BPM={missing}")
    assert values(line) == ["- no_signal", "- no_signal", "3.6 good"]
    assert values(RAD_8.replace("03.60", "--.--"))[2] == "- no_signal"


@pytest.mark.parametrize("place", range(len(RAD_8)))
@pytest.mark.parametrize("lost", [1, 2, 3, 7])
def test_a_damaged_line_yields_its_own_values_or_none(place: int, lost: int) -> None:
    damaged = RAD_8[:place] + RAD_8[place + lost :]
    assert set(spoken(damaged)) <= set(spoken(RAD_8))


@pytest.mark.parametrize(
    "line",
    [
        RAD_8.replace("098", "98"),
        RAD_8.replace("098", "0098"),
        RAD_8.replace("098", "09O"),
        RAD_8.replace("BPM=097", "BPM=97"),
        RAD_8.replace("03.60", "3.60"),
        RAD_8.replace("BPM", "SPO2"),
        RAD_8.replace(" BPM=097", ""),
        RAD_8.replace(" EXC=000800", ""),
        RAD_8.replace("EXC=000800", "EXC=0008"),
        RAD_8.replace("EXC=000800", "EXC=00080G"),
        RAD_8.replace("ALARM=0000", "ALARM=00"),
        RAD_8.replace("ALARM=0000", "PR=097"),
        RAD_8.replace("DESAT=--", "DESAT=\x7f"),
        RAD_8.replace("02/22/16 ", ""),
        f"x{RAD_8}",
        f"{RAD_8} {RAD_8}",
        "098 097 03.60",
    ],
)
def test_a_broken_field_voids_the_line(line: str) -> None:
    assert spoken(line) == []
    assert spoken(line, RAD_8) == spoken(RAD_8)


def test_an_impossible_time_is_none() -> None:
    assert spoken(RAD_8.replace("02/22/16", "13/22/16"))[0] == "SPO2 98 good"


def test_a_broken_serial_number_is_not_told() -> None:
    line = RAD_8.replace("SN=0000056661", "SN=000005666") + "\r\n"
    events = heard("masimo_ascii1", [line.encode("ascii")])
    assert [event for event in events if isinstance(event, Identified)] == [Identified("Masimo")]


def test_a_line_without_end_is_bounded() -> None:
    driver = Driver()
    events = driver.receive(b"S" * 10_000, NOW)
    assert sum(event.dropped for event in events if isinstance(event, Resynced)) == 10_000
    driver.receive(b"\r\n" + b"S" * MOST_BYTES, NOW)
    assert driver.receive(b"S", NOW) == [Resynced(MOST_BYTES + 1)]

"""The simulated end: its line, its troubles, and who answers at its port."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices import registry
from devices.driver import Identifiable, SerialSettings
from devices.errors import UnknownDeviceError, UnknownTroubleError
from devices.evidence import Introduction
from devices.link import open_port, read_slice
from devices.plausibility import vouched
from devices.probe import by_settings, probe
from devices.readings import Identified, Quality, Reading, Vital
from devices.registry import names
from devices.simulators import instrument
from devices.simulators.line import BURST_S, MAX_WAITING_BYTES, Line, Trouble
from devices.simulators.pty import SimulatedInstrument

ROOT = Path(__file__).parents[2]
WAKE = bytes.fromhex("512200000000A316")  # TaiDoc: a host frame of the family
NOW = datetime(2026, 1, 31, 8, 0, tzinfo=UTC)
ASKABLE = sorted(
    name
    for names_of_line in by_settings(instrument.names()).values()
    for name in names_of_line
    if isinstance(driver := registry.load(name)(), Identifiable) and driver.identify()
)
"""Others speak only when they have something to say."""
on_unix = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


def line() -> Line:
    return Line(Random(1))  # noqa: S311 - a bad cable, the same every time


def test_every_driver_has_a_simulator() -> None:
    assert set(instrument.names()) == set(names())
    with pytest.raises(UnknownDeviceError):
        instrument.create("hourglass")


@settings(deadline=None)  # a busy machine is no fault of a line
@given(st.binary(max_size=200), st.integers(300, 115_200))
def test_a_line_delivers_everything_in_order_at_its_speed(data: bytes, baud: int) -> None:
    quiet = line()
    quiet.take(0.0, baud)
    quiet.push(data, 0.0)
    arrived, at_s = b"", 0.0
    while len(arrived) < len(data):
        at_s += 0.005
        arrived += quiet.take(at_s, baud)
        assert len(arrived) <= at_s * baud / 10 + 1
    assert arrived == data


def test_a_line_loses_and_delays_as_told() -> None:
    bad = line()
    bad.loss = 0.5
    bad.push(bytes(1000), 0.0)
    bad.take(0.0, 10_000_000)
    assert 400 < len(bad.take(BURST_S, 10_000_000)) < 600
    late = line()
    late.delay_s = 1.0
    late.push(b"x", 0.0)
    late.take(0.0, 9600)
    assert late.take(0.9, 9600) == b""
    assert late.take(1.1, 9600) == b"x"


def test_a_line_holds_no_more_than_its_bound() -> None:
    full = line()
    full.push(bytes(MAX_WAITING_BYTES + 1000), 0.0)
    assert len(full._waiting) == MAX_WAITING_BYTES


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("finger", Trouble("finger")),
        ("lose:0.1", Trouble("lose", amount=0.1)),
        ("unplug:5@20", Trouble("unplug", amount=5.0, at_s=20.0)),
        ("no-delay@3\n", Trouble("delay", is_on=False, at_s=3.0)),
    ],
)
def test_troubles_are_written_in_one_word(text: str, trouble: Trouble) -> None:
    assert Trouble.parse(text) == trouble


@pytest.mark.parametrize("text", ["lose:much", "unplug@noon"])
def test_a_trouble_that_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="could not convert"):
        Trouble.parse(text)


@on_unix
def test_an_unknown_trouble_is_an_error_before_and_after_plugging_in() -> None:
    with pytest.raises(UnknownTroubleError, match="cuff"):
        SimulatedInstrument(instrument.create("taidoc"), monotonic, troubles=(Trouble("cuff"),))
    simulated = SimulatedInstrument(instrument.create("taidoc"), monotonic)
    try:
        with pytest.raises(UnknownTroubleError, match="press"):
            simulated.fault("cuff")
    finally:
        simulated.close()


@on_unix
def test_a_port_has_its_name_and_leaves_nothing(tmp_path: Path) -> None:
    link = tmp_path / "oximeter"
    simulated = SimulatedInstrument(instrument.create("contec_v7"), monotonic, link=link)
    assert simulated.port == str(link)
    assert os.path.realpath(link).startswith("/dev/")
    simulated.close()
    assert not os.path.lexists(link)


@on_unix
@pytest.mark.parametrize("name", ASKABLE)
def test_the_probe_knows_who_answers(name: str) -> None:
    simulated = SimulatedInstrument(instrument.create(name), monotonic)
    try:
        found = probe(simulated.port, lambda: datetime.now(UTC))
    finally:
        simulated.close()
    assert isinstance(found, Introduction)
    assert found.driver == name
    assert not found.is_refused


@pytest.mark.parametrize(
    ("vital", "value", "is_possible"),
    [
        (Vital.SPO2, 0, False), (Vital.SPO2, 1, True), (Vital.SPO2, 101, False),
        (Vital.PULSE, 19, False), (Vital.PULSE, 300, True), (Vital.PULSE, 301, False),
        (Vital.TEMPERATURE, 12.8, False), (Vital.TEMPERATURE, 45.1, False),
        (Vital.PERFUSION_INDEX, 22.01, False),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_is_not_shown(
    vital: Vital,
    value: float,
    is_possible: bool,  # noqa: FBT001 -- a column of the table
) -> None:
    told = vouched(Reading(vital, value, Quality.GOOD, NOW))
    expected = (value, Quality.GOOD) if is_possible else (None, Quality.OUT_OF_RANGE)
    assert isinstance(told, Reading)
    assert (told.value, told.quality) == expected


def test_what_is_no_reading_passes_unchanged() -> None:
    assert vouched(Identified("x")) == Identified("x")


@on_unix
def test_at_another_speed_nobody_understands_anybody() -> None:
    simulated = SimulatedInstrument(instrument.create("taidoc"), monotonic)
    try:
        wrong = SerialSettings(9600)
        port = open_port(simulated.port, wrong)
        port.write(WAKE)
        assert [read_slice(port) for _ in range(4)] == [b""] * 4
        port.baudrate = 19_200
        port.write(WAKE)
        assert any(read_slice(port).startswith(b"\x51") for _ in range(100))
        port.close()
    finally:
        simulated.close()


@on_unix
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_its_port_obeys_and_ends_cleanly(end: int, tmp_path: Path) -> None:
    link = tmp_path / "thermometer"
    command = [sys.executable, "-m", "client", "--lang", "en", "devices", "simulate", "taidoc",
               "--link", str(link)]  # fmt: skip
    with subprocess.Popen(  # noqa: S603 -- our own interpreter and command
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    ) as program:  # fmt: skip
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline().strip() == str(link)
        assert "press" in program.stderr.readline()
        assert link.exists()
        program.stdin.write("dance\n")
        program.stdin.flush()
        assert "dance" in program.stderr.readline()
        program.send_signal(end)
        assert program.wait(timeout=30) == 0
    assert not os.path.lexists(link)

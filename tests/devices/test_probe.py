"""Who is there is decided by evidence: what is listened to, in which order, and what is enough."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Timer
from time import monotonic

import pytest
from instrument_bench import NOW, Capture

from devices import registry
from devices.driver import SerialSettings
from devices.evidence import ENOUGH_BYTES, Introduction, Witness, proven
from devices.link import BUSY_WAIT_S, open_port
from devices.ports import PortInfo, folder_ports
from devices.probe import ANSWER_FOR, LISTEN_FOR, Probe, ProbeStep, by_settings, longest, probe
from devices.simulators.instrument import create
from devices.simulators.pty import SimulatedInstrument

on_unix = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
OLD = ("contec_v7", "taidoc", "vc0706")


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def silent() -> Iterator[str]:
    """A port at which nobody answers: its instrument speaks at a speed no driver here knows."""
    instrument = SimulatedInstrument(create("taidoc"), monotonic)
    yield instrument.port
    instrument.close()


def heard(name: str, data: bytes, *, over: timedelta = timedelta(seconds=1)) -> Witness:
    witness = Witness(name)
    for place in range(len(data)):
        witness.hear(data[place : place + 1], NOW + over * place / len(data))
    return witness


def test_one_lucky_packet_is_no_evidence() -> None:
    packet = Capture.read("contec_v7").received[:9]
    assert not heard("contec_v7", packet).has_proof()


def test_a_stream_understood_throughout_is_evidence() -> None:
    stream = Capture.read("contec_v7").received
    assert heard("contec_v7", (stream * 30)[: 30 * ENOUGH_BYTES]).has_proof()


def test_a_stream_that_begins_in_the_middle_of_a_packet_is_evidence() -> None:
    packets = bytes.fromhex("01 E0 84 93 92 BC E3 FF FF".replace(" ", "")) * 30
    assert heard("contec_v7", packets[4:]).has_proof()


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_evidence_of_nobody(seed: int) -> None:
    noise = Random(seed).randbytes(4000)  # noqa: S311 -- noise, the same every time
    witnesses = [heard(name, noise) for group in by_settings(registry.names()).values()
                 for name in group]  # fmt: skip
    assert proven(witnesses) == []


def test_every_setting_of_every_driver_is_tried_and_none_twice() -> None:
    groups = by_settings(registry.names())
    lines = {registry.load(name).LINE for name in registry.names()}
    assert set(groups) == {line for line in lines if isinstance(line, SerialSettings)}
    assert sorted(name for names in groups.values() for name in names) == [
        name for name in registry.names()
        if isinstance(registry.load(name).LINE, SerialSettings)
    ]  # fmt: skip


def test_a_silent_port_costs_a_known_time_at_most() -> None:
    assert longest(OLD) == 3 * LISTEN_FOR + 3 * ANSWER_FOR
    assert longest(registry.names()) <= timedelta(seconds=45)


@on_unix
def test_nobody_is_nobody(silent: str) -> None:
    steps: list[ProbeStep] = []
    assert Probe(now, on_step=steps.append).run(silent, ["contec_v7"]) is None
    assert [(step.asked, step.number, step.total) for step in steps] == [
        (None, 1, 2),
        ("contec_v7", 2, 2),
    ]


@on_unix
def test_listening_comes_before_any_question() -> None:
    instrument = SimulatedInstrument(create("taidoc"), monotonic)
    steps: list[ProbeStep] = []
    try:
        found = Probe(now, on_step=steps.append).run(instrument.port, OLD)
    finally:
        instrument.close()
    assert isinstance(found, Introduction)
    assert found.driver == "taidoc"
    questions = [step.asked is not None for step in steps]
    assert questions == sorted(questions)


@on_unix
def test_a_probe_can_be_given_up(silent: str) -> None:
    asked: list[None] = []

    def is_cancelled() -> bool:
        asked.append(None)
        return len(asked) > 3

    steps: list[ProbeStep] = []
    assert Probe(now, on_step=steps.append, is_cancelled=is_cancelled).run(silent, OLD) is None
    assert len(steps) == 1


@on_unix
def test_a_port_that_is_just_being_given_back_is_waited_for(silent: str) -> None:
    holder = open_port(silent, SerialSettings(9600))
    given_back: list[None] = []

    def give_back() -> None:
        given_back.append(None)
        holder.close()

    timer = Timer(BUSY_WAIT_S, give_back)
    timer.start()
    try:
        found = probe(silent, now, ["taidoc"])
    finally:
        timer.join()
    assert given_back
    assert isinstance(found, Introduction)


@on_unix
def test_a_folder_of_links_lists_what_is_plugged(tmp_path: Path) -> None:
    link = tmp_path / "left"
    instrument = SimulatedInstrument(create("taidoc"), monotonic, link=link)
    try:
        (tmp_path / "stale").symlink_to(tmp_path / "nowhere")
        (port,) = folder_ports(tmp_path)
    finally:
        instrument.close()
    assert port == PortInfo(str(link), "left", node=port.node)
    assert folder_ports(tmp_path) == []
    assert folder_ports(tmp_path / "nowhere") == []

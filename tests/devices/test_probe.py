"""Who is there is decided by evidence: what is listened to, in which order, and what is enough."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from random import Random
from threading import Timer
from time import monotonic

import pytest
from instrument_bench import NOW, Capture

from devices import registry
from devices.driver import SerialSettings
from devices.evidence import ENOUGH_BYTES, KEPT_SLICES, Introduction, Witness, proven
from devices.link import BUSY_WAIT_S, open_port
from devices.ports import PortInfo, folder_ports
from devices.probe import ANSWER_FOR, LISTEN_FOR, Probe, ProbeStep, by_settings, longest, probe
from devices.readings import Origin, Reading
from devices.session import InstrumentEvent, InstrumentSession
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


@on_unix
def test_what_an_instrument_says_only_once_is_handed_on_to_the_session() -> None:
    instrument = SimulatedInstrument(create("nonin_df13"), monotonic)
    told: Queue[InstrumentEvent] = Queue()
    try:
        found = Probe(now).run(instrument.port, ["nonin_df13"])
        assert isinstance(found, Introduction)
        session = InstrumentSession("nonin_df13", instrument.port, told.put, now, heard=found.heard)
        session.start()
        readings: list[Reading] = []
        while len(readings) < 4:
            event = told.get(timeout=60.0)
            readings += [event] if isinstance(event, Reading) else []
        session.close()
    finally:
        instrument.close()
    assert [(r.origin, r.record, r.value) for r in readings] == [
        (Origin.STORED, 1, 93), (Origin.STORED, 1, 104),
        (Origin.STORED, 2, 95), (Origin.STORED, 2, 96),
    ]  # fmt: skip
    assert {each.taken_at for each in readings} <= {each.at for each in found.heard}
    assert "93" not in repr(found)


def test_what_an_instrument_says_again_is_not_kept_and_what_is_kept_is_bounded() -> None:
    packets = Capture.read("nonin_df13").received
    assert heard("contec_v7", Capture.read("contec_v7").received).introduction().heard == ()
    kept = heard("nonin_df13", packets * 9).introduction().heard
    assert b"".join(each.data for each in kept) == (packets * 9)[-KEPT_SLICES:]

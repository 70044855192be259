"""From a line to a file, and from the file back to a line."""

import argparse
import json
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from instrument_bench import NOW, Bench, told

from client import clock
from client.catalogue import Catalogue
from client.cli import devices
from client.errors import UsageError
from devices.driver import Driver, Line, Request, SerialSettings
from devices.drivers.astm import Driver as Analyser
from devices.errors import BadHexError
from devices.link import Link, Listener
from devices.readings import Event, Send
from devices.recording import Recorder, Recording, Slice, decode
from devices.simulators.astm import SEND
from devices.simulators.astm import Simulator as SimulatedAnalyser
from devices.simulators.instrument import NOTHING_GIVEN, Said
from devices.simulators.pty import SimulatedInstrument
from devices.simulators.replay import PAUSE_S, Simulator

TIMED = """\
# started: 2026-01-31T08:00:00.000+00:00
> +0.000 7D 81
< +0.016 01 02
< 03
# a remark
= SPO2 96 good
< +1.250 04
"""


class LineInHand:
    """A link whose other end is the test."""

    def __init__(self) -> None:
        self.written: list[bytes | int] = []
        self.is_open = False

    def start(self) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def write(self, data: bytes) -> bool:
        self.written.append(data)
        return True

    def set_baud(self, baud: int) -> bool:
        self.written.append(baud)
        return True


class Clock:
    def __init__(self) -> None:
        self.at_s = 100.0

    def __call__(self) -> float:
        return self.at_s


def recorder(
    write: Callable[[str], object],
    monotonic_s: Clock,
    driver: type[Driver] | None = None,
    requests: tuple[Request, ...] = (),
) -> tuple[Recorder, LineInHand]:
    link = LineInHand()

    def open_link(
        _port: str, _line: Line, _listener: Listener, _wait: Callable[[float], bool] | None = None
    ) -> Link:
        return link

    return Recorder(
        write, "PORT", SerialSettings(9600), now=lambda: NOW, monotonic_s=monotonic_s,
        driver_class=driver, requests=requests, open_link=open_link,
    ), link  # fmt: skip


def test_times_are_read() -> None:
    recording = Recording.from_hex(TIMED)
    assert recording.data == b"\x01\x02\x03\x04"
    assert recording.started_at == NOW
    assert recording.slices == (
        Slice(0.0, b"\x7d\x81", is_from_host=True),
        Slice(0.016, b"\x01\x02"),
        Slice(0.016, b"\x03"),
        Slice(1.25, b"\x04"),
    )


def test_a_file_without_times_has_none() -> None:
    recording = Recording.from_hex("> 01 what was asked\n< 51 24\n= MODEL")
    assert (recording.data, recording.slices) == (b"\x51\x24", ())
    assert recording.started_at is None


@pytest.mark.parametrize("line", ["< +1.2.3 51", "< +soon 51", "< +-1 51", "< +1.0x 51"])
def test_a_bad_time_names_its_line(line: str) -> None:
    with pytest.raises(BadHexError, match="line 2"):
        Recording.from_hex(f"# head\n{line}")


def test_recorded_times_are_the_readings_times() -> None:
    meter = b"\x02" + b"1R|1|^^^Glucose|104|mg/dL^P||||202601310700\r\x03"
    frame = meter + b"%02X\r\n" % (sum(meter[1:]) % 256)
    slices = (Slice(2.0, b"\x05", is_from_host=True), Slice(2.5, frame[:9]), Slice(7.25, frame[9:]))
    (reading,) = decode("astm", frame, NOW, slices=slices)
    assert (reading.taken_at - NOW).total_seconds() == 7.25  # type: ignore[union-attr]


def test_what_was_recorded_is_read_back_the_same() -> None:
    text: list[str] = []
    monotonic_s = Clock()
    listening, link = recorder(text.append, monotonic_s)
    listening.start()
    listening.opened()
    long = bytes(range(60))
    monotonic_s.at_s += 0.5
    listening.received(long)
    monotonic_s.at_s += 1.25
    listening.ticked()
    listening.received(b"\x99")
    listening.lost("pulled")
    listening.close()
    recording = Recording.from_hex("".join(text))
    assert recording.data == long + b"\x99"
    assert {each.at_s for each in recording.slices} == {0.5, 1.75}
    assert recording.started_at == NOW
    assert listening.received_bytes == 61
    assert link.written == []


def test_the_file_warns_of_what_it_holds() -> None:
    text: list[str] = []
    recorder(text.append, Clock())
    assert "PERSONAL DATA" in text[0]
    assert "9600 8N1" in text[0]
    assert all(line.startswith("#") for line in text[0].splitlines())


def test_with_a_driver_it_speaks_as_the_host() -> None:
    text: list[str] = []
    listening, link = recorder(text.append, Clock(), Analyser)
    listening.opened()
    listening.received(b"\x05")
    assert link.written == [b"\x06"]
    assert text[1:] == ["< +0.000 05\n", "> +0.000 06\n"]


def test_a_conversation_is_played_at_its_pace() -> None:
    played = Simulator([Said(3.0, b"A"), Said(4.0, b"?", is_from_host=True), Said(4.5, b"B")], 9600)
    assert played.tick(10.0) == b"A"
    assert played.tick(99.0) == b""
    played.receive(b"!", 99.0)
    assert played.tick(99.1) == b""
    assert played.tick(99.5) == b""
    assert played.tick(99.7) == b"B"
    assert played.tick(99.7 + PAUSE_S / 2) == b""
    assert played.tick(99.8 + PAUSE_S) == b"A"


def test_a_recorded_analyser_convinces_the_driver() -> None:
    text: list[str] = []
    monotonic_s = Clock()
    listening, link = recorder(text.append, monotonic_s, Analyser)
    listening.opened()
    analyser = SimulatedAnalyser(NOTHING_GIVEN)
    analyser.tell(SEND, is_on=True, at_s=0)
    said = analyser.tick(0)
    while said:
        monotonic_s.at_s += 0.25
        listening.received(said)
        said = b"".join(
            analyser.receive(data, 0) for data in link.written if isinstance(data, bytes)
        )
        link.written.clear()
    recording = Recording.from_hex("".join(text))
    script = [Said(each.at_s, each.data, each.is_from_host) for each in recording.slices]
    bench = Bench(Analyser(), Simulator(script, 9600))
    bench.run(3)
    assert "LAB HbA1c 5.9 % good stored#1 @2026-01-31T08:04:11" in told(bench.events)


def chevet(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="chevet")
    say = Catalogue("en")
    devices.register(parser.add_subparsers(), say)
    arguments = parser.parse_args(["devices", *words])
    status: int = arguments.run(arguments, say)
    return status


@pytest.fixture
def analyser() -> Iterator[SimulatedInstrument]:
    instrument = SimulatedInstrument(SimulatedAnalyser(NOTHING_GIVEN), clock.monotonic_s)
    yield instrument
    instrument.close()


def test_the_command_records_over_a_pseudo_terminal(
    analyser: SimulatedInstrument, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "analyser.cap"
    analyser.fault(SEND)
    assert chevet("record", analyser.port, str(file), "--driver", "astm", "--seconds", "4") == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    capsys.readouterr()
    assert chevet("decode", "astm", str(file)) == 0
    (result,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (result["test"], result["value"]) == ("HbA1c", "5.9")
    started_at = Recording.from_hex(file.read_text()).started_at
    assert started_at is not None
    assert datetime.fromisoformat(result["taken_at"]).astimezone(UTC) >= started_at


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "there.cap"
    file.write_text("mine")
    with pytest.raises(UsageError, match=r"there\.cap"):
        chevet("record", "/dev/nowhere", str(file))
    assert file.read_text() == "mine"


@pytest.mark.parametrize("line", ["fast", "9600 9N1", "9600 8X1", "8N1"])
def test_a_line_that_is_none_is_a_wrong_word(line: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a line"):
        chevet("record", "/dev/nowhere", str(tmp_path / "x.cap"), "--line", line)
    assert not list(tmp_path.iterdir())


def test_only_what_the_driver_knows_can_be_asked(tmp_path: Path) -> None:
    for words in (("--driver", "astm", "--ask", "measure"), ("--ask", "measure")):
        with pytest.raises(UsageError, match="cannot be asked"):
            chevet("record", "/dev/nowhere", str(tmp_path / "x.cap"), *words)


class Answering(Analyser):
    """An instrument that can be asked."""

    def ask(self, request: Request, now: datetime) -> list[Event]:
        assert now == NOW
        return [Send(request.value.encode())]


def test_what_is_asked_is_recorded() -> None:
    text: list[str] = []
    listening, link = recorder(text.append, Clock(), Answering, (Request.MEASURE,))
    listening.opened()
    assert link.written == [b"measure"]
    assert text[1:] == ["> +0.000 6D 65 61 73 75 72 65\n"]


def test_a_port_that_never_is_one_is_a_wrong_word(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gopher"):
        chevet("record", "gopher://port", str(tmp_path / "x.cap"))

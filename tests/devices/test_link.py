"""The port itself: what it is opened with, slices, bounds, sockets."""

import socket
import threading
from queue import Queue

import pytest

from devices import link
from devices.driver import SerialSettings
from devices.errors import BadPortError
from devices.link import GONE, MAX_WRITES, SerialLink

PATIENCE_S = 30.0


class Recorder:
    """A listener that keeps everything."""

    def __init__(self) -> None:
        self.heard: Queue[tuple[str, object]] = Queue()

    def opened(self) -> None:
        self.heard.put(("opened", None))

    def received(self, data: bytes) -> None:
        self.heard.put(("received", data))

    def ticked(self) -> None:
        """Comes too often to keep."""

    def lost(self, reason: str) -> None:
        self.heard.put(("lost", reason))

    def next(self) -> tuple[str, object]:
        return self.heard.get(timeout=PATIENCE_S)


@pytest.fixture
def listening() -> socket.socket:
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(PATIENCE_S)
    return server


def test_a_socket_is_a_port_and_flow_control_bytes_are_data(listening: socket.socket) -> None:
    recorder = Recorder()
    port = f"socket://127.0.0.1:{listening.getsockname()[1]}"
    opened = SerialLink(port, SerialSettings(9600), recorder)
    opened.start()
    with listening:
        instrument, _ = listening.accept()
    with instrument:
        instrument.settimeout(PATIENCE_S)
        assert recorder.next() == ("opened", None)
        instrument.sendall(b"\x11\x13\x00\xff")
        received = b""
        while len(received) < 4:
            kind, data = recorder.next()
            assert kind == "received"
            assert isinstance(data, bytes)
            received += data
        assert received == b"\x11\x13\x00\xff"
        assert opened.write(b"\x13\x11")
        assert instrument.recv(2) == b"\x13\x11"
    kind, _ = recorder.next()
    assert kind == "lost"
    opened.close()


def test_a_driver_that_fails_is_a_lost_port_that_opens_again() -> None:
    class Faulty(Recorder):
        def received(self, data: bytes) -> None:
            super().received(data)
            raise ZeroDivisionError

    recorder = Faulty()
    looped = SerialLink("loop://", SerialSettings(9600), recorder)
    looped.start()
    assert recorder.next() == ("opened", None)
    looped.write(b"\x01")
    assert recorder.next() == ("received", b"\x01")
    kind, _ = recorder.next()
    assert kind == "lost"
    assert recorder.next() == ("opened", None)
    looped.close()


def test_xon_xoff_is_never_used() -> None:
    port = link.open_port("loop://", SerialSettings(115_200, "O"))
    assert port.xonxoff is False  # type: ignore[attr-defined] -- pyserial's, not in our Port
    assert port.parity == "O"  # type: ignore[attr-defined] -- same
    port.close()


def test_a_slice_is_what_the_port_has_and_no_more_than_its_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = link.open_port("loop://", SerialSettings(115_200))
    assert link.read_slice(port) == b""
    port.write(bytes(300))
    assert len(link.read_slice(port)) == 300
    monkeypatch.setattr(link, "READ_BYTES", 100)
    port.write(bytes(300))
    assert len(link.read_slice(port)) == 100
    port.close()


def test_more_writes_than_can_wait_are_refused() -> None:
    waiting = SerialLink("loop://", SerialSettings(9600), Recorder())
    assert [waiting.write(b"x") for _ in range(MAX_WRITES + 1)] == [True] * MAX_WRITES + [False]
    assert not waiting.set_baud(115_200)


def test_a_port_that_is_not_there_is_gone_and_a_bad_name_is_an_error() -> None:
    with pytest.raises(GONE):
        link.open_port("/nonexistent/port", SerialSettings(9600))
    with pytest.raises(BadPortError):
        link.open_port("gopher://port", SerialSettings(9600))


def test_a_link_that_never_started_closes() -> None:
    SerialLink("loop://", SerialSettings(9600), Recorder()).close()
    assert not [thread for thread in threading.enumerate() if thread.name == "link loop://"]

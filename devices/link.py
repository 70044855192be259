"""The serial port: the only module that imports pyserial.

One thread reads, writes and waits. Ports are anything `serial_for_url` takes: a path, ``COM3``,
``socket://``, ``rfc2217://``. XON/XOFF is never used: 0x11 and 0x13 occur as data.
"""

import logging
import os
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from threading import Event as Signal
from threading import Lock, Thread
from typing import Final, Protocol

import serial
from serial.tools import list_ports

from devices.driver import Line, SerialSettings
from devices.errors import BadPortError, NotSerialError, outline
from devices.ports import PortInfo

_log = logging.getLogger(__name__)

READ_BYTES: Final = 4096
"""The most that one slice holds."""
READ_TIMEOUT_S: Final = 0.05
"""chosen: how long a read waits, and so how often the listener is given the time."""
WRITE_TIMEOUT_S: Final = 1.0
"""chosen: a port that takes no byte for so long is as good as unplugged."""
MAX_WRITES: Final = 64
"""Writes that may wait for a port; more are refused."""
REOPEN_AFTER_S: Final = (0.1, 0.2, 0.4, 0.8, 1.0)
"""chosen: quick at first for a cable that was only touched; the last one repeats."""

BUSY_TRIES: Final = 5
BUSY_WAIT_S: Final = 0.2
"""chosen: a session that closes gives its port back within one read."""

_PSEUDO_TERMINALS: Final = "/dev/pts/"
"""Where Linux keeps them; tcsetattr refuses what they cannot do (EINVAL)."""


def _gone() -> tuple[type[Exception], ...]:
    """What pyserial raises for a port that is gone: OSErrors, and on Unix bare termios errors."""
    try:
        termios = import_module("termios")
    except ImportError:
        return (OSError,)
    return (OSError, termios.error)


GONE: Final = _gone()


class Listener(Protocol):
    """Who hears the port; every call comes from the link's thread and returns at once."""

    def opened(self) -> None:
        """The port is open."""

    def received(self, data: bytes) -> None:
        """A slice of the stream."""

    def ticked(self) -> None:
        """Time has passed: about every `READ_TIMEOUT_S`, or between attempts to open the port."""

    def lost(self, reason: str) -> None:
        """The port is gone or did not open; once until it opens again."""


class Link(Protocol):
    """One port kept open as long as it exists, on a thread of its own."""

    def start(self) -> None:
        """Begin; `BadPortError` when the name can never be a port."""

    def close(self) -> None:
        """End the thread and give the port back; returns when both are done."""

    def write(self, data: bytes) -> bool:
        """Queue bytes for the instrument; false when too many wait already."""

    def set_baud(self, baud: int) -> bool:
        """Change speed once everything queued before has been written."""


LinkMaker = Callable[[str, Line, Listener, Callable[[float], bool] | None], Link]
"""Opens a port by its name, for a listener; the last argument waits, as `SerialLink`'s does."""


class Port(Protocol):
    """What of pyserial's port is used here and by the probe."""

    baudrate: int
    parity: str
    bytesize: int

    @property
    def name(self) -> str | None:
        """What it was opened by."""

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read at once."""

    def read(self, size: int = 1, /) -> bytes:
        """At most `size` bytes, whatever came within the timeout."""

    def write(self, data: bytes, /) -> int | None:
        """Send."""

    def close(self) -> None:
        """Give the port back."""


def open_port(port: str, settings: SerialSettings) -> Port:
    """Open a port; `BadPortError` for a name that can never be one, `GONE` when it is not there."""
    check_port(port)
    taken = _taken(port, settings)
    opened: Port = serial.serial_for_url(
        port,
        baudrate=taken.baud,
        parity=taken.parity,
        bytesize=taken.data_bits,
        timeout=READ_TIMEOUT_S,
        write_timeout=WRITE_TIMEOUT_S,
        xonxoff=False,
        rtscts=False,
        dsrdtr=False,
        exclusive=True,  # two programs on one port would each get half of the bytes
    )
    return opened


def check_port(port: str) -> None:
    """Raise `BadPortError` for a name that no plugging in will ever open."""
    try:
        serial.serial_for_url(port, do_not_open=True)
    except ValueError:
        raise BadPortError(port) from None


def open_patiently(port: str, settings: SerialSettings) -> Port:
    """The same for a port that somebody may be just about to give back."""
    for _ in range(BUSY_TRIES - 1):
        try:
            return open_port(port, settings)
        except GONE as error:
            _log.debug("port %s did not open yet: %s", port, error)
            Signal().wait(BUSY_WAIT_S)
    return open_port(port, settings)


def set_line(port: Port, settings: SerialSettings) -> None:
    """Change an open port to these settings; bytes that came before may still be read."""
    taken = _taken(port.name or "", settings)
    port.baudrate = taken.baud
    port.parity = taken.parity
    port.bytesize = taken.data_bits


def _taken(port: str, settings: SerialSettings) -> SerialSettings:
    """What the port can take of the settings: a pseudo-terminal has no parity, and eight bits."""
    if os.path.realpath(port).startswith(_PSEUDO_TERMINALS):
        return replace(settings, parity="N", data_bits=8)
    return settings


def ports() -> list[PortInfo]:
    """The serial ports of this machine, sorted by name."""
    return sorted(
        (
            PortInfo(
                name=port.device,
                description=port.description,
                usb_id=None if port.vid is None else f"{port.vid:04X}:{port.pid:04X}",
                cable_serial=port.serial_number or None,
                location=port.location or None,
                maker=port.manufacturer or None,
            )
            for port in list_ports.comports()
        ),
        key=lambda port: port.name,
    )


def read_slice(port: Port) -> bytes:
    """Whatever the port has, after at most `READ_TIMEOUT_S`; empty when it has nothing."""
    data = port.read(1)
    if not data:
        return b""
    waiting = min(port.in_waiting, READ_BYTES - 1)
    return data + port.read(waiting) if waiting else data


class SerialLink:
    """Keeps one port open as long as it exists, and opens it again when it comes back."""

    def __init__(
        self,
        port: str,
        settings: SerialSettings,
        listener: Listener,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        """`wait` sleeps for so many seconds and says whether to end; by default until `close`."""
        self._port_name = port
        self._settings = settings
        self._listener = listener
        self._ended = Signal()
        self._wait = wait or self._ended.wait
        self._writes: deque[bytes | int] = deque()
        self._writes_lock = Lock()
        self._thread = Thread(target=self._run, name=f"link {port}", daemon=True)

    def start(self) -> None:
        """Begin; `BadPortError` when the name can never be a port."""
        check_port(self._port_name)
        self._thread.start()

    def close(self) -> None:
        """End the thread and give the port back; returns when both are done."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def write(self, data: bytes) -> bool:
        """Queue bytes for the port; false when `MAX_WRITES` wait already."""
        return self._queue(data)

    def set_baud(self, baud: int) -> bool:
        """Change speed once everything queued before has been written."""
        return self._queue(baud)

    def _queue(self, item: bytes | int) -> bool:
        with self._writes_lock:
            if len(self._writes) >= MAX_WRITES:
                return False
            self._writes.append(item)
            return True

    def _run(self) -> None:
        is_lost = False
        attempt = 0
        while not self._ended.is_set():
            try:
                port = open_port(self._port_name, self._settings)
            except GONE as error:
                if not is_lost:
                    self._tell_lost(error)
                is_lost = True
                self._wait(REOPEN_AFTER_S[min(attempt, len(REOPEN_AFTER_S) - 1)])
                attempt += 1
                self._listener.ticked()
                continue
            attempt = 0
            is_lost = self._converse(port)
            if is_lost:
                self._wait(REOPEN_AFTER_S[0])

    def _converse(self, port: Port) -> bool:
        """Use the port until it is lost (true) or the link is closed (false)."""
        with self._writes_lock:
            self._writes.clear()  # meant for whoever was there before
        self._listener.opened()
        try:
            while not self._ended.is_set():
                self._write_all(port)
                if data := read_slice(port):
                    self._listener.received(data)
                self._listener.ticked()
        except GONE as error:
            self._tell_lost(error)
            return True
        except Exception as error:  # noqa: BLE001 -- a driver's fault must not end the port for good
            _log.error("the driver on port %s failed: %s", self._port_name, outline(error))
            self._tell_lost(error)
            return True
        finally:
            _close(port)
        return False

    def _write_all(self, port: Port) -> None:
        while True:
            with self._writes_lock:
                if not self._writes:
                    return
                item = self._writes.popleft()
            if isinstance(item, bytes):
                port.write(item)
            else:
                port.baudrate = item

    def _tell_lost(self, error: Exception) -> None:
        _log.info("port %s is gone: %s", self._port_name, error)
        self._listener.lost(str(error))


def serial_link(
    port: str, line: Line, listener: Listener, wait: Callable[[float], bool] | None = None
) -> Link:
    """The link of an instrument with a serial cable; `NotSerialError` for one without."""
    if not isinstance(line, SerialSettings):
        raise NotSerialError(port)
    return SerialLink(port, line, listener, wait)


def _close(port: Port) -> None:
    try:
        port.close()
    except GONE as error:
        _log.debug("closing a port that was gone: %s", error)

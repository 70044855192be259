"""Lines in and lines out, for ``--plain``."""

import asyncio
import codecs
import os
import sys
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Thread
from typing import Final

from client.core.plain_text import printable

LINES_LIMIT: Final = 1_000
"""Lines typed ahead, and lines not read yet; chosen: a whole consultation."""
LINE_BYTES: Final = 4_000
"""Of one typed line; the rest of a longer one is left out."""
_READ_BYTES: Final = 4_096
_STOP_S: Final = 5.0
"""What a reader that has stalled is waited for at the end."""


class PlainTerminal:
    """Standard input and output, each read or written by a thread of its own."""

    def __init__(self, source: int | None = None, sink: int | None = None) -> None:
        """File descriptors; standard input and output for `None`. They stay the caller's."""
        self._source = sys.stdin.fileno() if source is None else source
        self._sink = sys.stdout.fileno() if sink is None else sink
        self._typed: Queue[str | None] = Queue(LINES_LIMIT)
        self._told: Queue[str | None] = Queue(LINES_LIMIT)
        self._waiting: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        # Not through `sys.stdin`: a thread that waits in it holds its lock until the program ends.
        Thread(target=self._read, name="typed lines", daemon=True).start()
        self._writer = Thread(target=self._write, name="told lines", daemon=True)
        self._writer.start()

    def tell(self, line: str) -> None:
        """Write a line once its turn comes; a reader that has stalled misses the newest."""
        with suppress(Full):
            self._told.put_nowait(printable(line))

    async def next_line(self) -> str | None:
        """The next line that was typed; `None` once there are no more."""
        arrived = asyncio.Event()
        self._waiting = (asyncio.get_running_loop(), arrived)
        while True:
            with suppress(Empty):
                line = self._typed.get_nowait()
                if line is None:
                    self._typed.put_nowait(None)  # it stays the end
                return line
            await arrived.wait()
            arrived.clear()

    def forget_typed(self) -> None:
        """Whatever was typed until now answers nothing any more; a line counts from its Enter."""
        with suppress(Empty):
            while self._typed.get_nowait() is not None:
                pass
            self._typed.put_nowait(None)  # it stays the end

    def close(self) -> None:
        """Write what is left."""
        with suppress(Full):
            self._told.put(None, timeout=_STOP_S)
        self._writer.join(_STOP_S)

    def _read(self) -> None:
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        rest = ""
        while data := _slice_of(self._source, _READ_BYTES):
            *lines, rest = (rest + decode(data)).split("\n")
            rest = rest[:LINE_BYTES]
            for line in lines:
                self._arrived(line[:LINE_BYTES].rstrip("\r"))
        if rest:
            self._arrived(rest)
        self._arrived(None)

    def _arrived(self, line: str | None) -> None:
        self._typed.put(line)
        waiting = self._waiting
        if waiting is not None:
            loop, arrived = waiting
            with suppress(RuntimeError):  # that loop has ended; the next one looks by itself
                loop.call_soon_threadsafe(arrived.set)

    def _write(self) -> None:
        while (line := self._told.get()) is not None:
            try:
                _write_whole(self._sink, f"{line}\n".encode())
            except OSError:
                return  # whoever read has left


class LinesOneByOne:
    """The same where nothing happens but questions and answers.

    No more is read than the line that is wanted: the rest is for whoever reads next, as the
    question for a passphrase does.
    """

    def __init__(self, source: int | None = None, sink: int | None = None) -> None:
        """As for `PlainTerminal`."""
        self._source = sys.stdin.fileno() if source is None else source
        self._sink = sys.stdout.fileno() if sink is None else sink

    def tell(self, line: str) -> None:
        """Write a line; nobody waits for anything else."""
        with suppress(OSError):  # whoever read has left
            _write_whole(self._sink, f"{printable(line)}\n".encode())

    async def next_line(self) -> str | None:
        """The next line that is typed; `None` once there are no more."""
        loop = asyncio.get_running_loop()
        typed: asyncio.Future[str | None] = loop.create_future()

        def read() -> None:
            line = self._line()
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(_settle, typed, line)

        # Ctrl-C ends the program at once: no executor waits for the Enter that a read ends with.
        Thread(target=read, daemon=True).start()
        return await typed

    def forget_typed(self) -> None:
        """Nothing is read before it is wanted, and nothing asked here needs more than that."""

    def _line(self) -> str | None:
        data = bytearray()
        while (byte := _slice_of(self._source, 1)) not in (b"", b"\n"):
            data += byte[: LINE_BYTES - len(data)]
        if not data and not byte:
            return None
        return data.decode(errors="replace").rstrip("\r")


def _settle(typed: "asyncio.Future[str | None]", line: str | None) -> None:
    if not typed.done():
        typed.set_result(line)


def _slice_of(source: int, size_bytes: int) -> bytes:
    try:
        return os.read(source, size_bytes)
    except OSError:
        return b""


def _write_whole(sink: int, data: bytes) -> None:
    while data:
        data = data[os.write(sink, data) :]

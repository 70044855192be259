"""The data channel's stand-in: datagrams on the loopback, lost now and then, cut at random.

A datagram holds one envelope. The line counts as up while the other end is heard, as with the real
one; a killed end falls silent. The real one is proved elsewhere: here both paths must merely exist,
break and return by themselves.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Final, Self

from client.core.lanes import Lane

BEAT_S: Final = 0.05
SILENT_S: Final = 0.3
LOST: Final = 0.05
"""Fraction of datagrams."""
STRETCH_S: Final = (0.2, 1.5)
"""For how long the line is whole, or cut."""
_BEAT: Final = b""


class LoopbackLine(asyncio.DatagramProtocol):
    """One end; a `client.session.ways.Path`."""

    room_bytes: Final = 1_000

    def __init__(
        self,
        peer: tuple[str, int],
        chance: random.Random,
        on_envelope: Callable[[bytes], None],
        on_change: Callable[["LoopbackLine | None"], None],
    ) -> None:
        self._peer = peer
        self._chance = chance
        self._on_envelope = on_envelope
        self._on_change = on_change
        self._transport: asyncio.DatagramTransport | None = None
        self._heard_s = -SILENT_S
        self._is_cut = False
        self.is_up = False

    @classmethod
    async def open(cls, port: int, line: Self) -> Self:
        """Begin to listen."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: line, ("127.0.0.1", port))
        line._transport = transport
        return line

    async def run(self) -> None:
        """Beat, listen for silence, and break now and then, until cancelled."""
        loop = asyncio.get_running_loop()
        turn_s = loop.time()
        while True:
            now_s = loop.time()
            if now_s >= turn_s:
                self._is_cut = self._chance.random() < 1 / 2
                turn_s = now_s + self._chance.uniform(*STRETCH_S)
            self._put(_BEAT)
            self._turn(is_up=now_s - self._heard_s < SILENT_S)
            await asyncio.sleep(BEAT_S)

    def send(self, data: bytes, *, lane: Lane) -> None:
        """See `client.session.ways.Path`."""
        del lane
        if self._chance.random() >= LOST:
            self._put(data)

    def datagram_received(self, data: bytes, addr: object) -> None:
        """See `asyncio.DatagramProtocol`."""
        del addr
        if self._is_cut:
            return
        self._heard_s = asyncio.get_running_loop().time()
        if data != _BEAT:
            self._on_envelope(data)

    def error_received(self, exc: Exception) -> None:
        """The other end is not there; silence says so."""
        del exc

    def _put(self, data: bytes) -> None:
        if self._transport is not None and not self._is_cut:
            self._transport.sendto(data, self._peer)

    def _turn(self, *, is_up: bool) -> None:
        if is_up is not self.is_up:
            self.is_up = is_up
            self._on_change(self if is_up else None)

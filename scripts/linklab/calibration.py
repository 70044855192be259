"""How exactly the emulator keeps time, measured at the ends' sockets on a plain line."""

import asyncio
import socket
import struct
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from client import clock
from linklab.emulator import Laboratory, laboratory
from linklab.profile import line
from linklab.records import Percentiles, percentiles

_SO_TIMESTAMPNS: Final = 35  # <asm-generic/socket.h>; Python has no name for it
_TIMESPEC: Final = struct.Struct("@qq")
_PORT: Final = 9000
_PACKET_BYTES: Final = 500
_HEADERS_BYTES: Final = 28  # IPv4 and UDP
_RATE_BPS: Final = 1_000_000
_DELAY_S: Final = 0.02
_BETWEEN_S: Final = 0.01  # chosen: 500 bytes take 4 ms, so no packet waits for another


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was found, from the call that sends to the receiving kernel's stamp."""

    packets: int
    error_ms: Percentiles
    """By how much packets were later than the line says."""
    earliest_ms: float
    """The same of the earliest packet; negative: before its time."""
    own_late_ms: float
    """The worst lateness of a delivery by the emulator's own account."""


async def calibrate(seconds: float = 5, *, now: Callable[[], datetime] = clock.now) -> Calibration:
    """Measure an emulator of this machine as it is loaded now."""
    profile = line("calibration", _RATE_BPS, _RATE_BPS, delay_ms=_DELAY_S * 1000, queue_ms=500)
    async with laboratory(profile) as lab:
        await lab.start_clock()
        errors_ms = await _errors_ms(lab, round(seconds / _BETWEEN_S), now)
    found = percentiles(errors_ms)
    if found is None:
        raise RuntimeError("no packet arrived over a line without loss")
    return Calibration(len(errors_ms), found, min(errors_ms), lab.whole["up"]["late_ms"])


async def _errors_ms(lab: Laboratory, packets: int, now: Callable[[], datetime]) -> "array[float]":
    expected_s = _DELAY_S + 8 * (_PACKET_BYTES + _HEADERS_BYTES) / _RATE_BPS
    due_s: list[float] = []
    errors_ms = array("d")
    with lab.site.socket() as sender, lab.gp.socket() as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        receiver.bind((lab.gp.address, _PORT))
        receiver.setblocking(False)  # noqa: FBT003 - the standard library's signature
        for number in range(packets):
            content = number.to_bytes(4).ljust(_PACKET_BYTES, b"\0")
            due_s.append(now().timestamp() + expected_s)
            sender.sendto(content, (lab.gp.address, _PORT))
            await asyncio.sleep(_BETWEEN_S)
            _note(receiver, errors_ms, due_s)
        await asyncio.sleep(2 * expected_s)
        _note(receiver, errors_ms, due_s)
    return errors_ms


def _note(receiver: socket.socket, errors_ms: "array[float]", due_s: list[float]) -> None:
    """Note the errors of the packets that wait in the receiver."""
    while arrival := _received(receiver):
        number, stamp_s = arrival
        errors_ms.append((stamp_s - due_s[number]) * 1000)


def _received(receiver: socket.socket) -> tuple[int, float] | None:
    """Return the next packet's number and the kernel's stamp; None: no packet waits."""
    try:
        content, notes, _, _ = receiver.recvmsg(_PACKET_BYTES, socket.CMSG_SPACE(_TIMESPEC.size))
    except BlockingIOError:
        return None
    seconds, nanoseconds = _TIMESPEC.unpack(notes[0][2])
    return int.from_bytes(content[:4]), seconds + nanoseconds / 1e9

"""Transport-wide feedback: which numbered packets arrived, and when, by the receiver's clock.

An RTCP packet of type 205, format 15 (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1)::

    V=2 P FMT=15 | PT=205 | length
    SSRC of the packet's sender
    SSRC of the media source
    base sequence number | packet status count
    reference time (24 bits, 64 ms) | feedback packet count
    packet chunks (16 bits each) ... receive deltas (250 us) ... padding

`parse` reads one; `FeedbackWriter` writes them about what we receive; `separate` takes them out of
a compound packet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Final

TICK_S: Final = 0.00025
"""Unit of arrival times: 250 us (3.1.5)."""
TICKS_MODULUS: Final = 1 << 32
"""24 bits of reference time, of 256 ticks each: arrival times wrap after 12.4 days."""
NUMBERS_MODULUS: Final = 1 << 16
STATUS_LIMIT: Final = 8_192
"""Numbers one report may speak of. chosen: 30 s of silence at 2 Mbit/s still fits."""

_PACKET_TYPE: Final = 205  # RTPFB, RFC 4585, 6.1
_FORMAT: Final = 15
_HEADER_BYTES: Final = 20
_RTCP_HEADER_BYTES: Final = 4
_REFERENCE_TICKS: Final = 256  # 64 ms

_LOST, _SMALL, _LARGE, _UNTIMED = range(4)  # 3.1.1; the fourth is reserved there, and used so
_DELTA_BYTES: Final = {_LOST: 0, _SMALL: 1, _LARGE: 2, _UNTIMED: 0}
_SMALL_LIMIT: Final = 0xFF
_LARGE_LIMIT: Final = 0x7FFF
_RUN_LIMIT: Final = 0x1FFF  # 13 bits, 3.1.3
_BITS_IN_VECTOR: Final = 14  # 3.1.4
_PAIRS_IN_VECTOR: Final = 7


@dataclass(frozen=True, slots=True)
class Report:
    """One feedback packet, as it says."""

    count: int
    """Feedback packets sent before this one, modulo 256."""
    arrivals: tuple[tuple[int, int | None], ...]
    """Number modulo `NUMBERS_MODULUS`, tick of arrival modulo `TICKS_MODULUS` or None: lost.

    In the order of their numbers. Those that arrived at a time not told are left out.
    """


def separate(compound: bytes) -> tuple[list[bytes], bytes]:
    """The feedback packets of a compound RTCP packet (RFC 3550, 6.1), and all that remains.

    What cannot be walked through is left in the remainder.
    """
    reports: list[bytes] = []
    rest = bytearray()
    at = 0
    while len(compound) - at >= _RTCP_HEADER_BYTES:
        length = _RTCP_HEADER_BYTES * (int.from_bytes(compound[at + 2 : at + 4]) + 1)
        part = compound[at : at + length]
        if _is_feedback(part):
            reports.append(part)
        else:
            rest += part
        at += length
    return reports, bytes(rest + compound[at:])


def parse(packet: bytes) -> Report:
    """Read one feedback packet; `ValueError` if it is none, or contradicts itself.

    Padding is not looked at: the symbols tell how many deltas there are.
    """
    if len(packet) < _HEADER_BYTES or packet[0] >> 6 != 2 or not _is_feedback(packet):  # noqa: PLR2004 - RTP version 2
        raise ValueError("not transport-wide feedback")
    if len(packet) != _RTCP_HEADER_BYTES * (int.from_bytes(packet[2:4]) + 1):
        raise ValueError("the packet's length is not what it says")
    base = int.from_bytes(packet[12:14])
    expected = int.from_bytes(packet[14:16])
    if expected > STATUS_LIMIT:
        raise ValueError("more packets reported than anybody sends")
    symbols, at = _read_chunks(packet, expected)
    tick = int.from_bytes(packet[16:19]) * _REFERENCE_TICKS
    return Report(packet[19], tuple(_read_deltas(packet[at:], symbols, base, tick)))


def _is_feedback(packet: bytes) -> bool:
    return (
        len(packet) >= _RTCP_HEADER_BYTES
        and packet[0] & 0x1F == _FORMAT
        and packet[1] == _PACKET_TYPE
    )


def _read_chunks(packet: bytes, expected: int) -> tuple[list[int], int]:
    """One symbol for each packet reported, and where the deltas begin."""
    symbols: list[int] = []
    at = _HEADER_BYTES
    while len(symbols) < expected:
        if at + 2 > len(packet):
            raise ValueError("fewer packets than counted")
        symbols += _read_chunk(int.from_bytes(packet[at : at + 2]))
        at += 2
    return symbols[:expected], at


def _read_chunk(chunk: int) -> list[int]:
    if not chunk & 0x8000:
        return [chunk >> 13 & 3] * (chunk & _RUN_LIMIT)
    if not chunk & 0x4000:
        return [chunk >> shift & 1 for shift in range(_BITS_IN_VECTOR - 1, -1, -1)]
    return [chunk >> shift & 3 for shift in range(2 * (_PAIRS_IN_VECTOR - 1), -1, -2)]


def _read_deltas(
    deltas: bytes, symbols: list[int], number: int, tick: int
) -> Iterator[tuple[int, int | None]]:
    at = 0
    for symbol in symbols:
        size = _DELTA_BYTES[symbol]
        if at + size > len(deltas):
            raise ValueError("fewer arrival times than arrivals")
        if size:
            tick += int.from_bytes(deltas[at : at + size], signed=symbol == _LARGE)
            at += size
            yield number, tick % TICKS_MODULUS
        elif symbol == _LOST:
            yield number, None
        number = (number + 1) % NUMBERS_MODULUS


PERIOD_S: Final = 0.1
"""chosen: with what Chromium does (70 ms) in mind; 20 to 30 bytes each."""
NOTED_LIMIT: Final = 2_048
"""Arrivals kept until they are reported; beyond it a report leaves at once."""
_STATUSES_IN_PACKET: Final = 400
"""chosen: at two bytes each, and the chunks, still under 1,000 bytes."""
_JUMP_LIMIT: Final = 256
"""A gap longer than this is an outage or a new beginning, not a loss to report. chosen.

Under `_STATUSES_IN_PACKET`, so that every packet has an arrival to tell the time by."""
_LOSSES_LIMIT: Final = 2_048
"""Told at a time; a sender who skips numbers on purpose makes us write no more than that. chosen:
as many as arrivals."""


class FeedbackWriter:
    """Notes what arrives and reports it, about every `PERIOD_S`."""

    def __init__(self, ssrc: int) -> None:
        self._ssrc = ssrc
        self._media_ssrc = 0
        self._noted: dict[int, int] = {}
        self._newest: int | None = None
        self._unreported = 0
        """The first number no report has spoken of yet."""
        self._since_s: float | None = None
        self._count = 0

    def note(self, number: int, media_ssrc: int, now_s: float) -> None:
        """A packet with this transport-wide number (16 bits) has arrived."""
        number = self._unwrap(number)
        if number in self._noted or len(self._noted) >= NOTED_LIMIT:
            return
        self._noted[number] = round(now_s / TICK_S)
        self._media_ssrc = media_ssrc
        if self._since_s is None:
            self._since_s = now_s

    def next_at(self) -> float | None:
        """When `reports` will next have something to say; None while nothing has arrived."""
        return None if self._since_s is None else self._since_s + PERIOD_S

    def reports(self, now_s: float) -> list[bytes]:
        """The RTCP packets that are due."""
        due_s = self.next_at()
        if due_s is None or (now_s < due_s and len(self._noted) < NOTED_LIMIT):
            return []
        statuses = self._take_statuses()
        packets: list[bytes] = []
        while statuses:
            taken = _fitting(statuses)
            packets.append(self._write(taken))
            del statuses[: len(taken)]
        return packets

    def _unwrap(self, number: int) -> int:
        if self._newest is None:
            self._newest = self._unreported = number + NUMBERS_MODULUS
        half = NUMBERS_MODULUS // 2
        ahead = (number - self._newest + half) % NUMBERS_MODULUS - half
        unwrapped = self._newest + ahead
        self._newest = max(self._newest, unwrapped)
        return unwrapped

    def _take_statuses(self) -> list[tuple[int, int | None]]:
        """All that was noted, with the losses between; late ones before, alone."""
        statuses: list[tuple[int, int | None]] = []
        left = _LOSSES_LIMIT
        for number in sorted(self._noted):
            gap = number - self._unreported
            if 0 < gap <= min(_JUMP_LIMIT, left):
                statuses += [(missing, None) for missing in range(self._unreported, number)]
                left -= gap
            statuses.append((number, self._noted[number]))
            self._unreported = max(self._unreported, number + 1)
        self._noted.clear()
        self._since_s = None
        return statuses

    def _write(self, statuses: list[tuple[int, int | None]]) -> bytes:
        reference = next(tick for _, tick in statuses if tick is not None) // _REFERENCE_TICKS
        symbols, deltas = _symbols(statuses, reference * _REFERENCE_TICKS)
        body = self._ssrc.to_bytes(4) + self._media_ssrc.to_bytes(4)
        body += (statuses[0][0] % NUMBERS_MODULUS).to_bytes(2) + len(statuses).to_bytes(2)
        body += (reference % (1 << 24)).to_bytes(3) + self._count.to_bytes(1)
        body += b"".join(chunk.to_bytes(2) for chunk in _chunks(symbols)) + deltas
        self._count = (self._count + 1) % 256
        padding = -len(body) % 4
        if padding:
            body += bytes(padding - 1) + bytes([padding])
        first = 0x80 | (0x20 if padding else 0) | _FORMAT
        return bytes([first, _PACKET_TYPE]) + (len(body) // 4).to_bytes(2) + body


def _fitting(statuses: list[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
    """The longest beginning that one packet can tell: numbers without a gap, times close by."""
    taken: list[tuple[int, int | None]] = []
    last: int | None = None
    for number, tick in islice(statuses, _STATUSES_IN_PACKET):
        if taken and number != taken[-1][0] + 1:
            break
        if tick is not None:
            if last is not None and abs(tick - last) > _LARGE_LIMIT:
                break
            last = tick
        taken.append((number, tick))
    return taken


def _symbols(statuses: list[tuple[int, int | None]], tick: int) -> tuple[list[int], bytes]:
    symbols: list[int] = []
    deltas = bytearray()
    for _, arrived in statuses:
        if arrived is None:
            symbols.append(_LOST)
            continue
        delta = arrived - tick
        is_small = 0 <= delta <= _SMALL_LIMIT
        symbols.append(_SMALL if is_small else _LARGE)
        deltas += delta.to_bytes(1 if is_small else 2, signed=not is_small)
        tick = arrived
    return symbols, bytes(deltas)


def _chunks(symbols: list[int]) -> Iterator[int]:
    at = 0
    while at < len(symbols):
        first = symbols[at]
        _, same = next(groupby(islice(symbols, at, at + _RUN_LIMIT)))
        run = sum(1 for _ in same)
        if run >= _PAIRS_IN_VECTOR or run == len(symbols) - at:
            yield first << 13 | run
            at += run
            continue
        width = 2 if _LARGE in symbols[at : at + _BITS_IN_VECTOR] else 1
        places = _BITS_IN_VECTOR // width
        taken = symbols[at : at + places] + [_LOST] * (places - len(symbols) + at)
        vector = sum(symbol << width * (places - 1 - i) for i, symbol in enumerate(taken))
        yield (0xC000 if width == 2 else 0x8000) | vector  # noqa: PLR2004 - two-bit symbols
        at += places

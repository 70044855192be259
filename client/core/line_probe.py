"""What a site and its relay exchange to measure the line between them: datagrams, or messages.

Questions are the site's, and numbered; every one that is understood is echoed. ::

    site   Hello    padded to the size of its answer
    relay  Welcome  an echo, and a token that only this address can have received (as QUIC's Retry,
                    RFC 9000, 8.1.2)
    site   Probe    of any size; what counts is when it arrives
    relay  Echo     tells when; no probe is shorter than its echo
    site   Ask      with the token: send me a train
    relay  Echo, and as many Wagons, back to back

Only an `Ask`, whose address has proved itself, is answered with more than was sent. No answer is
a question, so two relays cannot be set to answer each other. Big-endian throughout. The first byte
is below 0x40, where no QUIC server takes it for its own (RFC 9000, 17.2).
"""

import struct
from dataclasses import dataclass
from typing import Final

TOKEN_BYTES: Final = 16
WAGONS_LIMIT: Final = 96
"""Of one train, both sizes together."""
DATAGRAM_LIMIT: Final = 1_172
"""Bytes of payload: an IPv4 packet of 1,200, which passes every tunnel."""

_HELLO: Final = 0x21
_PROBE: Final = 0x22
_ASK: Final = 0x23
_WELCOME: Final = 0x31
_ECHO: Final = 0x32
_WAGON: Final = 0x33

_QUESTION: Final = struct.Struct(">BI")
_ASKED: Final = struct.Struct(f">BI{TOKEN_BYTES}sBHBH")
_ECHOED: Final = struct.Struct(">BIQI")
_WELCOMED: Final = struct.Struct(f">BIQI{TOKEN_BYTES}s")
_WAGON_HEAD: Final = struct.Struct(">BIBQ")

HELLO_BYTES: Final = _WELCOMED.size
PROBE_LEAST_BYTES: Final = _ECHOED.size
WAGON_LEAST_BYTES: Final = _WAGON_HEAD.size
_NUMBER_LIMIT: Final = 1 << 32
_MICROSECONDS: Final = 1_000_000


class ProbeError(ValueError):
    """These bytes are none of the above; they are dropped, and nobody is told."""


@dataclass(frozen=True, slots=True)
class Train:
    """Datagrams to be sent back to back: large ones, then small ones."""

    large: int
    large_bytes: int
    """Of payload."""
    small: int
    small_bytes: int

    @property
    def sizes_bytes(self) -> tuple[int, ...]:
        """Of each datagram's payload, in order."""
        return (self.large_bytes,) * self.large + (self.small_bytes,) * self.small


@dataclass(frozen=True, slots=True)
class Hello:
    """Who is there?"""

    number: int


@dataclass(frozen=True, slots=True)
class Probe:
    """Tell me when this arrives."""

    number: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Send me a train; this token proves that I am where I seem to be."""

    number: int
    token: bytes
    train: Train


@dataclass(frozen=True, slots=True)
class Echo:
    """The question of this number arrived."""

    number: int
    arrived_s: float
    """Relay's clock, of unknown zero; the echo left at the same time."""
    received: int
    """Questions that came with or after this address's first good token; zero before."""
    token: bytes | None = None
    """In the answer to a Hello."""


@dataclass(frozen=True, slots=True)
class Wagon:
    """One datagram of a train."""

    number: int
    """Of the question that asked for it."""
    index: int
    sent_s: float
    """Relay's clock."""


def hello(number: int) -> bytes:
    """The bytes of a Hello."""
    return _QUESTION.pack(_HELLO, number).ljust(HELLO_BYTES, b"\0")


def probe(number: int, size_bytes: int) -> bytes:
    """The bytes of a Probe, this many."""
    return _QUESTION.pack(_PROBE, number).ljust(max(size_bytes, PROBE_LEAST_BYTES), b"\0")


def ask(number: int, token: bytes, train: Train) -> bytes:
    """The bytes of an Ask."""
    return _ASKED.pack(
        _ASK, number, token, train.large, train.large_bytes, train.small, train.small_bytes
    )


def echo(of: Echo) -> bytes:
    """The bytes of an Echo, or of a Welcome when it brings a token."""
    stamp = round(of.arrived_s * _MICROSECONDS)
    received = of.received % _NUMBER_LIMIT
    if of.token is None:
        return _ECHOED.pack(_ECHO, of.number, stamp, received)
    return _WELCOMED.pack(_WELCOME, of.number, stamp, received, of.token)


def wagon(of: Wagon, size_bytes: int) -> bytes:
    """The bytes of a Wagon, this many."""
    head = _WAGON_HEAD.pack(_WAGON, of.number, of.index, round(of.sent_s * _MICROSECONDS))
    return head.ljust(size_bytes, b"\0")


def question(data: bytes) -> Hello | Probe | Ask:
    """What the site says; `ProbeError` if it is no question, or could be answered with more."""
    kind = data[0] if data else 0
    if len(data) > DATAGRAM_LIMIT:
        raise ProbeError("too long")
    if kind == _HELLO and len(data) == HELLO_BYTES:
        return Hello(_QUESTION.unpack_from(data)[1])
    if kind == _PROBE and len(data) >= PROBE_LEAST_BYTES:
        return Probe(_QUESTION.unpack_from(data)[1])
    if kind == _ASK and len(data) == _ASKED.size:
        _, number, token, *train = _ASKED.unpack(data)
        return Ask(number, token, _checked(Train(*train)))
    raise ProbeError("no question")


def answer(data: bytes) -> Echo | Wagon:
    """What the relay says; `ProbeError` if it is no answer."""
    kind = data[0] if data else 0
    if kind == _ECHO and len(data) == _ECHOED.size:
        _, number, stamp, received = _ECHOED.unpack(data)
        return Echo(number, stamp / _MICROSECONDS, received)
    if kind == _WELCOME and len(data) == _WELCOMED.size:
        _, number, stamp, received, token = _WELCOMED.unpack(data)
        return Echo(number, stamp / _MICROSECONDS, received, token)
    if kind == _WAGON and WAGON_LEAST_BYTES <= len(data) <= DATAGRAM_LIMIT:
        _, number, index, stamp = _WAGON_HEAD.unpack_from(data)
        return Wagon(number, index, stamp / _MICROSECONDS)
    raise ProbeError("no answer")


def _checked(train: Train) -> Train:
    sizes = (train.large_bytes, train.small_bytes)
    if train.large + train.small > WAGONS_LIMIT:
        raise ProbeError("too many wagons")
    if min(sizes) < WAGON_LEAST_BYTES or max(sizes) > DATAGRAM_LIMIT:
        raise ProbeError("wagons of no possible size")
    return train

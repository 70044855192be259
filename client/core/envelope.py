"""The sealed envelope in which every parcel of a session travels, by either path.

Byte 0 is the version, then a counter (QUIC variable-length integer), then AES-256-GCM ciphertext
and tag over the padded parcels. Each direction has its own key; the counter makes each nonce unique
and tells replays. The page mirrors this module; ``tests/vectors/envelope.json`` holds both.

No counter outlives its process, so none can serve twice after a crash or from an old backup. The
process that agreed on the keys seals with them (version 1). Each later one, its *incarnation* of
this end, draws 8 random bytes, seals under a key derived from them and counts from 0 again
(version 2: the incarnation stands in clear before the counter). What is kept for later processes
(`Kept`) holds, of this end's direction, only the root of those derived keys: the first process's
own key cannot be had back from it. A running machine that is copied whole is not covered.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from client.core.identity import purpose
from client.core.parcels import PARCEL_LIMIT
from client.errors import ChevetError

WINDOW: Final = 1_024
"""Counters; chosen: letters by mailbox arrive late while the data channel runs at 20 a second."""
COUNTER_LIMIT: Final = 1 << 23
"""Envelopes under one AES-GCM key (RFC 9001, 6.6); at 20 a second, five days."""
SMALLEST_BUCKET: Final = 64
LARGEST_STEP: Final = 1_024
"""Bytes: buckets double from the smallest to this one, with one halfway between each two, then grow
by it. chosen: padding costs a third at most, not half; a listener learns one bit of size more."""
INCARNATION_SIZE: Final = 8
"""Bytes; among a thousand restarts of one end two are the same once in 10**13 consultations."""
INCARNATIONS_LIMIT: Final = 4_096
"""Restarts of the peer in one consultation; each that has proved itself costs 400 bytes here."""
ENVELOPE_LIMIT: Final = 1 + INCARNATION_SIZE + 8 + (PARCEL_LIMIT + 1) + 16
"""Bytes; header, fullest bucket and tag. Longer ones are not even tried."""
LETTER_BUCKETS: Final = (2_048, 4_096, 8_192, PARCEL_LIMIT + 1)
"""Bytes to which what goes by mailbox is padded. chosen: few sizes, so that the relay sees neither
what a letter is nor how much waited; a description of the line still fits the second."""
_FIRST: Final = b"\x01"
_LATER: Final = b"\x02"
_KEY_SIZE: Final = 32
_NONCE_SIZE: Final = 12  # SP 800-38D, 8.2.1
_END: Final = b"\x80"


class EnvelopeError(ChevetError):
    """An envelope that must not be opened; the caller counts it and drops it."""


class ForgedEnvelopeError(EnvelopeError):
    """Not sealed by the peer in this session."""


class ReplayedEnvelopeError(EnvelopeError):
    """Opened before, or so old that nobody can tell any more."""

    def __init__(self, counter: int) -> None:
        super().__init__(f"envelope {counter} came again")
        self.counter = counter


class ParcelTooLargeError(ChevetError):
    """A parcel no envelope may carry."""

    def __init__(self, size: int) -> None:
        super().__init__(f"a parcel of {size} bytes (at most {PARCEL_LIMIT})")
        self.size = size


class CounterExhaustedError(ChevetError):
    """This key has sealed as much as it may; the consultation needs new keys."""


class Role(StrEnum):
    """Which end of the session this is."""

    SITE = "site"
    GP = "gp"


@dataclass(frozen=True, slots=True)
class SessionKeys:
    """What both ends share once the handshake is done."""

    site_key: bytes = field(repr=False)
    """Seals what the site sends; 32 bytes (``k_ab``)."""
    gp_key: bytes = field(repr=False)
    """Seals what the GP sends; 32 bytes (``k_ba``)."""
    site_iv: bytes = field(repr=False)
    """12 bytes (``iv_ab``)."""
    gp_iv: bytes = field(repr=False)
    """12 bytes (``iv_ba``)."""
    tag: bytes
    """Names the session on letters; 8 bytes, not secret."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a later process of this end needs to go on with the session; see the module's text."""

    own_root: bytes = field(repr=False)
    """Of the keys of this end's incarnations; 32 bytes."""
    peer_key: bytes = field(repr=False)
    peer_iv: bytes = field(repr=False)
    tag: bytes


class Sealer:
    """Seals parcels in one direction, each under its own counter."""

    def __init__(self, key: bytes, iv: bytes, incarnation: bytes = b"") -> None:
        """`incarnation` is empty for the process that agreed on the keys."""
        self._aead = AESGCM(key)
        self._iv = iv
        self._start = _LATER + incarnation if incarnation else _FIRST
        self._counter = 0

    def seal(self, parcel: bytes, *, is_letter: bool = False) -> bytes:
        """The envelope; `ParcelTooLargeError` or `CounterExhaustedError` if there can be none."""
        if len(parcel) > PARCEL_LIMIT:
            raise ParcelTooLargeError(len(parcel))
        if self._counter >= COUNTER_LIMIT:
            raise CounterExhaustedError
        counter, self._counter = self._counter, self._counter + 1
        header = self._start + _varint(counter)
        padded = _padded(parcel, is_letter=is_letter)
        return header + self._aead.encrypt(_nonce(self._iv, counter), padded, header)


class Opener:
    """Opens what the peer sealed, each envelope once, whichever of its processes sealed it."""

    def __init__(self, key: bytes, iv: bytes) -> None:
        self._root = root_of(key)
        self._known = {b"": _Incoming(key, iv)}

    @property
    def incarnations(self) -> int:
        """Of how many processes of the peer something has come."""
        return len(self._known)

    def open(self, envelope: bytes) -> bytes:
        """The parcel; `ForgedEnvelopeError` or `ReplayedEnvelopeError` if it must be dropped."""
        if len(envelope) > ENVELOPE_LIMIT:
            raise ForgedEnvelopeError("not an envelope of ours")
        name, at = _read_start(envelope)
        counter, start = _read_varint(envelope, at)
        incoming = self._known.get(name) or _Incoming(*_derived(self._root, name))
        plaintext = incoming.open(counter, envelope, start)
        if name not in self._known:
            if len(self._known) >= INCARNATIONS_LIMIT:
                raise ForgedEnvelopeError("the peer began anew too often")
            self._known[name] = incoming
        return plaintext


class _Incoming:
    """One process of the peer."""

    def __init__(self, key: bytes, iv: bytes) -> None:
        self._aead = AESGCM(key)
        self._iv = iv
        self._window = ReplayWindow()

    def open(self, counter: int, envelope: bytes, start: int) -> bytes:
        try:
            plaintext = self._aead.decrypt(
                _nonce(self._iv, counter), envelope[start:], envelope[:start]
            )
        except InvalidTag as error:
            raise ForgedEnvelopeError("not sealed with this session's key") from error
        if not self._window.accept(counter):
            raise ReplayedEnvelopeError(counter)
        return _unpadded(plaintext)


class ReplayWindow:
    """Remembers which of the last `WINDOW` counters have been seen (RFC 4303, 3.4.3)."""

    def __init__(self) -> None:
        self._next = 0
        self._seen = 0  # bit i: counter self._next - 1 - i

    def accept(self, counter: int) -> bool:
        """Whether this counter is new; it is not from now on."""
        if counter >= self._next:
            shift = counter + 1 - self._next
            self._seen = (self._seen << shift if shift < WINDOW else 0) & _WINDOW_MASK | 1
            self._next = counter + 1
            return True
        age = self._next - 1 - counter
        if age >= WINDOW or self._seen >> age & 1:
            return False
        self._seen |= 1 << age
        return True


_WINDOW_MASK: Final = (1 << WINDOW) - 1


def session_ciphers(keys: SessionKeys, role: Role) -> tuple[Sealer, Opener]:
    """What this end seals with, and what it opens the other end's envelopes with."""
    site, gp = (keys.site_key, keys.site_iv), (keys.gp_key, keys.gp_iv)
    own, peer = (site, gp) if role is Role.SITE else (gp, site)
    return Sealer(*own), Opener(*peer)


def kept(keys: SessionKeys, role: Role) -> Kept:
    """What to keep of these keys for a later process of this end."""
    site, gp = (keys.site_key, keys.site_iv), (keys.gp_key, keys.gp_iv)
    own, peer = (site, gp) if role is Role.SITE else (gp, site)
    return Kept(root_of(own[0]), *peer, keys.tag)


def resumed_ciphers(session: Kept, incarnation: bytes) -> tuple[Sealer, Opener]:
    """As `session_ciphers`, for a later process; `incarnation` is drawn for it alone."""
    if len(incarnation) != INCARNATION_SIZE:
        raise ValueError("an incarnation of another length")
    own = Sealer(*_derived(session.own_root, incarnation), incarnation)
    return own, Opener(session.peer_key, session.peer_iv)


def header_of(envelope: bytes) -> tuple[bytes, int]:
    """What anyone can read: incarnation (empty: the first process) and counter."""
    name, at = _read_start(envelope)
    return name, _read_varint(envelope, at)[0]


def root_of(key: bytes) -> bytes:
    """Of the keys of later incarnations of the end that seals with this one; both ends know it."""
    return HKDF(SHA256(), _KEY_SIZE, salt=None, info=purpose("incarnations")).derive(key)


def _derived(root: bytes, incarnation: bytes) -> tuple[bytes, bytes]:
    size = _KEY_SIZE + _NONCE_SIZE
    derived = HKDF(SHA256(), size, salt=incarnation, info=purpose("incarnation")).derive(root)
    return derived[:_KEY_SIZE], derived[_KEY_SIZE:]


def _read_start(envelope: bytes) -> tuple[bytes, int]:
    """The incarnation, and where it ends."""
    if envelope.startswith(_FIRST):
        return b"", len(_FIRST)
    end = len(_LATER) + INCARNATION_SIZE
    if not envelope.startswith(_LATER) or len(envelope) < end:
        raise ForgedEnvelopeError("not an envelope of ours")
    return envelope[len(_LATER) : end], end


def _nonce(iv: bytes, counter: int) -> bytes:
    """The counter, left-padded, XOR the IV (RFC 8446, 5.3)."""
    return (int.from_bytes(iv) ^ counter).to_bytes(_NONCE_SIZE)


def _varint(value: int) -> bytes:
    """RFC 9000, 16: the two highest bits tell the length."""
    length_bits = next(bits for bits in range(4) if value < 1 << (8 << bits) - 2)
    size = 1 << length_bits
    return (value | length_bits << size * 8 - 2).to_bytes(size)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The value, and where it ends."""
    if len(data) <= at:
        raise ForgedEnvelopeError("no counter")
    size = 1 << (data[at] >> 6)
    value = int.from_bytes(data[at : at + size]) & ((1 << size * 8 - 2) - 1)
    return value, at + size


def _padded(parcel: bytes, *, is_letter: bool) -> bytes:
    """The parcel, a marker, and zeros up to the next bucket, which is all a listener learns."""
    size = len(parcel) + len(_END)
    bucket = next(b for b in LETTER_BUCKETS if b >= size) if is_letter else _bucket(size)
    return (parcel + _END).ljust(bucket, b"\x00")


def _bucket(size: int) -> int:
    if size > LARGEST_STEP:
        return -(-size // LARGEST_STEP) * LARGEST_STEP
    bucket = max(SMALLEST_BUCKET, 1 << (size - 1).bit_length())
    halfway = bucket * 3 // 4
    return halfway if halfway > SMALLEST_BUCKET and size <= halfway else bucket


def _unpadded(plaintext: bytes) -> bytes:
    parcel, marker, rest = plaintext.rpartition(_END)
    if not marker or rest.strip(b"\x00"):
        raise ForgedEnvelopeError("padding of another kind")
    return parcel

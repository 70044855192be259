"""SFrame (RFC 9605): each frame of picture or voice sealed on its own, under a counter.

The cipher suite is AES_256_GCM_SHA512_128. What is sealed is RFC 9605's to the bit; only its header
does not travel whole: a connection has one key a stream, so the key id is known, and of the counter
the lowest byte travels, behind the ciphertext, the rest being plain from what came before (as in
QUIC: RFC 9000, 17.1). That keeps a frame's price at `OVERHEAD_BYTES`, where the whole header would
cost up to three bytes more. The page mirrors this module; ``tests/vectors/sframe.json`` holds both,
together with the RFC's own vectors.
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from client.core.envelope import CounterExhaustedError

SUITE: Final = 5
"""AES_256_GCM_SHA512_128 (RFC 9605, 8.1)."""
OVERHEAD_BYTES: Final = 16 + 1
"""A sealed frame's tag and counter."""
COUNTER_LIMIT: Final = 1 << 23
"""Frames under one key (RFC 9001, 6.6); at 50 a second, two days of one connection."""
BEHIND: Final = 64
"""Frames; chosen: at 50 a second, one that comes so late is of no use to the ear any more."""
_HASH_BYTES: Final = 64
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_INLINE_LIMIT: Final = 8  # RFC 9605, 4.3: smaller values stand in the first byte
_SENT_COUNTERS: Final = 1 << 8
_LOOKS: Final = 8
"""Further counters tried per frame; chosen: bounds the work that a forger can make us do."""
_LOOKS_ROUND: Final = COUNTER_LIMIT // _SENT_COUNTERS


def ratchet(base_key: bytes, steps: int) -> bytes:
    """The base key that follows after so many steps (RFC 9605, 5.1); there is no way back."""
    for _ in range(steps):
        base_key = derive(base_key, b"SFrame 1.0 Ratchet", _HASH_BYTES)
    return base_key


def derive(secret: bytes, info: bytes, size: int) -> bytes:
    """HKDF with SHA-512, without salt (RFC 5869)."""
    return HKDF(SHA512(), size, salt=None, info=info).derive(secret)


def header(kid: int, counter: int) -> bytes:
    """RFC 9605, 4.3: what is authenticated with every frame."""
    kid_flags, kid_bytes = _compact(kid)
    counter_flags, counter_bytes = _compact(counter)
    return bytes([kid_flags << 4 | counter_flags]) + kid_bytes + counter_bytes


def _compact(value: int) -> tuple[int, bytes]:
    if value < _INLINE_LIMIT:
        return value, b""
    size = (value.bit_length() + 7) // 8
    return _INLINE_LIMIT | size - 1, value.to_bytes(size)


class FrameCipher:
    """One key of one stream; the counter is the caller's."""

    def __init__(self, base_key: bytes, kid: int) -> None:
        """RFC 9605, 4.4.2."""
        context = kid.to_bytes(8) + SUITE.to_bytes(2)
        key = derive(base_key, b"SFrame 1.0 Secret key " + context, _KEY_BYTES)
        salt = derive(base_key, b"SFrame 1.0 Secret salt " + context, _NONCE_BYTES)
        self._kid = kid
        self._aead = AESGCM(key)
        self._salt = int.from_bytes(salt)

    def encrypt(self, counter: int, plaintext: bytes, metadata: bytes) -> bytes:
        """Ciphertext and tag (RFC 9605, 4.4.3); a counter may never serve twice."""
        aad = header(self._kid, counter) + metadata
        return self._aead.encrypt(self._nonce(counter), plaintext, aad)

    def decrypt(self, counter: int, sealed: bytes, metadata: bytes) -> bytes | None:
        """The plaintext (RFC 9605, 4.4.4); None unless exactly this was sealed."""
        aad = header(self._kid, counter) + metadata
        try:
            return self._aead.decrypt(self._nonce(counter), sealed, aad)
        except InvalidTag:
            return None

    def _nonce(self, counter: int) -> bytes:
        return (self._salt ^ counter).to_bytes(_NONCE_BYTES)


class FrameSealer:
    """Seals the frames of one stream, in their order."""

    def __init__(self, cipher: FrameCipher) -> None:
        self._cipher = cipher
        self._counter = 0

    def seal(self, plaintext: bytes, metadata: bytes = b"") -> bytes:
        """`OVERHEAD_BYTES` more than ``plaintext``; ``metadata`` is vouched for, not hidden.

        `CounterExhaustedError` once the key is worn out.
        """
        if self._counter >= COUNTER_LIMIT:
            raise CounterExhaustedError
        counter, self._counter = self._counter, self._counter + 1
        sealed = self._cipher.encrypt(counter, plaintext, metadata)
        return sealed + bytes([counter % _SENT_COUNTERS])


class FrameOpener:
    """Opens what the peer sealed, each frame once, late ones too, whatever was lost between."""

    def __init__(self, cipher: FrameCipher) -> None:
        self._cipher = cipher
        self._next = 0
        """After the newest frame opened."""
        self._seen = 0  # bit i: counter self._next - 1 - i
        self._looked = 0
        """How far ahead, in rounds of the byte that travels, was looked in vain."""
        self.forged = 0
        """Frames that were not sealed with this key, or altered, or came too late to tell."""
        self.replayed = 0
        """Frames opened before."""

    def open(self, sealed: bytes, metadata: bytes = b"") -> bytes | None:
        """The plaintext; None, counted, if the frame must be dropped."""
        if len(sealed) >= OVERHEAD_BYTES:
            for counter in self._candidates(sealed[-1]):
                plaintext = self._cipher.decrypt(counter, sealed[:-1], metadata)
                if plaintext is not None:
                    self._looked = 0
                    return plaintext if self._accept(counter) else None
            self._looked = (self._looked + _LOOKS) % _LOOKS_ROUND
        self.forged += 1
        return None

    def _candidates(self, sent: int) -> list[int]:
        """Whole counters with this lowest byte: the nearest one first.

        The others matter after a long loss: some are tried with each frame, further and further.
        """
        first = max(0, self._next - BEHIND)
        nearest = first + (sent - first) % _SENT_COUNTERS
        rounds = range(self._looked + 1, self._looked + 1 + _LOOKS)
        return [nearest, *(nearest + _SENT_COUNTERS * number for number in rounds)]

    def _accept(self, counter: int) -> bool:
        """Whether this counter is new; it is not from now on."""
        if counter >= self._next:
            shift = counter + 1 - self._next
            self._seen = (self._seen << shift if shift < BEHIND else 0) & _SEEN_MASK | 1
            self._next = counter + 1
            return True
        age = self._next - 1 - counter
        if self._seen >> age & 1:
            self.replayed += 1
            return False
        self._seen |= 1 << age
        return True


_SEEN_MASK: Final = (1 << BEHIND) - 1

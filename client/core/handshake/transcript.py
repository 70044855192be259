"""What M1, M2 and M3 say and prove, and the keys and words that follow from them."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from client.core.envelope import SessionKeys
from client.core.handshake import kem
from client.core.handshake.errors import BadLetterError
from client.core.handshake.knock import Bundle, check, items_of
from client.core.identity import PUBLIC_SIZE, SIGNATURE_SIZE, Identity, purpose
from client.core.plain_cbor import pack
from client.core.words import words_of

SEED_SIZE: Final = 32
"""Bytes of either end's share of the keys."""
NONCE_SIZE: Final = 32
"""Bytes of either end's share of the words."""
_DIGEST_SIZE: Final = 32
_WORDS: Final = 4
_M3_NONCE: Final = bytes(12)  # its key seals nothing else
_EXPORTER_SIZE: Final = 32
_SLICES: Final = (32, 32, 12, 12, 32, 32, 8)
"""Bytes of k_ab, k_ba, iv_ab, iv_ba, k_m3, sas_key, tag."""


@dataclass(frozen=True, slots=True, repr=False)
class M1:
    """The site's part."""

    site_public: bytes
    ephemeral: bytes
    seed: bytes
    commitment: bytes
    time_s: int
    """The site's clock, UTC seconds; for the GP's record, decides nothing."""
    signature: bytes

    @classmethod
    def signed(  # noqa: PLR0913 -- the message has these parts
        cls,
        identity: Identity,
        bundle: Bundle,
        *,
        ephemeral: bytes,
        seed: bytes,
        nonce: bytes,
        time_s: int,
    ) -> Self:
        """M1 in answer to this bundle."""
        commitment = commitment_to(identity.public, nonce)
        said = pack(identity.public, ephemeral, seed, commitment, time_s)
        signature = identity.sign("m1", bundle.digest + said)
        return cls(identity.public, ephemeral, seed, commitment, time_s, signature)

    def seal(self, bundle: Bundle) -> bytes:
        """Body of the letter, for the owner of the bundle alone."""
        said = (self.site_public, self.ephemeral, self.seed, self.commitment, self.time_s)
        return kem.seal(bundle.prekey, pack(*said, self.signature), _m1_info(bundle))

    @classmethod
    def open(cls, body: bytes, bundle: Bundle, prekey: kem.KeyPair) -> Self:
        """M1 in this letter, its signature verified; else `BadLetterError`."""
        match items_of(prekey.open(body, _m1_info(bundle))):
            case [
                bytes(public),
                bytes(ephemeral),
                bytes(seed),
                bytes(commitment),
                int(time_s),
                bytes(signature),
            ] if tuple(map(len, (public, ephemeral, seed, commitment, signature))) == (
                *(PUBLIC_SIZE, kem.PUBLIC_SIZE, SEED_SIZE, _DIGEST_SIZE, SIGNATURE_SIZE),
            ):
                said = pack(public, ephemeral, seed, commitment, time_s)
                check(public, "m1", signature, bundle.digest + said)
                return cls(public, ephemeral, seed, commitment, time_s, signature)
            case _:
                raise BadLetterError("not an M1")


@dataclass(frozen=True, slots=True, repr=False)
class M2:
    """The GP's part."""

    seed: bytes
    nonce: bytes
    signature: bytes

    @classmethod
    def signed(
        cls, identity: Identity, site_public: bytes, h1: bytes, *, seed: bytes, nonce: bytes
    ) -> Self:
        """M2 in answer to the M1 of this site."""
        signature = identity.sign("m2", h1 + site_public + pack(seed, nonce))
        return cls(seed, nonce, signature)

    def seal(self, ephemeral: bytes, h1: bytes) -> bytes:
        """Body of the letter, for the sender of M1 alone."""
        return kem.seal(ephemeral, pack(self.seed, self.nonce, self.signature), _m2_info(h1))

    @classmethod
    def open(
        cls, body: bytes, ephemeral: kem.KeyPair, h1: bytes, *, gp: bytes, site: bytes
    ) -> Self:
        """M2 in this letter, signed by `gp` for `site`; else `BadLetterError`."""
        match items_of(ephemeral.open(body, _m2_info(h1))):
            case [bytes(seed), bytes(nonce), bytes(signature)] if (
                len(seed),
                len(nonce),
                len(signature),
            ) == (SEED_SIZE, NONCE_SIZE, SIGNATURE_SIZE):
                check(gp, "m2", signature, h1 + site + pack(seed, nonce))
                return cls(seed, nonce, signature)
            case _:
                raise BadLetterError("not an M2")


@dataclass(frozen=True, slots=True, repr=False)
class Agreement:
    """What both ends know after M2."""

    keys: SessionKeys
    h2: bytes
    _m3_key: bytes
    _words_key: bytes
    exporter: bytes
    """32 bytes; see `KeysAgreed.exporter`."""

    @classmethod
    def reached(cls, site_seed: bytes, gp_seed: bytes, secret: bytes, h2: bytes) -> Self:
        """Keys out of both seeds and the invitation's secret, bound to every byte said so far."""
        shared = site_seed + gp_seed + secret
        derived = _hkdf(shared, h2, purpose("keys"), sum(_SLICES))
        exporter = _hkdf(shared, h2, purpose("exporter"), _EXPORTER_SIZE)
        site_key, gp_key, site_iv, gp_iv, m3_key, words_key, tag = _split(derived)
        keys = SessionKeys(site_key, gp_key, site_iv, gp_iv, tag)
        return cls(keys, h2, m3_key, words_key, exporter)

    def seal_nonce(self, nonce: bytes) -> bytes:
        """Body of M3."""
        return AESGCM(self._m3_key).encrypt(_M3_NONCE, nonce, self.h2)

    def open_nonce(self, body: bytes) -> bytes:
        """The site's nonce in M3; `BadLetterError` if it is none."""
        try:
            return AESGCM(self._m3_key).decrypt(_M3_NONCE, body, self.h2)
        except InvalidTag as error:
            raise BadLetterError("not an M3") from error

    def words(self, site_nonce: bytes, gp_nonce: bytes) -> tuple[str, ...]:
        """What both people should read."""
        info = purpose("sas") + site_nonce + gp_nonce
        return words_of(_hkdf(self._words_key, self.h2, info, _WORDS))


def commitment_to(site_public: bytes, nonce: bytes) -> bytes:
    """What the site shows of its nonce before it knows the GP's."""
    return sha256(purpose("commit") + site_public + nonce).digest()


def first_hash(bundle: Bundle, m1_body: bytes) -> bytes:
    """h1: everything said up to M1."""
    return sha256(purpose("h1") + bundle.encode() + m1_body).digest()


def second_hash(h1: bytes, m2_body: bytes) -> bytes:
    """h2: everything said up to M2."""
    return sha256(purpose("h2") + h1 + m2_body).digest()


def _m1_info(bundle: Bundle) -> bytes:
    return purpose("m1") + bundle.digest


def _m2_info(h1: bytes) -> bytes:
    return purpose("m2") + h1


def _hkdf(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    return HKDF(SHA256(), size, salt=salt, info=info).derive(secret)


def _split(derived: bytes) -> list[bytes]:
    ends = [sum(_SLICES[: i + 1]) for i in range(len(_SLICES))]
    return [derived[end - size : end] for size, end in zip(_SLICES, ends, strict=True)]

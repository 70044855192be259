"""Proof of profession: what a broker says of the holder of a key after that person's login.

The broker has seen the person log in at an OpenID provider (`client.relay.profession`) and signs
who that was, beside the person's own identity key. Whoever speaks with this key and trusts the
broker's (it is pinned in the settings) may show the name and the number as verified. It says who
the holder was at the time of the login, nothing of any patient, and holds until it expires.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, Self

from client.core.identity import (
    PUBLIC_SIZE,
    SIGNATURE_SIZE,
    ForgedSignatureError,
    Identity,
    purpose,
    verify,
)
from client.core.plain_cbor import pack, unpack
from client.errors import ChevetError

NONCE_SIZE: Final = 16
"""Bytes the holder drew for this login."""
LASTS_S: Final = 12 * 3600
"""chosen: a day's work; who is struck off tomorrow proves nothing any more then."""
SIZE_LIMIT: Final = 2_048
"""Bytes of one attestation."""
TEXT_LIMIT: Final = 256
"""Characters of an issuer or a name."""
_SKEW_S: Final = 300
"""Between the broker's clock and ours."""
_LABEL: Final = "profession"
_REQUEST_LABEL: Final = "profession request"


class ProfessionError(ChevetError):
    """What should prove a profession proves nothing."""


class BadAttestationError(ProfessionError):
    """Not an attestation, or not signed by the broker it names."""


class UnknownBrokerError(ProfessionError):
    """Signed by a broker that is not pinned in the settings."""


class OtherHolderError(ProfessionError):
    """It speaks of another key than that of the person at the other end."""


class AttestationExpiredError(ProfessionError):
    """Its time is over, or has not begun."""


@dataclass(frozen=True, slots=True)
class Professional:
    """Who logged in, as the provider says."""

    issuer: str
    """Address of the OpenID provider."""
    rpps: str
    """11 digits."""
    name: str


@dataclass(frozen=True, slots=True)
class Attestation:
    """One broker's word for one key."""

    who: Professional
    holder: bytes
    """Identity key of the person, 32 bytes."""
    nonce: bytes
    """`NONCE_SIZE` bytes; with the key it is what the provider's token was bound to."""
    issued_s: int
    """UTC seconds since 1970: the login."""
    expires_s: int
    broker: bytes
    """The broker's key, 32 bytes."""
    signature: bytes

    @classmethod
    def signed(
        cls, broker: Identity, who: Professional, *, holder: bytes, nonce: bytes, now_s: int
    ) -> Self:
        """The broker's word, for `LASTS_S`."""
        times = (now_s, now_s + LASTS_S)
        said = _said(who, holder, nonce, *times)
        return cls(who, holder, nonce, *times, broker.public, broker.sign(_LABEL, said))

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The attestation in these bytes, its signature verified; else `BadAttestationError`."""
        try:
            items = unpack(data) if len(data) <= SIZE_LIMIT else []
        except ValueError as error:
            raise BadAttestationError("not an array of ours") from error
        match items:
            case [
                str(issuer),
                str(rpps),
                str(name),
                bytes(holder),
                bytes(nonce),
                int(issued_s),
                int(expires_s),
                bytes(broker),
                bytes(signature),
            ] if (
                is_rpps(rpps)
                and max(len(issuer), len(name)) <= TEXT_LIMIT
                and (*(len(holder), len(nonce), len(broker), len(signature)),)
                == (PUBLIC_SIZE, NONCE_SIZE, PUBLIC_SIZE, SIGNATURE_SIZE)
            ):
                who = Professional(issuer, rpps, name)
                found = cls(who, holder, nonce, issued_s, expires_s, broker, signature)
            case _:
                raise BadAttestationError("not an attestation")
        found.check_signature()
        return found

    def encode(self) -> bytes:
        """Its only spelling."""
        who = self.who
        return pack(
            *(who.issuer, who.rpps, who.name, self.holder, self.nonce),
            *(self.issued_s, self.expires_s, self.broker, self.signature),
        )

    def check_signature(self) -> None:
        """`BadAttestationError` unless the broker it names signed it."""
        said = _said(self.who, self.holder, self.nonce, self.issued_s, self.expires_s)
        try:
            verify(self.broker, _LABEL, self.signature, said)
        except ForgedSignatureError as error:
            raise BadAttestationError("not signed by its broker") from error

    def require(self, *, holder: bytes, brokers: Collection[bytes], now: datetime) -> None:
        """A `ProfessionError` unless it may be shown of the person with this key now.

        `brokers` are the keys pinned in the settings.
        """
        if self.broker not in brokers:
            raise UnknownBrokerError
        if self.holder != holder:
            raise OtherHolderError
        now_s = now.timestamp()
        is_too_long = self.expires_s - self.issued_s > LASTS_S
        if is_too_long or not self.issued_s - _SKEW_S <= now_s < self.expires_s:
            raise AttestationExpiredError

    @property
    def issued_at(self) -> datetime:
        """When the person logged in."""
        return datetime.fromtimestamp(self.issued_s, UTC)


def is_rpps(text: str) -> bool:
    """Eleven digits; their check digit is the provider's business."""
    return len(text) == 11 and text.isascii() and text.isdigit()  # noqa: PLR2004 -- annuaire.sante.fr


def login_nonce(holder: bytes, nonce: bytes) -> str:
    """What the provider's token must repeat (OpenID Connect Core, 3.1.2.1): the key, and once."""
    return sha256(purpose("profession nonce") + holder + nonce).hexdigest()


def sign_request(holder: Identity, broker: bytes, nonce: bytes) -> bytes:
    """Shows the broker that who asks has the key: nobody else's may be attested."""
    return holder.sign(_REQUEST_LABEL, broker + nonce)


def check_request(holder: bytes, broker: bytes, nonce: bytes, signature: bytes) -> None:
    """`ForgedSignatureError` unless the holder of this key asks this broker."""
    verify(holder, _REQUEST_LABEL, signature, broker + nonce)


def _said(who: Professional, holder: bytes, nonce: bytes, issued_s: int, expires_s: int) -> bytes:
    return pack(who.issuer, who.rpps, who.name, holder, nonce, issued_s, expires_s)

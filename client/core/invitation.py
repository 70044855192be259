"""The link that invites a GP: where the site is, and a one-time secret.

It travels in the fragment of the page's address, which browsers never send to a server.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from client.core.identity import ADDRESS_SIZE, purpose
from client.core.plain_cbor import pack, unpack
from client.errors import ChevetError

SECRET_SIZE: Final = 16
"""Bytes; 128 bits cannot be guessed while the invitation lasts."""
TOKEN_SIZE: Final = 16
"""Bytes of a mailbox token."""
FRAGMENT_LIMIT: Final = 1_024
"""Characters; chosen: ours are about 90, the rest is room for a long relay address."""
_VERSION: Final = 1


class InvitationUnreadableError(ChevetError):
    """The text is not an invitation of ours, or only a part of one."""

    def __init__(self, length: int) -> None:
        super().__init__(f"no invitation in a text of {length} characters")
        self.length = length


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the GP needs to find the site and to be let in once."""

    site_address: bytes
    """Mailbox address of the site: SHA-256 of its identity key."""
    secret: bytes = field(repr=False)
    """16 bytes, drawn for this invitation alone."""
    expires_at: datetime
    """UTC, whole seconds."""
    relay: str | None
    """WebSocket address of the relay; `None` for the one that served the page."""

    def url(self, page_origin: str) -> str:
        """The link to give the GP; `page_origin` as in ``https://example.org``."""
        return f"{page_origin.rstrip('/')}/#{self.fragment}"

    @property
    def fragment(self) -> str:
        """What stands behind the ``#``."""
        expires_s = int(self.expires_at.timestamp())
        data = pack(_VERSION, self.site_address, self.secret, expires_s, self.relay)
        return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")

    @classmethod
    def from_fragment(cls, text: str) -> Self:
        """Read a fragment, or a whole link; `InvitationUnreadableError` if that is not possible."""
        fragment = text.strip().rpartition("#")[2]
        try:
            return cls._from_items(unpack(_decoded(fragment)))
        except (ValueError, OverflowError, OSError) as error:  # all that dates out of range raise
            raise InvitationUnreadableError(len(text)) from error

    @classmethod
    def _from_items(cls, items: list[bytes | str | int | None]) -> Self:
        match items:
            case [
                1,
                bytes(site_address),
                bytes(secret),
                int(expires_s),
                None | str() as relay,
            ] if len(site_address) == ADDRESS_SIZE and len(secret) == SECRET_SIZE:
                if relay is not None and not _is_relay(relay):
                    raise ValueError("not the address of a relay")
                expires_at = datetime.fromtimestamp(expires_s, UTC)
                return cls(site_address, secret, expires_at, relay)
            case _:
                raise ValueError("not an invitation")

    @property
    def site_token(self) -> bytes:
        """Lets its holder put letters into the site's mailbox."""
        return self.derived("mailbox site", TOKEN_SIZE)

    @property
    def gp_token(self) -> bytes:
        """Lets its holder put letters into the GP's mailbox."""
        return self.derived("mailbox gp", TOKEN_SIZE)

    def has_expired(self, now: datetime) -> bool:
        """Whether it is too late to use it."""
        return now >= self.expires_at

    def derived(self, label: str, size: int) -> bytes:
        """`size` bytes that only holders of the secret know, for this label alone (RFC 5869)."""
        return HKDF(SHA256(), size, salt=None, info=purpose(label)).derive(self.secret)


def _decoded(fragment: str) -> bytes:
    """Base64url without padding, in its only spelling (RFC 4648, 5); `ValueError` otherwise."""
    if len(fragment) > FRAGMENT_LIMIT:
        raise ValueError("too long")
    data = urlsafe_b64decode(fragment + "=" * (-len(fragment) % 4))
    if urlsafe_b64encode(data).rstrip(b"=").decode("ascii") != fragment:
        raise ValueError("not base64url")
    return data


def _is_relay(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in ("ws", "wss") and bool(parts.hostname)

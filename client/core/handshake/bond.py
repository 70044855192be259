"""What two ends keep of a verified session, so that the next one needs no invitation.

The bond's secret comes from the session's exporter and both identity keys; every verified session
makes a new one. From it follow the mailbox tokens (the relay is told their hashes alone) and the
keys of three letters, each ``nonce || AES-256-GCM`` with the reader's address as associated data:

    CALL     site to GP   number, digest of the bundle, M1     its key: "call"
    BUNDLE   GP to site   the GP's newest standing bundle      its key: "bundle"
    REFUSAL  GP to site   number of the call, reason           its key: "call refusal"

The page mirrors this module; ``tests/vectors/bond.json`` holds both to the same bytes.
"""

from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from client.core.handshake.errors import BadLetterError, CallRefusal
from client.core.handshake.knock import Bundle, Entropy, items_of
from client.core.identity import purpose
from client.core.invitation import TOKEN_SIZE
from client.core.plain_cbor import pack

SECRET_SIZE: Final = 32
_KEY_SIZE: Final = 32
_NONCE_SIZE: Final = 12
_DIGEST_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Call:
    """What a CALL says."""

    number: int
    """Rises with every call of one site to one GP; see `client.core.contacts`."""
    bundle_digest: bytes
    """Which standing bundle the M1 is sealed to."""
    m1: bytes
    """Body of the M1."""


@dataclass(frozen=True, slots=True)
class Bond:
    """A secret that a site and a GP share beyond their sessions."""

    site_address: bytes
    gp_address: bytes
    secret: bytes = field(repr=False)

    @property
    def site_token(self) -> bytes:
        """Lets the GP put letters into the site's mailbox."""
        return self._derived("mailbox site", TOKEN_SIZE)

    @property
    def gp_token(self) -> bytes:
        """Lets the site put letters into the GP's mailbox."""
        return self._derived("mailbox gp", TOKEN_SIZE)

    def seal_call(self, call: Call, entropy: Entropy) -> bytes:
        """Body of a CALL."""
        plaintext = pack(call.number, call.bundle_digest, call.m1)
        return self._seal("call", self.gp_address, plaintext, entropy)

    def open_call(self, body: bytes) -> Call:
        """What a CALL says; `BadLetterError` unless the other holder of the secret sealed it."""
        match items_of(self._open("call", self.gp_address, body)):
            case [int(number), bytes(digest), bytes(m1)] if len(digest) == _DIGEST_SIZE:
                return Call(number, digest, m1)
            case _:
                raise BadLetterError("not a call")

    def seal_bundle(self, bundle: Bundle, entropy: Entropy) -> bytes:
        """Body of a BUNDLE."""
        return self._seal("bundle", self.site_address, pack(bundle.encode()), entropy)

    def open_bundle(self, body: bytes) -> Bundle:
        """The bundle in a BUNDLE, its signature verified; else `BadLetterError`."""
        match items_of(self._open("bundle", self.site_address, body)):
            case [bytes(bundle)]:
                return Bundle.decode_standing(bundle)
            case _:
                raise BadLetterError("not a bundle")

    def seal_refusal(self, number: int, reason: CallRefusal, entropy: Entropy) -> bytes:
        """Body of a REFUSAL of the call with this number."""
        plaintext = pack(number, reason.value)
        return self._seal("call refusal", self.site_address, plaintext, entropy)

    def open_refusal(self, body: bytes) -> tuple[int, CallRefusal]:
        """Which call was refused and why; `BadLetterError` if this refuses none."""
        match items_of(self._open("call refusal", self.site_address, body)):
            case [int(number), str(reason)] if reason in set(CallRefusal):
                return number, CallRefusal(reason)
            case _:
                raise BadLetterError("not a refusal of a call")

    def _seal(self, label: str, reader: bytes, plaintext: bytes, entropy: Entropy) -> bytes:
        nonce = entropy(_NONCE_SIZE)
        return nonce + AESGCM(self._derived(label, _KEY_SIZE)).encrypt(nonce, plaintext, reader)

    def _open(self, label: str, reader: bytes, body: bytes) -> bytes:
        nonce, ciphertext = body[:_NONCE_SIZE], body[_NONCE_SIZE:]
        try:
            return AESGCM(self._derived(label, _KEY_SIZE)).decrypt(nonce, ciphertext, reader)
        except (InvalidTag, ValueError) as error:
            raise BadLetterError("not sealed under this bond") from error

    def _derived(self, label: str, size: int) -> bytes:
        return HKDF(SHA256(), size, salt=None, info=purpose(label)).derive(self.secret)


def bond_secret(exporter: bytes, site_public: bytes, gp_public: bytes) -> bytes:
    """The secret of the bond that a verified session between these two leaves behind."""
    info = purpose("bond") + site_public + gp_public
    return HKDF(SHA256(), SECRET_SIZE, salt=None, info=info).derive(exporter)

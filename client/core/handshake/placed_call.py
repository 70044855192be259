"""A call of the site's that lies in a GP's mailbox, with the secrets to take up its answer.

It holds keys: whoever keeps it beyond the process keeps it in the encrypted store alone, and
deletes it once it is answered, refused or over.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from client.core.handshake.bond import Bond
from client.core.handshake.errors import BadLetterError
from client.core.handshake.knock import Bundle
from client.core.handshake.offer import Offer
from client.core.letters import Letter, LetterKind
from client.core.plain_cbor import pack, unpack
from client.errors import ChevetError

_VERSION: Final = 1


class PlacedCallUnreadableError(ChevetError):
    """What was kept of the call is not of this version."""


@dataclass(frozen=True, slots=True, repr=False)
class PlacedCall:
    """One CALL that was posted and waits for its M2."""

    bond: Bond
    number: int
    offer: Offer
    letter: Letter
    """The CALL."""
    ends_at: datetime
    """No answer is taken from then on; whole seconds, UTC."""

    @property
    def gp_public(self) -> bytes:
        """The pinned key of whoever was called."""
        return self.offer.bundle.gp_public

    def encode(self) -> bytes:
        """As it is kept."""
        bond, offer = self.bond, self.offer
        return pack(
            *(_VERSION, bond.site_address, bond.gp_address, bond.secret, self.number),
            *(offer.site_public, offer.bundle.encode(), offer.ephemeral_seed),
            *(offer.seed, offer.nonce, offer.m1, self.letter.body, int(self.ends_at.timestamp())),
        )

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The call these bytes keep; `PlacedCallUnreadableError` if they keep none."""
        try:
            items = unpack(data)
        except ValueError as error:
            raise PlacedCallUnreadableError("not a call") from error
        match items:
            case [
                1,
                bytes(site_address),
                bytes(gp_address),
                bytes(secret),
                int(number),
                bytes(site_public),
                bytes(bundle),
                bytes(ephemeral_seed),
                bytes(seed),
                bytes(nonce),
                bytes(m1),
                bytes(call),
                int(ends_s),
            ]:
                try:
                    to = Bundle.decode_standing(bundle)
                except BadLetterError as error:
                    raise PlacedCallUnreadableError("a call to nobody") from error
                offer = Offer.kept(site_public, to, ephemeral_seed, seed, nonce, m1)
                bond = Bond(site_address, gp_address, secret)
                letter = Letter(LetterKind.CALL, call)
                return cls(bond, number, offer, letter, datetime.fromtimestamp(ends_s, UTC))
            case _:
                raise PlacedCallUnreadableError("a call of another version")

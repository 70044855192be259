"""The keys by which sites that know a GP call it: made daily, published, and in the end deleted.

What a stolen prekey opens is an M1: who called when, and the site's share of a session's keys. The
session itself needs the site's ephemeral key, too, which lives only until the answer.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

from client.core.handshake import Bundle, kem
from client.core.handshake.knock import Entropy
from client.core.identity import Identity
from client.core.plain_cbor import pack, unpack

ROTATED_EVERY: Final = timedelta(days=1)
CALLABLE_FOR: Final = timedelta(days=14)
"""chosen: a GP who opens the page once a fortnight can always be called."""
KEPT_FOR: Final = timedelta(days=7)
"""Beyond its last call, which may wait in the mailbox for so long."""
PREKEYS_LIMIT: Final = 32
"""Kept at once; one a day for as long as each is kept makes 21."""


@dataclass(frozen=True, slots=True)
class Prekey:
    """One key, and the bundle it was published in."""

    seed: bytes = field(repr=False)
    made_s: int
    """UTC seconds since 1970."""
    bundle: Bundle

    @property
    def pair(self) -> kem.KeyPair:
        """The key that opens an M1."""
        return kem.KeyPair(self.seed)


@dataclass(frozen=True, slots=True)
class Prekeys:
    """All that are not deleted yet, the oldest first."""

    items: tuple[Prekey, ...] = ()

    def renewed(self, identity: Identity, now: datetime, entropy: Entropy) -> Self:
        """With a new one if the newest is a day old, and without those that can serve no more.

        Epochs rise even if the clock goes back, and even if this is an old copy of the store.
        """
        now_s = int(now.timestamp())
        kept = tuple(item for item in self.items if _is_kept(item, now_s))
        newest = self.items[-1] if self.items else None
        if newest and 0 <= now_s - newest.made_s < ROTATED_EVERY.total_seconds():
            return replace(self, items=kept)
        epoch = max(now_s, newest.bundle.epoch + 1 if newest else 1)
        expires_s = now_s + int(CALLABLE_FOR.total_seconds())
        seed = entropy(kem.SEED_SIZE)
        bundle = Bundle.standing(identity, kem.KeyPair(seed).public, expires_s, epoch)
        items = (*kept, Prekey(seed, now_s, bundle))[-PREKEYS_LIMIT:]
        return replace(self, items=items)

    @property
    def newest(self) -> Prekey:
        """The one to publish; there is one after `renewed`."""
        return self.items[-1]

    def of(self, bundle_digest: bytes) -> Prekey | None:
        """The one published in this bundle; `None` if it was never ours, or is deleted."""
        for item in self.items:
            if item.bundle.digest == bundle_digest:
                return item
        return None

    def encode(self) -> bytes:
        """For a store that is encrypted itself."""
        return pack(*(pack(i.seed, i.made_s, i.bundle.encode()) for i in self.items))

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """What `encode` made; `ValueError` or `BadLetterError` for anything else."""
        items = []
        for item in unpack(data):
            match unpack(item) if isinstance(item, bytes) else ():
                case [bytes(seed), int(made_s), bytes(bundle)]:
                    items.append(Prekey(seed, made_s, Bundle.decode_standing(bundle)))
                case _:
                    raise ValueError("not a prekey")
        return cls(tuple(items))


def _is_kept(item: Prekey, now_s: int) -> bool:
    return now_s < item.bundle.expires_s + KEPT_FOR.total_seconds()

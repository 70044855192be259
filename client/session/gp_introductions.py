"""Who the site says it is; the Python GP keeps it in its book once both are sure."""

import asyncio
from collections.abc import Callable

from client import clock
from client.core import wire
from client.core.envelope import Role, kept
from client.core.handshake import KeysAgreed
from client.core.resumption import Resumption
from client.net.relay_client import RelayClient
from client.session.gp_book import GpBook
from client.session.gp_ways import Way
from client.session.keeping import RecordKeeper
from client.session.meeting import CONSULTATION_LASTS, CONTACT_LASTS


class GpIntroductions:
    """Hears who the site is."""

    def __init__(
        self,
        book: GpBook,
        way: Way,
        relay: RelayClient,
        keeper: RecordKeeper | None,
        on_kept: Callable[[], None],
    ) -> None:
        """`on_kept` is told when the site is in the book and may call."""
        self._book = book
        self._way = way
        self._relay = relay
        self._keeper = keeper
        self._on_kept = on_kept
        self._agreed: KeysAgreed | None = None
        self._said: wire.Acquaintance | None = None
        self._is_sure = False
        self._admitting: asyncio.Task[None] | None = None

    def begin(self, agreed: KeysAgreed) -> None:
        """Keys are shared with this site, of this process; before, nobody is known."""
        self._agreed = agreed

    def be_sure(self) -> None:
        """It is the site and nobody else; from now on a later process can go on."""
        self._is_sure = True
        if self._keeper is not None and self._agreed is not None:
            until = clock.now() + CONSULTATION_LASTS
            keys = kept(self._agreed.keys, Role.GP)
            to, token = self._way.site
            own = self._way.tokens[0]
            self._keeper.hold(
                Resumption(
                    *(keys, self._agreed.peer_public, to, token, own, int(until.timestamp()))
                )
            )

    def hear(self, said: wire.Acquaintance) -> None:
        """The site says who it is."""
        self._said = said
        self.keep()

    def keep(self) -> None:
        """Keep the site in the book, once we are sure of it, and it of us."""
        if self._is_sure and self._said is not None and self._agreed is not None:
            self._book.keep(self._agreed, self._said, self._way.used, clock.now())
            self._said = None
            self._admitting = asyncio.create_task(self._admit_sites())

    def stop(self) -> None:
        """Admit nobody any more."""
        if self._admitting is not None:
            self._admitting.cancel()

    async def _admit_sites(self) -> None:
        """From now on the sites of the book may call, also while this program is off."""
        until = clock.now() + CONTACT_LASTS
        for bond in self._book.bonds:
            await self._relay.admit(bond.gp_token, int(until.timestamp()))
        self._on_kept()

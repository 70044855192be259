"""A GP proves its profession in a consultation: for its own key, by a known broker."""

import asyncio
from typing import Any, Final

from end_to_end.test_consultation_in_python import PATIENCE_S, Site, a_gp, consult, relay_url, site

from client import clock
from client.core.identity import Identity
from client.core.profession import Attestation, Professional
from client.core.wire import Attested
from client.store.journal import JournalEvent

__all__ = ["relay_url", "site"]

BROKER: Final = Identity(b"broker  " * 4)
WHO: Final = Professional("https://login.example", "10001234567", "Hélène MARTIN")


def attested(broker: Identity, holder: bytes) -> Attested:
    now_s = int(clock.now().timestamp())
    said = Attestation.signed(broker, WHO, holder=holder, nonce=b"n" * 16, now_s=now_s)
    return Attested(said.encode())


async def test_a_proof_counts_for_the_key_of_this_session_alone(site: Site) -> None:
    introductions: Any = site.opened.session._introductions
    introductions._brokers = {BROKER.public}
    async with a_gp() as gp:
        await consult(site, gp)
        own = gp.book.identity.public
        gp.session._say(attested(BROKER, own))
        await site.until(lambda now: now.gp_profession is not None)
        view = site.now.gp_profession
        assert view is not None
        assert (view.name, view.rpps, view.issuer) == (WHO.name, WHO.rpps, WHO.issuer)
        [line] = [
            entry
            for entry in (await site.opened.record()).journal
            if entry.event == JournalEvent.PROFESSION_VERIFIED
        ]
        assert line.facts["rpps"] == WHO.rpps
        for false in (attested(Identity(b"o" * 32), own), attested(BROKER, bytes(32))):
            gp.session._say(attested(BROKER, own))
            await site.until(lambda now: now.gp_profession is not None)
            gp.session._say(false)
            async with asyncio.timeout(PATIENCE_S):
                while site.now.gp_profession is not None:
                    await asyncio.sleep(0.02)

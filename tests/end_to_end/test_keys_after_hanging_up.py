"""Once a consultation has ended, nothing the site still runs leads to a key of its session."""

import asyncio
import gc
import sys
from collections import Counter
from types import ModuleType
from typing import Any, Final

import pytest
from end_to_end.test_consultation_in_python import PATIENCE_S, Site, a_gp, consult, relay_url, site

from client.core.envelope import Kept, Opener, Sealer, SessionKeys
from client.core.frame_keys import FrameKeys, FrameRatchet
from client.core.handshake import KeysAgreed
from client.core.handshake.kem import KeyPair
from client.core.handshake.transcript import Agreement
from client.core.resumption import Resumption
from client.core.sframe import FrameCipher

__all__ = ["relay_url", "site"]

SECRET: Final = (
    *(SessionKeys, Kept, Sealer, Opener, Resumption, KeysAgreed, Agreement, KeyPair),
    *(FrameRatchet, FrameKeys, FrameCipher),
)
_ELSEWHERE: Final = (ModuleType, type, asyncio.AbstractEventLoop)


def held_by(*roots: Any) -> Counter[str]:
    """What holds keys of a session and can be reached from these, by its kind."""
    gc.collect()
    shared = {id(module.__dict__) for module in sys.modules.values()}
    waiting, seen = list(roots), {id(root): root for root in roots}
    while waiting:
        for thing in gc.get_referents(waiting.pop()):
            if not (id(thing) in seen or id(thing) in shared or isinstance(thing, _ELSEWHERE)):
                seen[id(thing)] = thing
                waiting.append(thing)
    return Counter(type(thing).__name__ for thing in seen.values() if isinstance(thing, SECRET))


async def hung_up(site: Site, *, by_gp: bool) -> None:
    async with a_gp() as gp:
        await consult(site, gp)
        await gp.see_reading("spo2")
        held = held_by(site.opened.session)
        assert {"Sealer", "Opener", "SessionKeys", "FrameCipher"} <= {*held}  # it finds them
        if by_gp:
            await gp.leave()
        else:
            site.opened.session.end("finished")
        async with asyncio.timeout(PATIENCE_S):
            while not any(event["event"] == "ended" for event in site.events()):
                await asyncio.sleep(0.02)


@pytest.mark.parametrize("by_gp", [False, True])
async def test_no_key_outlives_the_ending(site: Site, by_gp: bool) -> None:  # noqa: FBT001 -- a case
    await hung_up(site, by_gp=by_gp)
    assert held_by(site.opened, *asyncio.all_tasks()) == Counter()
    assert site.now.ended == "finished"

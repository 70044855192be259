"""A line that is cut again and again costs nothing: of a closed connection nothing stays."""

import gc
import threading
from collections import Counter

from net.test_peer import two_ends

CONNECTIONS = 3
ROOTS = ("aioice", "aiortc", "client")


def held() -> Counter[str]:
    """Everything of ours and of aiortc's that is alive, and the threads."""
    gc.collect()
    kinds = [type(thing) for thing in gc.get_objects()]
    found = Counter(
        f"{kind.__module__}.{kind.__qualname__}"
        for kind in kinds
        if str(kind.__module__).partition(".")[0] in ROOTS
    )
    found["threads"] = threading.active_count()
    return found


async def connect() -> None:
    """Voice and picture both ways, then the end."""
    async with two_ends() as (site, gp):
        site.peer.start_media()
        gp.peer.start_media()
        for end in (site, gp):
            await end.remote.until(sounds=2, pictures=2)


async def test_each_connection_leaves_what_the_one_before_it_left() -> None:
    await connect()  # loads what is loaded once
    first = held()
    assert first["aiortc.rtcpeerconnection.RTCPeerConnection"] == 0
    for _ in range(CONNECTIONS):
        await connect()
    assert held() - first == Counter()

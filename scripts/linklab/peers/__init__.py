"""The calls that are compared, each with the same camera, voice, readings and still."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from linklab.measuring.evidence import Evidence
from linklab.peers import aiortc_stock, chevet, chromium
from linklab.peers.surroundings import Surroundings

PEERS: Final[Mapping[str, Callable[[Surroundings], Awaitable[Evidence]]]] = MappingProxyType(
    {
        "chevet": chevet.call,
        "chromium": partial(chromium.call, name="chromium"),
        "chromium-av1": partial(chromium.call, name="chromium-av1", codec="av1"),
        "aiortc": aiortc_stock.call,
    }
)
"""By the names of the command line."""

"""Whether a relay answers."""

from typing import Final

import aiohttp

ANSWER_S: Final = 5.0
"""chosen: several times a satellite's round trip."""


async def is_reachable(relay_url: str) -> bool:
    """Ask the relay for its health; false for any reason it does not answer."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{relay_url.rstrip('/')}/health") as answer,
        ):
            return answer.ok
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False

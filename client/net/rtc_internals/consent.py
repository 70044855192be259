"""How ICE keeps a connection that hears nothing: through any outage we come back from.

aioice asks every 5 s, waits half a second for the answer and gives up after six without one: a
round trip above half a second, usual on satellite and on a full thin line, ends every call after
30 s. A browser stops looking for us 18 s into an outage and comes back when we ask.
"""

import asyncio
from functools import cache
from typing import Any, Final

from aioice import ice, stun

OUTAGE_S: Final = 120.0
"""chosen: after two minutes a new connection costs little; until then the old one is faster."""
CALM_S: Final = 5.0
"""As aioice has it."""
URGENT_S: Final = 1.5
"""chosen: with its repeats after 0.5 and 1 s, a question is never longer than 1 s away."""
_LATE_S: Final = 9.0  # chosen: a question that is not answered within 4 s
_REPEATS: Final = 2  # each answer may take 3.5 s


@cache
def outlast_outages() -> None:
    """Let consent (RFC 7675) survive `OUTAGE_S` without an answer; once a process.

    That the line is cut is known from silence on it long before. Needs
    ``aioice.Connection.query_consent``, ``_nominated``, ``_query_consent_task``.
    """
    connection: Any = ice.Connection
    connection.query_consent = _query_consent


async def _query_consent(connection: Any) -> None:
    """Ask until nobody has answered for `OUTAGE_S`, then close, as the stock one does."""
    consent = _Consent(connection)
    try:
        await consent.ask_on()
    finally:
        consent.stop()
    connection._query_consent_task = None  # noqa: SLF001 -- the stock one does, or close waits
    await connection.close()


class _Consent:
    """The questions of one connection that are on their way."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._now_s = asyncio.get_running_loop().time
        self._answered_s = self._now_s()
        self._asking: set[asyncio.Task[None]] = set()

    async def ask_on(self) -> None:
        """Return when it has been silent for too long."""
        while (silent_s := self._now_s() - self._answered_s) < OUTAGE_S:
            await asyncio.sleep(URGENT_S if silent_s > _LATE_S else CALM_S)
            for pair in self._connection._nominated.values():  # noqa: SLF001 -- no public name
                asking = asyncio.create_task(self._ask(pair))
                self._asking.add(asking)
                asking.add_done_callback(self._asking.discard)

    def stop(self) -> None:
        """Wait for no answer any more."""
        for asking in self._asking:
            asking.cancel()

    async def _ask(self, pair: Any) -> None:
        request = self._connection.build_request(pair, nominate=False)
        key = self._connection.remote_password.encode("utf8")
        try:
            await pair.protocol.request(
                request, pair.remote_addr, integrity_key=key, retransmissions=_REPEATS
            )
        except stun.TransactionError:
            return
        self._answered_s = self._now_s()

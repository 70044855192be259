"""Hooks into one connection's SCTP association, so that it carries messages and governs nothing.

aiortc's SCTP is Reno-like: a lost message halves its window or stops it for a second, and holds up
what comes after. Our messages leave in lanes, paced by whoever knows the line; they are numbered
and repeated end to end. So the association sends at once what it is given, never repeats a message
(RFC 3758, no retransmission), and gives the lost ones up late: a packet that waits in a lower lane
is not lost because later ones were acknowledged, and one given up too soon the peer would refuse.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from aiortc.utils import uint32_gt

WINDOW_BYTES: Final = 1 << 24
"""In place of the congestion window: never the limit; chosen: far above any channel's bound."""
FIRST_TIMEOUT_S: Final = 1.0
"""Until a round trip was measured (RFC 9260, 16: 1 s); aiortc waits 3 s."""
RECEIPT_DELAY_S: Final = 0.2
"""At most so late is one packet acknowledged; the second at once (RFC 9260, 6.2)."""
MISORDERED_LIMIT: Final = 1_024
"""Packets beyond a missing one; chosen: some seconds of a still on our best line."""


class Association:
    """The SCTP association of one connection, tamed.

    Needs the names in `PRIVATE_NAMES`.
    """

    PRIVATE_NAMES: Final = (
        "_advertised_rwnd",
        "_cwnd",
        "_fast_recovery_exit",
        "_flight_size_decrease",
        "_handle_data",
        "_maybe_abandon",
        "_outbound_queue",
        "_receive_sack_chunk",
        "_rto",
        "_sack_misordered",
        "_sack_needed",
        "_send_sack",
        "_sent_queue",
        "_t3_expired",
        "_t3_handle",
        "_t3_start",
        "_transmit",
        "_update_advanced_peer_ack_point",
    )

    def __init__(self, sctp: Any, overrun: Callable[[], None]) -> None:
        """``overrun`` is called when the peer sends more than it was granted.

        aiortc announces the window (RFC 9260, 3.3.3) but takes any amount.
        """
        self._sctp = sctp
        self._overrun = overrun
        self._newest_before: int | None = None
        self._receipt: asyncio.TimerHandle | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._transmit = sctp._transmit  # noqa: SLF001 -- no public name
        self._receive_sack = sctp._receive_sack_chunk  # noqa: SLF001 -- no public name
        self._handle = sctp._handle_data  # noqa: SLF001 -- no public name
        self._send_receipt = sctp._send_sack  # noqa: SLF001 -- no public name
        sctp._transmit = self._transmitted  # noqa: SLF001 -- no public name
        sctp._receive_sack_chunk = self._sack_received  # noqa: SLF001 -- no public name
        sctp._handle_data = self._handled  # noqa: SLF001 -- no public name
        sctp._send_sack = self._receipt_due  # noqa: SLF001 -- no public name
        sctp._t3_expired = self._timed_out  # noqa: SLF001 -- no public name
        sctp._rto = FIRST_TIMEOUT_S  # noqa: SLF001 -- no public name

    @property
    def unacknowledged_bytes(self) -> int:
        """What was sent and neither acknowledged nor given up."""
        sctp = self._sctp
        sent = (chunk for chunk in sctp._sent_queue if not (chunk._acked or chunk._abandoned))  # noqa: SLF001 -- no public name
        return sum(len(chunk.user_data) for chunk in (*sent, *sctp._outbound_queue))  # noqa: SLF001 -- no public name

    async def _transmitted(self) -> None:
        self._sctp._cwnd = WINDOW_BYTES  # noqa: SLF001 -- no public name
        self._sctp._fast_recovery_exit = None  # noqa: SLF001 -- no public name
        await self._transmit()

    async def _sack_received(self, chunk: Any) -> None:
        """Take what was acknowledged; what was not, three times, is no loss yet."""
        for sent in self._sctp._sent_queue:  # noqa: SLF001 -- no public name
            sent._misses = 0  # noqa: SLF001 -- no public name
        await self._receive_sack(chunk)

    async def _handled(self, data: bytes) -> None:
        await self._handle(data)
        sctp = self._sctp
        if sctp._advertised_rwnd < 0 or len(sctp._sack_misordered) > MISORDERED_LIMIT:  # noqa: SLF001 -- no public name
            self._overrun()

    async def _receipt_due(self) -> None:
        self._sctp._sack_needed = False  # noqa: SLF001 -- no public name
        if self._receipt is None:
            loop = asyncio.get_running_loop()
            self._receipt = loop.call_later(RECEIPT_DELAY_S, self._receipt_late)
        else:
            self._receipt.cancel()
            self._receipt = None
            await self._send_receipt()

    def _receipt_late(self) -> None:
        self._receipt = None
        if self._sctp.state == "connected":
            self._spawn(self._send_receipt)

    def _timed_out(self) -> None:
        """Give up what was sent before the last time-out and is not acknowledged at this one."""
        sctp = self._sctp
        sctp._t3_handle = None  # noqa: SLF001 -- no public name
        sent = tuple(sctp._sent_queue)  # noqa: SLF001 -- no public name
        for chunk in sent:
            is_young = self._newest_before is None or uint32_gt(chunk.tsn, self._newest_before)
            if is_young or chunk._acked or chunk._abandoned:  # noqa: SLF001 -- no public name
                continue
            sctp._flight_size_decrease(chunk)  # noqa: SLF001 -- no public name
            if not sctp._maybe_abandon(chunk):  # noqa: SLF001 -- no public name
                chunk._retransmit = True  # noqa: SLF001 -- no public name
        if sent:
            self._newest_before = sent[-1].tsn
        sctp._update_advanced_peer_ack_point()  # noqa: SLF001 -- no public name
        self._spawn(self._transmitted)
        if sctp._sent_queue:  # noqa: SLF001 -- no public name
            sctp._t3_start()  # noqa: SLF001 -- no public name

    def _spawn(self, send: Callable[[], Any]) -> None:
        task = asyncio.ensure_future(_unless_gone(send))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)


async def _unless_gone(send: Callable[[], Any]) -> None:
    with suppress(ConnectionError):
        await send()

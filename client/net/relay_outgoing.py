"""What this end has asked of the relay and not seen answered; nothing here touches the network."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Final

from client.core import mailbox
from client.core.mailbox import Admit, Admitted, Put, Reason, Refused, Stored
from client.net.relay_errors import RelayBusyError, refusal

PUTS_LIMIT: Final = 128
"""Letters waiting to be stored; with all admissions still below a connection's first burst."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A frame that goes out on every connection until it is answered."""

    frame: Put | Admit
    answer: asyncio.Future[None]


class Outgoing:
    """Letters and admissions in the order to send, on each connection from the start."""

    def __init__(self) -> None:
        self._puts: dict[int, _Asked] = {}
        self._admissions: dict[bytes, _Asked] = {}
        self._unsent: deque[_Asked] = deque()
        self._something_came = asyncio.Event()
        self._last_id = 0

    async def put(self, to: bytes, token: bytes, data: bytes, ttl_s: int) -> None:
        """Return once the letter is stored; `RelayRefusedError`, `RelayBusyError`.

        A caller that gives up takes the letter back, unless it is already on its way.
        """
        if len(data) > mailbox.DATA_LIMIT:
            raise refusal(Reason.TOO_LARGE)
        if len(self._puts) >= PUTS_LIMIT:
            raise RelayBusyError(len(self._puts))
        self._last_id += 1
        frame = Put(self._last_id, to, token, data, ttl_s)
        self._puts[frame.id] = asked = self._ask(frame)
        try:
            await asked.answer
        finally:
            del self._puts[frame.id]

    async def admit(self, token: bytes, until_s: int) -> None:
        """Return once the relay admits holders of the token; kept for later connections.

        Like the relay, this remembers `TOKENS_LIMIT` of them: the soonest to end gives way, and
        whoever still waited for it gets `RelayBusyError`.
        """
        frame = Admit(mailbox.token_hash(token), until_s)
        before = self._admissions.get(frame.token_hash)
        asked = self._ask(frame, None if before is None else before.answer)
        self._admissions[frame.token_hash] = asked
        if len(self._admissions) > mailbox.TOKENS_LIMIT:
            self._forget_soonest()
        await asyncio.shield(asked.answer)  # a caller that gives up takes nothing back

    def start_over(self) -> None:
        """A new connection: everything unanswered goes out again, admissions always do."""
        self._unsent = deque((*self._admissions.values(), *self._puts.values()))
        self._something_came.set()

    async def next(self) -> Put | Admit:
        """The next frame to send on this connection, when there is one."""
        while True:
            while self._unsent:
                asked = self._unsent.popleft()
                if not asked.answer.cancelled():
                    return asked.frame
            self._something_came.clear()
            await self._something_came.wait()

    def answered(self, answer: Stored | Refused | Admitted) -> None:
        """Tell whoever asked; an answer nobody waits for any more does nothing."""
        if isinstance(answer, Admitted):
            asked = self._admissions.get(answer.token_hash)
        else:
            asked = self._puts.get(answer.id)
        if asked is None or asked.answer.done():
            return
        if isinstance(answer, Refused):
            asked.answer.set_exception(refusal(answer.reason))
        else:
            asked.answer.set_result(None)

    def _ask(self, frame: Put | Admit, answer: asyncio.Future[None] | None = None) -> _Asked:
        if answer is None or answer.done():
            answer = asyncio.get_running_loop().create_future()
        asked = _Asked(frame, answer)
        self._unsent.append(asked)
        self._something_came.set()
        return asked

    def _forget_soonest(self) -> None:
        ends_s = {
            token_hash: asked.frame.until_s
            for token_hash, asked in self._admissions.items()
            if isinstance(asked.frame, Admit)
        }
        forgotten = self._admissions.pop(min(ends_s, key=ends_s.__getitem__))
        if not forgotten.answer.done():
            forgotten.answer.set_exception(RelayBusyError(mailbox.TOKENS_LIMIT))

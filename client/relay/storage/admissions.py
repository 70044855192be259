"""Who may put into which mailbox, in a stream of a NATS cluster: one record for each mailbox.

A record is a JSON map of token hashes to the UTC second in which they end. Nodes remember records
for as long as `REMEMBERED_S`, and are told when one changes; a refusal is never taken from memory.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from nats.js.api import RePublish, RetentionPolicy, StorageType, StreamConfig

from client.core.mailbox import TOKENS_LIMIT
from client.relay.storage.gateway import Gateway, OutrunError, Record, UnansweredError

STREAM: Final = "chevet-admissions"
KEPT_LIMIT_S: Final = 31 * 86_400
"""Above `client.relay.connection.ADMISSION_LIMIT_S`: nothing ends before its time."""
REMEMBERED_S: Final = 60
"""How long a token taken back may still be honoured, should word of it be lost."""
REMEMBERED: Final = 10_000
"""Records that a node remembers: about 10 MB."""
SWEEP_RECORDS: Final = 10_000
"""Records looked at in one sweep; the next goes on from there."""

_SUBJECT: Final = "chevet.admission."
_CHANGED: Final = "chevet.admitted."
_ENDS: Final = "Chevet-Ends"

Ends = Mapping[str, int]
"""UTC second in which each token ends, by the hexadecimal hash of the token."""


@dataclass(frozen=True, slots=True)
class _Known:
    ends: Ends
    asked_s: int


class Admissions:
    """The admissions of all mailboxes."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._swept = 0

    @staticmethod
    def stream(copies: int) -> StreamConfig:
        """How the stream is kept."""
        return StreamConfig(
            name=STREAM,
            subjects=[f"{_SUBJECT}*"],
            retention=RetentionPolicy.LIMITS,
            storage=StorageType.FILE,
            max_msgs_per_subject=1,
            max_age=KEPT_LIMIT_S,
            num_replicas=copies,
            republish=RePublish(
                f"{_SUBJECT}*", f"{_CHANGED}{{{{wildcard(1)}}}}", headers_only=True
            ),
        )

    async def open(self) -> None:
        """Hear of changes from now on."""
        await self._gateway.subscribe(f"{_CHANGED}*", lambda said: self._changed(said.subject))

    def forget(self) -> None:
        """Word of changes may have been lost."""
        self._known.clear()

    async def admit(self, address: bytes, token_hash: bytes, until_s: int) -> None:
        """See `MailboxStorage`; one after the other for each mailbox."""
        subject = _SUBJECT + address.hex()
        while True:
            record = await self._gateway.get(STREAM, last_by_subj=subject)
            before = _ends(record)
            ends = _soonest_forgotten({**before, token_hash.hex(): until_s})
            if ends == before or await self._is_written(subject, ends, record):
                return

    async def is_admitted(self, address: bytes, token_hash: bytes, now_s: int) -> bool:
        """See `MailboxStorage`."""
        subject = _SUBJECT + address.hex()
        known = self._known.get(subject)
        name = token_hash.hex()
        if known and abs(now_s - known.asked_s) < REMEMBERED_S and known.ends.get(name, 0) > now_s:
            return True
        record = await self._gateway.get(STREAM, last_by_subj=subject)
        ends = _ends(record)
        self._remember(subject, _Known(ends, now_s))
        return ends.get(name, 0) > now_s

    async def expire(self, now_s: int) -> None:
        """Delete what has ended; see `SWEEP_RECORDS`."""
        found = await self._gateway.scan(STREAM, f"{_SUBJECT}*", self._swept, SWEEP_RECORDS)
        self._swept = found[-1].sequence + 1 if len(found) == SWEEP_RECORDS else 0
        for header in found:
            if int(header.headers[_ENDS]) <= now_s:
                await self._prune(header.subject, now_s)

    async def _prune(self, subject: str, now_s: int) -> None:
        record = await self._gateway.get(STREAM, last_by_subj=subject)
        ends = {name: until_s for name, until_s in _ends(record).items() if until_s > now_s}
        # One that was outrun is looked at again in the next sweep.
        if record is not None and ends:
            await self._is_written(subject, ends, record)
        elif record is not None:
            await self._gateway.delete(STREAM, record.sequence)
        self._known.pop(subject, None)

    async def _is_written(self, subject: str, ends: Ends, before: Record | None) -> bool:
        """False if another node was faster, or if nobody knows."""
        headers = {_ENDS: str(min(ends.values()))}
        after = 0 if before is None else before.sequence
        self._known.pop(subject, None)
        try:
            await self._gateway.publish(subject, json.dumps(ends).encode(), headers, after)
        except (OutrunError, UnansweredError):
            return False
        return True

    def _remember(self, subject: str, known: _Known) -> None:
        self._known[subject] = known
        self._known.move_to_end(subject)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _changed(self, said: str) -> None:
        self._known.pop(said.replace(_CHANGED, _SUBJECT, 1), None)


def _ends(record: Record | None) -> dict[str, int]:
    return {} if record is None else json.loads(record.data)


def _soonest_forgotten(ends: dict[str, int]) -> Ends:
    if len(ends) <= TOKENS_LIMIT:
        return ends
    del ends[min(ends, key=ends.__getitem__)]
    return ends

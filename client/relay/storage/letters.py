"""How letters lie in a JetStream stream: subjects, headers, and what they tell of a mailbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from nats.js.api import DiscardPolicy, RePublish, RetentionPolicy, StorageType, StreamConfig

from client.core.mailbox import FRAME_LIMIT, MAILBOX_LIMIT, MESSAGES_LIMIT, TTL_LIMIT_S
from client.relay.storage.gateway import Record

STREAM: Final = "chevet-letters"
KEPT_LIMIT_S: Final = TTL_LIMIT_S + 86_400
"""No letter outlives this, even where no node is left to delete it."""
SUBJECT: Final = "chevet.letter."
CAME: Final = "chevet.came."
EXPIRES: Final = "Chevet-Expires"
_COUNT: Final = "Chevet-Count"
_SIZE: Final = "Chevet-Size"
_NAME: Final = "Chevet-Name"
_LENGTH: Final = "Nats-Msg-Size"


@dataclass(frozen=True, slots=True)
class Level:
    """At most so much waits in a mailbox."""

    last: int = 0
    """The last letter's id; 0 for none."""
    count: int = 0
    size: int = 0
    name: str = ""
    """The last letter's own name, by which whoever put it knows it again."""

    def with_letter(self, size: int) -> Self | None:
        """Where one more letter leads to; None beyond the limits."""
        if self.count >= MESSAGES_LIMIT or self.size + size > MAILBOX_LIMIT:
            return None
        return type(self)(self.last, self.count + 1, self.size + size)


def level_with(last: Record) -> Level:
    """What the last letter of a mailbox tells."""
    told = last.headers
    return Level(last.sequence, int(told[_COUNT]), int(told[_SIZE]), told[_NAME])


def level_of(records: Sequence[Record]) -> Level:
    """What these letters are, being all there are; their headers, from the oldest on."""
    size = sum(int(record.headers[_LENGTH]) for record in records)
    return Level(records[-1].sequence if records else 0, len(records), size)


def letters_stream(copies: int, limit_bytes: int) -> StreamConfig:
    """How the stream of all letters is kept."""
    return StreamConfig(
        name=STREAM,
        subjects=[f"{SUBJECT}*"],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,  # a full stream refuses letters rather than forget some
        max_bytes=limit_bytes,
        max_age=KEPT_LIMIT_S,
        max_msg_size=FRAME_LIMIT,
        num_replicas=copies,
        # Whoever has stored a letter tells all nodes, so word of it needs no node to survive.
        republish=RePublish(f"{SUBJECT}*", f"{CAME}{{{{wildcard(1)}}}}", headers_only=True),
    )


def headers(level: Level, name: str, expires_s: int) -> dict[str, str]:
    """What the letter of this name tells, with which its mailbox is at this level."""
    return {
        EXPIRES: str(expires_s),
        _COUNT: str(level.count),
        _SIZE: str(level.size),
        _NAME: name,
    }


def expired(records: Sequence[Record], now_s: int) -> list[Record]:
    """Those whose time is over."""
    return [record for record in records if int(record.headers[EXPIRES]) <= now_s]


def subject_of(address: bytes) -> str:
    """Where the letters of this mailbox are."""
    return SUBJECT + address.hex()


def address_of(subject: str) -> bytes:
    """The mailbox that a subject of ours ends with."""
    return bytes.fromhex(subject.rpartition(".")[2])

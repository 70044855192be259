"""One relay node's way to a NATS cluster: requests to JetStream, with patience for its failovers.

A request that meets a server on its way out or a stream without a leader is asked again; a stream
of three copies finds a new leader within ten seconds (NATS 2.9: elections after 4 to 9 s). What
must not be done twice is guarded by `Gateway.publish`, which says when it does not know.

API: https://docs.nats.io/reference/reference-protocols/nats_api_reference
"""

import asyncio
import base64
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.errors import APIError

from client.relay.storage import StorageError

PATIENCE_S: Final = 30.0
"""For one call, however many attempts it takes; chosen: two elections and a slow disk."""
ATTEMPT_S: Final = 3.0
"""For one request; chosen: far beyond a healthy answer, well below an election."""
PAUSE_S: Final = 0.1
"""Between attempts."""
CONNECT_S: Final = 20.0
"""For the first connection; whoever started the relay is told after that."""
RECONNECT_S: Final = 0.2
"""Between attempts to reach the next server."""
PING_S: Final = 5
"""A server silent for two of these is left."""
FETCH_LETTERS: Final = 500
"""Headers asked for at once."""
SCANNER_S: Final = 60.0
"""The server forgets a scan that nobody continues for so long."""

# Error codes of the JetStream API, server/errors.json.
_OUTRUN: Final = 10071
_STORE_FAILED: Final = 10077
_STORAGE_EXCEEDED: Final = 10047
_NO_MESSAGE: Final = frozenset({10037, 10043, 10057})
_STREAM_EXISTS: Final = 10058
_UNAVAILABLE: Final = 503
_PASSING: Final = frozenset({404, _UNAVAILABLE})
"""A stream or scan whose server is gone comes back or is begun again."""

T = TypeVar("T")

_log: Final = logging.getLogger(__name__)


class ClusterNotReadyError(StorageError):
    """No server of the cluster answers, or they do not agree on the streams."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(f"NATS is not ready: {type(cause).__name__}")  # texts may hold passwords


class OutrunError(Exception):
    """Another letter came to this subject first; nothing was stored."""


class UnansweredError(Exception):
    """No answer: the letter may have been stored, may be stored yet, or may be lost."""


class NoRoomError(Exception):
    """The stream is as large as it may become; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Record:
    """One message of a stream."""

    subject: str
    sequence: int
    """Rises within the stream, from 1; never used twice."""
    headers: Mapping[str, str]
    data: bytes
    """Empty where only the headers were asked for."""


class Gateway:
    """A connection to the cluster that moves from server to server by itself."""

    def __init__(self, on_return: Callable[[], None]) -> None:
        """``on_return`` hears that a lost connection is back, at whichever server."""
        self._on_return = on_return
        self._client = Client()
        self._stream = self._client.jetstream(timeout=ATTEMPT_S)

    async def open(self, servers: Sequence[str], streams: Sequence[StreamConfig]) -> None:
        """Connect and see to it that the streams exist; `ClusterNotReadyError`."""
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._client.connect(
                    servers=list(servers),
                    reconnected_cb=self._returned,
                    error_cb=_note,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=RECONNECT_S,  # type: ignore[arg-type]  # seconds; floats work
                    ping_interval=PING_S,
                )
                for config in streams:
                    await self._create(config)
        except (NatsError, OSError, StorageError) as error:  # a timeout is an OSError
            await self.close()
            raise ClusterNotReadyError(error) from error
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Send what was said and leave."""
        with suppress(OSError):  # what was said last cannot be sent while no server is there
            await self._client.close()

    async def subscribe(self, subject: str, heard: Callable[[Msg], None]) -> None:
        """Hear everything said on this subject from now on."""

        async def hear(message: Msg) -> None:
            heard(message)

        await self._client.subscribe(subject, cb=hear)
        await self._client.flush()

    async def say(self, subject: str, data: bytes) -> None:
        """Tell whoever listens now; nobody may."""
        if self._client.is_connected:  # what is said late would be about another time
            await self._client.publish(subject, data)

    async def get(self, stream: str, **which: int | str) -> Record | None:
        """The message that ``seq``, ``last_by_subj`` or ``seq`` with ``next_by_subj`` names.

        The stream's leader answers, so whatever was acknowledged is seen.
        """
        answer = await self._ask(f"$JS.API.STREAM.MSG.GET.{stream}", which)
        return None if answer is None else _record(answer["message"])

    async def delete(self, stream: str, sequence: int) -> bool:
        """Overwrite and delete the message; whether there was one."""
        answer = await self._ask(f"$JS.API.STREAM.MSG.DELETE.{stream}", {"seq": sequence})
        return answer is not None

    async def publish(self, subject: str, data: bytes, headers: dict[str, str], after: int) -> int:
        """The sequence of the message, once a majority of the copies has it.

        ``after`` is the last sequence of the subject that the caller knows of, 0 for none:
        `OutrunError` if there is another. Also `NoRoomError` and `UnansweredError`.
        """
        headers = headers | {"Nats-Expected-Last-Subject-Sequence": str(after)}
        try:
            message = await self._client.request(subject, data, ATTEMPT_S, headers=headers)
        except (NatsError, OSError) as error:
            self._check_worth(error)
            await asyncio.sleep(PAUSE_S)
            raise UnansweredError from error
        answer: dict[str, Any] = json.loads(message.data)
        match answer.get("error"):
            case None:
                return int(answer["seq"])
            case {"err_code": code} if code == _OUTRUN:
                raise OutrunError
            case {"err_code": code} if code in (_STORE_FAILED, _STORAGE_EXCEEDED):
                raise NoRoomError
            case {"code": code} if code == _UNAVAILABLE:
                await asyncio.sleep(PAUSE_S)
                raise UnansweredError
            case error:
                raise StorageError(f"nothing was written: {error.get('description')}")

    async def last_sequence(self, stream: str) -> int:
        """Of all messages that the stream ever had."""
        found = await patiently(lambda: self._stream.stream_info(stream), self._check_worth)
        return found.state.last_seq

    async def scan(self, stream: str, subject: str, start: int, limit: int) -> list[Record]:
        """Headers of the messages from sequence ``start`` on, the oldest ``limit`` of them."""
        return await patiently(
            lambda: self._scanned(stream, subject, start, limit), self._check_worth
        )

    async def _scanned(self, stream: str, subject: str, start: int, limit: int) -> list[Record]:
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=max(start, 1),
            ack_policy=AckPolicy.NONE,
            headers_only=True,
            mem_storage=True,
            num_replicas=1,
            inactive_threshold=SCANNER_S,
        )
        reading = await self._stream.pull_subscribe(subject, stream=stream, config=config)
        found: list[Record] = []
        try:
            # Asked every time: waiting for a letter that does not come would take a timeout.
            while len(found) < limit and (await reading.consumer_info()).num_pending:
                batch = await reading.fetch(min(FETCH_LETTERS, limit - len(found)), ATTEMPT_S)
                found += [_header(message) for message in batch]
            name = (await reading.consumer_info()).name
            await self._stream.delete_consumer(stream, name)
        finally:
            await reading.unsubscribe()
        return found

    async def _create(self, config: StreamConfig) -> None:
        async def create() -> None:
            try:
                await self._stream.add_stream(config)
            except APIError as error:
                if error.err_code != _STREAM_EXISTS:
                    raise
                await self._stream.update_stream(config)

        await patiently(create, lambda _: None)  # servers that start up refuse in many ways

    async def _ask(self, subject: str, asked: Mapping[str, object]) -> dict[str, Any] | None:
        body = json.dumps(asked).encode()

        async def ask() -> dict[str, Any] | None:
            message = await self._client.request(subject, body, ATTEMPT_S)
            answer: dict[str, Any] = json.loads(message.data)
            if (error := answer.get("error")) is None:
                return answer
            if error["err_code"] in _NO_MESSAGE:
                return None
            raise APIError.from_error(error)

        return await patiently(ask, self._check_worth)

    def _check_worth(self, error: Exception) -> None:
        """`StorageError` where asking again would give the same answer."""
        if self._client.is_closed:
            raise StorageError("this node has left NATS") from error
        if isinstance(error, APIError) and error.code not in _PASSING:
            raise StorageError(f"JetStream refused: {error.description}") from error

    async def _returned(self) -> None:
        self._on_return()


async def patiently(attempt: Callable[[], Awaitable[T]], check: Callable[[Exception], None]) -> T:
    """What the attempt gives, made again while the cluster is busy with itself; `StorageError`.

    ``check`` raises where another attempt would not help.
    """
    last: Exception = TimeoutError()
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    return await attempt()
                except (NatsError, OSError) as error:  # errors of the API and timeouts, too
                    check(error)
                    last = error
                await asyncio.sleep(PAUSE_S)
    except TimeoutError as error:
        raise StorageError(f"NATS does not answer: {last!r}") from error


async def _note(error: Exception) -> None:
    _log.info("NATS: %s", type(error).__name__)


def _record(message: Mapping[str, Any]) -> Record:
    lines = base64.b64decode(message.get("hdrs", "")).decode("ascii", "replace").split("\r\n")
    pairs = (line.partition(": ") for line in lines[1:] if line)
    return Record(
        subject=message["subject"],
        sequence=message["seq"],
        headers={name: value for name, _, value in pairs},
        data=base64.b64decode(message.get("data", "")),
    )


def _header(message: Msg) -> Record:
    return Record(message.subject, message.metadata.sequence.stream, message.headers or {}, b"")

"""One end as a process that may be killed at any instruction: the real delivery, without media.

Started again with the same folder it goes on from what its record holds.
"""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Final

from client import clock
from client.core import wire
from client.core.envelope import INCARNATION_SIZE, Role, header_of, resumed_ciphers
from client.core.identity import Identity
from client.core.lanes import Lane
from client.core.letters import Letter
from client.core.record import Direction, milliseconds
from client.core.stills import StillSender
from client.net.relay_client import RelayClient
from client.session.album import Album
from client.session.conversation import Conversation
from client.session.freight import Freight
from client.session.keeping import RecordKeeper
from client.session.stored_files import reader, stored
from client.store.records import Records
from killmatrix.line import LoopbackLine
from killmatrix.setting import (
    CONSULTATION,
    FILE_BYTES,
    FILES,
    LETTER_TTL_S,
    SEALED_LOG,
    SETTLED,
    WORK_DONE,
    Setting,
)

SAY_EVERY_S: Final = 0.05
FILE_CHANCE: Final = 0.05
"""That a new one is begun with a message."""
LETTER_EVERY_S: Final = 0.05
PIECE_BYTES: Final = 900
"""Of a file on the line."""
KINDS: Final = ("spo2", "pulse")
PARTS_BYTES: Final = 50_000
"""In which a file is handed over to be kept."""


class End:
    """Says numbered messages for ever, takes the other's, and moves files by both paths."""

    def __init__(self, setting: Setting, role: Role, relay: str, ports: tuple[int, int]) -> None:
        self.role = role
        self._setting = setting
        self._session = setting.resumption(role)
        self._relay = RelayClient(
            relay, Identity(setting.keys(role).identity_seed), on_letter=self._on_letter
        )
        self._ports = ports
        self._chance = random.Random()  # noqa: S311 -- when a line breaks, nothing secret
        self._log = os.open(
            setting.own(role) / SEALED_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
        )
        self._senders: dict[int, StillSender] = {}
        self._data: dict[int, bytes] = {}
        self._said = 0
        self._offered: set[int] = set()
        self._received: set[int] = set()

    async def run(self) -> None:
        """Go on until the driver says that the work is done and everything is acknowledged."""
        records = await Records.open(self._setting.own(self.role), self._setting.keys(self.role))
        records._ledger.received_limit = 1 << 30  # noqa: SLF001 -- the run is longer than any act
        self._keeper = RecordKeeper(records, CONSULTATION, clock.now)
        incarnation = os.urandom(INCARNATION_SIZE)
        self.talk = Conversation(
            resumed_ciphers(self._session.keys, incarnation),
            self._keeper,
            self._post,
            self._on_message,
            resumed=await self._keeper.resumed(),
            letter_every_s=LETTER_EVERY_S,
        )
        self._freight = Freight(clock.monotonic_s, self._mail)
        self._album = Album(self.talk.say, lambda *_: None, clock.monotonic_s)
        own, peer = self._ports
        line = LoopbackLine(("127.0.0.1", peer), self._chance, self._on_datagram, self._turned)
        self._line = await LoopbackLine.open(own, line)
        await self._restore()
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._relay.run())
            tasks.create_task(self._admit())
            tasks.create_task(self.talk.run())
            tasks.create_task(self._line.run())
            tasks.create_task(self._feed())
            tasks.create_task(self._speak())

    async def _admit(self) -> None:
        await self._relay.admit(self._session.own_token, self._session.until_s)

    async def _restore(self) -> None:
        record = await self._keeper.record()
        for one in record.parcels:
            message, is_sent = one.parcel.message, one.direction is Direction.SENT
            match message:
                case wire.Measured() | wire.Text() if is_sent:
                    self._said += 1
                case wire.StillOffered(id=known) if is_sent:
                    self._offered.add(known)
                case wire.StillReceived(id=known):
                    self._received.add(known)
        if self.role is Role.SITE:
            for file in await self._keeper.files(Direction.SENT):
                await self._send_file(file.id, file.size, file.sha256)
            return
        for one in record.parcels:
            offer = one.parcel.message
            if isinstance(offer, wire.StillOffered):
                pieces = await self._keeper.begun_pieces(offer.id)
                self._album.restore(offer, pieces, is_received=offer.id in self._received)

    # What leaves.

    def _logged(self, envelope: bytes) -> None:
        name, counter = header_of(envelope)
        line = f"{name.hex()} {counter} {sha256(envelope).hexdigest()}\n"
        os.write(self._log, line.encode())

    async def _post(self, envelope: bytes) -> None:
        self._logged(envelope)
        letter = Letter.sealed(self._session.keys.tag, envelope).encode()
        await self._relay.put(self._session.to, self._session.token, letter, LETTER_TTL_S)

    def send(self, data: bytes, *, lane: Lane) -> None:
        """See `client.session.ways.Path`."""
        self._logged(data)
        self._line.send(data, lane=lane)

    @property
    def room_bytes(self) -> int:
        """See `client.session.ways.Path`."""
        return self._line.room_bytes

    def _turned(self, line: LoopbackLine | None) -> None:
        self.talk.use(None if line is None else self)
        self._mail()
        for sender in self._senders.values():
            sender.rewind()
        if line is not None:
            self._album.resume()

    def _mail(self) -> None:
        self.talk.supply(None if self._line.is_up else self._freight.next_piece)

    async def _speak(self) -> None:
        done = self._setting.folder / WORK_DONE
        while not done.exists():
            self._say_next()
            is_time = self._chance.random() < FILE_CHANCE
            if self.role is Role.SITE and len(self._offered) < FILES and is_time:
                await self._begin_file()
            self._album.remind()
            await asyncio.sleep(SAY_EVERY_S)
        while not await self._is_settled():
            self._album.remind()
            await asyncio.sleep(SAY_EVERY_S)
        (self._setting.own(self.role) / SETTLED).touch()
        await asyncio.Event().wait()  # the other end may still need our receipts

    async def _is_settled(self) -> bool:
        """By what is on the disk: a receipt counts here a moment before it is written down."""
        is_sent = self.role is Role.GP or self._offered <= self._received
        return self.talk.waiting == 0 and is_sent and not (await self._keeper.resumed()).waiting

    def _say_next(self) -> None:
        self._said += 1
        now_ms = milliseconds(clock.now())
        if self.role is Role.GP:
            self.talk.say(wire.Text(f"question {self._said}", now_ms))
            return
        kind = KINDS[self._said % len(KINDS)]
        self.talk.say(wire.Measured(kind, self._said, "1", "good", now_ms, "simulated", None))

    async def _begin_file(self) -> None:
        identifier = len(self._offered) + 1
        size = random.Random(identifier).randint(*FILE_BYTES)  # noqa: S311 -- not a secret
        data = random.Random(identifier).randbytes(size)  # noqa: S311 -- nor is this

        async def parts() -> AsyncIterator[bytes]:
            for at in range(0, size, PARTS_BYTES):
                yield data[at : at + PARTS_BYTES]

        file = await stored(self._keeper, identifier, parts())
        await self._send_file(file.id, file.size, file.sha256)

    async def _send_file(self, identifier: int, size: int, digest: bytes) -> None:
        if identifier not in self._offered:
            self._offered.add(identifier)
            now_ms = milliseconds(clock.now())
            offer = wire.StillOffered(identifier, "file", size, digest, 0, 0, now_ms, "x/y")
            self.talk.say(offer)
        if identifier not in self._received:
            read = reader(self._keeper, identifier)
            self._freight.add(identifier, size, read)
            self._senders[identifier] = StillSender(identifier, await read(0, size))

    async def _feed(self) -> None:
        while True:
            for sender in list(self._senders.values()) if self._line.is_up else ():
                piece = sender.next_piece(PIECE_BYTES, clock.monotonic_s())
                if piece is not None:
                    self.talk.say(piece, lane=Lane.STILL)
                    break
            await asyncio.sleep(0.002)

    # What comes.

    def _on_datagram(self, data: bytes) -> None:
        for parcel in self.talk.open(data):
            self.talk.take(parcel, by_mail=False)

    async def _on_letter(self, data: bytes) -> None:
        envelope = Letter.decode(data).envelope_for(self._session.keys.tag)
        if envelope is not None:
            await self.talk.take_letter(envelope)

    def _on_message(self, message: wire.Message) -> None:
        match message:
            case wire.StillOffered():
                self._album.offered(message)
            case wire.StillPiece():
                self._album.take(message)
            case wire.StillHeld():
                self._freight.held(message)
                if message.id in self._senders:
                    self._senders[message.id].acknowledge(message, clock.monotonic_s())
            case wire.StillReceived():
                self._received.add(message.id)
                self._freight.received(message.id)
                self._senders.pop(message.id, None)


def main(words: list[str]) -> None:
    """``folder seed role relay own_port peer_port``."""
    folder, seed, role, relay, own, peer = words
    end = End(Setting.told(folder, seed), Role(role), relay, (int(own), int(peer)))
    asyncio.run(end.run())


if __name__ == "__main__":
    main(sys.argv[1:])

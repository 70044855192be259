"""A consultation that an earlier process of this site left: killed, or without electricity.

The keys of the session lie in the encrypted record from when the words were equal until the end;
nobody but the same GP has the others, so no words are compared again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from client.core import parcels, wire
from client.core.dossier.completeness import Why, pictures_off
from client.core.dossier.consent import is_picture
from client.core.record import ConsultationRecord, Direction, KeptParcel
from client.core.resumption import Resumption
from client.core.wire import Message
from client.session.keeping import RecordKeeper
from client.session.ways import Resumed
from client.store.records import Records

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Interrupted:
    """All that a later process begins with."""

    session: Resumption
    resumed: Resumed
    record: ConsultationRecord

    @classmethod
    async def read(cls, keeper: RecordKeeper) -> "Interrupted | None":
        """What `keeper` holds of its consultation; `None` if nobody can go on with it."""
        session = await keeper.session()
        record = await keeper.record()
        if session is None or record.finished_at is not None:
            return None
        came = [one for one in record.parcels if one.direction is Direction.RECEIVED]
        size_bytes = sum(len(parcels.encode(one.parcel)) for one in came)
        return cls(session, replace(await keeper.resumed(), received_bytes=size_bytes), record)

    @property
    def in_order(self) -> list[KeptParcel]:
        """What was said and what came, as it happened."""
        return sorted(self.record.parcels, key=lambda one: one.kept_at)

    def newest(self, kind: type[Message], direction: Direction) -> Message | None:
        """The last message of this kind."""
        known = [one.parcel.message for one in self.in_order if one.direction is direction]
        return next((message for message in reversed(known) if isinstance(message, kind)), None)

    def has_said(self, message: Message) -> bool:
        """Whether this end has said exactly this."""
        return any(
            one.parcel.message == message
            for one in self.record.parcels
            if one.direction is Direction.SENT
        )

    @property
    def open_ask(self) -> wire.Asked | None:
        """What the GP asked last, while it is not answered."""
        asked = self.newest(wire.Asked, Direction.RECEIVED)
        answered = {
            one.parcel.message.id
            for one in self.record.parcels
            if isinstance(one.parcel.message, wire.AskAnswered)
        }
        return asked if isinstance(asked, wire.Asked) and asked.id not in answered else None

    @property
    def stills(self) -> list[tuple[wire.StillOffered, bytes | None]]:
        """What was offered, with its bytes where they are kept and the GP has not all of them.

        What the patient has refused since is not gone on with (rules-fr.md, d-10).
        """
        whole = {one.id for one in self._all(wire.StillReceived, Direction.RECEIVED)}
        data = {still.id: still.jpeg for still in self.record.stills}
        offers = self._all(wire.StillOffered, Direction.SENT)
        whole |= {offer.id for offer in offers if self._is_refused(offer)}
        return [(offer, None if offer.id in whole else data.get(offer.id)) for offer in offers]

    def _is_refused(self, offer: wire.StillOffered) -> bool:
        dossier = self.record.dossier
        is_refused = dossier is not None and pictures_off(dossier) is Why.REFUSED
        return is_refused and is_picture(offer.media_type)

    @property
    def offered_by_gp(self) -> list[wire.StillOffered]:
        """The GP's files, whether they came or not."""
        return self._all(wire.StillOffered, Direction.RECEIVED)

    @property
    def summaries(self) -> list[wire.Summary]:
        """The GP's, in the order they came."""
        return self._all(wire.Summary, Direction.RECEIVED)

    def _all(self, kind: type[T], direction: Direction) -> list[T]:
        messages = (one.parcel.message for one in self.record.parcels if one.direction is direction)
        return [message for message in messages if isinstance(message, kind)]


async def unfinished(records: Records, now: datetime) -> tuple[int, datetime] | None:
    """The newest consultation that can be gone on with, and when it began.

    A session whose GP may not write here any more is over: its keys are erased.
    """
    found: tuple[int, datetime] | None = None
    for number in await records.unfinished(lambda known: known.alive(int(now.timestamp()))):
        overview = await records.overview(number)
        if overview.finished_at is None:
            found = number, overview.began_at
    return found

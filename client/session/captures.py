"""Photos, clips, sounds and files of the site: only those the patient agrees to (d-10).

Whatever is seen or heard of the patient passes `keep` before it is offered, whichever way it came:
by a key, by the camera's own button, from the stethoscope, or as a file of this machine.
"""

from collections.abc import AsyncIterator, Callable
from typing import Final

from client import clock
from client.core import wire
from client.core.dossier.completeness import Why
from client.core.dossier.consent import is_picture
from client.core.lanes import Lane
from client.errors import ChevetError
from client.session.attachments import Attachment
from client.session.consenting import Consenting
from client.session.events import EventLog
from client.session.keeping import RecordKeeper
from client.session.sending import FileDesk
from client.session.stills import StillDesk
from client.session.ways import Say
from client.store.journal import JournalEvent


class CaptureRefusedError(ChevetError):
    """The patient has not agreed to photos, clips and sounds."""


class Captures:
    """What is taken or chosen; on the event loop."""

    def __init__(  # noqa: PLR0913 -- all but two by name
        self,
        keeper: RecordKeeper,
        events: EventLog,
        *,
        consent: Consenting,
        say: Say,
        is_open: Callable[[], bool],
        on_received: Callable[[wire.StillOffered], None],
    ) -> None:
        """`on_received` is told when the GP has one whole; nothing leaves before `is_open`."""
        self._keeper = keeper
        self._events = events
        self._consent = consent
        self._say_to_gp = say
        self._is_open = is_open
        self._on_received = on_received
        self._unsaid: list[wire.StillOffered] = []
        """What was taken before anything may leave."""
        self.stills: Final = StillDesk(self._offer, self.keep, self._received)
        self.files: Final = FileDesk(self.stills.attachments, clock.now)

    def open(self) -> None:
        """Offer what was taken so far."""
        unsaid, self._unsaid = self._unsaid, []
        for offer in unsaid:
            self._say_to_gp(offer, Lane.READINGS)

    def may_take(self) -> bool:
        """Whether a photo, a clip or a sound may be taken; if not, it is noted."""
        why = self._consent.pictures_off()
        if why is not None:
            self._consent.capture_refused(why)
        return why is None

    @property
    def is_refused(self) -> bool:
        """The patient wants none of them to go any further."""
        return self._consent.pictures_off() is Why.REFUSED

    def withdraw(self) -> None:
        """They were refused after all: what is on its way stops."""
        self.files.withdraw_pictures()
        others = self.files.offered
        self.stills.withdraw(others)
        self._unsaid = [offer for offer in self._unsaid if offer.id in others]

    async def send_file(self, source: AsyncIterator[bytes], label: str, media_type: str) -> None:
        """Read a file, keep it, and offer it behind every still."""
        await self.files.send(source, label, media_type)

    async def keep(self, taken: Attachment) -> None:
        """Put it in the record before it is offered; `CaptureRefusedError`."""
        self._require_agreed(taken)
        await self._keeper.keep_still(taken)
        self._require_agreed(taken)  # not meanwhile refused
        facts: dict[str, str | int] = {"id": taken.offer.id, "bytes": taken.offer.size}
        if taken.made_from is not None:
            facts["instrument_sha256"] = taken.made_from.hex()
        self._keeper.note(JournalEvent.STILL_SENT, **facts)
        self._events("still_taken", id=taken.offer.id, bytes=taken.offer.size)

    async def keep_original(self, taken: Attachment) -> None:
        """Put into the record what is offered only if the GP asks; `CaptureRefusedError`."""
        self._require_agreed(taken)
        await self._keeper.keep_still(taken)

    def _require_agreed(self, taken: Attachment) -> None:
        if is_picture(taken.offer.media_type) and not self.may_take():
            raise CaptureRefusedError

    def _received(self, offer: wire.StillOffered) -> None:
        self._keeper.note(JournalEvent.STILL_RECEIVED, id=offer.id)
        self._on_received(offer)
        self._events("still_acknowledged", id=offer.id, bytes=offer.size, sha256=offer.sha256.hex())

    def _offer(self, message: wire.Message, lane: Lane = Lane.READINGS) -> None:
        if self._is_open():
            self._say_to_gp(message, lane)
        elif isinstance(message, wire.StillOffered):
            self._unsaid.append(message)

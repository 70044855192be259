"""Files a person chose to send: read in parts, kept, offered, shown on their way, and withdrawn.

They wait behind every still. What is withdrawn stays in the record, since it was offered, and the
other end keeps what it holds of it, unfinished.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from client.core.dossier.consent import is_picture
from client.core.lanes import Lane
from client.core.stills import SIZE_LIMIT
from client.core.wire import StillOffered
from client.errors import ChevetError
from client.session.attachments import AttachmentRefusedError, Attachments

FILES_LIMIT: Final = 32
"""Of one consultation, chosen by hand; the rest of what an end may offer is for stills."""
TOGETHER_LIMIT_BYTES: Final = 128 << 20
"""Of the files in memory until they have arrived; chosen: two of the largest and some papers."""
LABEL_LIMIT: Final = 120
"""Characters that the other end shows."""
_PART_BYTES: Final = 1 << 18
_PDF: Final = "application/pdf"
_JPEG: Final = "image/jpeg"
_KINDS: Final = {".pdf": _PDF, ".jpg": _JPEG, ".jpeg": _JPEG}
_STARTS: Final = {_PDF: b"%PDF", _JPEG: b"\xff\xd8\xff"}
"""Of what a GP can open; a name alone proves nothing."""


class FileState(StrEnum):
    """How far a file has come."""

    READING = "reading"
    SENDING = "sending"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class FileUnreadableError(ChevetError):
    """The file that was chosen cannot be read."""


class FileKindError(ChevetError):
    """The file that was chosen holds something else than its name says."""


@dataclass(frozen=True, slots=True)
class SentFileView:
    """One file, without its path."""

    number: int
    """Of this file here, from 1; for `FileDesk.cancel`."""
    label: str
    media_type: str
    state: FileState
    sent: int = 0
    """Bytes: read so far, then held by the other end."""
    total: int | None = None
    """Bytes in all; `None` while it is read."""
    failure: ChevetError | None = None


class FileDesk:
    """The files of one consultation that somebody chose."""

    def __init__(self, attachments: Attachments, now: Callable[[], datetime]) -> None:
        self._attachments = attachments
        self._now = now
        self._views: dict[int, SentFileView] = {}
        self._offers: dict[int, int] = {}
        self._last = 0

    @property
    def views(self) -> tuple[SentFileView, ...]:
        """Each file as it is now, in the order they were chosen."""
        return tuple(map(self._current, self._views.values()))

    @property
    def offered(self) -> frozenset[int]:
        """Numbers under which these were offered, and not withdrawn."""
        return frozenset(
            offer
            for number, offer in self._offers.items()
            if self._views[number].state is not FileState.WITHDRAWN
        )

    async def send(self, source: AsyncIterator[bytes], label: str, media_type: str) -> None:
        """Read it to its end, keep it and offer it; a failure is told by its view."""
        self._last += 1
        number = self._last
        view = SentFileView(number, label[:LABEL_LIMIT], media_type, FileState.READING)
        self._views[number] = view
        try:
            self._require_room(0)
            data = await self._read(number, source)
            if data is not None:
                offer = await self._attachments.offer(
                    view.label, media_type, data, self._now(), Lane.BULK
                )
                self._offers[number] = offer.id
                self._offered(number, offer)
        except (ChevetError, OSError) as error:
            failure = error if isinstance(error, ChevetError) else FileUnreadableError()
            self._put(number, state=FileState.FAILED, failure=failure)

    def _offered(self, number: int, offer: StillOffered) -> None:
        if self._views[number].state is FileState.WITHDRAWN:  # while it was kept
            self._attachments.cancel(offer.id)
        else:
            self._put(number, state=FileState.SENDING, sent=0, total=offer.size)

    def cancel(self, number: int) -> None:
        """Read and send no more of it; nothing once the other end has all of it."""
        view = self._views.get(number)
        if view is None or self._current(view).state not in {FileState.READING, FileState.SENDING}:
            return
        if number in self._offers:
            self._attachments.cancel(self._offers[number])
        self._put(number, state=FileState.WITHDRAWN)

    def withdraw_pictures(self) -> None:
        """Read and send no more of what is seen or heard in them."""
        for view in [*self._views.values()]:
            if is_picture(view.media_type):
                self.cancel(view.number)

    async def _read(self, number: int, source: AsyncIterator[bytes]) -> bytes | None:
        """All of it; `None` when it was withdrawn meanwhile."""
        data = bytearray()
        async for part in source:
            if self._views[number].state is not FileState.READING:
                return None
            data += part
            if len(data) > SIZE_LIMIT:
                raise AttachmentRefusedError(len(data))
            self._require_room(len(data))
            self._put(number, sent=len(data))
        return None if self._views[number].state is not FileState.READING else bytes(data)

    def _require_room(self, size: int) -> None:
        under_way = [view for view in self.views if view.state is FileState.SENDING]
        total = size + sum(view.total or 0 for view in under_way)
        if self._last > FILES_LIMIT or total > TOGETHER_LIMIT_BYTES:
            raise AttachmentRefusedError(size)

    def _current(self, view: SentFileView) -> SentFileView:
        if view.state is not FileState.SENDING:
            return view
        held = self._attachments.held_of(self._offers[view.number])
        if held is None:
            return replace(view, state=FileState.RECEIVED, sent=view.total or 0)
        return replace(view, sent=held)

    def _put(
        self,
        number: int,
        *,
        state: FileState | None = None,
        sent: int | None = None,
        total: int | None = None,
        failure: ChevetError | None = None,
    ) -> None:
        before = self._views[number]
        self._views[number] = replace(
            before,
            state=state or before.state,
            sent=before.sent if sent is None else sent,
            total=total or before.total,
            failure=failure,
        )


def media_type_of(path: Path) -> str | None:
    """What a file of this name would be; `None` for what is not sent."""
    return _KINDS.get(path.suffix.lower())


async def parts_of(path: Path, media_type: str) -> AsyncIterator[bytes]:
    """A file of this machine, part by part, read beside the event loop.

    `OSError`, `FileKindError` where it does not begin as a file of this type does.
    """
    if not await asyncio.to_thread(path.is_file):
        raise FileUnreadableError  # a pipe, say, may never end
    file = await asyncio.to_thread(path.open, "rb")
    try:
        start = _STARTS[media_type]
        while part := await asyncio.to_thread(file.read, _PART_BYTES):
            if not part.startswith(start):
                raise FileKindError
            start = b""
            yield part
    finally:
        await asyncio.to_thread(file.close)

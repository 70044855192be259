"""What the Python GP sends in pieces, and signs: a prescription, a drawn-on still, the summary."""

from collections.abc import Callable, Mapping
from typing import Final

from client import clock
from client.core import wire
from client.core.identity import Identity
from client.core.lanes import Lane
from client.core.record import milliseconds
from client.core.signed_summary import Circumstances, signed
from client.session.attachments import Attachment, Attachments
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper


class GpPapers:
    """The GP's own files of one consultation."""

    def __init__(self, say: Callable[[wire.Message], None], keeper: RecordKeeper | None) -> None:
        self._keeper = keeper
        self.received: Final[set[int]] = set()
        """Those that the site has whole."""
        self.attachments: Final = Attachments(
            lambda message, lane: say(message),  # noqa: ARG005 -- the GP's line carries little
            self._keep,
            lambda offer: self.received.add(offer.id),
        )

    async def send(self, label: str, media_type: str, data: bytes) -> wire.StillOffered:
        """Offer a file to the site; its bytes follow when the site wants them."""
        return await self.attachments.offer(label, media_type, data, clock.now(), Lane.STILL)

    def hear(self, message: wire.StillHeld | wire.StillReceived) -> None:
        """The site tells what it has of one."""
        if isinstance(message, wire.StillHeld):
            self.attachments.held(message)
        else:
            self.attachments.received(message)

    def restore(self, interrupted: Interrupted) -> None:
        """Go on with what an earlier process has offered."""
        for offer, data in interrupted.stills:
            self.attachments.restore(offer, data)

    def signed(
        self,
        summary: wire.Summary,
        stills: Mapping[int, wire.StillOffered],
        signer: Identity,
        site_public: bytes,
        session_tag: bytes,
    ) -> wire.Summary:
        """The summary with the GP's signature over its words, stills and files."""
        files = [self.attachments.hash_of(one) or b"" for one in summary.files]
        hashes = tuple(stills[one].sha256 for one in summary.stills)
        around = Circumstances(hashes, tuple(files), site_public, session_tag)
        return signed(summary, around, signer)

    async def _keep(self, paper: Attachment) -> None:
        if self._keeper is not None:
            await self._keeper.keep_still(paper)


def waiting(minutes: int | None, text: str = "", *, is_redirected: bool = False) -> wire.Waiting:
    """How long it takes, or where else to turn."""
    return wire.Waiting(minutes, text, is_redirected, milliseconds(clock.now()))

"""The site's dialogue with the GP: there is nobody to say anything to before `begin`."""

from collections.abc import Callable

from client import clock
from client.core import wire
from client.core.consultation import LinkState
from client.core.envelope import Opener, Sealer
from client.core.frame_keys import FrameRatchet
from client.core.inbox import FROM_GP
from client.core.lanes import Lane
from client.core.outbox import OutboxFullError
from client.core.record import milliseconds
from client.net.peer import Peer
from client.session.arrivals import Refuse
from client.session.conversation import Conversation
from client.session.course import Course
from client.session.dialogue import Dialogue
from client.session.drafts import Drafts
from client.session.events import EventLog
from client.session.examination import Examination
from client.session.keeping import RecordKeeper
from client.session.link import SiteLink
from client.session.media import EndMedia
from client.session.meeting import SiteMeeting
from client.session.pauses import Pauses
from client.session.site_line import SiteLine
from client.session.ways import AT_FIRST, Resumed
from client.store.journal import JournalEvent


class SiteDialogue:
    """Says what the site has to say, over whatever line there is."""

    def __init__(  # noqa: PLR0913 -- all but four by name
        self,
        media: EndMedia,
        keeper: RecordKeeper,
        events: EventLog,
        course: Course,
        *,
        meeting: SiteMeeting,
        examination: Examination,
        line: SiteLine,
        on_message: Callable[[wire.Message], None],
        refuse: Refuse,
        pauses: Pauses,
    ) -> None:
        self._pauses = pauses
        self._media = media
        self._keeper = keeper
        self._events = events
        self._course = course
        self._meeting = meeting
        self._examination = examination
        self._line = line
        self._on_message = on_message
        self._refuse = refuse
        self._link: SiteLink | None = None
        self._dialogue: Dialogue | None = None
        self._drafts: Drafts | None = None
        self._left = (0, 0)
        """Waiting and rejected, of a dialogue that was let go of."""
        self._is_over = False

    def draft(self) -> None:
        """From now on, until `begin`, what is said is kept for a GP who has not answered yet."""
        self._drafts = Drafts(self._keeper)

    @property
    def has_drafts(self) -> bool:
        """Something was left for the GP before keys were agreed."""
        return self._drafts is not None

    def begin(
        self,
        ciphers: tuple[Sealer, Opener],
        frame_keys: FrameRatchet,
        resumed: Resumed = AT_FIRST,
    ) -> None:
        """Keys are shared; `resumed` is where an earlier process left off."""
        if self._drafts is not None:
            resumed = self._drafts.resumed
        conversation = Conversation(
            ciphers,
            self._keeper,
            self._meeting.post,
            self._on_message,
            self._examination.acknowledged,
            resumed=resumed,
            on_mailed=self._examination.mailed,
            on_broken=lambda error: self._refuse(error, "finished"),
            allowance=FROM_GP,
            on_anew=self.hurry,
            letter_every_s=self._pauses.letter_every_s,
        )
        self._link = self._linked(conversation, frame_keys)
        self._dialogue = Dialogue(
            *(conversation, self._link, self._examination.next_piece),
            self._examination.next_letter,
            pauses=self._pauses,
        )
        if resumed is not AT_FIRST:
            self._link.go_on(int(clock.now().timestamp()))

    def _linked(self, conversation: Conversation, frame_keys: FrameRatchet) -> SiteLink:
        return SiteLink(
            conversation,
            self._media.flows,
            on_change=self._link_changed,
            on_broken=self._refuse,
            now_s=clock.monotonic_s,
            now_ms=lambda: milliseconds(clock.now()),
            seed=lambda: self._line.seed,
            ice_servers=lambda: self._meeting.ice_servers,
            frame_keys=frame_keys,
        )

    @property
    def has_begun(self) -> bool:
        """Somebody is there, or was."""
        return self._dialogue is not None or self._is_over

    @property
    def waiting(self) -> int:
        """Durable messages the GP has not acknowledged."""
        if self._dialogue is None and self._drafts is not None:
            return self._drafts.waiting
        return self._dialogue.waiting if self._dialogue else self._left[0]

    @property
    def rejected(self) -> int:
        """See `Dialogue.rejected`."""
        return self._dialogue.rejected if self._dialogue else self._left[1]

    @property
    def peer(self) -> Peer | None:
        """The connection in use."""
        return self._link.peer if self._link else None

    def say(self, message: wire.Message, lane: Lane = Lane.READINGS) -> None:
        """Say it to the GP; nothing while nobody is there, nor was called for a later answer."""
        try:
            if self._dialogue is not None:
                number = self._dialogue.say(message, lane=lane)
            elif self._drafts is not None and not self._is_over:
                number = self._drafts.add(message)
            else:
                return
        except OutboxFullError:
            self._events("outbox_full", kind=wire.kind_of(message))
            return
        self._examination.sent(number, message)

    async def hear_letter(self, envelope: bytes) -> None:
        """An envelope came by the mailbox, which may forget it once this returns."""
        if self._dialogue is not None:
            await self._dialogue.hear_letter(envelope)

    def answered(self, signal: wire.Signal) -> None:
        """The GP's end describes its side of a connection."""
        if self._link is not None:
            self._link.answered(signal)

    def hurry(self) -> None:
        """The relay is back, or the GP is: try a new connection now."""
        if self._link is not None:
            self._link.hurry()

    async def finish(self, receipt_s: float) -> bool:
        """Wait for the GP's last receipt, then stop; false when it did not come in time."""
        return await self._dialogue.finish(receipt_s) if self._dialogue else True

    async def stop(self) -> None:
        """Close the line; what is unacknowledged stays in the record."""
        if self._dialogue is not None:
            await self._dialogue.stop()

    async def let_go(self) -> None:
        """Stop, and forget the session's keys with everything that holds them."""
        await self.stop()
        self._is_over = True
        self._left = (self.waiting, self.rejected)
        self._dialogue = self._link = self._drafts = None

    def _link_changed(self, state: LinkState) -> None:
        was_cut = self._course.known.link.state is LinkState.CUT
        is_sealed = self._link.is_sealed if self._link else None
        can_see = self._link is None or self._link.has_picture_codec is not False
        self._course.change_link(
            state=state, since=clock.now(), is_sealed=is_sealed, gp_can_see=can_see
        )
        if state is LinkState.UP:
            self._keeper.note(JournalEvent.PEER_RECONNECTED if was_cut else JournalEvent.LINK_UP)
            self._events("reconnected" if was_cut else "connected")
            self._examination.link_is_new()
        elif state is LinkState.CUT:
            self._line.hear(None)
            self._course.change_link(gp_hears=False)
            self._keeper.note(JournalEvent.LINK_CUT)
            self._events("reconnecting")
            self._meeting.doubt()

"""What the GP sends beside words and wishes: files, patience, a pointer, a signed summary."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from client import clock
from client.core import wire
from client.core.record import Direction, milliseconds
from client.core.resumption import Resumption
from client.core.signed_summary import Circumstances, is_signed_by
from client.session.course import Course
from client.session.events import EventLog
from client.session.gp_files import GpFiles
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.store.journal import JournalEvent

WORDS_LIMIT: Final = 500
"""Characters of what the GP says while the patient waits; what a screen holds."""
SIGNATURE_CHECKS: Final = (JournalEvent.SIGNATURE_VERIFIED, JournalEvent.SIGNATURE_REFUSED)
MINUTES_LIMIT: Final = 24 * 60
"""chosen: nobody waits longer; what is more is told as this."""


class FromGp:
    """Shows it, and keeps what is to be kept; on the event loop."""

    def __init__(  # noqa: PLR0913 -- all but three by name
        self,
        course: Course,
        keeper: RecordKeeper,
        events: EventLog,
        *,
        say: Callable[[wire.Message], None],
        still_hash: Callable[[int], bytes | None],
        site_public: bytes,
        session: Callable[[], Resumption | None],
        on_coming: Callable[[], None],
    ) -> None:
        """`still_hash` is of what this site has offered; `session` is the one with this GP.

        `on_coming` is told when the GP says to be there now.
        """
        self._course = course
        self._keeper = keeper
        self._events = events
        self._still_hash = still_hash
        self._site_public = site_public
        self._session = session
        self._on_coming = on_coming
        self._summary: wire.Summary | None = None
        self._held: wire.Waiting | None = None
        self.files: Final = GpFiles(keeper, events, say)

    def hear(self, message: wire.Message) -> None:
        """A message that concerns this; anything else is not for here."""
        match message:
            case wire.StillOffered() | wire.StillPiece():
                self.files.hear(message)
            case wire.Waiting():
                self._wait(message)
            case wire.Pointed():
                self._course.change(pointed=message if message.is_shown else None)
            case wire.Summary():
                self._summary = message
                self._check_signature()

    def hold(self, said: wire.Waiting) -> None:
        """Somebody whose words are being compared asks to wait: shown once it is the GP."""
        self._held = said

    def open(self) -> None:
        """It is the GP: what was said last while the words were compared holds."""
        held, self._held = self._held, None
        if held is not None:
            self._wait(held)

    def restore(self, interrupted: Interrupted) -> None:
        """Go on from what an earlier process of this site has heard."""
        waiting = interrupted.newest(wire.Waiting, Direction.RECEIVED)
        summary = interrupted.newest(wire.Summary, Direction.RECEIVED)
        self.files.restore(interrupted)
        if isinstance(waiting, wire.Waiting):
            self._course.change(gp_waiting=_bounded(waiting))
        if isinstance(summary, wire.Summary):
            self._summary = summary
            self._check_signature(is_news=False)
            self._note_unchecked(interrupted)

    def _wait(self, said: wire.Waiting) -> None:
        waiting = _bounded(said)
        self._course.change(gp_waiting=waiting)
        if waiting.is_redirected:
            self._keeper.note(JournalEvent.GP_REDIRECTED)
        else:
            facts = {} if waiting.minutes is None else {"minutes": waiting.minutes}
            self._keeper.note(JournalEvent.GP_WAITS, **facts)
        self._events("gp_waits", redirected=int(waiting.is_redirected))
        if waiting.minutes == 0:
            self._on_coming()

    def _check_signature(self, *, is_news: bool = True) -> None:
        """Whether the key whose words were compared has signed these words and files."""
        summary, session = self._summary, self._session()
        if summary is None or session is None:
            return
        is_signed = self._is_signed(summary, session)
        is_forged = bool(summary.signature) and not is_signed
        self._course.change(
            summary_signer=self._course.known.gp_name if is_signed else "",
            summary_is_forged=is_forged,
        )
        if is_news:
            self._events("summary_signature", signed=int(is_signed), forged=int(is_forged))
            note_signature(self._keeper, summary, is_signed=is_signed)

    def _note_unchecked(self, interrupted: Interrupted) -> None:
        """Those that were kept by a process that ended before it could look at them."""
        session = self._session()
        if session is None:
            return
        signed = [one for one in interrupted.summaries if one.signature]
        checked = sum(line.event in SIGNATURE_CHECKS for line in interrupted.record.journal)
        for summary in signed[checked:]:
            note_signature(self._keeper, summary, is_signed=self._is_signed(summary, session))

    def _is_signed(self, summary: wire.Summary, session: Resumption) -> bool:
        return is_signed(
            *(summary, session, self._site_public),
            still_hash=self._still_hash,
            file_hash=self.files.hash_of,
        )


def is_signed(
    summary: wire.Summary,
    session: Resumption,
    site_public: bytes,
    *,
    still_hash: Callable[[int], bytes | None],
    file_hash: Callable[[int], bytes | None],
) -> bool:
    """Whether this session's GP has signed these words, stills and files."""
    stills = tuple(still_hash(one) or b"" for one in summary.stills)
    files = tuple(file_hash(one) or b"" for one in summary.files)
    around = Circumstances(stills, files, site_public, session.keys.tag)
    return is_signed_by(session.peer_public, summary, around)


def note_signature(keeper: RecordKeeper, summary: wire.Summary, *, is_signed: bool) -> None:
    """A line of the journal for each signature, in the order of the summaries."""
    if summary.signature:
        known = JournalEvent.SIGNATURE_VERIFIED if is_signed else JournalEvent.SIGNATURE_REFUSED
        keeper.note(known)


def _bounded(waiting: wire.Waiting) -> wire.Waiting:
    """As much of it as a screen can show; nobody has said anything in the future."""
    return replace(
        waiting,
        minutes=None if waiting.minutes is None else min(waiting.minutes, MINUTES_LIMIT),
        text=waiting.text[:WORDS_LIMIT],
        at_ms=min(waiting.at_ms, milliseconds(clock.now())),
    )

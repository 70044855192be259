"""Who is let in: invitations, calls, contacts, the words, and what opens once it is the GP."""

from client.core import wire
from client.core.consultation import State, Step
from client.core.envelope import Role, session_ciphers
from client.core.frame_keys import FrameRatchet
from client.core.handshake import KeysAgreed, WordsDifferError
from client.core.lanes import Lane
from client.errors import ChevetError
from client.session.arrivals import Arrivals
from client.session.casework import Casework
from client.session.course import Course
from client.session.events import EventLog
from client.session.examination import Examination
from client.session.from_gp import FromGp
from client.session.introductions import Introductions
from client.session.keeping import RecordKeeper
from client.session.media import EndMedia
from client.session.meeting import SiteMeeting
from client.session.site_dialogue import SiteDialogue
from client.session.site_line import SiteLine
from client.session.site_setup import SiteSetup
from client.store.journal import JournalEvent


class Doorway:
    """The part of the session that decides when patient data may flow, and to whom."""

    _setup: SiteSetup
    _course: Course
    _keeper: RecordKeeper
    _events: EventLog
    _arrivals: Arrivals
    _meeting: SiteMeeting
    _introductions: Introductions
    _casework: Casework
    _examination: Examination
    _from_gp: FromGp
    _media: EndMedia
    _line: SiteLine
    _dialogue: SiteDialogue
    _held: list[wire.Message]
    """Heard while the words are compared; no more than `client.core.inbox.FROM_GP` allows."""

    def _on_message(self, message: wire.Message) -> None:
        raise NotImplementedError

    def _say(self, message: wire.Message, lane: Lane = Lane.READINGS) -> None:
        raise NotImplementedError

    def _refuse(self, error: ChevetError, goodbye: str = "words_differ") -> None:
        raise NotImplementedError

    def invite(self) -> None:
        """Make an invitation and wait for the GP; not before what a call waits for is there."""
        if self._casework.may_call():
            self._arrivals.invite()

    def call(self, contact: bytes) -> None:
        """Call a GP of the contacts, who may be away; as for `invite`."""
        if self._casework.may_call():
            self._arrivals.call(contact)

    def turn_to(self, contact: bytes | None) -> None:
        """Another GP in place of the one who is awaited; as for `invite`."""
        if self._casework.may_call():
            self._arrivals.turn_to(contact)

    def revoke_contact(self, contact: bytes) -> None:
        """Refuse this GP from now on."""
        self._arrivals.revoke(contact)

    def forget_contact(self, contact: bytes) -> None:
        """Delete what is known of this GP."""
        self._arrivals.forget(contact)

    def compare_words(self, *, equal: bool) -> None:
        """The person has compared the words with the GP by voice."""
        if self._course.state is not State.COMPARING:
            return
        self._say(wire.WordsCompared(equal))
        if not equal:
            self._keeper.note(JournalEvent.WORDS_DIFFER)
            self._refuse(WordsDifferError())
            return
        self._verified(JournalEvent.WORDS_EQUAL)

    def _called(self) -> None:
        """What a GP is to answer days from now is left on disk, for when keys are agreed."""
        if self._casework.dossier.is_deferred:
            self._dialogue.draft()
            self._say(wire.Card(self._setup.operator, self._setup.place))
            self._say_who()
            self._open()

    def _say_who(self) -> None:
        """For the GP's contacts."""
        own = self._setup
        self._say(wire.Acquaintance(own.place, own.role or own.operator, own.rpps, b""))

    def _met(self, agreed: KeysAgreed) -> None:
        """Keys are shared with the GP who came; a GP who was called is known already."""
        self._line.stop_measuring()
        self._dialogue.begin(session_ciphers(agreed.keys, Role.SITE), FrameRatchet(agreed.keys))
        if not self._dialogue.has_drafts:
            self._say(wire.Card(self._setup.operator, self._setup.place))
        self._introductions.begin(agreed)
        if self._course.known.calling is not None:
            self._course.change(words_confirmed_by_gp=True)
            self._verified(JournalEvent.KEY_KNOWN)

    def _hold(self, message: wire.Message) -> None:
        """Somebody whose words are being compared says this: heard once it is the GP.

        What is not kept on record is said again by whoever needs it.
        """
        if isinstance(message, wire.Waiting):
            self._from_gp.hold(message)
        elif isinstance(message, wire.DURABLE):
            self._held.append(message)

    def _verified(self, why: JournalEvent) -> None:
        """It is the GP and nobody else: patient data may flow, and each keeps the other's key."""
        self._course.step(Step.WORDS_EQUAL, words_confirmed_here=True)
        self._keeper.note(why)
        session = self._meeting.resumption
        if session is not None:
            self._keeper.hold(session)
        self._events(why.value)
        self._open()
        self._from_gp.open()
        if not self._dialogue.has_drafts:
            self._say_who()
        self._introductions.keep()
        held, self._held = self._held, []
        for message in held:
            self._on_message(message)

    def _open(self) -> None:
        """Words first, then what was measured; an expertise asks for no picture and no voice."""
        if self._casework.dossier.is_deferred:
            self._meeting.letters_wait()
            self._media.turn_camera_off(on=True)
            self._media.mute(on=True)
        self._casework.open()
        self._media.let_picture_out(allowed=True)
        self._examination.open()

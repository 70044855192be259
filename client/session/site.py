"""The site's end of a consultation: trust, line and record, from the checks to the goodbye.

It decides; a screen only asks (`client.session.requests`) and is shown immutable snapshots.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from client import clock
from client.core import wire
from client.core.adaptation.observation import LineEstimate
from client.core.adaptation.plan import Preference
from client.core.adaptation.snapshot import EngineSnapshot
from client.core.auscultation import Place
from client.core.consultation import LinkState, State, Step, after
from client.core.contacts import ContactRevokedError
from client.core.envelope import (
    INCARNATION_SIZE,
    Opener,
    Role,
    Sealer,
    resumed_ciphers,
    session_ciphers,
)
from client.core.frame_keys import FrameRatchet
from client.core.handshake import KeysAgreed, WordsDifferError
from client.core.identity import Identity
from client.core.lanes import Lane
from client.core.outbox import OutboxFullError
from client.core.record import Direction, milliseconds
from client.errors import ChevetError
from client.session.acquaintances import Acquaintances
from client.session.adaptation import LineSettings
from client.session.auscultation_view import AuscultationStep
from client.session.board import Board
from client.session.conversation import Conversation
from client.session.dialogue import Dialogue
from client.session.events import EventLog
from client.session.examination import Examination
from client.session.instruments import Plug
from client.session.interrupted import Interrupted
from client.session.keeping import RecordKeeper
from client.session.link import SiteLink
from client.session.media import EndMedia
from client.session.meeting import SiteMeeting
from client.session.site_line import SiteLine
from client.session.snapshot import InvitationView, SiteSnapshot
from client.session.ways import AT_FIRST, Resumed
from client.store.contacts import Contacts
from client.store.journal import JournalEvent
from devices.ports import PortLister
from devices.readings import Kind

ALL_PCT: Final = 100
"""Of the voice concealed: the GP's end plays, and none of it was said here."""
GOODBYE_S: Final = 5.0
"""How long an ending waits for the GP's receipt."""
_GOODBYES: Final = ("finished", "unsuitable", "words_differ")


@dataclass(frozen=True, slots=True)
class SiteSetup:
    """Who this site is and what it has."""

    place: str
    operator: str
    relay_url: str
    identity: Identity
    plugs: tuple[Plug, ...]
    entropy: Callable[[int], bytes]
    is_recorded: bool
    contacts: Contacts
    line: LineSettings = field(default_factory=LineSettings)
    is_link_layer_said: bool = False
    """The person knows what the line is; else it is measured."""
    lister: PortLister | None = None
    """Tells the ports to be watched for instruments nobody named; `None`: none are."""
    role: str = ""
    """Of the operator, for the GP's contacts."""
    rpps: str | None = None
    """The operator's, checked."""


class SiteSession:
    """One consultation. Implements `client.session.requests.SiteRequests`."""

    def __init__(  # noqa: PLR0913 -- the last by name
        self,
        setup: SiteSetup,
        media: EndMedia,
        keeper: RecordKeeper,
        events: EventLog,
        on_engine: Callable[[EngineSnapshot], None] = lambda _: None,
        *,
        interrupted: Interrupted | None = None,
    ) -> None:
        """`on_engine` is told once a second what the media engine does.

        `interrupted`: go on with this consultation instead of beginning one.
        """
        self._interrupted = interrupted
        self._setup = setup
        self._media = media
        self._keeper = keeper
        self._events = events
        self._board = Board(lambda: self.snapshot)
        self._closing = asyncio.Event()
        self._inviting: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._dialogue: Dialogue | None = None
        self._link: SiteLink | None = None
        self._acquaintances = Acquaintances(setup.contacts, setup.identity, clock.now)
        self._agreed_keys: KeysAgreed | None = None
        self._acquaintance: wire.Acquaintance | None = None
        self._meeting = SiteMeeting(
            setup.identity,
            setup.relay_url,
            entropy=setup.entropy,
            now=clock.now,
            on_agreed=self._agreed,
            on_envelope=self._heard_letter,
            on_refused=self._knock_refused,
            on_reachable=self._relay_changed,
            on_call_refused=self._call_refused,
            acquaintances=self._acquaintances,
        )
        self._examination = Examination(
            *(setup.plugs, media, keeper, events),
            say=self._say,
            waiting=lambda: self._waiting,
            lister=setup.lister,
            send_bps=lambda: self._line.send_bps,
            line=self._line_known,
        )
        self._line = SiteLine(
            *(media, keeper, events, setup.line),
            relay_url=setup.relay_url,
            link_layer=setup.line.link_layer if setup.is_link_layer_said else None,
            peer=lambda: self._link.peer if self._link else None,
            is_still_waiting=lambda: self._examination.is_still_waiting,
            say=self._say,
            on_engine=self._engine_seen,
        )
        self._on_engine = on_engine
        self._known = SiteSnapshot(
            clock.now(), State.READY, setup.place, is_recorded=setup.is_recorded
        )

    async def run(self) -> None:
        """Work until `close`; every thread and task has ended when it returns."""
        self._keeper.note(JournalEvent.OPENED)
        try:
            self._media.start()
            self._examination.start()
            if self._interrupted is None:
                self._line.measure()
            else:
                self._go_on(self._interrupted)
            async with asyncio.TaskGroup() as tasks:
                chores = [
                    tasks.create_task(work)
                    for work in (
                        self._meeting.run(),
                        self._board.run(),
                        self._line.run(),
                    )
                ]
                await self._closing.wait()
                await self._leave()
                for chore in chores:
                    chore.cancel()
        finally:
            await self._line.close()
            if self._dialogue is not None:
                await self._dialogue.stop()
            await self._examination.close()
            await self._media.close()
            await self._keeper.settle()

    def close(self) -> None:
        """Leave; an ending under way is finished first, what is unacknowledged stays recorded."""
        self._closing.set()

    # What a screen may ask.

    @property
    def snapshot(self) -> SiteSnapshot:
        """The newest picture of everything."""
        return self._examination.completed(
            self._media.completed(
                replace(
                    self._known,
                    at=clock.now(),
                    contacts=self._acquaintances.views,
                    line_check=self._line.measured,
                    link=replace(self._known.link, waiting=self._waiting),
                )
            )
        )

    def subscribe(self, listener: Callable[[SiteSnapshot], None]) -> Callable[[], None]:
        """Call `listener` with each new snapshot; returns the unsubscription."""
        return self._board.subscribe(listener)

    def invite(self) -> None:
        """Make an invitation and wait for the GP."""
        if self._known.state is State.READY and self._inviting is None:
            self._inviting = asyncio.create_task(self._invite())

    def call(self, contact: bytes) -> None:
        """Call a GP of the contacts, who may be away."""
        if self._known.state is State.READY and self._inviting is None:
            self._inviting = asyncio.create_task(self._call(contact))

    def check_line(self, *, on: bool) -> None:
        """Measure the line to the relay, or stop measuring it; a call has it for itself."""
        if on and self._dialogue is None:
            self._line.measure()
        elif not on:
            self._line.stop_measuring()

    def compare_words(self, *, equal: bool) -> None:
        """The person has compared the words with the GP by voice."""
        if self._known.state is not State.COMPARING:
            return
        self._say(wire.WordsCompared(equal))
        if not equal:
            self._keeper.note(JournalEvent.WORDS_DIFFER)
            self._break_trust(WordsDifferError())
            return
        self._verified(JournalEvent.WORDS_EQUAL)

    def enter_patient(self, name: str, reason: str) -> None:
        """Intake; it leaves the site only once the words were equal."""
        self._change(patient_name=name, reason=reason)
        self._send_patient()

    def measure(self, kind: Kind) -> None:
        """Ask the instrument of this kind for a value now."""
        self._examination.measure(kind)

    def stop_measuring(self, kind: Kind) -> None:
        """Stop the measurement under way: let the air out of the cuff."""
        self._examination.stop_measuring(kind)

    def fetch_stored(self, kind: Kind) -> None:
        """Tell what the memory of the instrument of this kind holds."""
        self._examination.fetch_stored(kind)

    def aim(self, *, on: bool) -> None:
        """Show the otoscope's live preview, and send it in place of the camera."""
        self._examination.aim(on=on)

    def take_still(self, label: str) -> None:
        """Freeze a full-quality still and send it."""
        self._examination.take_still(label)

    def hold_stethoscope(self, place: Place) -> None:
        """The chest piece is held there now."""
        self._examination.hold_stethoscope(place)

    def auscultate(self, step: AuscultationStep, label: str = "") -> None:
        """Record, hear, send with the stethoscope, or let the GP hear it live.

        `label` is what the GP reads beside what is sent.
        """
        self._examination.auscultate(step, label)

    def take_clip(self, label: str) -> None:
        """Take a few seconds of moving picture and send them."""
        self._examination.take_clip(label)

    def send_anyway(self) -> None:
        """Send the still that the technical check doubts."""
        self._examination.send_anyway()

    def answer_ask(self, *, done: bool) -> None:
        """The GP's current request is done, or not possible here."""
        self._examination.answer(done=done)

    def write(self, text: str) -> None:
        """Send a line of text to the GP."""
        self._examination.write(text)

    def mute(self, *, on: bool) -> None:
        """Stop the microphone, or start it again."""
        self._media.mute(on=on)

    def turn_camera_off(self, *, on: bool) -> None:
        """Stop the camera, or start it again."""
        self._media.turn_camera_off(on=on)

    def pause(self, *, on: bool) -> None:
        """Neither picture nor voice leaves until it is lifted."""
        self._media.pause(on=on)
        self._keeper.note(JournalEvent.PAUSED if on else JournalEvent.RESUMED)

    def choose_picture(self, preference: Preference | None) -> None:
        """Share the line out like this, whatever the GP wishes; `None`: as the GP wishes."""
        self._line.override(preference)

    def note_lag(self, late_s: float) -> None:
        """The event loop woke up so late."""
        self._line.note_lag(late_s)

    def end(self, reason: str) -> None:
        """End the consultation: ``finished`` or ``unsuitable``."""
        if self._known.ended is None:
            self._say(wire.Goodbye(reason, milliseconds(clock.now())))
            self._end(reason, by_gp=False)

    # What the relay and the GP's end do.

    async def _invite(self) -> None:
        try:
            url, expires_at = await self._meeting.invite()
        except ChevetError as error:
            self._events("invitation_failed", reason=type(error).__name__)
            self._inviting = None  # the person presses the key again
            return
        self._step(Step.INVITED, invitation=InvitationView(url, expires_at))
        self._keeper.note(JournalEvent.INVITED)
        self._events("invitation", url=url, expires_at=expires_at.isoformat())

    async def _call(self, public: bytes) -> None:
        contact = self._acquaintances.of(public)
        views = {view.public: view for view in self._acquaintances.views}
        if contact is None:
            self._inviting = None
            return
        self._step(Step.INVITED, calling=views[public], gp_name=contact.name)
        try:
            await self._meeting.call(contact)
        except ChevetError as error:
            self._call_refused(error)
            return
        self._change(is_waiting_for_page=True)
        self._keeper.note(JournalEvent.CALLED)
        self._events("called")

    def _call_refused(self, error: ChevetError) -> None:
        """The call cannot be made, or the GP's page does not take it."""
        if self._known.state is State.INVITING:
            self._break_trust(error, "finished")

    def _agreed(self, agreed: KeysAgreed) -> None:
        if self._known.state is not State.INVITING:
            return
        contact = self._acquaintances.of(agreed.peer_public)
        if contact is not None and contact.is_revoked:
            self._break_trust(ContactRevokedError(), "finished")
            return
        self._line.stop_measuring()
        self._step(Step.KEYS_AGREED, words=agreed.words, invitation=None)
        self._keeper.note(JournalEvent.KEYS_AGREED)
        self._events("words", words=" ".join(agreed.words))
        self._converse(session_ciphers(agreed.keys, Role.SITE), FrameRatchet(agreed.keys))
        self._say(wire.Card(self._setup.operator, self._setup.place))
        self._agreed_keys = agreed
        if self._known.calling is not None:
            self._change(words_confirmed_by_gp=True)
            self._verified(JournalEvent.KEY_KNOWN)

    def _converse(
        self,
        ciphers: tuple[Sealer, Opener],
        frame_keys: FrameRatchet,
        resumed: Resumed = AT_FIRST,
    ) -> None:
        conversation = Conversation(
            ciphers,
            self._keeper,
            self._meeting.post,
            self._on_message,
            self._examination.acknowledged,
            resumed=resumed,
            on_mailed=self._examination.mailed,
            on_rolled_back=lambda error: self._break_trust(error, "finished"),
        )
        self._link = SiteLink(
            conversation,
            self._media.flows,
            on_change=self._link_changed,
            on_broken=self._break_trust,
            now_s=clock.monotonic_s,
            now_ms=lambda: milliseconds(clock.now()),
            seed=lambda: self._line.seed,
            ice_servers=lambda: self._meeting.ice_servers,
            frame_keys=frame_keys,
        )
        self._dialogue = Dialogue(
            conversation, self._link, self._examination.next_piece, self._examination.next_letter
        )

    def _go_on(self, interrupted: Interrupted) -> None:
        """With the GP of an earlier process, whose words were compared then."""
        session = interrupted.session
        incarnation = self._setup.entropy(INCARNATION_SIZE)
        self._meeting.resume(session)
        for step in (Step.INVITED, Step.KEYS_AGREED, Step.WORDS_EQUAL):
            self._step(step)
        card = interrupted.newest(wire.Card, Direction.RECEIVED)
        intake = interrupted.newest(wire.Intake, Direction.SENT)
        if isinstance(card, wire.Card):
            self._change(gp_name=card.name)
        if isinstance(intake, wire.Intake):
            self._change(patient_name=intake.name, reason=intake.reason)
        self._change(words_confirmed_here=True, words_confirmed_by_gp=True)
        frame_keys = FrameRatchet(session.keys, Role.SITE)
        self._converse(resumed_ciphers(session.keys, incarnation), frame_keys, interrupted.resumed)
        if self._link is not None:
            self._link.go_on(int(clock.now().timestamp()))
        self._keeper.note(JournalEvent.KEY_KNOWN)
        self._events("gone_on")
        self._media.let_picture_out(allowed=True)
        self._examination.restore(interrupted)
        self._examination.open()

    def _verified(self, why: JournalEvent) -> None:
        """It is the GP and nobody else: patient data may flow, and each keeps the other's key."""
        self._step(Step.WORDS_EQUAL, words_confirmed_here=True)
        self._keeper.note(why)
        session = self._meeting.resumption
        if session is not None:
            self._keeper.hold(session)
        self._events(why.value)
        self._media.let_picture_out(allowed=True)
        self._examination.open()
        self._send_patient()
        own = self._setup
        self._say(wire.Acquaintance(own.place, own.role or own.operator, own.rpps, b""))
        self._keep_contact()

    def _keep_contact(self) -> None:
        """Once we are sure of the GP, and the GP of us."""
        if self._known.state is State.VERIFIED and self._acquaintance and self._agreed_keys:
            said, self._acquaintance = self._acquaintance, None
            self._keeping = asyncio.create_task(self._keep(self._agreed_keys, said))

    async def _keep(self, agreed: KeysAgreed, said: wire.Acquaintance) -> None:
        bond = self._meeting.bond
        try:
            is_kept = await self._acquaintances.keep(agreed, said, bond.secret if bond else None)
        except ChevetError as error:
            self._events("contact_not_kept", reason=type(error).__name__)
            return
        if is_kept:
            await self._meeting.admit_contacts()
            self._keeper.note(JournalEvent.CONTACT_KEPT)
            self._events("contact_kept")

    def _knock_refused(self, reason: str) -> None:
        """Somebody else knocked with this invitation; the one who came first goes on."""
        self._keeper.note(JournalEvent.TRUST_REFUSED, reason=reason)
        self._events("knock_refused", reason=reason)

    async def _heard_letter(self, envelope: bytes) -> None:
        if self._dialogue is not None:
            await self._dialogue.hear_letter(envelope)

    def _on_message(self, message: wire.Message) -> None:
        match message:
            case wire.Signal():
                if self._link is not None:
                    self._link.answered(message)
            case wire.Card() | wire.Acquaintance():
                self._introduced(message)
            case wire.WordsCompared(equal=True):
                self._change(words_confirmed_by_gp=True)
            case wire.WordsCompared(equal=False):
                self._break_trust(WordsDifferError())
            case wire.Goodbye(reason):
                self._end(reason if reason in _GOODBYES else "finished", by_gp=True)
            case wire.PageReport(voice_concealed_pct=concealed_pct):
                self._line.hear(message)
                self._change(link=replace(self._known.link, gp_hears=concealed_pct < ALL_PCT))
            case wire.PictureAsked(preference):
                self._line.wish(preference)
            case _ if self._known.state is State.VERIFIED:
                self._examination.hear(message)

    def _introduced(self, said: wire.Card | wire.Acquaintance) -> None:
        if isinstance(said, wire.Acquaintance):
            self._acquaintance = said
            self._keep_contact()
        elif self._agreed_keys is not None:
            public = self._agreed_keys.peer_public
            is_other = self._acquaintances.has_namesake(public, said.name)
            self._change(gp_name=said.name, has_namesake=is_other)

    def _link_changed(self, state: LinkState) -> None:
        was_cut = self._known.link.state is LinkState.CUT
        is_sealed = self._link.is_sealed if self._link else None
        known = self._known.link
        self._change(link=replace(known, state=state, since=clock.now(), is_sealed=is_sealed))
        if state is LinkState.UP:
            self._keeper.note(JournalEvent.PEER_RECONNECTED if was_cut else JournalEvent.LINK_UP)
            self._events("reconnected" if was_cut else "connected")
            self._examination.link_is_new()
        elif state is LinkState.CUT:
            self._line.hear(None)
            self._change(link=replace(self._known.link, gp_hears=False))
            self._keeper.note(JournalEvent.LINK_CUT)
            self._events("reconnecting")
            self._meeting.doubt()

    def _relay_changed(self, is_reachable: bool) -> None:  # noqa: FBT001 -- a plain callback
        if is_reachable is not self._known.relay_is_reachable:
            self._change(relay_is_reachable=is_reachable)
            event = JournalEvent.RELAY_BACK if is_reachable else JournalEvent.RELAY_LOST
            self._keeper.note(event)
            self._events(event.value)
            if is_reachable and self._link is not None:
                self._link.hurry()

    # Steps that several of the above share.

    @property
    def _waiting(self) -> int:
        return self._dialogue.waiting if self._dialogue else 0

    def _line_known(self) -> LineEstimate | None:
        link = self._known.link
        return link.engine.estimate if link.engine and link.state is LinkState.UP else None

    def _send_patient(self) -> None:
        known = self._known
        if known.state is State.VERIFIED and known.patient_name:
            self._say(wire.Intake(known.patient_name, known.reason, milliseconds(clock.now())))
            self._keeper.note(JournalEvent.INTAKE_SENT)
            self._events("intake_sent")

    def _say(self, message: wire.Message, lane: Lane = Lane.READINGS) -> None:
        if self._dialogue is None:
            return
        try:
            number = self._dialogue.say(message, lane=lane)
        except OutboxFullError:
            self._events("outbox_full", kind=wire.kind_of(message))
            return
        self._examination.sent(number, message)

    def _break_trust(self, error: ChevetError, goodbye: str = "words_differ") -> None:
        if self._known.ended is not None:
            return
        reason = type(error).__name__
        self._say(wire.Goodbye(goodbye, milliseconds(clock.now())))
        self._step(Step.TRUST_BROKEN, refusal=reason, ended=goodbye)
        self._keeper.note(JournalEvent.TRUST_REFUSED, reason=reason)
        self._events("refused", reason=reason)
        self._fall_silent(reason)

    def _end(self, reason: str, *, by_gp: bool) -> None:
        if self._known.ended is None:
            self._step(Step.ENDED, ended=reason, ended_by_gp=by_gp)
            by = "gp" if by_gp else "site"
            self._keeper.note(JournalEvent.ENDED, reason=reason, by=by)
            self._fall_silent(reason)

    def _fall_silent(self, reason: str) -> None:
        """From this moment on: no picture, no voice, nothing of the patient."""
        self._media.pause(on=True)
        self._examination.stop()
        self._ending = asyncio.create_task(self._wind_down(reason))

    async def _wind_down(self, reason: str) -> None:
        """The last words reach the GP; the record is closed."""
        is_settled = True
        if self._dialogue is not None:
            is_settled = await self._dialogue.finish(GOODBYE_S)
            if self._dialogue.rejected:
                rejected = self._dialogue.rejected
                self._keeper.note(JournalEvent.PEER_PROTOCOL_BROKEN, envelopes=rejected)
        await self._keeper.finish(reason, is_settled=is_settled)
        self._events("ended", reason=reason)

    async def _leave(self) -> None:
        if self._inviting is not None:
            self._inviting.cancel()
        if self._ending is not None:
            await self._ending
        elif self._dialogue is not None:
            await self._dialogue.stop()
        if self._keeping is not None:
            await asyncio.wait([self._keeping], timeout=GOODBYE_S)
            self._keeping.cancel()

    def _step(self, step: Step, **changes: Any) -> None:
        self._change(state=after(self._known.state, step), **changes)

    def _change(self, **changes: Any) -> None:
        self._known = replace(self._known, **changes)

    def _engine_seen(self, engine: EngineSnapshot) -> None:
        self._change(link=replace(self._known.link, up_bps=engine.up_bps, engine=engine))
        self._on_engine(engine)

"""One immutable picture of everything the site's screen can show; the newest replaces the rest."""

from dataclasses import dataclass, field
from datetime import datetime

from client.core.consultation import LinkState, State
from client.core.dossier.completeness import Missing, Why, missing, pictures_off
from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier, Operator
from client.core.dossier.room import RoomCheck
from client.core.incidents import Incident
from client.core.record import milliseconds
from client.core.wire import Pointed, Waiting
from client.errors import ChevetError
from client.media.window.scene import WindowState
from client.session.auscultation_view import AuscultationView
from client.session.exchange_views import AskView, ExchangeLine, LineKind, StillState, StillView
from client.session.flow_views import (
    DocumentView,
    EarlierValue,
    ExpertiseView,
    IdentitiesView,
    PrintState,
    RecordsView,
    ResumableView,
    VoiceTrial,
)
from client.session.instrument_views import (
    InstrumentState,
    InstrumentView,
    PortState,
    PortView,
    ResultView,
    VitalView,
)
from client.session.link_views import ContactView, GpPresence, LineCheckView, LinkView
from client.session.profession import ProfessionView
from client.session.sending import SentFileView
from devices.readings import Kind

__all__ = [
    "AskView",
    "ContactView",
    "ExchangeLine",
    "GpPresence",
    "InstrumentState",
    "InstrumentView",
    "InvitationView",
    "LineCheckView",
    "LineKind",
    "LinkView",
    "PortState",
    "PortView",
    "PreviewView",
    "ResultView",
    "SiteSnapshot",
    "StillState",
    "StillView",
    "VitalView",
]


@dataclass(frozen=True, slots=True)
class PreviewView:
    """A small picture for aiming."""

    width: int
    height: int
    rgb: bytes
    """Row by row, three bytes a pixel."""
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class InvitationView:
    """The link to give the GP."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SiteSnapshot:
    """Everything the screen can show, at one moment."""

    at: datetime
    state: State
    place: str
    relay_is_reachable: bool = False
    camera_works: bool | None = None
    """`None` while unknown or when there is none to try."""
    microphone_works: bool | None = None
    speaker_works: bool | None = None
    line_check: LineCheckView = field(default_factory=LineCheckView)
    invitation: InvitationView | None = None
    contacts: tuple[ContactView, ...] = ()
    """By name."""
    calling: ContactView | None = None
    """Whom this site called; `None` after an invitation."""
    is_waiting_for_page: bool = False
    """The call lies in the GP's mailbox."""
    call_failure: ChevetError | None = None
    """Why the last call or invitation came to nothing; until the next one."""
    has_namesake: bool = False
    """A contact has this GP's name and another key: compare the words with special care."""
    words: tuple[str, ...] = ()
    words_confirmed_here: bool = False
    words_confirmed_by_gp: bool = False
    refusal: str | None = None
    """Name of the trust error that stopped the consultation, see the catalogue's ``error.*``."""
    gp_name: str = ""
    patient_name: str = ""
    reason: str = ""
    link: LinkView = field(default_factory=LinkView)
    instruments: tuple[InstrumentView, ...] = ()
    ports: tuple[PortView, ...] = ()
    """What is plugged in and not known as an instrument."""
    vitals: tuple[VitalView, ...] = ()
    """Current values, one of each vital sign of each instrument; where two give the same vital
    sign, the one to look at first is last."""
    apart: tuple[VitalView, ...] = ()
    """From instruments' memories and of control solutions, the newest last: never current."""
    results: tuple[ResultView, ...] = ()
    """Of laboratory tests, the newest last."""
    pleth: bytes = b""
    """The last four seconds of the plethysmogram, one unsigned byte a sample; empty if not live."""
    preview: PreviewView | None = None
    """What the GP sees or, while aiming, what the otoscope sees."""
    preview_source: Kind | None = None
    """`Kind.OTOSCOPE` while aiming; `None` for the camera."""
    gp_picture: PreviewView | None = None
    asked: AskView | None = None
    still: StillView | None = None
    auscultation: AuscultationView | None = None
    """`None` without a stethoscope."""
    exchanges: tuple[ExchangeLine, ...] = ()
    summary: str | None = None
    is_muted: bool = False
    is_camera_off: bool = False
    is_paused: bool = False
    ended: str | None = None
    """Reason of the goodbye, ``finished``, ``unsuitable`` or ``words_differ``."""
    ended_by_gp: bool = False
    is_recorded: bool = True
    """False when the record lives only as long as the program."""
    dossier: Dossier = field(default_factory=lambda: Dossier(Operator("", Role.OTHER)))
    """What was typed and chosen so far."""
    identities: IdentitiesView = field(default_factory=IdentitiesView)
    """What may be imported, while somebody looks for it."""
    place_address: str = ""
    """The place's own, where every patient of it is; empty on home visits."""
    room: RoomCheck | None = None
    """The newest opening of the room, whenever it was."""
    voice_trial: VoiceTrial = VoiceTrial.UNTRIED
    voice_dbfs: float | None = None
    """How loud the microphone is now, while the voice is being recorded for a trial."""
    window: WindowState = WindowState.UNAVAILABLE
    """The patient's own."""
    gp_waiting: Waiting | None = None
    """What the GP said of how long it takes."""
    pointed: Pointed | None = None
    """Where the GP points; `None` as well once the pointer was taken away."""
    documents: tuple[DocumentView, ...] = ()
    gp_profession: ProfessionView | None = None
    """What a broker we trust says of the GP; `None`: nothing that holds."""
    sent_files: tuple[SentFileView, ...] = ()
    """Files somebody here chose to send, in that order."""
    summary_signer: str = ""
    """Whose signature of the summary was verified; empty: it is not signed."""
    summary_is_forged: bool = False
    """It has a signature, and not one of the key whose words were compared."""
    entry_error: ChevetError | None = None
    """Why the last part that was entered was not taken."""
    video_impossible_since: datetime | None = None
    """The line is up and carries no picture (rules-fr.md, d-6)."""
    printing: PrintState = PrintState.UNAVAILABLE
    print_failure: ChevetError | None = None
    """Why the last printing or saving failed."""
    earlier: tuple[EarlierValue, ...] = ()
    """The same patient's, of earlier consultations at this site, the newest last."""
    incidents: tuple[Incident, ...] = ()
    """Of the act, listed by the software (rules-fr.md, d-5)."""
    records: RecordsView = field(default_factory=RecordsView)
    """Of earlier consultations, once somebody looks for them."""
    resumable: tuple[ResumableView, ...] = ()
    expertises: tuple[ExpertiseView, ...] = ()
    """Those that wait for an answer and the answered ones, the newest last."""

    @property
    def gp_presence(self) -> GpPresence:
        """Whether anybody is there; a line that came up since counts more than older words."""
        waiting, link = self.gp_waiting, self.link
        if self.state is not State.VERIFIED:
            return GpPresence.AWAY
        if waiting is not None and waiting.is_redirected:
            return GpPresence.REDIRECTED
        has_met = link.state in (LinkState.UP, LinkState.CUT) and link.since is not None
        is_put_off = waiting is not None and (
            link.state is not LinkState.UP
            or (link.since is not None and milliseconds(link.since) < waiting.at_ms)
        )
        return GpPresence.HERE if has_met and not is_put_off else GpPresence.WAITING_ROOM

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What a call still waits for (rules-fr.md, d-7 and d-9)."""
        return missing(self.dossier)

    @property
    def pictures_off(self) -> Why | None:
        """Why no photo, clip or sound may be taken; the keys say so."""
        return pictures_off(self.dossier)

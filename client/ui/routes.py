"""Which screen belongs to which state of the consultation, and to which step before it."""

from collections.abc import Mapping
from typing import Final

from client.core.consultation import State
from client.ui.screens.calling import CallScreen
from client.ui.screens.consent import ConsentScreen
from client.ui.screens.consultation import ConsultationScreen
from client.ui.screens.ending import EndingScreen
from client.ui.screens.invitation import InvitationScreen
from client.ui.screens.patient import PatientScreen
from client.ui.screens.reason import ReasonScreen
from client.ui.screens.refusal import RefusalScreen
from client.ui.screens.room import RoomScreen
from client.ui.screens.start import StartScreen
from client.ui.screens.words import WordsScreen
from client.ui.site_screen import FlowScreen, SiteScreen
from client.ui.steps import Step

SCREENS_BY_STATE: Final[Mapping[State, type[SiteScreen]]] = {
    State.READY: StartScreen,
    State.INVITING: InvitationScreen,
    State.COMPARING: WordsScreen,
    State.VERIFIED: ConsultationScreen,
    State.ENDED: EndingScreen,
    State.REFUSED: RefusalScreen,
}
STEP_SCREENS: Final[Mapping[Step, type[FlowScreen]]] = {
    Step.ROOM: RoomScreen,
    Step.PATIENT: PatientScreen,
    Step.CONSENT: ConsentScreen,
    Step.REASON: ReasonScreen,
    Step.CALL: CallScreen,
}

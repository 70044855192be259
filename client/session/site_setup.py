"""What a site is before any consultation."""

from collections.abc import Callable
from dataclasses import dataclass, field

from client.core.dossier.ending import Role
from client.core.dossier.file import Dossier, Operator
from client.core.identity import Identity
from client.media.window.process import SECOND
from client.printing import NoPrinter, Printer
from client.session.adaptation import LineSettings
from client.session.instruments import Plug
from client.session.patient_window import WindowWish
from client.session.pauses import USUAL, Pauses
from client.session.requests import Part
from client.store.contacts import Contacts
from devices.ports import PortLister


@dataclass(frozen=True, slots=True)
class Responsible:
    """The pharmacist who answers for the place (rules-fr.md, d-20); empty for home visits."""

    name: str = ""
    rpps: str = ""


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
    finess: str = ""
    """The place's, checked; empty for home visits."""
    brokers: frozenset[bytes] = frozenset()
    """Keys of those whose word for a profession counts here."""
    identities: str = ""
    """Folder in which the place's own software puts identities; empty: nobody has said."""
    place_address: str = ""
    """Where every patient of the place is; empty for home visits."""
    responsible: Responsible = field(default_factory=Responsible)
    printer: Printer = field(default_factory=NoPrinter)
    """Whoever made it closes it."""
    pauses: Pauses = USUAL
    language: str = "fr"
    """What documents are made in."""
    window: WindowWish = WindowWish.OFF
    """When the patient's window opens by itself."""
    patient_display: int = SECOND
    """Counted from one."""
    begun: tuple[Part, ...] = field(default=(), repr=False)
    """Entered at once: of the patient whose call came to nothing."""
    is_training: bool = False
    """Simulated patients and instruments; never mixed with real records."""

    @property
    def dossier(self) -> Dossier:
        """What is known of a consultation before anything was entered."""
        known = {role.value: role for role in Role}
        role = known.get(self.role, Role.OTHER)
        who = self.responsible
        operator = Operator(self.operator, role, self.rpps or "", who.name, who.rpps)
        return Dossier(operator, self.finess, self.is_training)

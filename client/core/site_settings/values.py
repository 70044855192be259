"""What can be set. Every value has a default, so that a file may say as little as it likes.

The names are those of the file. Nothing of it is about a patient.
"""

from dataclasses import dataclass, field
from typing import Final

from client.core.adaptation.link_layer import LinkLayer
from client.core.dossier.ending import Role

THEMES: Final = ("dark", "light", "contrast")
LANGUAGES: Final = ("fr", "en")
PATIENT_WINDOWS: Final = ("second", "on", "off")
"""As `client.session.patient_window.WindowWish`."""
PICTURES: Final = ("auto", "kitty", "sixel", "blocks")
"""As `client.ui.graphics.terminal.Wish`."""


@dataclass(frozen=True, slots=True)
class PlaceSettings:
    """Where the patients are received; all empty for home visits."""

    name: str = ""
    """Shown to the GP."""
    finess: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class ResponsibleSettings:
    """The pharmacist who answers for the place (rules-fr.md, d-20)."""

    name: str = ""
    rpps: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who accompanies patients here."""

    name: str
    role: Role = Role.OTHER
    rpps: str = ""


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Where the two ends meet."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """As on the command line of ``chevet site``."""

    camera: str = "none"
    microphone: str = "none"
    speaker: str = "none"
    echo_cancelling: bool = True
    instruments: tuple[str, ...] = ("auto",)
    """``auto``: whatever is plugged in is recognised; or ``DRIVER=PORT`` for each."""


@dataclass(frozen=True, slots=True)
class LineSettings:
    """What the line may be used for."""

    link_layer: LinkLayer | None = None
    """`None`: measured. An empty text in the file."""
    headroom_pct: int = 15
    """Left to the place's other machines; as `client.core.adaptation.wishes.DEFAULT_HEADROOM`."""
    cap_kbit: int = 0
    """kbit/s that are never exceeded; 0: no cap."""


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """Days, as `client.store.upkeep.Retention`; 0: for ever."""

    pictures: int = 365
    records: int = 7_305
    rooms: int = 1_826


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """How the terminal looks and speaks, and what the patient sees."""

    theme: str = "dark"
    language: str = "fr"
    pictures: str = "auto"
    """How the terminal shows them."""
    patient_window: str = "second"
    """When the patient's window opens by itself."""
    patient_display: int = 2
    """The patient's, counted from one; as `client.media.window.process.SECOND`."""


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    """Where other files of the place lie."""

    inventory: str = ""
    """File of the equipment inventory, for the declaration (rules-fr.md, d-32)."""
    identities: str = ""
    """Folder in which the place's own software puts identities to be imported (d-15)."""


@dataclass(frozen=True, slots=True)
class TrustSettings:
    """Whose word for a profession counts here."""

    brokers: tuple[str, ...] = ()
    """Public keys in URL-safe base64, as ``/profession/broker.json`` of a broker gives them."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """Everything; each part is a section of the file."""

    place: PlaceSettings = field(default_factory=PlaceSettings)
    responsible: ResponsibleSettings = field(default_factory=ResponsibleSettings)
    people: tuple[Person, ...] = ()
    """The first one is at the bedside unless another is named."""
    relay: RelaySettings = field(default_factory=RelaySettings)
    devices: DeviceSettings = field(default_factory=DeviceSettings)
    line: LineSettings = field(default_factory=LineSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    screen: ScreenSettings = field(default_factory=ScreenSettings)
    documents: DocumentSettings = field(default_factory=DocumentSettings)
    trust: TrustSettings = field(default_factory=TrustSettings)

    def person(self, name: str = "") -> Person | None:
        """Of this name; the first one for no name; `None` if nobody is."""
        return next((one for one in self.people if name in ("", one.name)), None)

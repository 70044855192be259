"""What the two people ask of and tell each other."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """A line of free text."""

    text: str
    written_ms: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The GP asks for the next step of the examination. GP to site."""

    id: int
    what: str
    """``temperature``, ``oximeter``, ``pressure``, ``glucose``, ``weight``, ``ecg``, ``ear`` (live
    otoscope), ``skin``, ``throat``, ``listen`` (stethoscope), ``still`` or ``text``."""
    text: str


@dataclass(frozen=True, slots=True)
class AskAnswered:
    """What became of a step the GP asked for. Site to GP."""

    id: int
    outcome: str
    """``done`` or ``not_possible``."""


@dataclass(frozen=True, slots=True)
class Pointed:
    """Where the GP points. GP to site, unnumbered, newest wins."""

    id: int
    """The still's; 0: the live picture."""
    left: int
    """Per mille of the picture's width as shown; `top` of its height."""
    top: int
    is_shown: bool
    """False: the pointer was taken away."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The GP asks for patience, or sends the patient elsewhere; the newest wins. GP to site."""

    minutes: int | None
    """Until the GP expects to come; `None`: not said."""
    text: str
    is_redirected: bool
    """The GP will not come: `text` says where to turn."""
    at_ms: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The GP's summary of the consultation; a later one replaces it. GP to site."""

    text: str
    written_ms: int
    template: str = ""
    """Name and version of the template it was begun with: ``teleconsultation/1``."""
    stills: list[int] = field(default_factory=list)
    """Those the GP chose for the document, in order."""
    files: list[int] = field(default_factory=list)
    """Files of the GP's that belong to it: a prescription, an annotated still."""
    signature: bytes = b""
    """The GP's Ed25519 signature (`client.core.signed_summary`); none: not signed."""

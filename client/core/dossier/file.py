"""The dossier of one consultation at the site: everything typed or chosen there, typed once.

It grows step by step and is kept after each (`client.store`), so that a consultation can be left at
any point and taken up again. `None` means that the step was not done.
"""

from dataclasses import dataclass, field

from client.core.dossier.background import Background
from client.core.dossier.consent import Consent
from client.core.dossier.ending import Ending, Role
from client.core.dossier.traits import Traits


@dataclass(frozen=True, slots=True)
class Contact:
    """Where the patient is now and how to call back; both are required before calling (d-7)."""

    address: str = field(default="", repr=False)
    callback: str = field(default="", repr=False)
    own_doctor: str = field(default="", repr=False)
    """Empty: none ("sans medecin traitant"), which is a first-class path."""
    own_doctor_rpps: str = ""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who accompanies the patient, and who answers for it (d-17, d-20)."""

    name: str
    role: Role
    rpps: str = ""
    responsible_name: str = ""
    responsible_rpps: str = ""


@dataclass(frozen=True, slots=True)
class Notes:
    """What the person at the bedside wrote down for this site alone; no line of it is sent."""

    text: str = field(default="", repr=False)
    """A note a line, the newest last."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One consultation, as the people at the bedside made it."""

    operator: Operator
    finess: str = ""
    """The place's; empty for a home visit."""
    is_training: bool = False
    """Never mixed with real records; the only place where test identities are taken (d-14)."""
    is_deferred: bool = False
    """An expertise asked for without meeting; `question` holds it."""
    question: str = field(default="", repr=False)
    traits: Traits | None = None
    contact: Contact | None = None
    consent: Consent | None = None
    background: Background | None = None
    ending: Ending | None = None
    notes: Notes | None = None

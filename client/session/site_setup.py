"""What a site is before any consultation."""

from collections.abc import Callable
from dataclasses import dataclass, field

from client.core.identity import Identity
from client.session.adaptation import LineSettings
from client.session.instruments import Plug
from client.store.contacts import Contacts
from devices.ports import PortLister


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

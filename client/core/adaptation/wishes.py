"""What people and the machine want of the line, as the allocator hears it."""

from dataclasses import dataclass
from typing import Final

from client.core.adaptation.ladder import PictureLimits
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import Content, Preference

DEFAULT_HEADROOM: Final = 0.15
"""Of the line, left to the shop's own traffic."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Everything but the line itself that moves the split."""

    limits: PictureLimits | None
    """What the camera and the CPU can do; None: no picture is wanted, or none may leave."""
    preference: Preference = Preference.BALANCED
    """What the GP asked for."""
    override: Preference | None = None
    """What the operator chose instead."""
    content: Content = Content.FACE
    is_still_waiting: bool = False
    """A still is offered and not yet received."""
    cap_bps: int | None = None
    """On the line; nothing is ever sent above it."""
    headroom: float = DEFAULT_HEADROOM
    """Fraction of the usable rate left to others, 0 to below 1."""
    is_seeded: bool = False
    """A connection before this one knew the line; what was measured before any call only hints."""
    others_bps: int = 0
    """What control, messages and repeats took of the line lately."""
    link_layer: LinkLayer = LinkLayer.ETHERNET

    @property
    def prevailing(self) -> Preference:
        """The preference that counts: the operator sees the patient."""
        return self.preference if self.override is None else self.override

"""The state of the line, and what it is used for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkReport:
    """The state of the line as the site sees it, once a second. Site to GP, unnumbered."""

    sent_ms: int
    """Site's clock: the page derives the clock offset from it."""
    up_bps: int
    """Bits per second on the wire, site to GP, headers included."""
    voice_bps: int
    picture_bps: int
    still_bps: int
    usable_bps: int
    """What the line could carry now, site to GP."""
    queue_ms: int
    """Waiting time in the line, site to GP."""
    loss_pct: int
    """Of the site's packets."""
    down_bps: int
    """What the GP's end may send now, all in all."""
    picture: str
    """``live``, ``heartbeat`` (one sharp picture every few seconds) or ``none``."""
    beat_ms: int
    """From one picture of the heartbeat to the next; 0 in any other mode."""
    preference: str
    """What the picture follows now: the GP's wish, or the site's own instead."""
    weak: str
    """Whose line holds the call back: ``none``, ``site``, ``gp`` or ``both``."""
    is_muted: bool
    is_camera_off: bool
    is_paused: bool


@dataclass(frozen=True, slots=True)
class PageReport:
    """What the GP's end receives, once a second. GP to site, unnumbered."""

    sent_ms: int
    frames_decoded: int
    voice_concealed_pct: float
    rtt_ms: int
    voice_delay_ms: int
    """How long the GP's end holds voice back to play it evenly."""
    frozen_ms: int
    """How long the picture stood still since the connection was made."""
    received_bps: int
    loss_pct: int
    """Of the packets sent to the GP, before any repair."""


@dataclass(frozen=True, slots=True)
class PictureAsked:
    """What the GP wants most of the picture; the newest wins. GP to site."""

    preference: str
    """`client.core.adaptation.plan.Preference`."""


@dataclass(frozen=True, slots=True)
class WentOn:
    """The picture is impossible: how the site goes on (rules-fr.md, d-6). Site to GP."""

    how: str
    """`client.core.dossier.ending.Alternative`."""
    at_ms: int

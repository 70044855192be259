"""What the picture on the screen is, how old it is, and what is said when there is none."""

from datetime import datetime
from typing import Final

from client.catalogue import Catalogue
from client.core.consultation import LinkState
from client.session.snapshot import PreviewView, SiteSnapshot
from client.ui.line_words import beat_s, picture_sent
from client.ui.phrases import seconds_since
from devices.readings import Kind

STILL_AFTER_S: Final = 3
"""chosen: an otoscope on a slow port gives a picture every second or two; later it has stopped."""

_SENT: Final = ("camera", "otoscope")


def preview_title(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> str:
    """Where the picture comes from; its age as soon as it no longer moves."""
    title = _title(say, snapshot)
    view = seen_here(snapshot)
    if view is None or seconds_since(view.taken_at, now) < STILL_AFTER_S:
        return title
    return say("site.preview.frozen", count=seconds_since(view.taken_at, now))


def gp_title(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> str:
    """The doctor; and how old the picture is as soon as it no longer moves."""
    view = snapshot.gp_picture
    if view is None or seconds_since(view.taken_at, now) < STILL_AFTER_S:
        return say("site.panel.doctor")
    return say("site.preview.frozen", count=seconds_since(view.taken_at, now))


def _title(say: Catalogue, snapshot: SiteSnapshot) -> str:
    """What the GP sees of it: all of it, a picture now and then, or none."""
    source, sent = _source(snapshot), picture_sent(snapshot)
    if source not in _SENT or sent == "off":
        return say(f"site.preview.{source}")
    if isinstance(sent, str):
        return say("site.preview.unsent")
    if sent.is_heartbeat:
        return say("site.preview.heartbeat", count=beat_s(sent))
    return say(f"site.preview.{source}")


def _source(snapshot: SiteSnapshot) -> str:
    is_sent = snapshot.link.state is LinkState.UP and not _is_held_back(snapshot)
    if snapshot.preview_source is Kind.OTOSCOPE:
        return "otoscope" if is_sent else "otoscope_unseen"
    return "camera" if is_sent else "unseen"


def seen_here(snapshot: SiteSnapshot) -> PreviewView | None:
    """The picture to show: none while nothing is sent, so that none looks as if it were."""
    return None if _is_held_back(snapshot) else snapshot.preview


def _is_held_back(snapshot: SiteSnapshot) -> bool:
    is_camera = snapshot.preview_source is not Kind.OTOSCOPE
    return snapshot.is_paused or (is_camera and snapshot.is_camera_off)


def preview_instead(say: Catalogue, snapshot: SiteSnapshot) -> str:
    """Why there is no picture."""
    if snapshot.is_paused:
        return say("site.preview.paused")
    if snapshot.preview_source is Kind.OTOSCOPE:
        return say("site.preview.waiting")
    if snapshot.is_camera_off:
        return say("site.preview.off")
    return say("site.preview.waiting" if snapshot.camera_works else "site.preview.no_camera")

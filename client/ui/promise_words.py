"""A line measured before the call, and what it allows, in words."""

from typing import Final

from client.catalogue import Catalogue
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import PictureRung, VoiceRung
from client.core.adaptation.preflight.measurement import LineMeasurement
from client.core.adaptation.preflight.promise import Promise
from client.ui.phrases import decimal

_CLEAR_BPS: Final = 15_000  # chosen: Opus in wide band, without faults that a person hears
_FAIR_BPS: Final = 11_000
_SMOOTH_PER_S: Final = 12.0  # chosen: lips are seen to move with the words
_SMALL_WIDTH: Final = 400
_LARGE_WIDTH: Final = 600
_MINUTES_FROM_S: Final = 100
_KBIT_BELOW_BPS: Final = 100_000
_WHOLE_FROM_BPS: Final = 9_950_000
_BAR_CELLS: Final = 20


def line_name(say: Catalogue, found: LineMeasurement) -> str:
    """Kind and uplink, in 25 cells."""
    rate = rate_of(say, found.up_bps)
    if found.link_layer is LinkLayer.ADSL:
        return say("site.promise.adsl", rate=rate)
    if found.link_layer is LinkLayer.MOBILE:
        return say("site.promise.mobile", rate=rate)
    return say("site.promise.any", rate=rate)


def rate_of(say: Catalogue, bps: int) -> str:
    """With its unit."""
    if bps < _KBIT_BELOW_BPS:
        return say("site.promise.kbit", rate=round(bps / 1_000))
    decimals = 0 if bps >= _WHOLE_FROM_BPS else 2
    return say("site.promise.mbit", rate=decimal(say, f"{bps / 1_000_000:.{decimals}f}"))


def promise_sentence(say: Catalogue, promise: Promise) -> str:
    """« voix nette, image fluide petite, photo en 15 s »."""
    picture = _picture(say, promise.picture) if promise.has_camera else say("site.promise.blind")
    return ", ".join((_voice(say, promise.voice), picture, _photo(say, promise.photo_s)))


def bar(done: float) -> str:
    """How much is done, drawn in twenty cells."""
    full = int(done * _BAR_CELLS)
    return "█" * full + "░" * (_BAR_CELLS - full)


def _voice(say: Catalogue, rung: VoiceRung) -> str:
    if rung.bitrate_bps >= _CLEAR_BPS:
        return say("site.promise.voice.clear")
    is_fair = rung.bitrate_bps >= _FAIR_BPS
    return say("site.promise.voice.fair" if is_fair else "site.promise.voice.plain")


def _picture(say: Catalogue, rung: PictureRung | None) -> str:
    if rung is None:
        return say("site.promise.picture.none")
    if rung.is_heartbeat:
        return say("site.promise.picture.beats", seconds=round(1 / rung.frames_per_s))
    size = say(f"site.promise.size.{_size(rung.width)}")
    is_smooth = rung.frames_per_s >= _SMOOTH_PER_S
    return say(f"site.promise.picture.{'smooth' if is_smooth else 'slow'}", size=size)


def _size(width: int) -> str:
    if width < _SMALL_WIDTH:
        return "small"
    return "large" if width >= _LARGE_WIDTH else "medium"


def _photo(say: Catalogue, photo_s: int | None) -> str:
    if photo_s is None:
        return say("site.promise.photo.none")
    if photo_s < _MINUTES_FROM_S:
        return say("site.promise.photo.seconds", seconds=photo_s)
    return say("site.promise.photo.minutes", minutes=round(photo_s / 60))

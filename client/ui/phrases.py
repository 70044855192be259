"""Numbers, ages and the state of the line, said as a person at the bedside reads them.

Texts that people wrote are never formatted nor read as markup: see `plain`.
"""

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from client.catalogue import Catalogue
from client.core.consultation import LinkState
from client.session.snapshot import SiteSnapshot
from client.ui.line_words import voice_word, weak_sentence
from devices.readings import Kind, Mark, Quality, Vital

LIVE_WITHIN_S: Final = 3
"""chosen: the silence after which the line itself is called cut; older than this is not live."""

NO_VALUE: Final = "--"

_DEVICE_CLOCKS: Final = {"fr": "%d/%m/%Y %H:%M", "en": "%Y-%m-%d %H:%M"}
_MINUTE_S: Final = 60
_HOUR_S: Final = 3_600
_DAY_S: Final = 86_400
_KBIT: Final = 1_000


def plain(text: str) -> str:
    """One line of what a person wrote, without characters that could move or reorder the screen."""
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text).strip()


def profession_sentence(say: Catalogue, snapshot: SiteSnapshot) -> str:
    """Who vouches for the GP's profession, and since when; empty where nobody does."""
    proved = snapshot.gp_profession
    if proved is None:
        return ""
    at = proved.verified_at.astimezone()
    issuer = plain(urlsplit(proved.issuer).hostname or proved.issuer)
    facts = {"name": plain(proved.name), "rpps": plain(proved.rpps), "issuer": issuer}
    return say("site.profession", date=f"{at:%d/%m/%Y}", time=f"{at:%H:%M}", **facts)


def plain_lines(text: str) -> str:
    """Like `plain`, with the writer's own line breaks kept."""
    return "\n".join(plain(line) for line in text.splitlines())


def decimal(say: Catalogue, number: str) -> str:
    """A number written with a point, with the language's own decimal sign."""
    return number.replace(".", say("site.decimal_sign"))


def quality_words(say: Catalogue, quality: Quality, kind: Kind | None) -> str:
    """How far an instrument of this kind vouches for its value."""
    if kind is Kind.OXIMETER and quality in (Quality.NO_SIGNAL, Quality.SEARCHING):
        return say(f"quality.{quality}.oximeter")
    return say(f"quality.{quality}")


def device_time(say: Catalogue, at: datetime) -> str:
    """What an instrument's own clock said, in no time zone that anybody knows."""
    return say("site.device_clock", time=at.strftime(_DEVICE_CLOCKS[say.language]))


def notes(
    say: Catalogue, marks: frozenset[Mark], measured_at: datetime | None, sent_as: str | None
) -> Iterator[str]:
    """What the instrument noted beside a value, what it sent, and what its own clock said."""
    for mark in sorted(marks):
        yield say(f"mark.{mark}")
    if sent_as is not None:
        yield say("site.sent_as", value=plain(sent_as))
    if measured_at is not None:
        yield device_time(say, measured_at)


def quantity(say: Catalogue, vital: Vital, value: float | None) -> str:
    """The value in its usual number of decimals; two dashes when there is none."""
    return NO_VALUE if value is None else decimal(say, f"{value:.{vital.decimals}f}")


def seconds_since(then: datetime, now: datetime) -> int:
    """Whole seconds gone by; never negative, whatever the clocks did."""
    return max(0, int((now - then).total_seconds()))


def age(say: Catalogue, then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that is not zero."""
    gone_s = seconds_since(then, now)
    if gone_s < _MINUTE_S:
        return say("site.age.seconds", count=gone_s)
    if gone_s < _HOUR_S:
        return say("site.age.minutes", count=gone_s // _MINUTE_S)
    if gone_s < _DAY_S:
        return say("site.age.hours", count=gone_s // _HOUR_S)
    return say("site.age.days", count=gone_s // _DAY_S)


def freshness(say: Catalogue, then: datetime, now: datetime, *, is_live: bool) -> str:
    """Called live only while it really is; else its age."""
    if is_live and seconds_since(then, now) < LIVE_WITHIN_S:
        return say("site.age.live")
    return age(say, then, now)


def time_of_day(at: datetime) -> str:
    """Hours and minutes on the wall of the room."""
    return at.astimezone().strftime("%H:%M")


def count_of(say: Catalogue, key: str, count: int) -> str:
    """The sentence for one or for many of them."""
    return say(f"{key}.one") if count == 1 else say(f"{key}.many", count=count)


def link_sentence(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> str:
    """The state of the line in one sentence."""
    link = snapshot.link
    if link.state is LinkState.CUT:
        return _cut_sentence(say, snapshot, now)
    if link.state is not LinkState.UP:
        return say(f"site.link.{link.state}")
    unsealed = f" {say('site.link.unsealed')}" if link.is_sealed is False else ""
    return _heard_sentence(say, snapshot) + unsealed


def _heard_sentence(say: Catalogue, snapshot: SiteSnapshot) -> str:
    if snapshot.is_paused or snapshot.is_muted:
        return say("site.link.silent_here")
    if not snapshot.link.gp_hears:
        return say("site.link.unheard")
    return weak_sentence(say, snapshot) or say("site.link.heard")


def _cut_sentence(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> str:
    since = snapshot.link.since or snapshot.at
    cut = say("site.link.cut", count=seconds_since(since, now))
    if not snapshot.link.waiting:
        return cut
    return f"{cut} {count_of(say, 'site.link.waiting', snapshot.link.waiting)}"


def link_figures(say: Catalogue, snapshot: SiteSnapshot) -> str:
    """How the voice is heard, or what is not yet acknowledged, and what leaves in kbit/s."""
    link = snapshot.link
    if link.state is not LinkState.UP:
        return ""
    rate = say("site.link.rate", kbit=round(link.up_bps / _KBIT))
    waiting = say("site.link.unacknowledged", count=link.waiting) if link.waiting else ""
    return "  ".join(filter(None, (waiting or voice_word(say, snapshot), rate)))

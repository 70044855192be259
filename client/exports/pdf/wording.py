"""Dates, times, durations and quantities as French clinicians write them."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from client.catalogue import Catalogue
from client.core.incidents import Incident
from devices.readings import Vital

_MINUTE_S: Final = 60
_HOUR_S: Final = 3_600
_FULL_DATE: Final = 3


@dataclass(frozen=True, slots=True)
class Words:
    """One language in one place's time."""

    say: Catalogue
    zone: tzinfo | None = None
    """`None`: this machine's own."""

    def local(self, at: datetime) -> datetime:
        """The time on the wall of the room."""
        return at.astimezone(self.zone)

    def date(self, at: datetime) -> str:
        """A day: 22 novembre 2026."""
        day = self.local(at)
        first = self.say("documents.first_day") if day.day == 1 else str(day.day)
        month = self.say("documents.months").split()[day.month - 1]
        return self.say("documents.date", day=first, month=month, year=day.year)

    def time(self, at: datetime) -> str:
        """Hours and minutes: 14:05."""
        return self.local(at).strftime("%H:%M")

    def exact_time(self, at: datetime) -> str:
        """With its seconds: 14:05:31."""
        return self.local(at).strftime("%H:%M:%S")

    def moment(self, at: datetime) -> str:
        """A day and its time."""
        return self.say("documents.moment", date=self.date(at), time=self.time(at))

    def offset(self, at: datetime) -> str:
        """How far from UTC the times are: UTC+01:00."""
        return _offset(self.local(at))

    def iso_date(self, text: str) -> str:
        """A date of an identity, which may lack its day and month; as it is when it is none."""
        parts = text.split("-")
        if not all(part.isdecimal() for part in parts) or len(parts) > _FULL_DATE:
            return text
        return "/".join(reversed(parts)) if self.say.language == "fr" else text

    def device_clock(self, text: str) -> str:
        """What an instrument's own clock said, in no zone anybody knows."""
        day, _, time = text.partition("T")
        return f"{self.iso_date(day)} {time[:5]}".strip()

    def duration(self, seconds: float) -> str:
        """Rounded down to the second: 43 s, 2 min 5 s, 1 h 2 min."""
        whole = max(0, int(seconds))
        if whole < _MINUTE_S:
            return self.say("documents.seconds", count=whole)
        if whole < _HOUR_S:
            return self.say(
                "documents.minutes", minutes=whole // _MINUTE_S, seconds=whole % _MINUTE_S
            )
        hours, rest = divmod(whole, _HOUR_S)
        return self.say("documents.hours", hours=hours, minutes=rest // _MINUTE_S)

    def incident(self, one: Incident) -> str:
        """What went wrong in an act that is over: 14:05:31, link cut, for 43 s."""
        what = self.say(f"documents.incident.{one.kind}", subject=self._subject(one.subject))
        facts = {"time": self.exact_time(one.at), "what": what}
        if not one.is_lasting:
            return self.say("documents.incident", **facts)
        if one.over_at is None:
            return self.say("documents.incident.to_the_end", **facts)
        duration = self.duration((one.over_at - one.at).total_seconds())
        return self.say("documents.incident.lasted", **facts, duration=duration)

    def _subject(self, subject: str) -> str:
        is_ours = subject in ("camera", "microphone", "speaker")
        return self.say(f"documents.device.{subject}") if is_ours else subject

    def number(self, vital: Vital, number: float) -> str:
        """In the vital sign's usual number of decimals."""
        return f"{number:.{vital.decimals}f}".replace(".", self.say("site.decimal_sign"))

    def quantity(self, vital: Vital, number: float) -> str:
        """With its unit, never parted from it: 37,8 degrees Celsius."""
        unit = self.say(f"unit.{vital.ucum}")
        return f"{self.number(vital, number)}\N{NO-BREAK SPACE}{unit}"


def _offset(at: datetime) -> str:
    text = at.strftime("%z")
    return f"UTC{text[:3]}:{text[3:5]}"

"""The peer's voice: packets in as they come, even sound out as it is asked for."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from client.media.audio_clock import CaptureClock
from client.media.audio_source import SAMPLES_PER_S, Samples
from client.media.loudness import SILENCE_DBFS, dbfs
from client.media.reception import stretching
from client.media.reception.aim import Aim
from client.media.reception.concealment import Concealment, whole_units
from client.media.reception.counting import TIMESTAMP_BITS, Unwrapped
from client.media.reception.decoding import UNIT_SAMPLES, samples_in
from client.media.reception.shelf import Coded, Shelf
from client.media.reception.tally import Tally, VoiceQuality

CHUNK: Final = SAMPLES_PER_S // 100
"""10 ms: how often everything is decided."""
SLACK_S: Final = 0.01
"""chosen: sound this close to the aim is left as it is."""
STRETCH_EVERY: Final = 4 * CHUNK
"""chosen: at most a period of the voice in 40 ms, a quarter faster or slower at worst."""
HURRY_S: Final = 0.2
"""chosen: this far from the aim even a seam that is heard is better."""
SKIP_S: Final = 0.5
"""chosen: sound later than this is not caught up with but left out."""
JUMP_S: Final = 10.0
"""chosen: a packet whose time is so far from its moment begins a new count; no queue is so long."""
_LIKENESS: Final = 0.9
_LIKENESS_IN_HURRY: Final = 0.4


class VoiceReception:
    """One peer's voice. Times are one monotonic clock; not safe between threads.

    Sound that is late is waited for with a short guess and then said, late; what is known to be
    lost, because later sound is here, is guessed and passed over. Either way the next sound is
    brought back to the aim, a period at a time while somebody speaks, at once in a silence.
    """

    def __init__(self) -> None:
        self._tally = Tally()
        self._voice = Concealment(self._tally)
        self._shelf = Shelf()
        self._aim = Aim()
        self._timestamps = Unwrapped(TIMESTAMP_BITS)
        self._clock = CaptureClock()
        self._sound = np.zeros(0, np.int16)
        """Decoded and not yet given out."""
        self._ready = np.zeros(0, np.int16)
        self._past = np.zeros(stretching.LONGEST, np.int16)
        self._end: int | None = None
        """Timestamp after the last sample of `_sound`; None before the first."""
        self._owed = 0
        """Samples guessed for what may still come: time that went by without `_end`."""
        self._unstretched = 0
        self._transit_s = 0.0
        self._level_dbfs = SILENCE_DBFS

    def receive(self, blocks: Sequence[tuple[int, bytes]], now_s: float) -> None:
        """One packet has come: timestamp and Opus packet of each of its blocks, its own last.

        48 kHz timestamps of 32 bits. Whatever they hold, nothing is raised.
        """
        own, _ = blocks[-1]
        newest = self._timestamps.follow(own)
        if self._jumps(newest, now_s):
            self._shelf.clear()
            self._aim.forget()
            self._end = None
        for timestamp, payload in blocks:
            self._keep(newest - (own - timestamp) % (1 << TIMESTAMP_BITS), payload, now_s)

    def take(self, count: int, now_s: float) -> Samples:
        """The next samples to be heard, exactly so many."""
        at_s = self._clock.began_s(now_s, count / SAMPLES_PER_S)
        while len(self._ready) < count:
            chunk = self._chunk(at_s + len(self._ready) / SAMPLES_PER_S)
            self._ready = np.concatenate((self._ready, chunk))
        taken, self._ready = self._ready[:count], self._ready[count:]
        self._level_dbfs = dbfs(taken)
        return taken

    @property
    def quality(self) -> VoiceQuality:
        """How it is heard."""
        tally = self._tally
        return VoiceQuality(
            heard_ms=_ms(tally.heard),
            concealed_ms=_ms(tally.concealed),
            restored_ms=_ms(tally.restored),
            shortened_ms=_ms(tally.shortened),
            lengthened_ms=_ms(tally.lengthened),
            skipped_ms=_ms(tally.skipped),
            late_packets=tally.late_packets,
            damaged_packets=tally.damaged_packets,
            delay_ms=max(0, round(1_000 * (self._transit_s - self._aim.base_s))),
            level_dbfs=self._level_dbfs,
        )

    def _jumps(self, timestamp: int, now_s: float) -> bool:
        transit_s = now_s - timestamp / SAMPLES_PER_S
        return self._aim.is_known and abs(transit_s - self._aim.base_s) > JUMP_S

    def _keep(self, timestamp: int, payload: bytes, now_s: float) -> None:
        samples = samples_in(payload)
        if samples is None:
            self._tally.damaged_packets += 1
        elif self._shelf.put(Coded(timestamp, payload, samples)):
            self._aim.note(now_s - timestamp / SAMPLES_PER_S, now_s)

    def _chunk(self, at_s: float) -> Samples:
        """10 ms to be heard from ``at_s`` on."""
        self._skip(at_s)
        self._stretch(at_s)
        while len(self._sound) < CHUNK:
            self._append(self._more(at_s + len(self._sound) / SAMPLES_PER_S))
        if self._end is not None:
            self._transit_s = self._transit_of(at_s)
        chunk, self._sound = self._sound[:CHUNK], self._sound[CHUNK:]
        self._past = np.concatenate((self._past[CHUNK:], chunk))
        self._unstretched += CHUNK
        return chunk

    def _append(self, sound: Samples) -> None:
        self._sound = np.concatenate((self._sound, sound))

    def _transit_of(self, at_s: float) -> float:
        """Of the first sample of `_sound`, heard at ``at_s``."""
        assert self._end is not None  # noqa: S101 -- asked only then
        return at_s - (self._end + self._owed - len(self._sound)) / SAMPLES_PER_S

    def _more(self, at_s: float) -> Samples:
        """Whatever is to follow `_sound`, heard from ``at_s`` on."""
        first = self._first()
        if first is None:
            return self._bridge()
        if self._voice.is_silent or self._end is None:
            wait = whole_units(self._wait(first, at_s))
            if wait > 0:
                return self._voice.cover(min(wait, CHUNK))
            self._end, self._owed = first.timestamp, 0
        lost = self._lost_before(first)
        return self._instead(first, lost) if lost else self._decode()

    def _first(self) -> Coded | None:
        """The next packet; those whose time has passed go."""
        while first := self._shelf.first:
            if self._end is None or first.timestamp >= self._end:
                return first
            self._shelf.pop()
            self._tally.late_packets += 1
        return None

    def _wait(self, first: Coded, at_s: float) -> int:
        """Samples until a packet is to be heard; negative: it is late."""
        due_s = self._aim.aim_s + first.timestamp / SAMPLES_PER_S
        return round((due_s - at_s) * SAMPLES_PER_S)

    def _bridge(self) -> Samples:
        """Nothing is here: what comes next may be late or lost."""
        if self._end is None:
            return np.zeros(CHUNK, np.int16)
        self._owed += CHUNK
        return self._voice.cover(CHUNK)

    def _lost_before(self, first: Coded) -> int:
        """Samples missing before a packet, less those already guessed."""
        assert self._end is not None  # noqa: S101 -- there is sound before it
        self._end += min(self._owed, first.timestamp - self._end)
        self._owed = 0
        return first.timestamp - self._end

    def _instead(self, first: Coded, lost: int) -> Samples:
        assert self._end is not None  # noqa: S101 -- as above
        if lost > first.samples:
            count = min(whole_units(lost - first.samples) or UNIT_SAMPLES, CHUNK)
            self._end += count
            return self._voice.cover(count)
        self._end = first.timestamp
        count = whole_units(lost)
        return self._voice.restore(first.payload, count) if count else self._decode()

    def _decode(self) -> Samples:
        coded = self._shelf.pop()
        self._end = coded.end
        return self._voice.decode(coded.payload, coded.samples)

    def _gather(self, count: int) -> bool:
        """Decode ahead, as far as nothing is missing; whether so many samples are there."""
        while len(self._sound) < count:
            first = self._first()
            if first is None or first.timestamp != self._end:
                return False
            self._append(self._decode())
        return True

    def _skip(self, at_s: float) -> None:
        """Leave out what cannot be caught up with."""
        first, last = self._shelf.first, self._shelf.last
        if first is None or last is None:
            return
        live = round((at_s - self._aim.ceiling_s) * SAMPLES_PER_S)
        if live - first.timestamp > SKIP_S * SAMPLES_PER_S:
            skipped = self._shelf.drop_before(min(live, last.timestamp))
            self._tally.skipped += skipped
            if skipped and self._shelf.first is not None:
                self._end, self._owed = self._shelf.first.timestamp, 0

    def _stretch(self, at_s: float) -> None:
        """A period of the voice less or more, where sound is too late or too early."""
        is_too_soon = self._unstretched < STRETCH_EVERY
        if self._end is None or is_too_soon or self._owed or not self._voice.is_steady:
            return
        transit_s = self._transit_of(at_s)
        if (late_s := transit_s - self._aim.ceiling_s) > SLACK_S:
            self._shorten(_likeness(late_s))
        elif (early_s := self._aim.aim_s - transit_s) > SLACK_S:
            self._lengthen(_likeness(early_s))

    def _shorten(self, likeness: float) -> None:
        if not self._gather(stretching.LONGEST + stretching.SEAM):
            return
        shorter = stretching.shortened(self._sound, likeness)
        if shorter is not None:
            self._tally.shortened += len(self._sound) - len(shorter)
            self._sound, self._unstretched = shorter, 0

    def _lengthen(self, likeness: float) -> None:
        if not self._gather(stretching.SEAM):
            return
        longer = stretching.lengthened(self._past, self._sound, likeness)
        if longer is not None:
            self._tally.lengthened += len(longer) - len(self._sound)
            self._sound, self._unstretched = longer, 0


def _likeness(off_s: float) -> float:
    """How much alike both sides of a seam have to be."""
    return _LIKENESS - (_LIKENESS - _LIKENESS_IN_HURRY) * min(1.0, off_s / HURRY_S)


def _ms(samples: int) -> int:
    return samples * 1_000 // SAMPLES_PER_S

"""From the evidence of a call to its figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from linklab.measuring.evidence import Evidence, LineUse
from linklab.measuring.hearing import Heard, loud_windows, recognise
from linklab.measuring.lanes import lane_bytes, payload_lanes
from linklab.measuring.presented import liveliness, moments_ms
from linklab.measuring.sound import Sound
from linklab.measuring.watching import look

_LOUD_DBFS: Final = -45.0
_BLOCK_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class Measures:
    """The figures of one call; None: there was nothing to measure."""

    voice_concealed_pct: float | None
    """Samples the receiver made up, of all it played (W3C webrtc-stats, concealedSamples)."""
    voice_concealed_audible_pct: float | None
    """The same without those it made up as silence (silentConcealedSamples)."""
    voice_stretched_pct: float | None
    """Samples put in to slow down or taken out to catch up, of all it played."""
    voice_recognised_pct: float | None
    """Of half-second windows of speech heard, those found in what was spoken."""
    mouth_to_ear_p50_ms: float | None
    mouth_to_ear_p95_ms: float | None
    first_voice_s: float | None
    frames_per_s: float | None
    """Presented outside the still's transfer."""
    frames_per_s_all: float
    """Presented over all the measured time."""
    glass_to_glass_p50_ms: float | None
    glass_to_glass_p95_ms: float | None
    frozen_s: float | None
    """Frozen outside the still's transfer."""
    frozen_all_s: float | None
    """Frozen over all the measured time."""
    first_picture_s: float | None
    vmaf: float | None
    reading_p50_ms: float | None
    reading_p99_ms: float | None
    reading_max_ms: float | None
    readings_arrived_pct: float | None
    still_s: float | None
    frames_per_s_during_still: float | None
    voice_back_s: tuple[float | None, ...]
    """After each outage: from its end to the first speech recognised."""
    picture_back_s: tuple[float | None, ...]
    """After each outage: from its end to the first new picture."""
    line_used_pct: float | None
    queue_p50_ms: float | None
    queue_p95_ms: float | None
    site_cpu_pct: float
    site_memory_mb: float
    up_kbytes: Mapping[str, float]
    """By lane."""


def measure(evidence: Evidence, line: LineUse | None, scores: Sequence[float]) -> Measures:
    """Compute every figure; `scores` are the pictures' VMAF."""
    span_ms = (evidence.began_ms, evidence.ended_ms)
    heard = within(recognise(evidence.spoken, evidence.received.heard), *span_ms)
    seen = look(evidence.captured, evidence.received.shown, *span_ms)
    voice = _voice(evidence.received.statistics, *span_ms)
    delays = [one.delay_ms for one in heard]
    readings_ms = [
        (evidence.ended_ms if arrived_ms is None else arrived_ms) - taken_ms
        for taken_ms, arrived_ms in evidence.readings
    ]
    arrived = [arrived_ms for _, arrived_ms in evidence.readings if arrived_ms is not None]
    lively = liveliness(moments_ms(evidence.received.presented), span_ms, _still_span(evidence))
    return Measures(
        voice_concealed_pct=_pct(voice, "concealedSamples"),
        voice_concealed_audible_pct=_pct(voice, "concealedSamples", minus="silentConcealedSamples"),
        voice_stretched_pct=_pct(
            voice, "insertedSamplesForDeceleration", plus="removedSamplesForAcceleration"
        ),
        voice_recognised_pct=_recognised_pct(evidence, heard),
        mouth_to_ear_p50_ms=_percentile(delays, 50),
        mouth_to_ear_p95_ms=_percentile(delays, 95),
        first_voice_s=_after(evidence.called_ms, _first_loud_ms(evidence.received.heard)),
        frames_per_s=lively.frames_per_s,
        frames_per_s_all=lively.frames_per_s_all,
        glass_to_glass_p50_ms=_percentile(seen.ages_ms, 50),
        glass_to_glass_p95_ms=_percentile(seen.ages_ms, 95),
        frozen_s=lively.frozen_s,
        frozen_all_s=lively.frozen_all_s,
        first_picture_s=_after(
            evidence.picture_allowed_ms,
            evidence.received.shown[0].at_ms if evidence.received.shown else None,
        ),
        vmaf=round(float(np.mean(scores)), 1) if scores else None,
        reading_p50_ms=_percentile(readings_ms, 50),
        reading_p99_ms=_percentile(readings_ms, 99),
        reading_max_ms=_percentile(readings_ms, 100),
        readings_arrived_pct=round(100 * len(arrived) / len(readings_ms), 1) if arrived else None,
        still_s=_after(evidence.still.began_ms, evidence.still.ended_ms),
        frames_per_s_during_still=lively.frames_per_s_during_still,
        voice_back_s=_back_s(evidence, line, [one.heard_ms for one in heard]),
        picture_back_s=_back_s(evidence, line, [one.at_ms for one in seen.shown]),
        line_used_pct=round(100 * line.used_fraction, 1) if line else None,
        queue_p50_ms=line.queue_p50_ms if line else None,
        queue_p95_ms=line.queue_p95_ms if line else None,
        site_cpu_pct=round(100 * evidence.site.cpu_share, 1),
        site_memory_mb=round(evidence.site.peak_memory_mb, 1),
        up_kbytes=_up_kbytes(evidence),
    )


def within(heard: Iterable[Heard], from_ms: float, until_ms: float) -> list[Heard]:
    """Those heard in this span of time."""
    return [one for one in heard if from_ms <= one.heard_ms < until_ms]


def _up_kbytes(evidence: Evidence) -> dict[str, float]:
    lanes = payload_lanes(evidence.received.descriptions)
    span_s = (int(evidence.began_ms / 1000), int(evidence.ended_ms / 1000))
    sizes = lane_bytes(evidence.packets, lanes, *span_s)
    return {lane: round(size / 1000, 1) for lane, size in sizes.items()}


def _still_span(evidence: Evidence) -> tuple[float, float] | None:
    """The measured time during which the still travelled: to the end, if it never came."""
    began_ms, ended_ms = evidence.still.began_ms, evidence.still.ended_ms
    if began_ms is None:
        return None
    from_ms = max(began_ms, evidence.began_ms)
    until_ms = evidence.ended_ms if ended_ms is None else min(ended_ms, evidence.ended_ms)
    return (from_ms, until_ms) if from_ms < until_ms else None


def _back_s(
    evidence: Evidence, line: LineUse | None, times_ms: Sequence[float]
) -> tuple[float | None, ...]:
    ends_ms = [evidence.began_ms + 1000 * end_s for end_s in (line.outage_ends_s if line else ())]
    return tuple(
        _after(end_ms, min((at_ms for at_ms in times_ms if at_ms >= end_ms), default=None))
        for end_ms in ends_ms
    )


def _voice(
    statistics: Sequence[Mapping[str, Any]], from_ms: float, until_ms: float
) -> dict[str, float]:
    """What the receiver's counters of voice grew by, over all connections."""
    grown: dict[str, float] = {}
    for connection in {entry["connection"] for entry in statistics}:
        entries = [entry for entry in statistics if entry["connection"] == connection]
        before = [entry for entry in entries if entry["ms"] < from_ms]
        during = [entry for entry in entries if from_ms <= entry["ms"] <= until_ms]
        if not during:
            continue
        first = _audio(before[-1]) if before else {}
        for name, value in _audio(during[-1]).items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                grown[name] = grown.get(name, 0) + value - float(first.get(name, 0))
    return grown


def _audio(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    for fact in entry["facts"]:
        if fact["type"] == "inbound-rtp" and fact["kind"] == "audio":
            return dict(fact)
    return {}


def _pct(grown: Mapping[str, float], name: str, plus: str = "", minus: str = "") -> float | None:
    total = grown.get("totalSamplesReceived", 0)
    if total <= 0:
        return None
    value = grown.get(name, 0) + grown.get(plus, 0) - grown.get(minus, 0)
    return round(100 * value / total, 2)


def _recognised_pct(evidence: Evidence, heard: Sequence[Heard]) -> float | None:
    """Against the windows of speech that were due: as many as were spoken loudly."""
    loud = loud_windows(evidence.spoken, evidence.began_ms, evidence.ended_ms)
    return round(100 * min(1.0, len(heard) / loud), 1) if loud else None


def _percentile(values: Sequence[float], percent: float) -> float | None:
    return round(float(np.percentile(values, percent)), 1) if values else None


def _after(from_ms: float | None, at_ms: float | None) -> float | None:
    return None if from_ms is None or at_ms is None else round((at_ms - from_ms) / 1000, 2)


def _first_loud_ms(sound: Sound) -> float | None:
    block = round(_BLOCK_S * sound.rate_hz)
    count = len(sound.samples) // block
    powers = (sound.samples[: count * block].reshape(count, block).astype(np.float64) ** 2).mean(1)
    loud = np.flatnonzero(powers > (32_768 * 10 ** (_LOUD_DBFS / 20)) ** 2)
    return float(sound.times_ms(loud[:1] * block)[0]) if len(loud) else None

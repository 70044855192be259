"""From evidence to figures. origin: synthetic."""

from dataclasses import replace

import numpy as np
import pytest
from linklab.measuring.evidence import Evidence, LineUse, Received, SiteUsage, Still
from linklab.measuring.measures import measure
from linklab.measuring.presented import PresentedCount
from linklab.measuring.sound import RATE_HZ, even
from linklab.measuring.watching import Sighting

T = 1_000_000.0
SILENCE = np.zeros(RATE_HZ * 10, np.int16)
LINE = LineUse(0.5, 10.0, 40.0, 1.0, outage_ends_s=(4.0,))


def _audio(ms: float, connection: int, **counters: int) -> dict[str, object]:
    fact = {"type": "inbound-rtp", "kind": "audio", **counters}
    return {"ms": ms, "connection": connection, "facts": [fact]}


def _evidence() -> Evidence:
    shown = [Sighting(T + 200 + 100 * step, step) for step in range(50)]
    captured = [Sighting(T + 100 * step, step) for step in range(100)]
    received = Received(
        heard=even(SILENCE, T),
        shown=shown,
        illegible=0,
        presented=[PresentedCount(T + 200 + 100 * step, 1, 1, 1 + 2 * step) for step in range(50)],
        samples=[],
        statistics=[],
        descriptions=["m=audio 9 X 111\r\na=rtpmap:111 opus/48000/2\r\n"],
        failures=[],
    )
    return Evidence(
        peer="chevet",
        called_ms=T - 500,
        picture_allowed_ms=T,
        began_ms=T,
        ended_ms=T + 10_000,
        spoken=even(SILENCE, T),
        captured=captured,
        received=received,
        readings=[(T + 1000, T + 1050), (T + 2000, T + 2070), (T + 4000, None)],
        still=Still(200_000, T + 3000, T + 5000),
        site=SiteUsage(0.25, 90.0),
        packets=[(999, "rtp:111", 1, 99), (1000, "rtp:111", 5, 1500), (1010, "stun", 1, 99)],
    )


def test_a_reading_that_did_not_come_counts_with_its_age() -> None:
    measures = measure(_evidence(), None, [])
    assert measures.reading_p50_ms == 70
    assert measures.reading_max_ms == 6000
    assert measures.readings_arrived_pct == pytest.approx(66.7)


def test_picture_still_and_machine() -> None:
    measures = measure(_evidence(), LINE, [60.0, 70.0])
    assert measures.glass_to_glass_p50_ms == measures.glass_to_glass_p95_ms == 200
    assert measures.frames_per_s_all == 9.9
    assert measures.frames_per_s == round((99 - 40) / 8, 2)
    assert measures.frozen_s == measures.frozen_all_s == 4.4
    assert measures.first_picture_s == 0.2
    assert measures.still_s == 2
    assert measures.frames_per_s_during_still == 20
    assert measures.vmaf == 65
    assert (measures.site_cpu_pct, measures.site_memory_mb) == (25, 90)
    assert (measures.line_used_pct, measures.queue_p95_ms) == (50, 40)
    assert measures.up_kbytes == {"voice": 1.5}


def test_an_unfinished_still_lasts_until_the_end_and_a_late_one_as_well() -> None:
    for ended_ms in (None, T + 30_000):
        measures = measure(replace(_evidence(), still=Still(1, T + 3000, ended_ms)), None, [])
        assert measures.frames_per_s_during_still == round((99 - 56) / 7, 2)
        assert (measures.frozen_s, measures.frozen_all_s) == (0, 4.4)


def test_a_still_that_never_began_leaves_all_the_time() -> None:
    measures = measure(replace(_evidence(), still=Still(1, None, None)), None, [])
    assert measures.frames_per_s == measures.frames_per_s_all
    assert measures.frames_per_s_during_still is None


def test_after_a_cut_voice_and_picture_are_looked_for() -> None:
    measures = measure(_evidence(), LINE, [])
    assert measures.picture_back_s == (0.0,)
    assert measures.voice_back_s == (None,)


def test_what_never_happened_has_no_figure() -> None:
    evidence = _evidence()
    received = replace(evidence.received, shown=[], presented=[])
    nothing = replace(evidence, received=received, readings=[], still=Still(1, None, None))
    measures = measure(nothing, None, [])
    assert measures.frames_per_s == measures.frames_per_s_all == 0
    for name in (
        "frozen_s",
        "frozen_all_s",
        "vmaf",
        "still_s",
        "mouth_to_ear_p50_ms",
        "first_voice_s",
    ):
        assert getattr(measures, name) is None


def test_concealment_is_what_grew_during_the_call_over_all_connections() -> None:
    statistics = [
        _audio(T - 10, 0, totalSamplesReceived=1000, concealedSamples=900),
        _audio(T + 4000, 0, totalSamplesReceived=5000, concealedSamples=1000),
        _audio(
            T + 9000,
            1,
            totalSamplesReceived=6000,
            concealedSamples=400,
            silentConcealedSamples=300,
            insertedSamplesForDeceleration=60,
            removedSamplesForAcceleration=40,
        ),
        _audio(T + 11_000, 1, totalSamplesReceived=9000, concealedSamples=3000),
    ]
    evidence = _evidence()
    received = replace(evidence.received, statistics=statistics)
    measures = measure(replace(evidence, received=received), None, [])
    assert measures.voice_concealed_pct == 5
    assert measures.voice_concealed_audible_pct == 2
    assert measures.voice_stretched_pct == 1

"""Whose line is weak, what changed between two seconds, how long a still takes yet."""

from dataclasses import replace

import pytest
from fakes.site_story import RUNG, engine, estimate, page_report, plan
from hypothesis import given
from hypothesis import strategies as st

from client.core.adaptation.plan import Preference, VoiceRung
from client.core.adaptation.snapshot import (
    FAR_WIDER,
    WEAK_BELOW_BPS,
    WEAK_FOR_S,
    WeakLine,
    WeakSide,
    events_between,
    rung_name,
    still_left_s,
    weak_side,
)

GOOD = page_report(0.2)
NOTHING_SAID = page_report(100.0)

CASES = [
    (estimate(WEAK_BELOW_BPS), GOOD, 0.0, WeakSide.NONE),
    (estimate(WEAK_BELOW_BPS - 1), GOOD, 0.0, WeakSide.SITE),
    (estimate(WEAK_BELOW_BPS - 1, is_known=False), GOOD, 0.0, WeakSide.NONE),
    (estimate(is_silent=True), GOOD, 0.0, WeakSide.SITE),
    (estimate(loss_fraction=0.06), GOOD, 0.0, WeakSide.SITE),
    (estimate(), page_report(6.0), 0.0, WeakSide.SITE),
    (estimate(), NOTHING_SAID, 100.0, WeakSide.NONE),
    (estimate(), None, 0.0, WeakSide.NONE),
    (estimate(), GOOD, 6.0, WeakSide.GP),
    (estimate(100_000), GOOD, 6.0, WeakSide.BOTH),
]


@pytest.mark.parametrize(("line", "heard", "concealed_here_pct", "side"), CASES)
def test_the_sender_of_the_worse_direction_has_the_weak_line(
    line: object, heard: object, concealed_here_pct: float, side: WeakSide
) -> None:
    assert weak_side(line, heard, concealed_here_pct) is side  # type: ignore[arg-type]  # of the cases


def test_a_line_measured_wide_towards_the_relay_is_not_the_weak_one() -> None:
    thin = estimate(100_000)
    assert weak_side(thin, GOOD, 0.0, own_up_bps=round(100_000 * FAR_WIDER) + 1) is WeakSide.GP
    assert weak_side(thin, GOOD, 0.0, own_up_bps=120_000) is WeakSide.SITE


@given(st.lists(st.sampled_from(WeakSide), min_size=1, max_size=30))
def test_weak_is_said_at_once_and_good_only_after_a_while(sides: list[WeakSide]) -> None:
    line = WeakLine()
    said = [line.after(side, float(second)) for second, side in enumerate(sides)]
    for second, side in enumerate(said):
        lately = sides[max(0, second - int(WEAK_FOR_S) + 1) : second + 1]
        for mine, both in ((WeakSide.SITE, WeakSide.BOTH), (WeakSide.GP, WeakSide.BOTH)):
            was_weak = any(one in (mine, both) for one in lately)
            assert (side in (mine, both)) is was_weak


def test_a_still_takes_what_its_share_of_the_line_lets_it() -> None:
    left_s = still_left_s(20_000, plan(still_bps=40_000))
    assert left_s is not None
    assert 4.0 < left_s < 5.0
    assert still_left_s(20_000, plan(still_bps=0)) is None


def test_what_changed_is_told_once() -> None:
    before = engine()
    rung = replace(RUNG, width=480, height=360)
    changed = plan(rung)
    changed = replace(changed, voice=VoiceRung(12_000, 120, is_redundant=True))
    after = replace(before, since_s=301.0, plan=changed, override=Preference.SHARP)
    told = {event.name: event.what for event in events_between(before, after)}
    assert told == {
        "picture_rung": "av1 480x360@10",
        "voice_rung": "12000/120+red",
        "overridden": "sharp",
    }
    assert list(events_between(after, replace(after, since_s=302.0))) == []


def test_key_frames_and_silence_are_told() -> None:
    before = engine()
    asked = replace(before, key_frames_asked=2)
    silent = replace(asked, estimate=estimate(is_silent=True))
    assert [e.name for e in events_between(before, asked)] == ["key_frame_asked"]
    assert [e.name for e in events_between(asked, silent)] == ["line_silent"]
    assert [e.name for e in events_between(silent, asked)] == ["line_heard"]


def test_a_new_connection_counts_key_frames_anew() -> None:
    before, after = engine(key_frames_asked=9), engine(key_frames_asked=1)
    assert list(events_between(before, after)) == []


def test_no_picture_has_a_name_too() -> None:
    assert rung_name(None) == "none"
    assert rung_name(replace(RUNG, frames_per_s=1 / 3)) == "av1 320x240@0.333"

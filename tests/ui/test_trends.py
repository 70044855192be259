"""The course of the live vital signs."""

from dataclasses import replace
from datetime import timedelta

from fakes.site_story import NOW, STATES
from fakes.site_terminal import terminal

from client.session.snapshot import VitalView
from client.ui.trends import WINDOW, Trends
from devices.readings import Origin, Quality, Vital


def view(second: float, value: float | None, vital: Vital = Vital.SPO2) -> VitalView:
    at = NOW + timedelta(seconds=second)
    return VitalView(vital, value, Quality.GOOD, "Contec CMS50D+", at, is_live=True)


def test_the_same_reading_seen_again_adds_nothing() -> None:
    once = Trends().after([view(0, 97)])
    assert once.after([view(0, 97)]) is once
    assert once.after([view(1.9, 96)]) is once


def test_only_the_window_is_kept_however_long_it_lasts() -> None:
    trends = Trends()
    for second in range(0, 3 * int(WINDOW.total_seconds()), 1):
        trends = trends.after([view(second, 97)])
    assert len(trends.points[Vital.SPO2]) == WINDOW / timedelta(seconds=2)


def test_a_lost_finger_is_a_gap() -> None:
    trends = Trends().after([view(0, 97)]).after([view(120, None)]).after([view(240, 95)])
    assert trends.sampled(Vital.SPO2, 10) == [None] * 5 + [97, None, None, None, 95]


def test_a_single_temperature_has_no_course() -> None:
    assert Trends().after([view(0, 37.8, Vital.TEMPERATURE)]) == Trends()


async def test_the_wide_screen_draws_it_and_the_small_one_does_not() -> None:
    connected = STATES["connected"]
    later = tuple(
        replace(vital, taken_at=vital.taken_at + timedelta(seconds=60), value=90)
        for vital in connected.vitals
    )
    async with terminal(connected, size=(200, 60)) as seen:
        await seen.show(replace(connected, vitals=later))
        assert "SpO2 : de 90 à 97 %" in seen.text
        assert "Pouls : de 76 à 90 /min" in seen.text
        await seen.pilot.resize_terminal(80, 24)
        await seen.settle()
        assert "Dix dernières minutes" not in seen.text


def test_a_cuffs_pulse_and_a_second_oximeters_are_in_no_others_curve() -> None:
    first = VitalView(Vital.PULSE, 76, Quality.GOOD, "A", NOW, is_live=True, instrument=1)
    later = NOW + timedelta(seconds=4)
    cuff = replace(first, value=58, instrument=2, origin=Origin.SPOT, taken_at=later)
    second = replace(first, value=90, instrument=3, taken_at=later)
    trends = Trends().after([first]).after([first, cuff, second])
    assert [value for _, value in trends.points[Vital.PULSE]] == [76]
    alone = trends.after([replace(first, is_live=False), second])
    assert [value for _, value in alone.points[Vital.PULSE]] == [90]

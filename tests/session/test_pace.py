"""How often a value that comes over and over is sent."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from client.session.pace import CHANGED_EVERY, KEPT_EVERY, SENT_EVERY, Pace
from devices.readings import Quality, Reading, Vital

NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


def sent(steps: list[tuple[timedelta, Quality]], *, is_crowded: bool = False) -> list[timedelta]:
    pace = Pace()
    return [
        at
        for at, quality in steps
        if pace.is_due(1, Reading(Vital.SPO2, 97, quality, NOW + at), is_crowded=is_crowded)
    ]


@pytest.mark.parametrize(("is_crowded", "pace"), [(False, SENT_EVERY), (True, KEPT_EVERY)])
def test_a_steady_value_is_sent_at_a_steady_pace(*, is_crowded: bool, pace: timedelta) -> None:
    steps = [(number * SENT_EVERY / 4, Quality.GOOD) for number in range(81)]
    assert sent(steps, is_crowded=is_crowded) == [
        number * pace for number in range(20 * SENT_EVERY // pace + 1)
    ]


@pytest.mark.parametrize("is_crowded", [False, True])
def test_a_lost_signal_is_sent_before_its_turn(*, is_crowded: bool) -> None:
    steps = [(timedelta(), Quality.GOOD), (CHANGED_EVERY, Quality.NO_SIGNAL)]
    assert sent(steps, is_crowded=is_crowded) == [timedelta(), CHANGED_EVERY]


def test_a_loose_finger_cannot_fill_the_outbox() -> None:
    flicker = [Quality.GOOD, Quality.SEARCHING]
    steps = [(number * timedelta(seconds=1) / 60, flicker[number % 2]) for number in range(600)]
    assert len(sent(steps, is_crowded=True)) <= 10 * timedelta(seconds=1) // CHANGED_EVERY


def test_readings_that_come_unevenly_are_sent_once_a_second_all_the_same() -> None:
    steps = [(number * timedelta(seconds=0.7), Quality.GOOD) for number in range(100)]
    moments = sent(steps)
    assert len(moments) >= 65  # of 70 s; a full second after each would leave 50
    assert min(after - before for before, after in pairwise(moments)) >= SENT_EVERY / 2


def test_vital_signs_of_one_instrument_fall_into_step() -> None:
    pace = Pace()
    vitals = (Vital.SPO2, Vital.PULSE, Vital.PERFUSION_INDEX)
    moments: dict[Vital, list[timedelta]] = {vital: [] for vital in vitals}
    for number in range(0, 600, 5):
        at = number * SENT_EVERY / 60
        quality = Quality.WEAK if number == 75 else Quality.GOOD
        for vital in vitals:
            why = quality if vital is Vital.PERFUSION_INDEX else Quality.GOOD
            if pace.is_due(1, Reading(vital, 97, why, NOW + at), is_crowded=False):
                moments[vital].append(at)
    assert moments[Vital.SPO2] == moments[Vital.PULSE] == [n * SENT_EVERY for n in range(10)]
    assert moments[Vital.PERFUSION_INDEX] != moments[Vital.SPO2]
    in_step = [at for at in moments[Vital.PERFUSION_INDEX] if at >= 3 * SENT_EVERY]
    assert in_step == moments[Vital.SPO2][3:]


def test_two_oximeters_are_each_sent_at_their_pace() -> None:
    pace = Pace()
    readings = [Reading(Vital.SPO2, 97, Quality.GOOD, NOW + n * SENT_EVERY / 4) for n in range(40)]
    due = [
        (instrument, reading.taken_at)
        for reading in readings
        for instrument in (1, 2)
        if pace.is_due(instrument, reading, is_crowded=False)
    ]
    assert [at for instrument, at in due if instrument == 1] == [
        at for instrument, at in due if instrument == 2
    ]
    assert len(due) == 2 * 10

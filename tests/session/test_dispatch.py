"""What of the instruments' words leaves the site."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from client.core import wire
from client.core.inbox import AHEAD_LIMIT
from client.session.dispatch import MAX_BACKLOG, STORED_WAITING, Dispatch
from client.session.snapshot import InstrumentState, InstrumentView
from devices.readings import Kind, LabResult, Mark, Origin, Quality, Reading, Vital

NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
NOW_MS = 1_798_859_045_000
THEN = datetime(2026, 8, 5, 18, 39)  # noqa: DTZ001 -- an instrument's own clock has no zone
CUFF = InstrumentView(
    *("taidoc", Kind.BLOOD_PRESSURE, "D40", "77", "COM3"),
    InstrumentState.READY,
    firmware="1.2",
    id=4,
)


class Post:
    """What was said, and how much of it waits."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.said: list[wire.Message] = []
        self.received = 0
        self.dispatch = Dispatch(self.said.append, lambda: len(self.said) - self.received)
        if is_open:
            self.dispatch.open()

    def values(self) -> list[float | None]:
        return [said.value for said in self.said if isinstance(said, wire.Measured)]


def reading(vital: Vital, value: float, origin: Origin, record: int | None = 1) -> Reading:
    return Reading(vital, value, Quality.GOOD, NOW, origin, record)


def test_a_stream_tells_its_firmware_once_and_then_nothing_beyond_what_it_is() -> None:
    post = Post()
    for seconds in (0, 1, 2):
        live = reading(Vital.PULSE, 60, Origin.LIVE, None)
        post.dispatch.take(CUFF, replace(live, taken_at=NOW + timedelta(seconds=seconds)))
    facts = [("pulse", 60, "/min", "good", NOW_MS + 1_000 * n, "D40", "77") for n in range(3)]
    assert post.said == [
        wire.Measured(*facts[0], firmware="1.2"),
        wire.Measured(*facts[1]),
        wire.Measured(*facts[2]),
    ]


def test_a_measurement_says_everything_and_every_part_of_it_goes() -> None:
    post = Post()
    pressures = {Vital.SYSTOLIC: 114, Vital.DIASTOLIC: 71, Vital.MEAN_PRESSURE: 85, Vital.PULSE: 78}
    for vital, value in pressures.items():
        spot = reading(vital, value, Origin.SPOT)
        marks = frozenset({Mark.IRREGULAR_PULSE, Mark.AVERAGE})
        post.dispatch.take(CUFF, replace(spot, measured_at=THEN, marks=marks))
    assert post.values() == list(pressures.values())
    assert post.said[0] == wire.Measured(
        *("systolic", 114, "mm[Hg]", "good", NOW_MS, "D40", "77", "spot", 1),
        measured_at="2026-08-05T18:39:00",
        marks=["average", "irregular_pulse"],
        firmware="1.2",
    )


def test_two_measurements_of_one_second_both_go() -> None:
    post = Post()
    for record in (1, 2):
        post.dispatch.take(CUFF, reading(Vital.SYSTOLIC, 110 + record, Origin.SPOT, record))
    assert post.values() == [111, 112]


@pytest.mark.parametrize("origin", list(Origin))
@pytest.mark.parametrize(
    ("quality", "marks"),
    [(Quality.UNSTABLE, frozenset[Mark]()), (Quality.GOOD, frozenset({Mark.CONTROL}))],
    ids=["still moving", "control solution"],
)
def test_what_is_nobodys_value_never_goes(
    origin: Origin, quality: Quality, marks: frozenset[Mark]
) -> None:
    post = Post()
    spoken = replace(reading(Vital.WEIGHT, 71.2, origin), quality=quality, marks=marks)
    post.dispatch.take(CUFF, spoken)
    control = LabResult("GLU", "99", "mg/dL", quality, NOW, marks=marks)
    post.dispatch.take(CUFF, control)
    assert post.said == []


def test_before_the_words_were_equal_nothing_goes_and_then_the_newest_of_each() -> None:
    post = Post(is_open=False)
    for value in (36.8, 37.1):
        post.dispatch.take(CUFF, reading(Vital.TEMPERATURE, value, Origin.SPOT))
    post.dispatch.take(CUFF, LabResult("CRP", "<5", "mg/L", Quality.GOOD, NOW))
    assert post.said == []
    post.dispatch.open()
    assert post.values() == [37.1]
    assert isinstance(post.said[-1], wire.LabResult)


def test_after_the_end_nothing_goes() -> None:
    post = Post()
    post.dispatch.stop()
    post.dispatch.take(CUFF, reading(Vital.TEMPERATURE, 36.8, Origin.SPOT))
    post.dispatch.take(CUFF, reading(Vital.TEMPERATURE, 36.8, Origin.STORED))
    assert post.said == []


def test_a_memory_never_fills_the_outbox_and_all_of_it_goes_in_the_end() -> None:
    post = Post()
    for record in range(1, 501):
        post.dispatch.take(CUFF, reading(Vital.GLUCOSE, 100, Origin.STORED, record))
    assert len(post.said) == STORED_WAITING
    while post.received < len(post.said):
        post.received += 50
        post.dispatch.go_on()
    assert [said.record for said in post.said if isinstance(said, wire.Measured)] == [
        *range(1, 501)
    ]


def test_what_waits_has_a_bound() -> None:
    post = Post(is_open=False)
    for record in range(1, MAX_BACKLOG + 11):
        post.dispatch.take(CUFF, reading(Vital.GLUCOSE, 100, Origin.STORED, record))
    post.dispatch.open()
    for _ in range(MAX_BACKLOG):
        post.received = len(post.said)
        post.dispatch.go_on()
    assert len(post.said) == MAX_BACKLOG


def test_a_live_value_is_sent_once_a_second() -> None:
    post = Post()
    for number in range(41):
        at = NOW + number * timedelta(milliseconds=250)
        live = reading(Vital.PULSE, 60 + number, Origin.LIVE, None)
        post.dispatch.take(CUFF, replace(live, taken_at=at))
        post.received = len(post.said)
    assert post.values() == [60 + number for number in range(0, 41, 4)]


def test_half_a_minute_without_a_line_thins_nothing_and_an_hour_fits() -> None:
    post = Post()
    for second in range(3_600):
        for vital in (Vital.PULSE, Vital.SPO2, Vital.PERFUSION_INDEX):
            live = reading(vital, second, Origin.LIVE, None)
            post.dispatch.take(CUFF, replace(live, taken_at=NOW + timedelta(seconds=second)))
        if second == 30:
            assert len(post.said) == 3 * 31
    assert len(post.said) < AHEAD_LIMIT / 2

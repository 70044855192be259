"""What is current and what is not; and of whom."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from client.session.latest import KEPT, LIVE, Latest
from client.session.snapshot import InstrumentState, InstrumentView
from devices.readings import Kind, LabResult, Mark, Origin, Quality, Reading, Vital

NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


def instrument(number: int) -> InstrumentView:
    return InstrumentView(
        *("contec_v7", Kind.OXIMETER, "CMS50E", f"50{number}", f"COM{number}"),
        InstrumentState.MEASURING,
        id=number,
    )


def spo2(value: float, origin: Origin = Origin.LIVE, **facts: object) -> Reading:
    return Reading(Vital.SPO2, value, Quality.GOOD, NOW, origin, **facts)  # type: ignore[arg-type]  # facts of a reading


def test_two_oximeters_stand_side_by_side() -> None:
    latest = Latest(lambda: NOW)
    latest.read(instrument(1), spo2(97))
    latest.read(instrument(2), spo2(91))
    assert {(view.serial, view.value) for view in latest.vitals} == {("501", 97), ("502", 91)}


@pytest.mark.parametrize(
    "aside",
    [
        spo2(80, Origin.STORED, record=1, measured_at=datetime(2026, 8, 5, 18, 39)),  # noqa: DTZ001 -- an instrument's own clock has no zone
        spo2(80, Origin.SPOT, record=1, marks=frozenset({Mark.CONTROL})),
    ],
    ids=["from a memory", "of a control solution"],
)
def test_what_is_not_the_patients_now_is_never_current(aside: Reading) -> None:
    latest = Latest(lambda: NOW)
    latest.read(instrument(1), spo2(97))
    latest.read(instrument(1), aside)
    assert [view.value for view in latest.vitals] == [97]
    (apart,) = latest.apart
    assert (apart.value, apart.origin, apart.marks) == (80, aside.origin, aside.marks)
    assert apart.measured_at == aside.measured_at


def test_only_what_streams_is_live_and_only_for_a_while() -> None:
    moments = [NOW]
    latest = Latest(lambda: moments[-1])
    latest.read(instrument(1), spo2(97))
    latest.read(instrument(2), spo2(91, Origin.SPOT, record=1))
    assert {view.instrument: view.is_live for view in latest.vitals} == {1: True, 2: False}
    moments.append(NOW + LIVE)
    assert not any(view.is_live for view in latest.vitals)


def test_of_one_vital_sign_the_live_one_is_last() -> None:
    latest = Latest(lambda: NOW)
    latest.read(instrument(1), spo2(97))
    latest.read(instrument(2), spo2(91, Origin.SPOT, record=1))
    assert [view.instrument for view in latest.vitals] == [2, 1]


def test_a_pulled_cable_ends_only_its_own() -> None:
    latest = Latest(lambda: NOW)
    for number in (1, 2):
        latest.read(instrument(number), spo2(97))
    latest.draw(instrument(1), b"\x01")
    latest.lost(instrument(2))
    assert {view.instrument: view.is_live for view in latest.vitals} == {1: True, 2: False}
    assert latest.pleth == b"\x01"
    latest.lost(instrument(1))
    assert latest.pleth == b""


def test_two_curves_are_never_mixed() -> None:
    moments = [NOW]
    latest = Latest(lambda: moments[-1])
    assert latest.draw(instrument(1), b"\x01")
    assert not latest.draw(instrument(2), b"\x02")
    assert latest.pleth == b"\x01"
    moments.append(NOW + LIVE)
    assert latest.draw(instrument(2), b"\x02")
    assert latest.pleth == b"\x02"


def test_memories_and_results_have_a_bound() -> None:
    latest = Latest(lambda: NOW)
    for number in range(KEPT + 5):
        latest.read(instrument(1), spo2(97, Origin.STORED, record=number + 1))
        latest.result(instrument(1), LabResult(str(number), "1", None, Quality.GOOD, NOW))
    assert len(latest.apart) == len(latest.results) == KEPT
    assert latest.apart[-1].record == KEPT + 5
    assert all(a.taken_at <= b.taken_at for a, b in pairwise(latest.apart))

"""Which curves travel, how fast, and on what line."""

from datetime import UTC, datetime, timedelta

import pytest

from client.core.wire import WaveSamples
from client.session.curve import HELD_BELOW_BPS
from client.session.waves import Waves
from devices.readings import Wave, WaveBlock

NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
LEADS = [wave for wave in Wave if wave.value.startswith("ecg_")]


def drawn(
    waves: Waves, wave: Wave, rate_hz: int, seconds: int = 10, instrument: int = 1
) -> list[WaveSamples]:
    step = rate_hz // 10
    return [
        message
        for number in range(seconds * 10)
        for message in waves.add(
            instrument,
            WaveBlock(wave, bytes([7]) * step, rate_hz, NOW + number * timedelta(seconds=0.1)),
        )
    ]


def test_of_seven_leads_one_travels_and_at_half_the_rate() -> None:
    waves = Waves(lambda: None)
    said = [message for lead in LEADS for message in drawn(waves, lead, 250)]
    assert {(message.wave, message.rate_hz) for message in said} == {("ecg_ii", 125)}
    sent = sum(len(message.samples) for message in said)
    assert 8 * 125 <= sent <= 10 * 125, "a second or two still wait"


def test_a_pulse_curve_travels_as_it_is() -> None:
    said = drawn(Waves(lambda: None), Wave.PLETH, 60)
    assert {message.rate_hz for message in said} == {60}


@pytest.mark.parametrize(
    ("bps", "travels"),
    [(HELD_BELOW_BPS - 1, []), (2 * HELD_BELOW_BPS - 1, ["pleth"]), (None, ["pleth", "ecg_ii"])],
)
def test_on_a_thin_line_the_values_have_the_room(bps: int | None, travels: list[str]) -> None:
    waves = Waves(lambda: bps)
    said = drawn(waves, Wave.PLETH, 60) + drawn(waves, Wave.ECG_II, 250)
    assert [*dict.fromkeys(message.wave for message in said if message.samples)] == travels


def test_two_oximeters_do_not_draw_one_curve() -> None:
    waves = Waves(lambda: None)
    first = drawn(waves, Wave.PLETH, 60, instrument=1)
    assert first
    assert drawn(waves, Wave.PLETH, 60, instrument=2) == []


def test_neighbours_become_their_mean() -> None:
    waves = Waves(lambda: None)
    block = WaveBlock(Wave.ECG_II, bytes([10, 20]) * 500, 250, NOW)
    (message,) = waves.add(1, block)
    assert message.samples == bytes([15]) * 500


def test_what_nobody_needs_at_the_other_end_stays_here() -> None:
    assert drawn(Waves(lambda: None), Wave.ECG_V, 250) == []

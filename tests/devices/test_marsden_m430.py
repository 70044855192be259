"""The block of a Marsden M-430: every row in its columns."""

import pytest
from instrument_bench import NOW, Bench, Capture, told

from devices.drivers.marsden_m430 import BLOCK_BYTES, Driver
from devices.readings import Event, Resynced
from devices.simulators.instrument import Material
from devices.simulators.marsden_m430 import Simulator

BLOCK = Capture.read("marsden_m430").received[:BLOCK_BYTES]


def heard(block: bytes) -> list[Event]:
    return Driver().receive(block, NOW)


def test_the_block_is_as_long_as_medipi_says() -> None:
    assert BLOCK.startswith(b"GROSS WEIGHT")
    assert Capture.read("marsden_m430").received[BLOCK_BYTES:].startswith(b"GROSS WEIGHT")


@pytest.mark.parametrize(
    ("said", "instead", "expected"),
    [
        (b"170.0 cm", b" 1.70 m ", ["HEIGHT 170 good spot#1 @2026-01-31T08:05:00 (1.70 m)"]),
        (b"170.0 cm", b" 66.9 in", ["HEIGHT 169.926 good spot#1 @2026-01-31T08:05:00 (66.9 in)"]),
        (b"        170.0 cm", b"5 ft        - in", []),
        (b"170.0 cm", b"  --- cm", []),
    ],
)
def test_a_height_in_other_units_or_not_entered(
    said: bytes, instead: bytes, expected: list[str]
) -> None:
    lines = told(heard(BLOCK.replace(said, instead)))
    assert [line for line in lines if line.startswith("HEIGHT")] == expected
    assert lines[0] == "WEIGHT 72.5 good spot#1 @2026-01-31T08:05:00"


def test_pounds_are_converted() -> None:
    assert told(heard(BLOCK.replace(b"kg", b"lb")))[0] == (
        "WEIGHT 32.8854 good spot#1 @2026-01-31T08:05:00 (72.5 lb)"
    )


@pytest.mark.parametrize(
    "block",
    [
        BLOCK.replace(b"   72.5 kg", b"   82.5 kg", 1),
        BLOCK.replace(b"72.5 kg", b"2.5 kg"),
        BLOCK.replace(b"kg", b"lb", 1),
        BLOCK.replace(b"kg", b"st"),
        BLOCK.replace(b"31/01/2026", b"31/01/202"),
    ],
    ids=["a contradiction", "lost digits", "mixed units", "stones", "a short date"],
)
def test_a_block_that_is_not_right_throughout_is_noise(block: bytes) -> None:
    driver = Driver()
    events = driver.receive(block, NOW) + driver.receive(BLOCK, NOW)
    assert any(isinstance(event, Resynced) for event in events)
    assert told(events)[0] == "WEIGHT 72.5 good spot#1 @2026-01-31T08:05:00"


def test_what_is_held_is_bounded() -> None:
    driver = Driver()
    driver.receive(b"GROSS WEIGHT" + b" " * 10_000, NOW)
    assert len(driver._buffer) < BLOCK_BYTES


def test_every_measurement_is_a_record_of_its_own() -> None:
    scale = Bench(Driver(), Simulator(Material()))
    scale.run(2.0)
    scale.simulator.tell("press", is_on=True, at_s=scale.at_s)
    scale.run(4.0)
    assert told(scale.events) == [
        "WEIGHT 72.5 good spot#1 @2026-01-05T09:00:00",
        "HEIGHT 170 good spot#1 @2026-01-05T09:00:00",
        "BMI 25.1 good spot#1 @2026-01-05T09:00:00",
        "WEIGHT 81.2 good spot#2 @2026-01-05T09:00:00 net",
        "HEIGHT 164 good spot#2 @2026-01-05T09:00:00",
        "BMI 30.2 good spot#2 @2026-01-05T09:00:00",
    ]
    assert scale.sent == []

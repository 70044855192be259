"""How loud the voice is in the trial, drawn without colour."""

import pytest

from client.ui.screens.room import meter_of


@pytest.mark.parametrize(
    ("dbfs", "filled"), [(-96.0, 0), (-60.0, 0), (-30.0, 10), (0.0, 20), (3.0, 20)]
)
def test_the_meter_is_as_long_as_the_sound_is_loud(dbfs: float, filled: int) -> None:
    assert meter_of(dbfs) == "█" * filled + "░" * (20 - filled)

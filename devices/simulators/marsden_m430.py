"""A Marsden M-430 as the host sees it: silent, and one block for every measurement."""

from datetime import datetime, timedelta
from itertools import cycle
from typing import ClassVar, Final

from devices.simulators.instrument import Material

PRESS: Final = "press"
_CLOCK: Final = datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001 -- the scale knows no time zone
_MEASURED: Final = ((72.5, 0.0, 170.0), (95.4, 14.2, 164.0), (63.0, 0.0, 158.0))
"""Gross and tare in kg, height in cm."""
_FIRST_S: Final = 1.0
"""chosen: somebody measures just after it was switched on."""


class Simulator:
    """Sends of itself."""

    WORDS: ClassVar[frozenset[str]] = frozenset({PRESS})
    """`press`: a measurement is complete."""

    def __init__(self, material: Material) -> None:
        del material  # nothing to play: it weighs
        self._results = cycle(_MEASURED)
        self._waiting = b""
        self._is_first = True

    @property
    def baud(self) -> int:
        """The maker's default."""
        return 9_600

    def receive(self, data: bytes, at_s: float) -> bytes:
        """It listens to nobody."""
        del data, at_s
        return b""

    def tick(self, at_s: float) -> bytes:
        """The block of a measurement just made."""
        if self._is_first and at_s >= _FIRST_S:
            self._is_first = False
            self._measure(at_s)
        said, self._waiting = self._waiting, b""
        return said

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """`press`: measure."""
        if word == PRESS and is_on:
            self._measure(at_s)

    def _measure(self, at_s: float) -> None:
        gross_kg, tare_kg, height_cm = next(self._results)
        net_kg = gross_kg - tare_kg
        time = (_CLOCK + timedelta(seconds=at_s)).strftime("%d/%m/%Y   %H:%M")
        rows = (
            _row("GROSS WEIGHT", gross_kg, "kg"),
            _row("TARE WEIGHT", tare_kg, "kg"),
            _row("NET WEIGHT", net_kg, "kg"),
            _row("HEIGHT", height_cm, "cm"),
            _row("BMI", net_kg / (height_cm / 100) ** 2, "  "),
            f"{time}  \r\n\r\n    \r\n\n",
            " " * 26 + "\r\n\n\n\n",
        )
        self._waiting += "".join(rows).encode("ascii")


def _row(label: str, value: float, unit: str) -> str:
    return f"{label:<18}{value:7.1f} {unit}\r\n\n"

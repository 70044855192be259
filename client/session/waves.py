"""Which of the instruments' waveforms go to the GP: one pulse curve, one lead, one breath.

Seven leads at 250 Hz would take 14 kbit/s; one lead at half the rate shows the rhythm for one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from client.core.wire import WaveSamples
from client.session.curve import HELD_BELOW_BPS, SENT_FROM_BPS, Curve
from devices.readings import Wave, WaveBlock

_RATES_HZ: Final = {Wave.PLETH: 100, Wave.ECG_II: 125, Wave.RESPIRATION: 25}
"""The waveforms that travel, and how fast at most. chosen: lead II is the one rhythms are read
from; its beats keep their shape at 125 Hz, and a breath takes seconds."""
_ROOM: Final = {Wave.PLETH: 1, Wave.ECG_II: 2, Wave.RESPIRATION: 2}
"""chosen: what is beside the pulse curve needs twice its line."""
_OWNED_FOR: Final = timedelta(seconds=3)
"""chosen: as long as a curve on the screen counts as live."""


class Waves:
    """One `Curve` for each waveform, fed by one instrument at a time."""

    def __init__(self, send_bps: Callable[[], int | None]) -> None:
        """`send_bps` is what the line is sent in all; `None` while nothing is known of it."""
        self._curves = {
            wave: Curve(
                send_bps,
                held_below_bps=room * HELD_BELOW_BPS,
                sent_from_bps=room * SENT_FROM_BPS,
            )
            for wave, room in _ROOM.items()
        }
        self._owners: dict[Wave, tuple[int, datetime]] = {}

    def add(self, instrument: int, block: WaveBlock) -> list[WaveSamples]:
        """What is to be sent now that this instrument has drawn this."""
        curve = self._curves.get(block.wave)
        if curve is None or not self._owns(instrument, block):
            return []
        return curve.add(_slower(block, _RATES_HZ[block.wave]))

    def beside_reading(self) -> list[WaveSamples]:
        """What may travel with a reading that leaves now."""
        return [samples for curve in self._curves.values() for samples in curve.beside_reading()]

    def _owns(self, instrument: int, block: WaveBlock) -> bool:
        """Of two instruments that draw the same, the one that began goes on."""
        owner, at = self._owners.get(block.wave, (instrument, block.started_at))
        if owner != instrument and block.started_at - at < _OWNED_FOR:
            return False
        self._owners[block.wave] = instrument, block.started_at
        return True


def _slower(block: WaveBlock, most_hz: int) -> WaveBlock:
    """Means of so many neighbours that no more than `most_hz` are left a second."""
    step = -(-block.rate_hz // most_hz)
    if step == 1:
        return block
    parts = (block.samples[place : place + step] for place in range(0, len(block.samples), step))
    means = bytes(round(sum(part) / len(part)) for part in parts)
    return replace(block, samples=means, rate_hz=block.rate_hz // step)

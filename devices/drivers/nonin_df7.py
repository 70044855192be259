"""Nonin pulse oximeters in data format 7 (Xpod, OEM III, Onyx II 9560, WristOx2 3150).

Source: Nonin, "9560 OEM specification and technical information", serial data format 7.
Reads: SpO2 (%) and pulse rate (/min), the four-beat averages "formatted for display";
    plethysmogram (75 samples a second; of the sixteen bits sent, the upper eight); low battery;
    firmware revision, serial number, model.
Leaves out: the averages over eight beats, the fast and the beat-to-beat values, the lower eight
    bits of the plethysmogram, the SmartPoint mark, the instrument's timer, the memory of the
    WristOx2, setting the clock.

Sensor alarm and an unplugged sensor: no signal, whatever the values say. Out of track: searching.
An artifact, or a last pulse that was red or yellow: weak. A frame has no fixed byte, only its sum,
so nothing is told before a whole packet has come.
"""

from datetime import timedelta
from typing import ClassVar

from devices.protocols import nonin_frames
from devices.protocols.nonin import Format
from devices.protocols.nonin_live import Oximeter


class Driver(Oximeter):
    """Decodes frames whose sample has sixteen bits."""

    MODEL: ClassVar[str] = "Nonin Xpod, OEM III, Onyx II 9560, WristOx2 3150 (data format 7)"
    FORMAT: ClassVar[Format] = Format.DF7
    SETTLED_AFTER: ClassVar[timedelta] = timedelta(milliseconds=40)
    """chosen: the time of three frames."""
    PACKETS_PER_S: ClassVar[int] = nonin_frames.PACKETS_PER_S
    BYTES_PER_S: ClassVar[int] = nonin_frames.FRAME_BYTES * nonin_frames.RATE_HZ

    def __init__(self) -> None:
        packets = nonin_frames.Packets(status_at=0, is_marked=False)
        super().__init__(nonin_frames.frame_length_df7, packets)

"""A Nonin Onyx II 9560 in data format 7: 75 frames a second whose wave has sixteen bits."""

from typing import ClassVar

from devices.protocols import nonin_frames
from devices.protocols.nonin import Format
from devices.simulators.instrument import Material
from devices.simulators.nonin_frames import FrameOximeter


class Simulator(FrameOximeter):
    """Streams from the moment it is switched on."""

    FORMAT: ClassVar[Format] = Format.DF7

    def __init__(
        self, material: Material, set_to: Format | None = None, *, is_old: bool = False
    ) -> None:
        del material  # it draws its own pulse
        super().__init__(set_to, is_old=is_old, spo2_pct=97, pulse_bpm=72)

    def _frame(self, status: int, height: float, slot: int) -> bytes:
        return nonin_frames.frame_df7(status, round(30_000 + 6_000 * height), slot)

"""What to ask of an encoder so that what comes out is what was meant. No I/O."""

from dataclasses import replace
from typing import Final

from client.core.adaptation.plan import PictureRung
from client.media.feed import EncodedPacket

_MEMORY_PICTURES: Final = 45
"""chosen: two to four seconds; a scene's first pictures are no rule."""
_TOLERANCE: Final = 1.15  # chosen: more costs every sixth picture
_FACTORS: Final = (0.5, 1.3)  # chosen: beyond, something else is wrong


class Frugality:
    """How much less to ask of an encoder that spends more than it was asked for, or the reverse.

    The content decides it: measured on bicycles, SVT-AV1 spent a quarter too much for minutes.
    """

    def __init__(self) -> None:
        self._factor = 1.0
        self._spent = 1.0
        self._pictures = 0

    def asked(self, rung: PictureRung) -> PictureRung:
        """What to ask of an encoder so that this rung comes out."""
        return replace(rung, bitrate_bps=round(rung.bitrate_bps * self._factor))

    def note(self, packets: list[EncodedPacket], rung: PictureRung) -> None:
        """What came out; a picture that stands alone says nothing about the others."""
        if not packets or any(packet.is_keyframe for packet in packets):
            return
        spent = sum(packet.size for packet in packets) * 8 * rung.frames_per_s / rung.bitrate_bps
        self._pictures += 1
        self._spent += (spent - self._spent) / min(self._pictures, _MEMORY_PICTURES)

    @property
    def is_wrong(self) -> bool:
        """The factor in use misses by more than the pace should make up for."""
        if self._pictures < _MEMORY_PICTURES:
            return False
        return not 1 / _TOLERANCE <= self._better / self._factor <= _TOLERANCE

    def learn(self) -> None:
        """Use what was seen for the next encoder."""
        if self._pictures >= _MEMORY_PICTURES // 2:
            self._factor = self._better
        self._spent, self._pictures = 1.0, 0

    @property
    def _better(self) -> float:
        return min(_FACTORS[1], max(_FACTORS[0], self._factor / self._spent))

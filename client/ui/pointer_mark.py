"""The GP's pointer drawn on a picture, whichever way the terminal then shows it."""

from dataclasses import replace
from typing import Final

from client.core.wire import Pointed
from client.session.snapshot import PreviewView

_ARM: Final = 7
"""An arm of the cross is this part of the picture's shorter side; chosen: seen in half blocks."""
_THICK: Final = 10
"""A line of it likewise."""
_LIGHT: Final = b"\xff\xff\xff"
_DARK: Final = b"\x00\x00\x00"
_PER_MILLE: Final = 1_000


def with_mark(view: PreviewView, pointed: Pointed | None) -> PreviewView:
    """The picture with a cross where the GP points, white within black: no colour tells it.

    Only on what is live: where a still is pointed at, the words under the picture say so.
    """
    if pointed is None or not pointed.is_shown or pointed.id != 0:
        return view
    shorter = min(view.width, view.height)
    arm, thick = max(2, shorter // _ARM), max(1, shorter // _THICK)
    across = pointed.left * (view.width - 1) // _PER_MILLE
    down = pointed.top * (view.height - 1) // _PER_MILLE
    rgb = bytearray(view.rgb)
    for border, colour in ((max(1, thick // 2), _DARK), (0, _LIGHT)):
        long, wide = arm + border, thick // 2 + border
        _fill(rgb, view, (across - long, down - wide, across + long, down + wide), colour)
        _fill(rgb, view, (across - wide, down - long, across + wide, down + long), colour)
    return replace(view, rgb=bytes(rgb))


def _fill(rgb: bytearray, view: PreviewView, box: tuple[int, int, int, int], colour: bytes) -> None:
    """Left, top, right and bottom, these included; what is outside the picture is left out."""
    left, right = max(0, box[0]), min(view.width - 1, box[2])
    row = colour * (right - left + 1)
    for y in range(max(0, box[1]), min(view.height - 1, box[3]) + 1):
        start = (y * view.width + left) * 3
        rgb[start : start + len(row)] = row

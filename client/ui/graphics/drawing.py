"""A picture made ready for its place in a terminal with graphics."""

from dataclasses import dataclass
from typing import Final

from PIL import Image
from textual.geometry import Region, Size

from client.session.snapshot import PreviewView
from client.ui.graphics import kitty, sixel
from client.ui.graphics.terminal import Graphics, Protocol

PICTURE_PX: Final = (320, 240)
"""chosen: what is asked of the session for graphics; some 50 kB a picture in either protocol."""
_LARGEST_PX: Final = 96_000
"""Pixels written in Sixel, which knows no stretching; chosen: a quarter more than `PICTURE_PX`."""
_LARGEST_ZOOM: Final = 3
"""Squares of pixels in a large room or on a fine screen: coarser, in as many bytes."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is written at the cursor, and the cells it covers."""

    data: str
    cells: Region
    """Within the room it was drawn for."""


def drawn(graphics: Graphics, view: PreviewView, room: Size, number: int) -> Drawn:
    """As large as the room allows, its shape kept, in the middle. For a thread: takes 20 ms."""
    picture = Image.frombytes("RGB", (view.width, view.height), view.rgb)
    across, down = graphics.cell_px
    scale = min(room.width * across / view.width, room.height * down / view.height)
    if graphics.protocol is Protocol.KITTY:
        cells = _middle(room, int(view.width * scale / across), int(view.height * scale / down))
        png = kitty.encoded(_resized(picture, min(scale, 1)))
        return Drawn(kitty.shown(png, number, cells.width, cells.height), cells)
    zoom = min(max(1, int(scale)), _LARGEST_ZOOM)
    most = (_LARGEST_PX / zoom / (view.width * view.height)) ** 0.5
    fitted = _resized(picture, min(scale / zoom, most))
    whole = fitted.resize((fitted.width * zoom, fitted.height * zoom), Image.Resampling.NEAREST)
    cells = _middle(room, -(-whole.width // across), -(-whole.height // down))
    return Drawn(sixel.encoded(whole, graphics.colours), cells)


def shrunk(view: PreviewView, across: int, down: int) -> PreviewView:
    """The picture with no more pixels than these, each the average of those it stands for."""
    if view.width <= across or view.height <= down:
        return view
    picture = Image.frombytes("RGB", (view.width, view.height), view.rgb)
    small = picture.resize((across, down), Image.Resampling.BOX)
    return PreviewView(across, down, small.tobytes(), view.taken_at)


def _resized(picture: Image.Image, scale: float) -> Image.Image:
    size = max(1, int(picture.width * scale)), max(sixel.BAND, int(picture.height * scale))
    way = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    return picture if size == picture.size else picture.resize(size, way)


def _middle(room: Size, across: int, down: int) -> Region:
    width, height = max(1, min(across, room.width)), max(1, min(down, room.height))
    return Region((room.width - width) // 2, (room.height - height) // 2, width, height)

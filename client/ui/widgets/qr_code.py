"""A QR code in half blocks, dark on light whatever the terminal's colours."""

from functools import lru_cache
from typing import Final

import segno
from textual.content import Content

from client.ui.half_blocks import drawn
from client.ui.widgets.pane import Pane

_QUIET_ZONES: Final = (4, 2, 1)
"""Modules of light border; ISO/IEC 18004 wants 4, telephones manage with fewer."""
_STYLE: Final = "#000000 on #ffffff"


class QrCode(Pane[tuple[str, str]]):
    """The code of a link; a sentence in its place when the room is too small."""

    def drawn(self, view: tuple[str, str]) -> Content:
        """The code with the widest light border that fits."""
        link, instead = view
        width, height = self.content_size
        for quiet in _QUIET_ZONES if link else ():
            rows = qr_rows(link, quiet)
            if len(rows) <= height and len(rows[0]) <= width:
                return Content("\n").join(Content.styled(row, _STYLE) for row in rows)
        return Content(instead)


@lru_cache(maxsize=8)
def qr_rows(link: str, quiet: int) -> tuple[str, ...]:
    """Lines of half blocks, `quiet` light modules around."""
    code = segno.make(link, error="l", boost_error=False, micro=False)
    pixels = [[bool(module) for module in row] for row in code.matrix_iter(border=quiet)]
    return tuple(drawn(pixels))

"""The Kitty graphics protocol (https://sw.kovidgoyal.net/kitty/graphics-protocol/).

Only what one moving picture needs: sent as PNG, stretched over its cells, put in the place of the
one before it, deleted. The terminal is asked to answer nothing (``q=2``), since answers would be
read as keys.
"""

import io
from base64 import standard_b64encode
from typing import Final

from PIL import Image

CHUNK: Final = 4_096
"""Characters of payload in one command, at most: the protocol's own limit."""
_START: Final = "\x1b_G"
_END: Final = "\x1b\\"
_COLOURS: Final = 128
"""chosen: a third of the bytes of a picture with all its colours, and hard to tell from it."""
_QUICK: Final = 3
"""zlib's level; chosen: a tenth more bytes than the best, in a third of the time."""

QUERY: Final = f"{_START}i=31,s=1,v=1,a=q,t=d,f=24;AAAA{_END}"
"""One pixel that is only tried; a terminal without the protocol says nothing."""
GRANTED: Final = b"\x1b_Gi=31;OK\x1b\\"


def encoded(picture: Image.Image) -> bytes:
    """The picture as PNG with few colours."""
    file = io.BytesIO()
    few = picture.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(file, "PNG", compress_level=_QUICK)
    return file.getvalue()


def shown(png: bytes, number: int, across: int, down: int) -> str:
    """Show it at the cursor, over so many cells, instead of what had this number before."""
    payload = standard_b64encode(png).decode("ascii")
    chunks = [payload[start : start + CHUNK] for start in range(0, len(payload), CHUNK)]
    first = f"a=T,f=100,i={number},p=1,c={across},r={down},C=1,q=2,"
    return "".join(
        f"{_START}{'' if index else first}m={int(index < len(chunks) - 1)};{chunk}{_END}"
        for index, chunk in enumerate(chunks)
    )


def deleted(number: int) -> str:
    """Take it off the screen and out of the terminal's memory."""
    return f"{_START}a=d,d=I,i={number},q=2{_END}"

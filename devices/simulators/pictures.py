"""What a simulated camera sees: a given image, or a drawn eardrum that moves a little."""

from io import BytesIO
from math import sin
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from devices.protocols.vc0706 import Size

PIXELS: Final = {
    Size.W640_H480: (640, 480),
    Size.W320_H240: (320, 240),
    Size.W160_H120: (160, 120),
}
JPEG_QUALITY: Final = 88
"""chosen: 640x480 comes to some 20 to 40 kB, as with the real camera."""
_GRAIN: Final = 0.05
"""chosen: what a small sensor adds in the light of an otoscope."""
_MARGIN: Final = 40
"""Pixels beyond the frame on each side, for the unsteady hand."""


class Pictures:
    """Takes pictures, each from a slightly different place."""

    def __init__(self, picture: bytes | None = None) -> None:
        """`picture` is an image file in any format Pillow reads."""
        wide = (640 + 2 * _MARGIN, 480 + 2 * _MARGIN)
        seen = Image.open(BytesIO(picture)).convert("RGB") if picture else _eardrum(wide)
        self._scene = ImageOps.fit(seen, wide)
        self._taken = 0

    def take(self, size: Size) -> bytes:
        """A JPEG of this size, encoded by libjpeg."""
        return encoded(self.look().resize(PIXELS[size]))

    def look(self) -> Image.Image:
        """What is before the camera now: 640x480, each time from a slightly different place."""
        self._taken += 1
        left = round(_MARGIN * (1 + sin(self._taken / 3)))
        top = round(_MARGIN * (1 + sin(self._taken / 4.1)))
        return self._scene.crop((left, top, left + 640, top + 480))


def encoded(view: Image.Image) -> bytes:
    """A JPEG, by libjpeg."""
    jpeg = BytesIO()
    view.save(jpeg, "JPEG", quality=JPEG_QUALITY)
    return jpeg.getvalue()


def _eardrum(size: tuple[int, int]) -> Image.Image:
    """Ear canal, drum with its rim, handle of the malleus and cone of light; drawn, not a photo."""
    width, height = size
    scene = Image.new("RGB", size, (46, 14, 10))
    draw = ImageDraw.Draw(scene)
    for step in range(60):
        inset = step * 3
        colour = (60 + step * 2, 22 + step, 16 + step)
        draw.ellipse((inset, inset * 3 // 4, width - inset, height - inset * 3 // 4), fill=colour)
    drum = (width * 0.3, height * 0.22, width * 0.72, height * 0.8)
    draw.ellipse(drum, fill=(196, 164, 150), outline=(150, 92, 80), width=9)
    draw.line((width * 0.49, height * 0.27, width * 0.51, height * 0.52), (226, 202, 182), 12)
    cone = [(0.52, 0.53), (0.58, 0.72), (0.65, 0.68)]
    draw.polygon([(width * x, height * y) for x, y in cone], fill=(250, 244, 226))
    for branch in range(9):
        start = (width * (0.33 + branch * 0.045), height * 0.24)
        end = (width * (0.4 + branch * 0.024), height * (0.38 + 0.03 * (branch % 3)))
        draw.line((*start, *end), (168, 70, 62), 2)
    return _grained(scene.filter(ImageFilter.GaussianBlur(1.6)))


def _grained(scene: Image.Image) -> Image.Image:
    """With a sensor's noise, the same every time: without it nothing is sharp nor blurred."""
    count = scene.width * scene.height
    noise = Image.frombytes("L", scene.size, Random(5).randbytes(count))  # noqa: S311 - no secret
    return Image.blend(scene, Image.merge("RGB", (noise, noise, noise)), _GRAIN)

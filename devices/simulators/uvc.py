"""A USB camera as the host sees it: one JPEG after another, whether or not anybody looks."""

from io import BytesIO
from typing import ClassVar, Final

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from devices.simulators.instrument import Material
from devices.simulators.pictures import Pictures, encoded

FRAMES_PER_S: Final = 15
"""chosen: half of what cameras give, for a machine that plays both ends."""
FULL_SIZE: Final = (1280, 720)
BLUR: Final = "blur"
DARK: Final = "dark"
BRIGHT: Final = "bright"
STUCK: Final = "stuck"
_BLUR_RADIUS: Final = 6
_BRIGHTNESS: Final = {DARK: 0.12, BRIGHT: 3.5}
_TOGETHER: Final = 16
"""Pictures made once and shown in turn, so that a camera takes no processor to speak of."""


class Simulator:
    """Shows a given image, or a drawn eardrum, with an unsteady hand."""

    WORDS: ClassVar[frozenset[str]] = frozenset({BLUR, DARK, BRIGHT, STUCK})
    """`blur`: held too near; `dark`: no light; `bright`: too much of it; `stuck`: no more pictures
    come though it is plugged in."""

    def __init__(self, material: Material) -> None:
        """A given picture is shown whole and keeps its size; `material.capture` is repeated."""
        self._recorded = material.capture
        self._scene = _given(material.picture) if material.picture else None
        self._pictures = Pictures()
        self._told: set[str] = set()
        self._shown: list[bytes] = []
        self._given = 0

    @property
    def baud(self) -> int:
        """No serial line: more than a camera sends."""
        return 1_000_000_000

    def receive(self, data: bytes, at_s: float) -> bytes:
        """A camera takes no commands."""
        del data, at_s
        return b""

    def tick(self, at_s: float) -> bytes:
        """The picture due by now."""
        due = int(at_s * FRAMES_PER_S)
        if due <= self._given or STUCK in self._told:
            return b""
        self._given = due
        if self._recorded:
            return self._recorded
        if len(self._shown) < _TOGETHER:
            self._shown.append(encoded(self._seen()))
            return self._shown[-1]
        return self._shown[due % _TOGETHER]

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """Begin or end one of `WORDS`."""
        del at_s
        (self._told.add if is_on else self._told.discard)(word)
        self._shown.clear()

    def _seen(self) -> Image.Image:
        scene = self._scene or self._pictures.look().resize(FULL_SIZE, Image.Resampling.BICUBIC)
        moved = ImageOps.expand(scene, 4).crop(_view(scene.size, len(self._shown) % 5))
        if BLUR in self._told:
            moved = moved.filter(ImageFilter.GaussianBlur(_BLUR_RADIUS))
        for word, factor in _BRIGHTNESS.items():
            if word in self._told:
                moved = ImageEnhance.Brightness(moved).enhance(factor)
        return moved


def _view(size: tuple[int, int], step: int) -> tuple[int, int, int, int]:
    """The frame, two pixels further each time."""
    return (step, step, step + size[0], step + size[1])


def _given(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture)) as opened:
        return opened.convert("RGB")

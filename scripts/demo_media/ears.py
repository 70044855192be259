"""Drawn views through an otoscope: speculum, canal, eardrum, light reflex, small vessels."""

from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH: Final = 640
HEIGHT: Final = 480
_SCALE: Final = 2  # drawn larger, then reduced: soft edges


def make(out: Path) -> list[Path]:
    """Write the pictures; returns their paths."""
    views = {
        "ear_right.jpg": _view(seed=3, is_left=False, redness=0.0),
        "ear_left.jpg": _view(seed=11, is_left=True, redness=0.0),
        "ear_right_red.jpg": _view(seed=7, is_left=False, redness=0.8),
    }
    for name, view in views.items():
        view.save(out / name, quality=93, subsampling=1, optimize=True)
    return [out / name for name in views]


def _view(*, seed: int, is_left: bool, redness: float) -> Image.Image:
    random = np.random.default_rng(seed)
    size = (WIDTH * _SCALE, HEIGHT * _SCALE)
    pixels = _canal(random, size)
    drum = _drum(random, size, redness)
    mask = _drum_mask(random, size)
    pixels = pixels * (1 - mask) + drum * mask
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    image = _with_vessels(image, random, redness)
    image = _with_malleus(image)
    image = _with_light(image, random, redness)
    image = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    if is_left:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return _through_speculum(image, random)


def _grid(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates from the middle, 1 = half the height."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    return (x - size[0] / 2) / (size[1] / 2), (y - size[1] / 2) / (size[1] / 2)


def _clouds(random: np.random.Generator, size: tuple[int, int], cells: int) -> np.ndarray:
    """Smooth random relief from -1 to 1."""
    small = random.uniform(0, 255, (cells, cells * 4 // 3)).astype(np.uint8)
    grown = Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(grown, np.float32) / 127.5 - 1


def _canal(random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    x, y = _grid(size)
    away = np.hypot(x, y)
    folds = 0.5 * _clouds(random, size, 6) + 0.3 * _clouds(random, size, 17)
    folds += 0.16 * _clouds(random, size, 70)
    rings = 0.10 * np.sin(13 * away + 3 * folds)
    light = 0.50 + 0.42 * np.clip(away - 0.35, 0, 1) + 0.16 * folds + rings
    skin = np.array([232, 150, 112], np.float32)
    return light[..., None] * skin + 12


def _drum_mask(random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    x, y = _grid(size)
    angle = np.arctan2(y - 0.02, x + 0.02)
    wobble = 0.018 * np.sin(3 * angle + random.uniform(0, 6)) + 0.012 * np.sin(5 * angle)
    edge = 0.63 + wobble - np.hypot((x + 0.02) * 0.96, (y - 0.02) * 1.02)
    return (1 / (1 + np.exp(-edge * 55)))[..., None]


def _drum(random: np.random.Generator, size: tuple[int, int], redness: float) -> np.ndarray:
    x, y = _grid(size)
    away = np.hypot(x + 0.02, y - 0.02)
    pearl = np.array([214, 202, 186], np.float32)
    red = np.array([206, 92, 78], np.float32)
    patches = 0.5 + 0.5 * _clouds(random, size, 5)
    amount = redness * (0.55 + 0.45 * patches)[..., None]
    colour = pearl * (1 - amount) + red * amount
    depth = 0.98 - 0.34 * np.exp(-(((x + 0.03) / 0.2) ** 2 + ((y - 0.06) / 0.22) ** 2))
    depth -= 0.30 * np.clip((away - 0.46) / 0.17, 0, 1) ** 2  # the ring lies in shadow
    depth += 0.05 * _clouds(random, size, 9) + 0.03 * _clouds(random, size, 60)
    upper = np.clip((-y - 0.28) * 2, 0, 1)[..., None]  # pars flaccida is pinker
    colour = colour * (1 - 0.5 * upper) + np.array([214, 140, 118], np.float32) * 0.5 * upper
    return colour * depth[..., None]


def _with_vessels(image: Image.Image, random: np.random.Generator, redness: float) -> Image.Image:
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    middle = np.array(image.size) / 2 + (-18, 20)
    reach = image.size[1] / 2 * 0.62
    for _ in range(int(26 + 30 * redness)):
        angle = random.uniform(0, 2 * np.pi)
        at, heading = 1.0, angle + np.pi + random.normal(0, 0.5)
        point = middle + reach * at * np.array([np.cos(angle), np.sin(angle)])
        width = random.uniform(1.5, 4.0)
        for _ in range(int(random.uniform(14, 34 + 26 * redness))):
            heading += random.normal(0, 0.22)
            after = point + 7 * np.array([np.cos(heading), np.sin(heading)])
            tone = (168, 44, 40, int(60 + 70 * redness))
            pen.line([tuple(point), tuple(after)], fill=tone, width=max(1, int(width)))
            point, width = after, width * 0.97
    layer = layer.filter(ImageFilter.GaussianBlur(1.3))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def _with_malleus(image: Image.Image) -> Image.Image:
    """The handle of the hammer under the drum, from above towards the umbo in the middle."""
    width, height = image.size
    top = np.array((width * 0.538, height * 0.25))
    umbo = np.array((width * 0.487, height * 0.53))
    across = np.array((umbo[1] - top[1], top[0] - umbo[0]))
    across = across / np.hypot(*across)
    shadow = [top + 24 * across, top - 4 * across, umbo - 2 * across, umbo + 15 * across]
    handle = [top + 13 * across, top - 13 * across, umbo - 7 * across, umbo + 7 * across]
    image = _painted(image, (104, 66, 48), 90, 11, [("polygon", shadow)])
    knob = [top - np.array((20, 16)), top + np.array((18, 20))]
    tip = [umbo - np.array((15, 11)), umbo + np.array((15, 13))]
    shapes = [("polygon", handle), ("ellipse", knob), ("ellipse", tip)]
    return _painted(image, (238, 218, 190), 165, 7, shapes)


def _with_light(image: Image.Image, random: np.random.Generator, redness: float) -> Image.Image:
    """The cone of light, from the umbo down and forward, and wet glints on the canal."""
    width, height = image.size
    umbo = np.array((width * 0.492, height * 0.55))
    reach, spread = height * 0.235, 0.30
    edge = [
        umbo + reach * random.uniform(0.86, 1.0) * np.array([np.cos(turn), np.sin(turn)])
        for turn in np.linspace(0.98 - spread / 2, 0.98 + spread / 2, 9)
    ]
    strength = int(235 * (1 - 0.6 * redness))
    cone = [("polygon", [umbo, *edge])]
    image = _painted(image, (255, 248, 232), strength // 2, 16, cone)
    image = _painted(image, (255, 252, 244), strength, 6, cone)
    glints = []
    for _ in range(26):
        angle, away = random.uniform(0, 2 * np.pi), random.uniform(0.72, 0.93)
        at = np.array((width, height)) / 2
        at = at + away * height / 2 * np.array([np.cos(angle), np.sin(angle)])
        half = np.array((random.uniform(3, 16), random.uniform(2, 6)))
        glints.append(("ellipse", [tuple(at - half), tuple(at + half)]))
    return _painted(image, (255, 236, 220), 130, 4, glints)


def _painted(
    image: Image.Image,
    colour: tuple[int, int, int],
    strength: int,
    blur: float,
    shapes: list[tuple[str, list[Any]]],
) -> Image.Image:
    """The picture with these shapes softly laid over it; 255 covers."""
    cover = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(cover)
    for kind, points in shapes:
        getattr(pen, kind)([tuple(point) for point in points], fill=strength)
    cover = cover.filter(ImageFilter.GaussianBlur(blur))
    return Image.composite(Image.new("RGB", image.size, colour), image, cover)


def _through_speculum(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """The round black edge of the tip, the lamp's fall-off, a sensor's grain."""
    x, y = _grid((WIDTH, HEIGHT))
    away = np.hypot(x, y)
    lamp = 1.04 - 0.42 * np.clip(away, 0, 1) ** 2.2
    edge = 1 / (1 + np.exp((away - 0.94) * 60))
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(0.6)), np.float32)
    pixels = pixels * (lamp * edge)[..., None]
    pixels += random.normal(0, 3.2, (HEIGHT, WIDTH, 1)) * (0.25 + 0.75 * edge[..., None]) + 5
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))

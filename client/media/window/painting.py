"""Draws the patient's window: any size, one large picture, one small, large letters."""

from typing import Final

import pygame

from client.media.window.board import View
from client.media.window.scene import Pixels
from client.media.window.words import Captions

_BLACK: Final = (0, 0, 0)
_WHITE: Final = (255, 255, 255)
_BAND: Final = (24, 24, 24)
_BADGE_INK: Final = (0, 0, 0)
_LETTERS: Final = 18
"""chosen: a line of text is a 18th of the window's height, read from two metres."""
_LEAST_LETTERS_PX: Final = 14
_SMALLER: Final = 0.8
"""chosen: what does not fit is tried at four fifths of the size, then cut."""
_TRIES: Final = 3
_OWN_SHARE: Final = 5
"""The patient's own picture is a fifth as wide as the window."""
_FONTS_LIMIT: Final = 16
"""chosen: a window that is being resized asks for many sizes."""
_MARGIN_SHARE: Final = 60


class Painter:
    """Paints onto one surface; keeps scaled letters, nothing else."""

    def __init__(self) -> None:
        self._fonts: dict[int, pygame.font.Font] = {}

    def paint(self, surface: pygame.Surface, view: View) -> None:
        """The whole window; the picture is grey under a stamp."""
        captions = view.captions
        surface.fill(_BLACK)
        whole = surface.get_rect()
        letters = max(_LEAST_LETTERS_PX, whole.height // _LETTERS)
        room = self._captions(surface, captions, letters)
        if view.doctor is not None:
            _picture(surface, view.doctor, room, is_grey=bool(captions.stamp))
        margin = max(2, whole.width // _MARGIN_SHARE)
        if view.own is not None:
            _own(surface, view.own, margin)
        self._badges(surface, captions.badges, letters, margin)
        if captions.stamp:
            self._stamp(surface, captions.stamp, letters, room)

    def _captions(self, surface: pygame.Surface, captions: Captions, letters: int) -> pygame.Rect:
        """Step and chat at the foot; what is left above is the picture's."""
        whole = surface.get_rect()
        band = pygame.Rect(0, whole.bottom, whole.width, 0)
        for text, ink, back in (
            (captions.chat, _WHITE, _BAND),
            (captions.step, _BLACK, _WHITE),
        ):
            if not text:
                continue
            drawn = self._wrapped(text, letters, whole.width - letters, 3, ink)
            height = sum(line.get_height() for line in drawn) + letters // 2
            band = pygame.Rect(0, band.top - height, whole.width, height)
            surface.fill(back, band)
            _stacked(surface, drawn, letters // 2, band.top + letters // 4)
        return pygame.Rect(0, 0, whole.width, band.top)

    def _badges(
        self, surface: pygame.Surface, badges: tuple[str, ...], letters: int, margin: int
    ) -> None:
        """Black on white in the corner: seen from across the room, in any light."""
        top = margin
        for badge in badges:
            (line, *_) = self._wrapped(badge, letters, surface.get_width() // 2, 1, _BADGE_INK)
            box = line.get_rect(topleft=(margin + letters // 2, top + letters // 4))
            surface.fill(_WHITE, box.inflate(letters, letters // 2))
            surface.blit(line, box)
            top = box.bottom + letters // 2

    def _stamp(self, surface: pygame.Surface, text: str, letters: int, room: pygame.Rect) -> None:
        lines = self._wrapped(text, letters * 3 // 2, room.width - 2 * letters, 3, _WHITE)
        height = sum(line.get_height() for line in lines)
        top = room.centery - height // 2
        band = pygame.Rect(0, top - letters // 2, room.width, height + letters)
        surface.fill(_BLACK, band)
        for line in lines:
            surface.blit(line, line.get_rect(midtop=(room.centerx, top)))
            top += line.get_height()

    def _wrapped(
        self, text: str, size: int, width: int, limit: int, ink: tuple[int, int, int]
    ) -> list[pygame.Surface]:
        """At most `limit` lines; smaller letters first, then an ellipsis."""
        for _ in range(_TRIES):
            font = self._font(size)
            lines = _lines(text, font, width)
            if len(lines) <= limit:
                break
            size = max(_LEAST_LETTERS_PX, round(size * _SMALLER))
        if len(lines) > limit:
            lines = [*lines[: limit - 1], _cut(lines[limit - 1], font, width)]
        return [font.render(line, True, ink) for line in lines]  # noqa: FBT003 -- pygame's order

    def _font(self, size: int) -> pygame.font.Font:
        if size not in self._fonts:
            if len(self._fonts) >= _FONTS_LIMIT:
                self._fonts.clear()
            self._fonts[size] = pygame.font.Font(None, size)
        return self._fonts[size]


def _stacked(surface: pygame.Surface, lines: list[pygame.Surface], left: int, top: int) -> None:
    for line in lines:
        surface.blit(line, (left, top))
        top += line.get_height()


def _lines(text: str, font: pygame.font.Font, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or font.size(longer)[0] <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    # A word wider than the window is cut: nobody writes one, a peer could.
    return [line if font.size(line)[0] <= width else _cut(line, font, width) for line in lines]


def _cut(line: str, font: pygame.font.Font, width: int) -> str:
    while line and font.size(line + "…")[0] > width:
        line = line[:-1]
    return line + "…"


def _picture(surface: pygame.Surface, pixels: Pixels, room: pygame.Rect, *, is_grey: bool) -> None:
    picture = pygame.image.frombuffer(pixels.rgb, (pixels.width, pixels.height), "RGB")
    if is_grey:
        picture = pygame.transform.grayscale(picture)
    fitted = picture.get_rect().fit(room)
    surface.blit(pygame.transform.smoothscale(picture.convert(surface), fitted.size), fitted)


def _own(surface: pygame.Surface, pixels: Pixels, margin: int) -> None:
    width = surface.get_width() // _OWN_SHARE
    size = (width, width * pixels.height // pixels.width)
    picture = pygame.image.frombuffer(pixels.rgb, (pixels.width, pixels.height), "RGB")
    box = pygame.Rect((surface.get_width() - margin - size[0], margin), size)
    surface.fill(_WHITE, box.inflate(4, 4))
    surface.blit(pygame.transform.smoothscale(picture.convert(surface), size), box)

"""The window's own process: reads the pipe on its standard input until it ends.

It says on its standard output ``open`` once it draws, or ``none`` where it may only open on a
second display and there is none.
"""

import argparse
import os
import sys
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from client import clock
from client.catalogue import LANGUAGES, Catalogue
from client.media.window.board import Board, View
from client.media.window.painting import Painter
from client.media.window.scene import NotASceneError, PipeReader

_FRAMES_PER_S: Final = 20
"""chosen: above the pace of any picture that comes over a thin line."""
_READ_BYTES: Final = 1 << 16
_SHARE: Final = 0.6
"""Of the only display: the terminal stays in reach."""
_LEAVE: Final = (pygame.K_ESCAPE,)


def main() -> int:
    """Draw until the pipe ends or the person closes the window."""
    parser = argparse.ArgumentParser(prog="client.media.window")
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    parser.add_argument("--second-display-only", action="store_true")
    arguments = parser.parse_args()
    try:
        pygame.display.init()
        pygame.font.init()
        surface = _opened(second_only=arguments.second_display_only)
    except pygame.error:
        return 1
    if surface is None:
        _tell("none")
        return 0
    board = Board(clock.monotonic_s)
    pipe: SimpleQueue[bytes | None] = SimpleQueue()
    Thread(target=_read, args=(pipe, board), daemon=True).start()
    _tell("open")
    _draw(board, pipe, Catalogue(arguments.language))
    pygame.quit()
    return 0


def _opened(*, second_only: bool) -> pygame.Surface | None:
    """Full on the second display, else a window on the only one."""
    sizes = pygame.display.get_desktop_sizes()
    pygame.display.set_caption("Chevet")
    pygame.mouse.set_visible(len(sizes) == 1)
    if len(sizes) > 1:
        return pygame.display.set_mode(sizes[1], pygame.NOFRAME, display=1)
    if second_only:
        return None
    width, height = sizes[0]
    size = (round(width * _SHARE), round(height * _SHARE))
    return pygame.display.set_mode(size, pygame.RESIZABLE)


def _tell(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def _read(ended: "SimpleQueue[bytes | None]", board: Board) -> None:
    """On a thread of its own; only the newest of each kind is kept."""
    reader = PipeReader()
    try:
        while data := os.read(sys.stdin.fileno(), _READ_BYTES):
            for message in reader.receive(data):
                board.put(message)
    except (OSError, NotASceneError):
        pass  # the session is gone, or is not one
    ended.put(None)


def _draw(board: Board, pipe: "SimpleQueue[bytes | None]", say: Catalogue) -> None:
    painter, pace = Painter(), pygame.time.Clock()
    painted: tuple[View, tuple[int, int]] | None = None
    while not _has_ended(pipe):
        for event in pygame.event.get():
            is_leaving = event.type == pygame.KEYDOWN and event.key in _LEAVE
            if event.type == pygame.QUIT or is_leaving:
                return
            if event.type == pygame.KEYDOWN and event.key in (pygame.K_f, pygame.K_F11):
                pygame.display.toggle_fullscreen()
        surface = pygame.display.get_surface()
        view = board.view(say)
        if surface is not None and painted != (view, surface.get_size()):
            painter.paint(surface, view)
            pygame.display.flip()
            painted = (view, surface.get_size())
        pace.tick(_FRAMES_PER_S)


def _has_ended(pipe: "SimpleQueue[bytes | None]") -> bool:
    try:
        pipe.get_nowait()
    except Empty:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())

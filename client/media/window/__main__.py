"""The window's own process: reads the pipe on its standard input until it ends.

What it says on its standard output is in `client.media.window.scene.Said`.
"""

import argparse
import os
import sys
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final

from client import clock
from client.catalogue import LANGUAGES, Catalogue
from client.media.window.board import Board, View
from client.media.window.scene import NotASceneError, PipeReader, Said
from client.media.window.stage import Stage

import pygame  # isort: skip -- the stage sets how SDL begins

from client.media.window.painting import Painter  # isort: skip -- same

_FRAMES_PER_S: Final = 20
"""chosen: above the pace of any picture that comes over a thin line."""
_READ_BYTES: Final = 1 << 16
_SAID_EVERY_S: Final = 1.0
"""As `client.session.patient_window.BEAT_S`, the other way."""


def main() -> int:
    """Draw until the pipe ends or the person closes the window."""
    parser = argparse.ArgumentParser(prog="client.media.window")
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    parser.add_argument("--display", type=int, default=2)
    parser.add_argument("--own-display-only", action="store_true")
    arguments = parser.parse_args()
    stage = Stage(arguments.display, clock.monotonic_s)
    try:
        pygame.font.init()
        if not stage.open(own_only=arguments.own_display_only):
            _say(Said.NO_DISPLAY)
            return 0
        board = Board(clock.monotonic_s)
        pipe: SimpleQueue[bytes | None] = SimpleQueue()
        Thread(target=_read, args=(pipe, board), daemon=True).start()
        _say(Said.OPEN)
        _draw(stage, board, pipe, Catalogue(arguments.language))
    except (pygame.error, BrokenPipeError):
        return 1
    pygame.quit()
    return 0


def _say(word: Said) -> None:
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


def _draw(stage: Stage, board: Board, pipe: "SimpleQueue[bytes | None]", say: Catalogue) -> None:
    painter, pace = Painter(), pygame.time.Clock()
    painted: tuple[View, tuple[int, int]] | None = None
    said_s = clock.monotonic_s()
    while not _has_ended(pipe):
        events = pygame.event.get()
        if any(map(_is_leaving, events)):
            _say(Said.DISMISSED)
            return
        if stage.follow(events):
            painted = None
        surface = pygame.display.get_surface()
        view = board.view(say)
        if surface is not None and painted != (view, surface.get_size()):
            painter.paint(surface, view)
            pygame.display.flip()
            painted = (view, surface.get_size())
        if clock.monotonic_s() - said_s >= _SAID_EVERY_S:
            said_s = clock.monotonic_s()
            _say(Said.DRAWN)
        pace.tick(_FRAMES_PER_S)


def _is_leaving(event: pygame.Event) -> bool:
    """Somebody at the window closes it."""
    is_escape = event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE
    return is_escape or event.type == pygame.QUIT


def _has_ended(pipe: "SimpleQueue[bytes | None]") -> bool:
    try:
        pipe.get_nowait()
    except Empty:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())

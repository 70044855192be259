"""What a terminal answers before the screens begin, over a real pseudo-terminal."""

import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from client.ui.graphics.asking import asked
from client.ui.graphics.terminal import (
    QUERY,
    Answers,
    Graphics,
    Protocol,
    Wish,
    answers,
    chosen,
    may_ask,
)

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

import fcntl

ANY = {"TERM": "xterm-256color"}
OF_TERMINALS = ("TMUX", "STY")
CELL = b"\x1b[6;20;10t"
KITTY = b"\x1b_Gi=31;OK\x1b\\" + CELL + b"\x1b[?62;c"
XTERM = CELL + b"\x1b[?1;0;16S" + b"\x1b[?63;1;2;4;6;9;15;16;22;28c"
FOOT = CELL + b"\x1b[?1;0;1024S" + b"\x1b[?62;4;22;28c"
PLAIN = b"\x1b[?62;22c"


class Scripted:
    """A terminal that answers, all at once or byte by byte, once the last question came."""

    def __init__(self, end: int, says: bytes, slice_bytes: int) -> None:
        self.heard = b""
        self._end = end
        self._says = says
        self._slice = slice_bytes
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self.heard.endswith(QUERY.encode()):
            self.heard += os.read(self._end, 100)
        for start in range(0, len(self._says), self._slice):
            os.write(self._end, self._says[start : start + self._slice])

    def join(self) -> None:
        self._thread.join()


@contextmanager
def terminal(says: bytes, *, slice_bytes: int = 1_000) -> Iterator[int]:
    """The descriptor of a program's own end."""
    far, near = pty.openpty()
    scripted = Scripted(far, says, slice_bytes)
    try:
        yield near
    finally:
        scripted.join()
        os.close(near)
        os.close(far)


@pytest.mark.parametrize("slice_bytes", [1, 7, 1_000])
@pytest.mark.parametrize(
    ("says", "graphics"),
    [
        (KITTY, Graphics(Protocol.KITTY, (10, 20))),
        (XTERM, Graphics(Protocol.SIXEL, (10, 20), 16)),
        (FOOT, Graphics(Protocol.SIXEL, (10, 20), 64)),
        (PLAIN, None),
    ],
)
def test_a_terminal_tells_what_it_can(
    says: bytes, slice_bytes: int, graphics: Graphics | None
) -> None:
    with terminal(says, slice_bytes=slice_bytes) as near:
        said = asked(Wish.AUTO, near, near, ANY)
        assert said is not None
        assert chosen(Wish.AUTO, said) == graphics


def test_nothing_is_left_to_be_taken_for_keys_and_the_terminal_is_as_before() -> None:
    with terminal(KITTY + b"late") as near:
        before = termios.tcgetattr(near)
        asked(Wish.AUTO, near, near, ANY)
        assert termios.tcgetattr(near) == before
        raw = termios.tcgetattr(near)
        raw[3] &= ~termios.ICANON
        termios.tcsetattr(near, termios.TCSANOW, raw)
        assert select.select([near], [], [], 0)[0] == []


def test_a_silent_terminal_is_waited_for_only_so_long() -> None:
    with terminal(b"") as near:
        assert asked(Wish.AUTO, near, near, ANY) == Answers()


def test_a_terminal_that_goes_on_and_on_is_not_listened_to_for_ever() -> None:
    with terminal(b"x" * 3_000 + b"\n" + b"y" * 3_000 + b"\n") as near:
        said = asked(Wish.AUTO, near, near, ANY)
        assert said == Answers()
        termios.tcflush(near, termios.TCIFLUSH)


def test_the_size_of_a_cell_is_also_the_windows() -> None:
    with terminal(b"\x1b[?62;4c") as near:
        fcntl.ioctl(near, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 80 * 9, 24 * 18))
        said = asked(Wish.AUTO, near, near, ANY)
        assert said is not None
        assert chosen(Wish.AUTO, said) == Graphics(Protocol.SIXEL, (9, 18))


PROGRAM = """
from dataclasses import replace
from client.cli.graphics import TerminalGraphics, preview_px
from client.core.site_settings.values import ScreenSettings, SiteSettings

def told(terminal, pictures):
    graphics = terminal.chosen(SiteSettings(screen=ScreenSettings(pictures=pictures)))
    print(graphics and graphics.protocol, *preview_px(graphics))

told(TerminalGraphics(has_screens=False), "auto")
terminal = TerminalGraphics(has_screens=True)
for pictures in ("blocks", "auto", "blocks", "kitty", "auto"):
    told(terminal, pictures)
"""


def test_a_program_asks_its_terminal_once_and_the_settings_say_what_is_made_of_it() -> None:
    with terminal(FOOT) as near:
        environment = {name: text for name, text in os.environ.items() if name not in OF_TERMINALS}
        child = subprocess.run(  # noqa: S603 -- this Python
            [sys.executable, "-c", PROGRAM],
            stdin=near,
            stdout=subprocess.PIPE,
            stderr=near,
            env=environment | ANY,
            check=True,
            text=True,
        )
    assert child.stdout.splitlines() == [
        "None 80 60",
        "None 80 60",
        "sixel 320 240",
        "None 80 60",
        "kitty 320 240",
        "sixel 320 240",
    ]


def test_a_pipe_is_not_asked() -> None:
    reading, writing = os.pipe()
    try:
        assert asked(Wish.AUTO, reading, writing, ANY) is None
        assert select.select([reading], [], [], 0)[0] == []
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"TERM": "dumb"},
        {"TERM": "linux"},
        {"TERM": "screen-256color"},
        {"TERM": "tmux-256color"},
        {"TERM": "xterm-kitty", "TMUX": "socket,1,0"},
        {"TERM": "xterm-256color", "STY": "1.pts-0.host"},
    ],
)
def test_where_pictures_would_be_lost_nothing_is_asked(environment: dict[str, str]) -> None:
    assert not may_ask(Wish.AUTO, environment)
    assert not may_ask(Wish.KITTY, environment)


def test_who_wants_half_blocks_is_not_asked() -> None:
    assert may_ask(Wish.AUTO, ANY)
    assert not may_ask(Wish.BLOCKS, ANY)


def test_the_wish_wins_where_it_can() -> None:
    both = answers(b"\x1b_Gi=31;OK\x1b\\" + FOOT)
    assert chosen(Wish.AUTO, both) == chosen(Wish.KITTY, both)
    assert chosen(Wish.SIXEL, both) == Graphics(Protocol.SIXEL, (10, 20))
    assert chosen(Wish.BLOCKS, both) is None
    assert chosen(Wish.KITTY, answers(CELL)) == Graphics(Protocol.KITTY, (10, 20))


def test_without_the_size_of_a_cell_there_are_half_blocks() -> None:
    assert chosen(Wish.AUTO, answers(b"\x1b[?62;4c")) is None
    assert chosen(Wish.SIXEL, answers(b"\x1b[6;0;0t\x1b[?62;4c")) is None


def test_sixel_is_a_whole_number_among_the_attributes() -> None:
    assert not answers(b"\x1b[?64;14;41c").has_sixel


def test_fewer_colours_than_a_vt340_are_too_few() -> None:
    assert chosen(Wish.AUTO, answers(CELL + b"\x1b[?1;0;4S\x1b[?62;4c")) is None

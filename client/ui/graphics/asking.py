"""Asks the terminal what it can show, once, before anything else reads what it says."""

import sys

from client.ui.graphics.terminal import Answers, Wish

if sys.platform == "win32":

    def this_terminals(_wish: Wish) -> Answers | None:
        """A Windows console tells it only to whoever takes its keys: half blocks there."""
        return None

    def cell_now() -> tuple[int, int] | None:
        """Nor does it tell this."""
        return None

else:
    import fcntl
    import os
    import select
    import struct
    import termios
    import tty
    from collections.abc import Mapping
    from contextlib import suppress
    from dataclasses import replace
    from typing import Final

    from client import clock
    from client.ui.graphics.terminal import QUERY, answers, is_complete, may_ask

    LIMIT_S: Final = 1.0
    """chosen: twice round the earth; a terminal that says nothing by then has no graphics."""
    _RECEIVED_LIMIT: Final = 4_096
    """Bytes; the answers are some eighty."""
    _WIPE: Final = "\r\x1b[K"
    """Should one of the questions have been printed as text."""

    def this_terminals(wish: Wish) -> Answers | None:
        """Of the terminal this program was started in; Textual writes to standard error."""
        keyboard, screen = sys.__stdin__, sys.__stderr__
        if keyboard is None or screen is None:
            return None
        with suppress(OSError, ValueError, termios.error):
            return asked(wish, keyboard.fileno(), screen.fileno(), os.environ)
        return None

    def cell_now() -> tuple[int, int] | None:
        """Pixels of a letter of the same terminal, as the system knows them; asks nothing."""
        return _cell_of(sys.__stderr__.fileno()) if sys.__stderr__ is not None else None

    def asked(
        wish: Wish, keyboard: int, screen: int, environment: Mapping[str, str]
    ) -> Answers | None:
        """What the terminal of these two descriptors says; `None` when it is not to be asked.

        Blocks until it has answered, for `LIMIT_S` at most. What is unread then is thrown away, so
        that no answer is taken for keys.
        """
        is_terminal = os.isatty(keyboard) and os.isatty(screen)
        if not (is_terminal and may_ask(wish, environment)):
            return None
        before = termios.tcgetattr(keyboard)
        try:
            tty.setcbreak(keyboard, termios.TCSANOW)
            os.write(screen, QUERY.encode("ascii"))
            said = answers(_received(keyboard))
            os.write(screen, _WIPE.encode("ascii"))
        finally:
            termios.tcsetattr(keyboard, termios.TCSAFLUSH, before)
        return said if said.cell_px else replace(said, cell_px=_cell_of(screen))

    def _received(keyboard: int) -> bytes:
        until, received = clock.monotonic_s() + LIMIT_S, b""
        while not is_complete(received) and len(received) < _RECEIVED_LIMIT:
            left = until - clock.monotonic_s()
            if left <= 0 or not select.select([keyboard], [], [], left)[0]:
                break
            part = os.read(keyboard, _RECEIVED_LIMIT)
            if not part:
                break
            received += part
        return received

    def _cell_of(screen: int) -> tuple[int, int] | None:
        """From the size of the window, where the terminal told the system."""
        with suppress(OSError):
            packed = fcntl.ioctl(screen, termios.TIOCGWINSZ, bytes(8))
            rows, columns, across, down = struct.unpack("4H", packed)
            if rows and columns and across >= columns and down >= rows:
                return across // columns, down // rows
        return None

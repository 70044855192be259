"""CUPS, through its ``lp`` command (Linux, macOS): the document goes in by its standard input.

CUPS keeps a copy of the job in its spool until it is printed, and for as long as its own
``PreserveJobFiles`` says: on a shared machine set it to ``No`` in ``cupsd.conf``.
"""

import subprocess
from typing import Final

from client.printing.errors import NoPrinterError, PrintFailedError
from client.printing.printer import check_printable

_TITLE: Final = "Chevet"
"""Shown in the queue, to everybody: it never says more."""
_PATIENCE_S: Final = 30.0
"""chosen: a queue that takes longer to accept a page is stuck."""
_GAVE_UP: Final = -1
"""Status of a command that was ended because it took too long."""


class CupsPrinter:
    """The system's default printer."""

    is_there: Final = True

    def __init__(self, program: str, patience_s: float = _PATIENCE_S) -> None:
        self._program = program
        self._patience_s = patience_s

    def put(self, data: bytes, media_type: str) -> None:
        """As `client.printing.printer.Printer`."""
        check_printable(data, media_type)
        try:
            done = subprocess.run(  # noqa: S603 -- found by `shutil.which`, fixed arguments
                [self._program, "-s", "-t", _TITLE],
                input=data,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=self._patience_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PrintFailedError(_GAVE_UP) from None
        except OSError as error:
            raise NoPrinterError from error
        if done.returncode:
            raise PrintFailedError(done.returncode)

    def close(self) -> None:
        """Nothing is left behind by us."""

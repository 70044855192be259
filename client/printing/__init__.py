"""Paper: the one place that knows how this machine prints. Blocking; call it from a thread.

Neither a job's title nor an argument nor a file's name ever says anything of a patient.
"""

import shutil
import sys

from client.printing.cups import CupsPrinter
from client.printing.errors import (
    NoPrinterError,
    PrintFailedError,
    SaveExistsError,
    SaveFailedError,
    SaveForbiddenError,
    SaveNoRoomError,
    SaveNowhereError,
    UnprintableError,
)
from client.printing.printer import PRINTABLE, NoPrinter, Printer
from client.printing.saving import save, save_failed
from client.printing.windows import WindowsPrinter

__all__ = [
    "PRINTABLE",
    "CupsPrinter",
    "NoPrinter",
    "NoPrinterError",
    "PrintFailedError",
    "Printer",
    "SaveExistsError",
    "SaveFailedError",
    "SaveForbiddenError",
    "SaveNoRoomError",
    "SaveNowhereError",
    "UnprintableError",
    "WindowsPrinter",
    "save",
    "save_failed",
    "this_machines",
]


def this_machines() -> Printer:
    """How this machine prints: Windows' own way, CUPS where there is ``lp``, else not at all."""
    if sys.platform == "win32":
        return WindowsPrinter.of_this_user()
    program = shutil.which("lp")
    return CupsPrinter(program) if program else NoPrinter()

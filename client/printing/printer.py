"""What a printer is to the rest of Chevet."""

from types import MappingProxyType
from typing import Final, Protocol

from client.printing.errors import NoPrinterError, UnprintableError

PRINTABLE: Final = MappingProxyType(
    {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
)
"""IANA media types that can be printed unchanged, and how files of them end."""
_BEGINNINGS: Final = MappingProxyType(
    {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
)
"""ISO 32000-1, 7.5.2; ISO/IEC 10918-1, B.1.1; ISO/IEC 15948, 5.2. A printing system looks at the
bytes, not at the name: what a GP's page calls a PDF could else be a program for the printer."""


class Printer(Protocol):
    """Where paper comes out."""

    @property
    def is_there(self) -> bool:
        """Whether asking it to print makes sense at all."""

    def put(self, data: bytes, media_type: str) -> None:
        """Hand a document over, unchanged; returns once the system's queue has it.

        `UnprintableError`, `NoPrinterError`, `PrintFailedError`.
        """

    def close(self) -> None:
        """Leave nothing of what was printed behind on this machine's disk."""


class NoPrinter:
    """A machine that cannot print: the person saves the PDF instead."""

    is_there: Final = False

    def put(self, data: bytes, media_type: str) -> None:
        """Always `NoPrinterError`."""
        check_printable(data, media_type)
        raise NoPrinterError

    def close(self) -> None:
        """Nothing to do."""


def check_printable(data: bytes, media_type: str) -> str:
    """How a file of this type ends; `UnprintableError` for one that cannot be printed as it is."""
    ending = PRINTABLE.get(media_type)
    if ending is None or not data.startswith(_BEGINNINGS[media_type]):
        raise UnprintableError(media_type)
    return ending

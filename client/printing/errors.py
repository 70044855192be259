"""Why there is no paper."""

from client.errors import ChevetError


class PrintingError(ChevetError):
    """Nothing was printed or saved."""


class NoPrinterError(PrintingError):
    """This machine knows no way to print."""

    def __init__(self) -> None:
        super().__init__("no printing system on this machine")


class PrintFailedError(PrintingError):
    """The printing system did not take the document."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the printing system refused the document (status {status})")
        self.status = status


class UnprintableError(PrintingError):
    """This kind of file cannot be printed as it is."""

    def __init__(self, media_type: str) -> None:
        super().__init__(f"cannot be printed as it is: {media_type}")
        self.media_type = media_type


class SaveExistsError(PrintingError):
    """There is a file of this name; it is never overwritten."""

    def __init__(self) -> None:
        super().__init__("a file of this name exists")


class SaveFailedError(PrintingError):
    """The folder did not take the file; nothing of it is left there."""

    def __init__(self, reason: str) -> None:
        """`reason` is the system's own text, for the log alone: a person is told what to do."""
        super().__init__(f"saving failed: {reason}")
        self.reason = reason


class SaveNoRoomError(SaveFailedError):
    """The disk is full, or this user's share of it."""


class SaveForbiddenError(SaveFailedError):
    """This user may not write there, or nobody may."""


class SaveNowhereError(SaveFailedError):
    """There is no such folder, or its disk is gone."""

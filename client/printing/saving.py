"""A document as a file the person named."""

import os
from pathlib import Path
from typing import Final

from client.printing.errors import SaveExistsError, SaveFailedError

_OWN: Final = 0o600


def save(data: bytes, path: Path) -> None:
    """Write a new file, for its owner to read; `SaveExistsError`, `SaveFailedError`. Blocking."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _binary(), _OWN)
    except FileExistsError:
        raise SaveExistsError from None
    except OSError as error:
        raise SaveFailedError(error.strerror or type(error).__name__) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise SaveFailedError(error.strerror or type(error).__name__) from error


def _binary() -> int:
    """Windows would else write another byte after each line feed."""
    return getattr(os, "O_BINARY", 0)

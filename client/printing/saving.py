"""A document as a file the person named."""

import errno
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from client.printing.errors import (
    SaveExistsError,
    SaveFailedError,
    SaveForbiddenError,
    SaveNoRoomError,
    SaveNowhereError,
)

_log = logging.getLogger(__name__)

_OWN: Final = 0o600
_BY_NUMBER: Final[Mapping[int, type[SaveFailedError]]] = {
    errno.ENOSPC: SaveNoRoomError,
    errno.EDQUOT: SaveNoRoomError,
    errno.EFBIG: SaveNoRoomError,
    errno.EACCES: SaveForbiddenError,
    errno.EPERM: SaveForbiddenError,
    errno.EROFS: SaveForbiddenError,
    errno.ENOENT: SaveNowhereError,
    errno.ENOTDIR: SaveNowhereError,
    errno.ENODEV: SaveNowhereError,
    errno.ENXIO: SaveNowhereError,
}
"""What a person can do something about; POSIX.1-2017, 2.3."""


def save(data: bytes, path: Path) -> None:
    """Write a new file, for its owner to read; `SaveExistsError`, `SaveFailedError`. Blocking."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _binary(), _OWN)
    except FileExistsError:
        raise SaveExistsError from None
    except OSError as error:
        raise save_failed(error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise save_failed(error) from error


def save_failed(error: OSError) -> SaveFailedError:
    """What a person is told of it; the system's own text goes into the log, no name does."""
    reason = error.strerror or type(error).__name__
    _log.warning("a file was not saved: %s", reason)
    return _BY_NUMBER.get(error.errno or 0, SaveFailedError)(reason)


def _binary() -> int:
    """Windows would else write another byte after each line feed."""
    return getattr(os, "O_BINARY", 0)

"""Writing a small file so that it is there whole or not at all, on POSIX and on Windows."""

import os
import sys
import tempfile
from pathlib import Path


def replace_durably(path: Path, data: bytes) -> None:
    """Put `data` at `path`; after a crash the file is the old one or the new one, whole.

    It is readable by its owner alone on POSIX; on Windows it inherits the folder's rights, which in
    a user's profile come to the same. Raises `OSError`.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut; Windows has no such call, and NTFS logs it."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

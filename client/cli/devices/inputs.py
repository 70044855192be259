"""What the sub-commands are given: names and files, checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from client.catalogue import Catalogue
from client.errors import UsageError
from devices import errors
from devices.recording import Recording


@contextmanager
def words_checked(say: Catalogue) -> Iterator[None]:
    """A name nobody knows is a wrong word on the command line."""
    try:
        yield
    except (errors.UnknownDeviceError, errors.UnknownTroubleError, errors.BadPortError) as error:
        raise UsageError(" ".join(say.explain(error))) from None


def read_recording(path: Path, say: Catalogue, *, is_hex: bool = False) -> Recording:
    """A recording, raw or hexadecimal; `UsageError` when the file cannot be read."""
    data = read_bytes(path, say)
    if is_hex or path.suffix in {".hex", ".cap"}:
        return Recording.from_hex(data.decode("utf-8", errors="replace"))
    return Recording(data)


def read_bytes(path: Path, say: Catalogue) -> bytes:
    """A whole file; `UsageError` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(say("cli.devices.unreadable", path=path, reason=reason)) from None

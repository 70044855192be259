"""The relay's own certificate, read again when it was renewed."""

import asyncio
import logging
import signal
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from client.errors import UsageError

LOOK_EVERY_S: Final = 60.0
"""How soon a renewed certificate is found without being told of."""
_log: Final = logging.getLogger(__name__)


class CertificateError(UsageError):
    """The certificate or its key cannot be read, or they do not belong together."""

    def __init__(self, certificate: Path, key: Path, reason: str) -> None:
        super().__init__(f"{certificate} and {key} are no certificate and key: {reason}")
        self.certificate = certificate
        self.key = key


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """PEM files: the certificate with those between it and its authority, and its key."""

    certificate: Path
    key: Path


class Certificate:
    """A certificate in use; handshakes from a reload on are made with the new one."""

    def __init__(self, files: CertificateFiles) -> None:
        """`CertificateError` if it cannot be used."""
        self._files = files
        self.context: Final = _context()
        self._seen = self._stamp()
        self._load(self.context)

    def reload(self) -> bool:
        """Use what is in the files now; false, and nothing changed, if that is no good pair."""
        self._seen = self._stamp()
        try:
            self._load(_context())  # half a renewal must not break the one in use
        except CertificateError:
            _log.exception("the new certificate is not used")
            return False
        self._load(self.context)
        _log.info("the certificate was read again")
        return True

    @property
    def has_changed(self) -> bool:
        """Whether the files are not those that were read last."""
        return self._stamp() != self._seen

    def _load(self, context: ssl.SSLContext) -> None:
        files = self._files
        try:
            context.load_cert_chain(files.certificate, files.key, password=_no_password)
        except (OSError, ssl.SSLError, ValueError) as error:
            reason = type(error).__name__
            raise CertificateError(files.certificate, files.key, reason) from error

    def _stamp(self) -> tuple[tuple[int, int, int], ...]:
        return tuple(_stamp(path) for path in (self._files.certificate, self._files.key))


@asynccontextmanager
async def renewing(
    certificate: Certificate | None, look_every_s: float = LOOK_EVERY_S
) -> AsyncIterator[None]:
    """Read the certificate again whenever its files change, and at once on SIGHUP."""
    if certificate is None:
        yield
        return
    watching = asyncio.create_task(_watch(certificate, look_every_s))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _watch(certificate: Certificate, look_every_s: float) -> None:
    is_told = asyncio.Event()
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    if hangup is not None:
        with suppress(NotImplementedError, RuntimeError):  # another loop, another thread: by time
            asyncio.get_running_loop().add_signal_handler(hangup, is_told.set)
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(is_told.wait(), look_every_s)
        if is_told.is_set() or certificate.has_changed:
            certificate.reload()
        is_told.clear()


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _no_password() -> str:
    """A server has nobody to ask: a key with a password is an error, not a prompt."""
    return ""


def _stamp(path: Path) -> tuple[int, int, int]:
    """What changes when a file is written or replaced; zeros where there is none."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_ino, found.st_size)

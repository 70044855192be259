"""The relay's own certificate."""

import asyncio
import os
import signal
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fakes.certificates import Authority
from relay.running import eventually

from client.relay.serve import RelaySettings, serve
from client.relay.tls import Certificate, CertificateError, CertificateFiles, renewing


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def files(authority: Authority, tmp_path: Path) -> CertificateFiles:
    return authority.issued("localhost", tmp_path)


@asynccontextmanager
async def serving(folder: Path, files: CertificateFiles) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    settings = RelaySettings(certificate=files)
    task = asyncio.create_task(serve("127.0.0.1", 0, folder, ready.set_result, settings=settings))
    await asyncio.wait((task, ready), return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    yield ready.result().replace("127.0.0.1", "localhost")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def serial_seen(url: str, authority: Authority) -> str:
    """Of the certificate that a new visitor, who checks it, is shown."""
    context = ssl.create_default_context(cafile=str(authority.file))
    port = int(url.rpartition(":")[2])
    _, writer = await asyncio.open_connection("localhost", port, ssl=context)
    serial = str(writer.get_extra_info("peercert")["serialNumber"])
    writer.close()
    await writer.wait_closed()
    return serial


async def test_a_visitor_who_checks_is_served_with_tls(
    tmp_path: Path, authority: Authority, files: CertificateFiles
) -> None:
    async with serving(tmp_path / "relay", files) as url:
        assert url.startswith("https://localhost:")
        assert await serial_seen(url, authority)


async def test_what_is_older_than_tls_1_2_is_refused(
    files: CertificateFiles,
) -> None:
    context = Certificate(files).context
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")
async def test_a_renewed_certificate_is_used_on_sighup(
    tmp_path: Path, authority: Authority, files: CertificateFiles
) -> None:
    async with serving(tmp_path / "relay", files) as url:
        before = await serial_seen(url, authority)
        authority.issued("localhost", tmp_path)
        os.kill(os.getpid(), signal.SIGHUP)
        while await serial_seen(url, authority) == before:
            pass


async def test_a_renewed_certificate_is_found_without_being_told(
    tmp_path: Path, authority: Authority, files: CertificateFiles
) -> None:
    certificate = Certificate(files)
    async with renewing(certificate, look_every_s=0.001):
        authority.issued("localhost", tmp_path)
        assert certificate.has_changed
        await eventually(lambda: not certificate.has_changed)


def test_half_a_renewal_changes_nothing(
    tmp_path: Path, authority: Authority, files: CertificateFiles
) -> None:
    certificate = Certificate(files)
    old_key = files.key.read_bytes()
    authority.issued("localhost", tmp_path)
    new_key = files.key.read_bytes()
    for half in (old_key, b""):
        files.key.write_bytes(half)
        assert not certificate.reload()
    files.key.write_bytes(new_key)
    assert certificate.reload()


@pytest.mark.parametrize("broken", ["missing", "empty", "another's", "encrypted"])
def test_what_is_no_pair_is_an_error_of_ours(
    tmp_path: Path, authority: Authority, files: CertificateFiles, broken: str
) -> None:
    other = authority.issued("other", tmp_path)
    match broken:
        case "missing":
            files.key.unlink()
        case "empty":
            files.key.write_bytes(b"")
        case "another's":
            files.key.write_bytes(other.key.read_bytes())
        case _:
            files.key.write_bytes(_ENCRYPTED)
    with pytest.raises(CertificateError):
        Certificate(files)


# origin: openssl ecparam -name prime256v1 -genkey | openssl ec -aes128 (password: "secret")
_ENCRYPTED = b"""-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,34C61211F2910AAF64200E07AABEE99E

H5AbKQ+J61vuU+IsjEp6tGjbU3GfFXVqG5J7ZItmyGDmi7jAbXixxtOuuGMIYjf5
0dQmSiWlZG2gxoSq/KegASuT9tUQfMmK8+WK5HFddbg1Uh0xb5C3Yuuexg2/JZQK
DjWCaCO4ldKoC4iEjZTkdzomkcu9qhWLQYb9M36uGpA=
-----END EC PRIVATE KEY-----
"""

"""How a relay is told of its OpenID provider: a TOML file, with the secret in a file of its own.

issuer = "https://auth.esw.esante.gouv.fr/auth/realms/esante-wallet"
client_id = "chevet"
public_url = "https://relais.example"       # /profession/back behind it is registered there
secret_file = "/etc/chevet/openid-secret"   # or the variable CHEVET_OPENID_SECRET
key_file = "/var/lib/chevet/profession.key" # the broker's own key, made if there is none
acr = "eidas1"                              # optional, as are scope and rpps_claim

A provider on this machine, for tests, may be reached without https.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from client.core.identity import SEED_SIZE, Identity
from client.errors import UsageError
from client.relay.profession.broker import Broker
from client.relay.profession.openid import OpenIdClient, Provider
from client.relay.profession.web import BACK

SECRET_VARIABLE: Final = "CHEVET_OPENID_SECRET"  # noqa: S105 -- a name, not a secret


class ProfessionSettingsError(UsageError):
    """What the relay is told of its provider cannot be used."""


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    issuer: str
    client_id: str
    public_url: str
    key_file: str
    secret_file: str = ""
    scope: str = "openid"
    rpps_claim: str = "SubjectNameID"
    acr: str = ""


@dataclass(frozen=True, slots=True)
class Profession:
    """The broker, and whether browsers reach it by https alone."""

    broker: Broker
    is_secure: bool


def read(
    path: Path,
    *,
    now_s: Callable[[], int],
    entropy: Callable[[int], bytes],
    environment: Mapping[str, str] = os.environ,
) -> Profession:
    """What this file describes; `ProfessionSettingsError` in words for whoever wrote it."""
    try:
        written = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Written)
        secret = _secret(written, environment)
        identity = Identity(_seed(Path(written.key_file), entropy))
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise ProfessionSettingsError(f"{path}: {error}") from error
    for url in (written.issuer, written.public_url):
        _require_safe(path, url)
    client = OpenIdClient(
        issuer=written.issuer,
        client_id=written.client_id,
        secret=secret,
        back_url=written.public_url.rstrip("/") + BACK,
        rpps_claim=written.rpps_claim,
        scope=written.scope,
        acr=written.acr,
    )
    broker = Broker(identity, Provider(client, now_s), now_s=now_s, entropy=entropy)
    return Profession(broker, is_secure=written.public_url.startswith("https://"))


def _require_safe(path: Path, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname != "127.0.0.1":
        raise ProfessionSettingsError(f"{path}: {url} is no https address")


def _secret(written: _Written, environment: Mapping[str, str]) -> str:
    if written.secret_file:
        return Path(written.secret_file).read_text(encoding="utf-8").strip()
    if secret := environment.get(SECRET_VARIABLE, ""):
        return secret
    raise ValueError(f"neither secret_file nor {SECRET_VARIABLE}")


def _seed(path: Path, entropy: Callable[[int], bytes]) -> bytes:
    """The broker's key: made once, readable by its owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        seed = path.read_bytes()
    else:
        seed = entropy(SEED_SIZE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(seed)
    if len(seed) != SEED_SIZE:
        raise ValueError(f"{path} holds no key of {SEED_SIZE} bytes")
    return seed

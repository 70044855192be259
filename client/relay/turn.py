"""Passes for the TURN server, which no relay and no TURN server ever has to remember.

The name is when it ends and some lots; the password its HMAC under a secret that only the relay
and the TURN server know (coturn: ``use-auth-secret``; draft-uberti-behave-turn-rest-00, 2.2). What
flows through a TURN server is encrypted end to end, so a pass opens a way, never a conversation.
"""

import base64
import hmac
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from client.core.mailbox import SERVER_TEXT_LIMIT, SERVERS_LIMIT, Servers
from client.errors import UsageError

PASS_LASTS_S: Final = 12 * 3_600
"""chosen: a day at the pharmacy; a connection that was made outlives its pass."""
SECRET_VARIABLE: Final = "CHEVET_TURN_SECRET"  # noqa: S105 -- a name, not a secret
SECRET_LEAST_CHARS: Final = 16
"""chosen: what can be guessed lets anybody use the line of the TURN server."""
_LOTS_BYTES: Final = 9
_SCHEMES: Final = ("stun:", "turn:", "turns:")
_ENDS_OF_TURN: Final = ("turn:", "turns:")


class TurnSettingsError(UsageError):
    """The TURN servers named cannot be lent out as they are."""


@dataclass(frozen=True, slots=True)
class TurnServers:
    """What the relay lends to those who have logged in."""

    uris: tuple[str, ...] = ()
    """``stun:``, ``turn:`` and ``turns:`` addresses (RFC 7064, RFC 7065)."""
    secret: bytes = field(default=b"", repr=False)
    """``static-auth-secret`` of the TURN server."""

    def lent(self, now_s: int, random_bytes: Callable[[int], bytes]) -> Servers:
        """All of them, with a pass of its own for whoever asked."""
        if not self.uris:
            return Servers((), "", "", now_s)
        until_s = now_s + PASS_LASTS_S
        username = f"{until_s}:{random_bytes(_LOTS_BYTES).hex()}"
        return Servers(self.uris, username, password(self.secret, username), until_s)


def password(secret: bytes, username: str) -> str:
    """The password that coturn expects with this name."""
    return base64.b64encode(hmac.digest(secret, username.encode(), "sha1")).decode()


def turn_servers(
    uris: Sequence[str], secret_file: Path | None, environment: Mapping[str, str] = os.environ
) -> TurnServers:
    """The servers named on the command line, their secret from a file or the environment.

    Never from the command line itself: everybody on a machine can read those. `TurnSettingsError`.
    """
    if len(uris) > SERVERS_LIMIT:
        raise TurnSettingsError(f"{len(uris)} TURN servers; {SERVERS_LIMIT} at most")
    for uri in uris:
        if not uri.startswith(_SCHEMES) or len(uri) > SERVER_TEXT_LIMIT:
            raise TurnSettingsError(f"not the address of a STUN or TURN server: {uri!r}")
    if not any(uri.startswith(_ENDS_OF_TURN) for uri in uris):
        return TurnServers(tuple(uris))
    secret = _secret(secret_file, environment)
    if len(secret) < SECRET_LEAST_CHARS:
        raise TurnSettingsError(
            f"TURN servers need a secret of at least {SECRET_LEAST_CHARS} characters, "
            f"in a file or in {SECRET_VARIABLE}"
        )
    return TurnServers(tuple(uris), secret.encode())


def _secret(file: Path | None, environment: Mapping[str, str]) -> str:
    if file is None:
        return environment.get(SECRET_VARIABLE, "")
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TurnSettingsError(f"the file with the TURN secret cannot be read: {file}") from error

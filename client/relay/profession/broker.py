"""The logins under way: who asked, how far each has come, and the attestation at its end.

Each is bound to the browser that began it by a cookie: otherwise somebody could begin one for a key
of their own and talk a doctor into finishing it.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from client.core.identity import PUBLIC_SIZE, SIGNATURE_SIZE, ForgedSignatureError, Identity
from client.core.profession import NONCE_SIZE, Attestation, check_request, login_nonce
from client.errors import ChevetError
from client.relay.profession.openid import Login, Provider, ProviderError

LOGIN_S: Final = 600
"""chosen: long enough to look for a card and its reader."""
LOGINS_LIMIT: Final = 1_000
"""Under way at one time; a login weighs about a kilobyte."""
NETWORK_LIMIT: Final = 50
"""Of them begun from one network (`client.relay.visitors`). chosen: a hospital group's morning;
who would keep all others out needs twenty networks."""
_SECRET_BYTES: Final = 32


class BrokerError(ChevetError):
    """This login cannot be begun or finished."""


class LoginRefusedError(BrokerError):
    """Not the key's owner, not the browser that began, or nothing known of it."""


class TooManyLoginsError(BrokerError):
    """Too many are under way."""


class Progress(StrEnum):
    """How far a login has come."""

    WAITING = "waiting"
    REFUSED = "refused"
    DONE = "done"


@dataclass(slots=True)
class _Underway:
    login: Login
    cookie: str = field(repr=False)
    holder: bytes
    nonce: bytes
    ends_s: int
    network: str | None
    progress: Progress = Progress.WAITING
    attestation: bytes = b""
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """What whoever asked needs."""

    ticket: str = field(repr=False)
    """By which the attestation is fetched; known to whoever asked alone."""
    cookie: str = field(repr=False)
    url: str


class Broker:
    """Signs what a provider says."""

    def __init__(
        self,
        identity: Identity,
        provider: Provider,
        *,
        now_s: Callable[[], int],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._identity = identity
        self._provider = provider
        self._now_s = now_s
        self._entropy = entropy
        self._by_ticket: dict[str, _Underway] = {}

    @property
    def public(self) -> bytes:
        """The key that those who trust this broker pin."""
        return self._identity.public

    async def begin(
        self, holder: bytes, nonce: bytes, signature: bytes, network: str | None = None
    ) -> Begun:
        """A login for the owner of this key; `BrokerError` or `ProviderError`.

        `network` is where it comes from; None, this machine, is not counted.
        """
        sizes = (len(holder), len(nonce), len(signature))
        try:
            if sizes != (PUBLIC_SIZE, NONCE_SIZE, SIGNATURE_SIZE):
                raise LoginRefusedError("not a request")
            check_request(holder, self.public, nonce, signature)
        except ForgedSignatureError as error:
            raise LoginRefusedError("not the owner of this key") from error
        self._require_room(network)
        login = Login(self._secret(), login_nonce(holder, nonce), self._secret())
        ticket, cookie = self._secret(), self._secret()
        ends_s = self._now_s() + LOGIN_S
        self._by_ticket[ticket] = _Underway(login, cookie, holder, nonce, ends_s, network)
        try:
            return Begun(ticket, cookie, await self._provider.login_url(login))
        except ProviderError:
            self._by_ticket.pop(ticket, None)
            raise

    async def finish(self, state: str, cookie: str, code: str | None, issuer: str | None) -> None:
        """The provider has sent the browser back; `BrokerError` or `ProviderError` says why not.

        Each login is answered once, and only in the browser that began it. `code` is missing where
        the person did not log in.
        """
        underway = self._of(state)
        if not hmac.compare_digest(underway.cookie.encode(), _bytes_of(cookie)):
            raise LoginRefusedError("another browser")
        underway.is_answered = True
        try:
            if code is None:
                raise LoginRefusedError("nobody logged in")
            who = await self._provider.professional(underway.login, code, issuer)
        except ChevetError:
            underway.progress = Progress.REFUSED
            raise
        attestation = Attestation.signed(
            *(self._identity, who),
            holder=underway.holder,
            nonce=underway.nonce,
            now_s=self._now_s(),
        )
        underway.attestation = attestation.encode()
        underway.progress = Progress.DONE

    def look(self, ticket: str) -> tuple[Progress, bytes]:
        """How far a login is, and the attestation once it is done; then it is forgotten."""
        self._forget_old()
        underway = self._by_ticket.get(ticket)
        if underway is None:
            raise LoginRefusedError("no such login")
        if underway.progress is Progress.DONE:
            del self._by_ticket[ticket]
        return underway.progress, underway.attestation

    def _of(self, state: str) -> _Underway:
        self._forget_old()
        for underway in self._by_ticket.values():
            known = underway.login.state.encode()
            if hmac.compare_digest(known, _bytes_of(state)) and not underway.is_answered:
                return underway
        raise LoginRefusedError("no such login")

    def _require_room(self, network: str | None) -> None:
        self._forget_old()
        logins = self._by_ticket.values()
        same = sum(network is not None and one.network == network for one in logins)
        if len(logins) >= LOGINS_LIMIT or same >= NETWORK_LIMIT:
            raise TooManyLoginsError(f"{len(logins)} logins are under way, {same} of this network")

    def _forget_old(self) -> None:
        now_s = self._now_s()
        for ticket in [t for t, one in self._by_ticket.items() if one.ends_s <= now_s]:
            del self._by_ticket[ticket]

    def _secret(self) -> str:
        return urlsafe_b64encode(self._entropy(_SECRET_BYTES)).rstrip(b"=").decode()


def _bytes_of(text: str) -> bytes:
    """A header may hold bytes that are no text (PEP 383); such a text equals no secret."""
    return text.encode(errors="surrogateescape")

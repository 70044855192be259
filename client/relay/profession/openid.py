"""An OpenID provider, as its client sees it: authorization code with PKCE, identity token verified.

Sources: OpenID Connect Core 1.0 (3.1), Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (issuer in the
answer). Tokens are verified by joserfc; nothing is signed or parsed here by hand.
"""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

import aiohttp
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from client.core.profession import TEXT_LIMIT, Professional, is_rpps
from client.errors import ChevetError

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""That an identity token may be signed with: none that a shared secret could forge, nor "none"."""
ANSWER_LIMIT: Final = 65_536
"""Bytes of anything a provider says."""
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_LEEWAY_S: Final = 60
_REQUIRED: Final = ("iss", "aud", "sub", "exp", "iat", "nonce")
_RPPS_KIND: Final = "8"
"""First digit of the national identifier that is followed by an RPPS (ANS, SubjectNameID)."""


class ProviderError(ChevetError):
    """The provider cannot be reached, or what it says does not hold."""


@dataclass(frozen=True, slots=True)
class OpenIdClient:
    """How the broker is registered at its provider."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    back_url: str
    """Where the provider sends the browser back; registered there."""
    rpps_claim: str = "SubjectNameID"
    """Pro Santé Connect's: the RPPS behind an 8, or the 11 digits alone."""
    scope: str = "openid"
    acr: str = ""
    """What the login must have been (``acr_values``), such as ``eidas1``; empty: anything."""


@dataclass(frozen=True, slots=True)
class Login:
    """What one login is bound to."""

    state: str = field(repr=False)
    nonce: str
    verifier: str = field(repr=False)
    """RFC 7636, 4.1."""


class Provider:
    """One provider; what it publishes is fetched when it is first needed."""

    def __init__(self, client: OpenIdClient, now_s: Callable[[], int]) -> None:
        self._client = client
        self._now_s = now_s
        self._published: Mapping[str, Any] | None = None

    async def login_url(self, login: Login) -> str:
        """Where the person logs in."""
        published = await self._discovered()
        challenge = urlsafe_b64encode(sha256(login.verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "response_type": "code",
            "client_id": self._client.client_id,
            "redirect_uri": self._client.back_url,
            "scope": self._client.scope,
            "state": login.state,
            "nonce": login.nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
            "prompt": "login",
        }
        if self._client.acr:
            asked["acr_values"] = self._client.acr
        return f"{_url(published, 'authorization_endpoint')}?{urlencode(asked)}"

    async def professional(self, login: Login, code: str, issuer: str | None) -> Professional:
        """Who has logged in; `ProviderError` if anything about it does not hold.

        `issuer` is what the answer said (RFC 9207), if it did.
        """
        if issuer not in (None, self._client.issuer):
            raise ProviderError("the answer of another provider")
        published = await self._discovered()
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            tokens = await self._exchanged(session, published, login, code)
            keys = await _json(session, "GET", _url(published, "jwks_uri"))
            claims = self._verified(tokens.get("id_token"), keys, login)
            told = await self._user(session, published, tokens, claims["sub"])
        return self._known({**told, **claims})

    async def _discovered(self) -> Mapping[str, Any]:
        if self._published is None:
            url = f"{self._client.issuer.rstrip('/')}/.well-known/openid-configuration"
            async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
                published = await _json(session, "GET", url)
            if published.get("issuer") != self._client.issuer:
                raise ProviderError("published by another issuer")
            self._published = published
        return self._published

    async def _exchanged(
        self, session: aiohttp.ClientSession, published: Mapping[str, Any], login: Login, code: str
    ) -> Mapping[str, Any]:
        client = self._client
        basic = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.back_url,
            "code_verifier": login.verifier,
        }
        headers = {"Authorization": f"Basic {b64encode(basic.encode()).decode()}"}
        methods = published.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" not in methods:
            headers = {}
            form |= {"client_id": client.client_id, "client_secret": client.secret}
        url = _url(published, "token_endpoint")
        return await _json(session, "POST", url, data=form, headers=headers)

    def _verified(self, token: object, keys: Mapping[str, Any], login: Login) -> dict[str, Any]:
        client = self._client
        required: dict[str, Any] = {name: {"essential": True} for name in _REQUIRED}
        required["iss"]["value"] = client.issuer
        required["aud"]["value"] = client.client_id
        required["nonce"]["value"] = login.nonce
        if client.acr:
            required["acr"] = {"essential": True, "value": client.acr}
        registry = jwt.JWTClaimsRegistry(now=self._now_s(), leeway=_LEEWAY_S, **required)
        try:
            found = jwt.decode(
                str(token), KeySet.import_key_set(cast("Any", keys)), algorithms=[*ALGORITHMS]
            )
            registry.validate(found.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderError(f"an identity token refused: {type(error).__name__}") from error
        if found.claims.get("azp", client.client_id) != client.client_id:
            raise ProviderError("an identity token for another client")
        return dict(found.claims)

    @staticmethod
    async def _user(
        session: aiohttp.ClientSession,
        published: Mapping[str, Any],
        tokens: Mapping[str, Any],
        subject: str,
    ) -> Mapping[str, Any]:
        """What the provider tells of this person beside the token."""
        if "userinfo_endpoint" not in published or not tokens.get("access_token"):
            return {}
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        told = await _json(session, "GET", _url(published, "userinfo_endpoint"), headers=headers)
        if told.get("sub") != subject:  # OpenID Connect Core, 5.3.2
            raise ProviderError("told of another person")
        return told

    def _known(self, claims: Mapping[str, Any]) -> Professional:
        number = str(claims.get(self._client.rpps_claim, ""))
        rpps = number.removeprefix(_RPPS_KIND) if not is_rpps(number) else number
        given, family = (str(claims.get(name, "")) for name in ("given_name", "family_name"))
        name = f"{given} {family}".strip() or str(claims.get("name", ""))
        if not is_rpps(rpps) or not 0 < len(name) <= TEXT_LIMIT or not name.isprintable():
            raise ProviderError("this login names no professional")
        return Professional(self._client.issuer, rpps, name)


def _url(published: Mapping[str, Any], name: str) -> str:
    """An address the provider publishes; as safe as the issuer's own."""
    url = published.get(name)
    is_safe = isinstance(url, str) and (
        url.startswith("https://") or str(published["issuer"]).startswith("http://127.0.0.1")
    )
    if not is_safe:
        raise ProviderError(f"no {name}")
    return str(url)


async def _json(
    session: aiohttp.ClientSession, method: str, url: str, **asked: Any
) -> Mapping[str, Any]:
    try:
        async with session.request(method, url, allow_redirects=False, **asked) as answer:
            if not answer.ok:
                raise ProviderError(f"the provider answers {answer.status}")
            body = bytearray()
            async for part in answer.content.iter_chunked(ANSWER_LIMIT):
                body += part
                if len(body) > ANSWER_LIMIT:
                    raise ProviderError("too long an answer")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ProviderError(f"no answer: {type(error).__name__}") from error
    return _parsed(bytes(body))


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProviderError("no JSON") from error
    if not isinstance(told, dict):
        raise ProviderError("no JSON object")
    return told

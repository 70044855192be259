"""The broker on the web, beside the page it serves: same origin, same strict headers."""

import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from client.relay.profession.broker import (
    LOGIN_S,
    Broker,
    LoginRefusedError,
    Progress,
    TooManyLoginsError,
)
from client.relay.profession.openid import ProviderError

PATH: Final = "/profession"
BACK: Final = f"{PATH}/back"
"""To be registered at the provider, behind the relay's public address."""
COOKIE: Final = "chevet-profession"
REQUEST_LIMIT: Final = 2_048
_NEVER: Final = {"Cache-Control": "no-store"}
_DONE: Final = (
    "Votre profession est vérifiée. Fermez cet onglet et revenez à la consultation.\n"
    "Your profession is verified. Close this tab and go back to the consultation.\n"
)
_REFUSED: Final = (
    "Votre profession n'a pas pu être vérifiée. Fermez cet onglet ; la consultation reste possible "
    "sans cette preuve.\n"
    "Your profession could not be verified. Close this tab; the consultation can go on without "
    "this proof.\n"
)
_log: Final = logging.getLogger(__name__)


def add_broker(
    app: web.Application,
    broker: Broker,
    *,
    is_secure: bool,
    network: Callable[[web.Request], str | None],
) -> None:
    """Serve it; `is_secure`: browsers reach this relay by https alone.

    `network` tells under what a visitor is counted.
    """
    pages = _Pages(broker, network, is_secure=is_secure)
    app.router.add_get(f"{PATH}/broker.json", pages.describe)
    app.router.add_post(f"{PATH}/requests", pages.begin)
    app.router.add_get(f"{PATH}/requests/{{ticket}}", pages.look)
    app.router.add_get(BACK, pages.finish)


class _Pages:
    def __init__(
        self, broker: Broker, network: Callable[[web.Request], str | None], *, is_secure: bool
    ) -> None:
        self._broker = broker
        self._network = network
        self._is_secure = is_secure

    async def describe(self, _request: web.Request) -> web.Response:
        public = urlsafe_b64encode(self._broker.public).decode()
        return web.json_response({"public": public}, headers=_NEVER)

    async def begin(self, request: web.Request) -> web.Response:
        # No form of another site can send this type without asking first (Fetch, CORS preflight).
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            begun = await self._broker.begin(*await _asked(request), self._network(request))
        except LoginRefusedError as error:
            raise web.HTTPForbidden from error
        except TooManyLoginsError as error:
            _log.warning("a login was turned away: %s", error)
            raise web.HTTPServiceUnavailable from error
        except ProviderError as error:
            _log.warning("the provider of professions: %s", error)
            raise web.HTTPBadGateway from error
        answer = web.json_response({"ticket": begun.ticket, "url": begun.url}, headers=_NEVER)
        answer.set_cookie(
            COOKIE,
            begun.cookie,
            path=PATH,
            max_age=LOGIN_S,
            httponly=True,
            secure=self._is_secure,
            samesite="Lax",  # it must come back with the provider's redirect
        )
        return answer

    async def look(self, request: web.Request) -> web.Response:
        try:
            progress, attestation = self._broker.look(request.match_info["ticket"])
        except LoginRefusedError as error:
            raise web.HTTPNotFound from error
        if progress is Progress.WAITING:
            return web.Response(status=202, headers=_NEVER)
        if progress is Progress.REFUSED:
            return web.Response(status=410, headers=_NEVER)
        return web.Response(body=attestation, content_type="application/cbor", headers=_NEVER)

    async def finish(self, request: web.Request) -> web.Response:
        query = request.query
        cookie = request.cookies.get(COOKIE, "")
        try:
            await self._broker.finish(
                *(query.get("state", ""), cookie, query.get("code"), query.get("iss"))
            )
        except (LoginRefusedError, ProviderError) as error:
            _log.warning("a login at the provider of professions: %s", error)
            return _said(403, _REFUSED)
        return _said(200, _DONE)


def _said(status: int, text: str) -> web.Response:
    answer = web.Response(status=status, text=text, headers=_NEVER)
    answer.del_cookie(COOKIE, path=PATH)
    return answer


async def _asked(request: web.Request) -> tuple[bytes, bytes, bytes]:
    if (request.content_length or 0) > REQUEST_LIMIT or request.content_length is None:
        raise web.HTTPRequestEntityTooLarge(REQUEST_LIMIT, request.content_length or 0)
    try:
        told: Any = await request.json()
        public, nonce, signature = (
            urlsafe_b64decode(told[name]) for name in ("public", "nonce", "signature")
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise web.HTTPBadRequest from error
    return public, nonce, signature

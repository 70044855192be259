"""The broker against a real provider that we did not write, and against those who would cheat."""

import asyncio
import itertools
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
import pytest
from aiohttp import web
from relay.profession.providers import SECRET, logged_in, needs_provider, provider
from yarl import URL

from client import clock
from client.core.identity import Identity
from client.core.profession import Attestation, Professional, login_nonce, sign_request
from client.relay.listening import listening
from client.relay.profession.broker import LOGIN_S, LOGINS_LIMIT, NETWORK_LIMIT, Broker
from client.relay.profession.openid import Login, OpenIdClient, Provider, ProviderError
from client.relay.profession.web import BACK, PATH, REQUEST_LIMIT, add_broker

pytestmark = needs_provider
BROKER: Final = Identity(b"broker  " * 4)
GP: Final = Identity(b"page" * 8)
FROM_NETWORK: Final = "X-Test-Network"
NONCE: Final = b"sixteen bytes ok"
RPPS: Final = "10001234567"


@dataclass
class Bench:
    url: str
    issuer: str
    provider: Provider
    client: OpenIdClient
    late_s: int = 0

    def now_s(self) -> int:
        return int(clock.now().timestamp()) + self.late_s


@asynccontextmanager
async def a_bench() -> AsyncIterator[Bench]:
    """A relay's broker and its provider, each knowing the other's address."""
    app = web.Application()
    late: list[Bench] = []
    secrets = itertools.count(1)

    def now_s() -> int:
        return late[0].now_s() if late else int(clock.now().timestamp())

    class Later:
        """The provider's address is known once it serves, and ours before that."""

        def __getattr__(self, name: str) -> Any:
            return getattr(late[0].provider, name)

    broker = Broker(
        BROKER,
        Later(),  # type: ignore[arg-type] -- becomes a `Provider` below
        now_s=now_s,
        entropy=lambda size: next(secrets).to_bytes(size, "big"),
    )
    add_broker(
        app, broker, is_secure=False, network=lambda request: request.headers.get(FROM_NETWORK)
    )
    async with listening(app, "127.0.0.1", 0) as url, provider(url + BACK) as issuer:
        client = OpenIdClient(issuer, "chevet", SECRET, url + BACK)
        late.append(Bench(url, issuer, Provider(client, now_s), client))
        yield late[0]


@asynccontextmanager
async def a_browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        yield browser


def request_of(identity: Identity, *, broker: bytes = BROKER.public) -> dict[str, str]:
    said = (identity.public, NONCE, sign_request(identity, broker, NONCE))
    names = ("public", "nonce", "signature")
    return {n: urlsafe_b64encode(v).decode() for n, v in zip(names, said, strict=True)}


async def begun(browser: aiohttp.ClientSession, bench: Bench) -> dict[str, str]:
    async with browser.post(f"{bench.url}{PATH}/requests", json=request_of(GP)) as answer:
        assert answer.status == 200
        told: dict[str, str] = await answer.json()
        return told


async def fetched(browser: aiohttp.ClientSession, bench: Bench, ticket: str) -> tuple[int, bytes]:
    async with browser.get(f"{bench.url}{PATH}/requests/{ticket}") as answer:
        return answer.status, await answer.read()


async def came_back(browser: aiohttp.ClientSession, url: str) -> int:
    async with browser.get(URL(url, encoded=True)) as answer:
        return answer.status


async def test_a_login_becomes_an_attestation_of_the_key_that_asked() -> None:
    async with a_bench() as bench, a_browser() as browser:
        told = await begun(browser, bench)
        assert await fetched(browser, bench, told["ticket"]) == (202, b"")
        back = await logged_in(browser, told["url"], f"8{RPPS}", bench.url)
        assert await came_back(browser, back) == 200
        status, data = await fetched(browser, bench, told["ticket"])
        assert status == 200
        found = Attestation.decode(data)
        assert found.who == Professional(bench.issuer, RPPS, "Hélène MARTIN")
        assert (found.holder, found.nonce) == (GP.public, NONCE)
        now = datetime.fromtimestamp(bench.now_s(), UTC)
        found.require(holder=GP.public, brokers={BROKER.public}, now=now)
        assert (await fetched(browser, bench, told["ticket"]))[0] == 404  # given out once


async def test_a_doctor_cannot_be_talked_into_finishing_another_s_login() -> None:
    async with a_bench() as bench, a_browser() as thief, a_browser() as doctor:
        told = await begun(thief, bench)
        back = await logged_in(doctor, told["url"], RPPS, bench.url)
        assert await came_back(doctor, back) == 403
        assert await fetched(thief, bench, told["ticket"]) == (202, b"")


async def test_an_answer_counts_once() -> None:
    async with a_bench() as bench, a_browser() as browser:
        told = await begun(browser, bench)
        cookies = {c.key: c.value for c in browser.cookie_jar}
        back = await logged_in(browser, told["url"], RPPS, bench.url)
        assert await came_back(browser, back) == 200
        async with aiohttp.ClientSession(cookies=cookies) as again:
            assert await came_back(again, back) == 403


async def test_who_is_no_professional_gets_nothing() -> None:
    async with a_bench() as bench, a_browser() as browser:
        told = await begun(browser, bench)
        back = await logged_in(browser, told["url"], "somebody", bench.url)
        assert await came_back(browser, back) == 403
        assert await fetched(browser, bench, told["ticket"]) == (410, b"")


async def test_who_cancels_gets_nothing() -> None:
    async with a_bench() as bench, a_browser() as browser:
        told = await begun(browser, bench)
        state = URL(told["url"]).query["state"]
        back = f"{bench.url}{BACK}?error=access_denied&state={state}"
        assert await came_back(browser, back) == 403
        assert await fetched(browser, bench, told["ticket"]) == (410, b"")


@pytest.mark.parametrize("change", ["nonce", "verifier", "issuer", "code", "secret", "acr"])
async def test_a_provider_s_answer_must_be_to_this_login(change: str) -> None:
    async with a_bench() as bench, a_browser() as browser:
        login = Login("state", login_nonce(GP.public, NONCE), "v" * 43)
        back = await logged_in(browser, await bench.provider.login_url(login), RPPS, bench.url)
        code, said = URL(back).query["code"], URL(back).query["iss"]
        if change in ("nonce", "verifier"):
            login = replace(login, **{change: "w" * 43})
        if change in ("secret", "acr"):
            client = replace(bench.client, **{change: "another"})
            bench.provider = Provider(client, bench.now_s)
        with pytest.raises(ProviderError):
            await bench.provider.professional(
                login,
                "another" if change == "code" else code,
                "http://127.0.0.1:1" if change == "issuer" else said,
            )


async def test_a_token_s_time_is_looked_at() -> None:
    async with a_bench() as bench, a_browser() as browser:
        login = Login("state", login_nonce(GP.public, NONCE), "v" * 43)
        back = await logged_in(browser, await bench.provider.login_url(login), RPPS, bench.url)
        bench.late_s = 7 * 86_400
        with pytest.raises(ProviderError, match="Expired"):
            await bench.provider.professional(login, URL(back).query["code"], None)


async def test_only_the_owner_of_a_key_may_ask() -> None:
    async with a_bench() as bench, a_browser() as browser:
        url = f"{bench.url}{PATH}/requests"
        forged = {**request_of(GP), "public": request_of(BROKER)["public"]}
        for asked, status in (
            (forged, 403),
            (request_of(GP, broker=bytes(32)), 403),
            ({**request_of(GP), "nonce": "AA=="}, 403),
            ({"public": "AA=="}, 400),
            ({"public": "A" * REQUEST_LIMIT}, 413),
            (nested(900), 400),
        ):
            async with browser.post(url, json=asked) as answer:
                assert answer.status == status
        async with browser.post(url, data=request_of(GP)) as answer:
            assert answer.status == 415


def nested(depth: int) -> list[Any]:
    """Costs a parser more than it weighs."""
    whole: list[Any] = []
    for _ in range(depth):
        whole = [whole]
    return whole


async def test_a_cookie_that_is_no_text_is_another_browser_s() -> None:
    async with a_bench() as bench, a_browser() as browser:
        told = await begun(browser, bench)
        back = await logged_in(browser, told["url"], RPPS, bench.url)
        async with aiohttp.ClientSession() as other:
            odd = {"Cookie": "chevet-profession=\udcff\udcfe"}
            async with other.get(URL(back, encoded=True), headers=odd) as answer:
                assert answer.status == 403
        assert await came_back(browser, back) == 200


async def test_one_network_cannot_keep_the_others_out() -> None:
    async with a_bench() as bench, a_browser() as browser:
        url, asked = f"{bench.url}{PATH}/requests", request_of(GP)
        for network, status in [("203.0.113.0/24", 200)] * NETWORK_LIMIT + [
            ("203.0.113.0/24", 503),
            ("198.51.100.0/24", 200),
        ]:
            headers = {FROM_NETWORK: network}
            async with browser.post(url, json=asked, headers=headers) as answer:
                assert answer.status == status


async def test_logins_are_bounded_and_forgotten() -> None:
    async with a_bench() as bench, a_browser() as browser:
        first = await begun(browser, bench)
        await asyncio.gather(*(begun(browser, bench) for _ in range(LOGINS_LIMIT - 1)))
        async with browser.post(f"{bench.url}{PATH}/requests", json=request_of(GP)) as answer:
            assert answer.status == 503
        bench.late_s = LOGIN_S
        assert (await fetched(browser, bench, first["ticket"]))[0] == 404
        await begun(browser, bench)

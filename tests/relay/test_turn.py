"""Passes for the TURN server."""

import base64
import hashlib
import hmac
import logging
from pathlib import Path

import pytest
from relay.running import GP, NOW_S, running, visiting

from client.core import mailbox
from client.core.mailbox import Servers, Turn
from client.relay.turn import PASS_LASTS_S, TurnServers, TurnSettingsError, password, turn_servers

SECRET = "north sea herring"  # noqa: S105 -- of this test alone
URIS = ("turn:turn.example:3478?transport=udp", "turns:turn.example:443?transport=tcp")


async def test_whoever_has_logged_in_gets_a_pass_of_its_own(tmp_path: Path) -> None:
    servers = TurnServers(URIS, SECRET.encode())
    async with running(tmp_path, turn=servers) as (url, _), visiting(url, GP) as gp:
        lent = []
        for _ in range(2):
            await gp.send(Turn())
            frame = await gp.receive()
            assert isinstance(frame, Servers)
            lent.append(frame)
        for frame in lent:
            until, _, lots = frame.username.partition(":")
            assert int(until) == frame.until_s == NOW_S + PASS_LASTS_S
            assert len(lots) == 18
            digest = hmac.new(SECRET.encode(), frame.username.encode(), hashlib.sha1).digest()
            assert base64.b64decode(frame.password) == digest
            assert frame.uris == URIS
        assert lent[0].username != lent[1].username


async def test_a_stranger_gets_none(tmp_path: Path) -> None:
    servers = TurnServers(URIS, SECRET.encode())
    async with running(tmp_path, turn=servers) as (url, _), visiting(url) as stranger:
        await stranger.receive()
        await stranger.send(Turn())
        assert await stranger.close_code() == mailbox.CLOSE_MALFORMED


async def test_a_relay_without_servers_says_so(tmp_path: Path) -> None:
    async with running(tmp_path) as (url, _), visiting(url, GP) as gp:
        await gp.send(Turn())
        assert await gp.receive() == Servers((), "", "", NOW_S)


def test_the_password_is_what_the_scheme_says() -> None:
    # origin: openssl dgst -sha1 -hmac "north sea herring" -binary | base64
    assert password(SECRET.encode(), "1800043200:00") == "PmdMIRkduRFRf+67nBvPTl1o8Ug="


def test_no_secret_shows_in_what_is_printed(caplog: pytest.LogCaptureFixture) -> None:
    servers = TurnServers(URIS, SECRET.encode())
    lent = servers.lent(NOW_S, bytes)
    logging.getLogger("test").warning("%r %r", servers, lent)
    assert SECRET not in caplog.text
    assert lent.password not in caplog.text


def test_the_secret_comes_from_a_file_or_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    from_file = turn_servers(URIS, file, {"CHEVET_TURN_SECRET": "something else entirely"})
    assert from_file.secret == SECRET.encode()
    assert turn_servers(URIS, None, {"CHEVET_TURN_SECRET": SECRET}) == from_file


def test_stun_needs_no_secret() -> None:
    assert turn_servers(["stun:stun.example"], None, {}).uris == ("stun:stun.example",)
    assert turn_servers([], None, {}) == TurnServers()


@pytest.mark.parametrize(
    ("uris", "secret"),
    [
        (["https://turn.example"], SECRET),
        (["turn:" + "x" * 600], SECRET),
        (["turn:turn.example"] * 9, SECRET),
        (["turn:turn.example"], "short"),
        (["turn:turn.example"], ""),
    ],
)
def test_what_cannot_be_lent_is_refused(uris: list[str], secret: str) -> None:
    with pytest.raises(TurnSettingsError) as refused:
        turn_servers(uris, None, {"CHEVET_TURN_SECRET": secret})
    assert secret == "" or secret not in str(refused.value)


def test_a_secret_that_cannot_be_read_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(TurnSettingsError):
        turn_servers(URIS, tmp_path / "none", {})

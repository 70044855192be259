"""What the relay is told of its provider, and that a whole relay serves the broker."""

import asyncio
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from client.relay.profession.settings import SECRET_VARIABLE, ProfessionSettingsError, read
from client.relay.profession.web import PATH
from client.relay.serve import RelaySettings, serve

_TOML: Final = """
issuer = "https://login.example"
client_id = "chevet"
public_url = "https://relais.example/"
key_file = "{folder}/profession.key"
"""
_ENVIRONMENT: Final = {SECRET_VARIABLE: "a secret"}


def written(folder: Path, more: str = "", text: str = _TOML) -> Path:
    path = folder / "profession.toml"
    path.write_text(text.format(folder=folder) + more, encoding="utf-8")
    return path


def entropy(size: int) -> bytes:
    return bytes(range(size))


def test_its_key_is_made_once_and_is_its_owner_s_alone(tmp_path: Path) -> None:
    path = written(tmp_path)
    first = read(path, now_s=lambda: 1, entropy=entropy, environment=_ENVIRONMENT)
    again = read(path, now_s=lambda: 1, entropy=bytes, environment=_ENVIRONMENT)
    assert first.broker.public == again.broker.public
    assert first.is_secure
    assert (tmp_path / "profession.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("text", "more", "environment"),
    [
        (_TOML, "", {}),
        (_TOML, 'secret_file = "/nowhere"', {}),
        (_TOML, 'surprise = "x"', _ENVIRONMENT),
        (_TOML.replace("https://login", "http://login"), "", _ENVIRONMENT),
        (_TOML.replace("https://relais", "http://relais"), "", _ENVIRONMENT),
        ("issuer = 3", "", _ENVIRONMENT),
        ("not TOML", "", _ENVIRONMENT),
    ],
)
def test_what_cannot_be_used_is_said(
    tmp_path: Path, text: str, more: str, environment: dict[str, str]
) -> None:
    with pytest.raises(ProfessionSettingsError):
        read(
            written(tmp_path, more, text), now_s=lambda: 1, entropy=entropy, environment=environment
        )


async def test_a_relay_says_by_which_key_it_attests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, "a secret")
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    settings = RelaySettings(profession=await asyncio.to_thread(written, tmp_path))
    serving = asyncio.create_task(
        serve("127.0.0.1", 0, tmp_path / "relay", ready.set_result, settings=settings)
    )
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{await ready}{PATH}/broker.json") as answer,
    ):
        assert len((await answer.json())["public"]) == 44
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)

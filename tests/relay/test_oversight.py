"""What those who look after a relay see of it, and what they must not."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from relay.running import GP, NOW_S, SITE, TOKEN, Clock, eventually, running, visiting

from client.core import mailbox
from client.core.mailbox import Ack, Turn
from client.relay.logs import JsonLines
from client.relay.metrics import Metrics
from client.relay.oversight import overseen
from client.relay.storage.sqlite import SqliteStorage
from client.relay.turn import TurnServers
from client.relay.visitors import proxies

CONTENT = b"nobody but the two ends may read this"
TURN_SECRET = b"nobody but the turn server may read this"
VISITOR = "203.0.113.77"


def sample(text: str, name: str, **labels: str) -> float | None:
    for family in text_string_to_metric_families(text):
        for found in family.samples:
            if found.name == f"chevet_relay_{name}" and found.labels == labels:
                return float(found.value)
    return None


async def traffic(folder: Path, metrics: Metrics) -> str:
    """Everything a relay does; what its metrics say in the end."""
    around = {
        "metrics": metrics,
        "turn": TurnServers(("turn:turn.example",), TURN_SECRET),
        "trusted_proxies": proxies(["127.0.0.1"]),
    }
    async with running(folder, clock=Clock(), **around) as (url, relay):
        async with (
            visiting(url, SITE, said_by_proxy=VISITOR) as site,
            visiting(url, GP, said_by_proxy=VISITOR) as gp,
        ):
            await site.admit()
            assert await gp.put(CONTENT) == "stored"
            assert await gp.put(CONTENT, token=bytes(16)) == "not_admitted"
            (letter,) = await site.watch(1)
            await site.send(Ack((letter.id,)))
            await gp.send(Turn())
            await gp.receive()
            await gp.socket.send_bytes(b"\xff" + CONTENT)
            assert await gp.close_code() == mailbox.CLOSE_MALFORMED
            storage = relay._around.storage
            assert isinstance(storage, SqliteStorage)
            storage._reading.execute("DROP TABLE admission")
            await site.send_put(CONTENT)
            assert await site.close_code() == aiohttp.WSCloseCode.INTERNAL_ERROR
        await eventually(lambda: relay._around.door.visitors == 0)
        here = ("127.0.0.1", 0)
        async with overseen(relay, metrics, here) as address, aiohttp.ClientSession() as session:
            async with session.get(f"{address}/readyz") as answer:
                assert answer.status == 503
            async with session.get(f"{address}/healthz") as answer:
                assert answer.status == 200
            async with session.get(f"{address}/metrics") as answer:
                assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
                return await answer.text()


@pytest.fixture
def json_log() -> Iterator[list[str]]:
    """Every line that the whole program logs, as `chevet relay --log json` writes them."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLines().format(record))

    root, handler = logging.getLogger(), Keep()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(before)


async def test_metrics_count_what_happened(tmp_path: Path) -> None:
    text = await traffic(tmp_path, Metrics())
    assert sample(text, "logins_total") == 2
    assert sample(text, "connections") == 0
    assert sample(text, "draining") == 0
    assert sample(text, "letters_stored_total") == 1
    assert sample(text, "letters_stored_bytes_total") == len(CONTENT)
    assert sample(text, "letters_refused_total", reason="not_admitted") == 1
    assert sample(text, "letters_pushed_total") == 1
    assert sample(text, "letters_acknowledged_total") == 1
    assert sample(text, "turn_passes_total") == 1
    assert sample(text, "put_seconds_count") == 1
    assert sample(text, "closed_total", code=str(mailbox.CLOSE_MALFORMED)) == 1
    assert (sample(text, "storage_failures_total") or 0) >= 1


async def test_neither_metrics_nor_logs_hold_a_secret_or_name_anybody(
    tmp_path: Path, json_log: list[str]
) -> None:
    text = await traffic(tmp_path, Metrics())
    assert len(json_log) > 3
    seen = text + "\n".join(json_log)
    secrets = [CONTENT, TURN_SECRET, TOKEN, mailbox.token_hash(TOKEN)]
    for identity in (SITE, GP):
        secrets += [identity.public, identity.address]
    for secret in secrets:
        for written in (secret.hex(), secret.hex().upper(), repr(secret)[2:-1]):
            assert written[:8] not in seen
    assert str(NOW_S + 43_200) not in seen  # a pass's name begins so
    assert "203.0.113" not in seen
    assert not re.search(r"[0-9a-f]{8}", "".join(json_log))


async def test_each_line_of_the_log_is_one_object(tmp_path: Path, json_log: list[str]) -> None:
    await traffic(tmp_path, Metrics())
    for line in json_log:
        parsed = json.loads(line)
        assert {"time", "level", "logger", "message"} <= set(parsed)
        assert parsed["time"].endswith("+00:00")
        assert "\n" not in line
    traces = [json.loads(line).get("trace", "") for line in json_log]
    assert any("StorageError" in trace for trace in traces)


async def test_the_relays_own_address_gives_no_metrics(tmp_path: Path) -> None:
    async with (
        running(tmp_path) as (url, _),
        aiohttp.ClientSession() as session,
        session.get(f"{url}/metrics") as answer,
    ):
        assert answer.status in (404, 503)
        assert "chevet_relay" not in await answer.text()


async def test_ready_means_that_letters_can_be_put_on_disk(tmp_path: Path) -> None:
    clock = Clock()
    async with running(tmp_path, clock=clock) as (_, relay):
        assert await relay.is_ready()
        storage = relay._around.storage
        assert isinstance(storage, SqliteStorage)
        storage._reading.execute("DROP TABLE admission")
        assert await relay.is_ready()  # believed for a moment, lest asking costs the disk dear
        clock.now_s += 5
        assert not await relay.is_ready()

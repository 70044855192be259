"""A consultation between two ends that cannot reach each other, through a real coturn."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from end_to_end.apart import TURN, Apart, apart

from client.core.wire import Card
from client.demo.gp_in_chromium import ChromiumGp, find_chromium
from client.demo.loudness import wav_dbfs
from client.demo.programs import EventFile
from client.demo.stage import Stage, stage

pytestmark = pytest.mark.browser

PATIENCE_S = 90.0
AUDIBLE_DBFS = -45.0
CMS50E_PACKET = bytes.fromhex("01 E0 84 93 92 BC E3 FF FF")
UDP_AND_TLS = (f"turn:{TURN}:3478?transport=udp", f"turns:{TURN}:443?transport=tcp")
UDP_BY_ADDRESS = ("turn:198.51.100.1:3478?transport=udp", "turn:203.0.113.1:3478?transport=udp")
"""The same server from either end. Chromium asks a DNS server for the name of a TURN server over
UDP, and here there is none ("701 TURN host lookup received error")."""
_PAIR = """
async () => {
  const found = [];
  for (const connection of window.connectionsOfTest) {
    if (connection.connectionState !== "connected") continue;
    const stats = await connection.getStats();
    for (const report of stats.values()) {
      if (report.type !== "candidate-pair" || !report.nominated) continue;
      if (report.bytesReceived === 0) continue;
      const local = stats.get(report.localCandidateId);
      const remote = stats.get(report.remoteCandidateId);
      found.push([local.candidateType, local.relayProtocol ?? "", remote.candidateType]);
    }
  }
  return found;
}
"""


@pytest.fixture
def networks(tmp_path: Path) -> Iterator[Apart]:
    with apart(tmp_path) as made:
        yield made


@pytest.fixture
async def staged() -> AsyncIterator[Stage]:
    async with stage(CMS50E_PACKET * 60) as ready:
        yield ready


def chromium_in(networks: Apart, folder: Path) -> str:
    """A program that runs Chromium in the GP's network and trusts whoever it meets."""
    chromium = find_chromium()
    assert chromium is not None, "scripts/test installs Chromium; here there is none"
    wrapper = folder / "chromium"
    inside = " ".join(networks.gp.command([chromium]))
    wrapper.write_text(f'#!/bin/sh\nexec {inside} "$@" --ignore-certificate-errors\n')
    wrapper.chmod(0o755)
    return str(wrapper)


async def consult(networks: Apart, staged: Stage, folder: Path, uris: tuple[str, ...]) -> list[Any]:
    """A consultation; the ways that the browser took, once everything has come through."""
    events, heard = EventFile(folder / "events.jsonl"), folder / "heard"
    gp = ChromiumGp(chromium_in(networks, folder), Card("Dr Martin", "Cabinet"))
    async with networks.relay(folder, uris) as relay_url:
        words = staged.site_words(
            *("--speaker", f"file:{heard}", "--events", str(events.path), "--unattended"),
            relay_url=relay_url,
        )
        environment = staged.site_environment
        async with networks.running(networks.site, *words, environment=environment) as site:
            try:
                invitation = await events.first("invitation", PATIENCE_S)
                await gp.arrive()
                await gp.join(invitation["url"])
                await gp.accept_words()
                assert await gp.see_reading("spo2") == "99"
                await gp.ask("temperature")
                before = await gp.measure_media()
                async with asyncio.timeout(PATIENCE_S):
                    while (
                        after := await gp.measure_media()
                    ).distinct_frames < before.distinct_frames + 10:
                        await asyncio.sleep(0.1)
                assert after.voice_dbfs > AUDIBLE_DBFS
                ways: list[Any] = await gp.page.evaluate(_PAIR)
                await gp.leave()
                await events.first("ended", PATIENCE_S)
                await site.ended_well(PATIENCE_S)
            finally:
                await gp.close()
    assert wav_dbfs(heard) > AUDIBLE_DBFS
    return ways


async def test_a_call_where_the_site_reaches_turn_over_udp(
    networks: Apart, staged: Stage, tmp_path: Path
) -> None:
    async with networks.coturn(tmp_path) as log:
        ways = await consult(networks, staged, tmp_path, UDP_AND_TLS)
    assert {(ours, theirs) for ours, _, theirs in ways} == {("relay", "relay")}
    assert_both_allocated(log)
    # coturn names the cipher of a session over TLS; of the ways on offer the other one is UDP.
    assert re.search(r": new, .*, lifetime=600$", log.read_text(), re.MULTILINE)


async def test_a_call_where_both_ends_reach_turn_over_udp(
    networks: Apart, staged: Stage, tmp_path: Path
) -> None:
    async with networks.coturn(tmp_path) as log:
        ways = await consult(networks, staged, tmp_path, UDP_BY_ADDRESS)
    assert ways == [["relay", "udp", "relay"]]
    assert_both_allocated(log)


async def test_a_call_where_only_tls_to_port_443_leads_out(
    networks: Apart, staged: Stage, tmp_path: Path
) -> None:
    async with networks.coturn(tmp_path, "no-udp", "no-tcp") as log:
        ways = await consult(networks, staged, tmp_path, UDP_AND_TLS)
    assert ways == [["relay", "tls", "relay"]]
    assert_both_allocated(log)
    assert "local 198.51.100.1:443" in log.read_text()
    assert ":3478, remote" not in log.read_text()


async def test_a_call_where_a_direct_way_leads_takes_it(
    networks: Apart, staged: Stage, tmp_path: Path
) -> None:
    networks.let_them_meet()
    async with networks.coturn(tmp_path):
        ways = await consult(networks, staged, tmp_path, UDP_AND_TLS)
    assert {(ours, theirs) for ours, _, theirs in ways} == {("host", "host")}


def assert_both_allocated(log: Path) -> None:
    """Each end had a pass of its own, good until half a day later."""
    names = set(re.findall(r"username=<(\d+:[0-9a-f]{18})>", log.read_text()))
    assert len(names) == 2

"""A real line between two namespaces: order and counts, never times."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from linklab import namespaces
from linklab.calibration import calibrate
from linklab.capacity import constant
from linklab.emulator import Laboratory, laboratory
from linklab.line import Direction
from linklab.loss import RandomLoss
from linklab.profile import AddressChanged, Profile, line

pytestmark = pytest.mark.skipif(
    namespaces.unavailable() is not None, reason=f"no line: {namespaces.unavailable()}"
)

QUICK = line("quick", 10_000_000, 10_000_000, delay_ms=1, queue_ms=1000)
PORT = 5000
ROOT = Path(__file__).parents[2]
_PATIENCE_S = 20


@pytest.fixture
async def lab() -> AsyncIterator[Laboratory]:
    async with laboratory(QUICK) as lab:
        yield lab


def environment() -> dict[str, str]:
    """Return what another Python needs to find the laboratory."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "scripts")))}


async def receive(receiver: socket.socket, packets: int) -> list[int]:
    """Return the numbers that packets carry, in the order in which they come."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(_PATIENCE_S):
        return [int.from_bytes(await loop.sock_recv(receiver, 2000)) for _ in range(packets)]


def bound(lab: Laboratory) -> tuple[socket.socket, socket.socket]:
    """Return a UDP socket at the site and one at the GP."""
    sockets = lab.site.socket(), lab.gp.socket()
    for end, each in zip((lab.site, lab.gp), sockets, strict=True):
        each.setblocking(False)  # noqa: FBT003 - the standard library's signature
        each.bind((end.address, PORT))
    return sockets


def exists(namespace: str) -> bool:
    return Path("/run/netns", namespace).exists() or Path("/etc/netns", namespace).exists()


async def test_packets_pass_both_ways_in_order_and_all_are_counted(lab: Laboratory) -> None:
    site, gp = bound(lab)
    await lab.start_clock()
    with site, gp:
        for number in range(100):
            site.sendto(number.to_bytes(100), (lab.gp.address, PORT))
            gp.sendto(number.to_bytes(200), (lab.site.address, PORT))
        assert await receive(gp, 100) == list(range(100))
        assert await receive(site, 100) == list(range(100))
    await lab.close()
    for direction, ip_bytes in (("up", 128), ("down", 228)):
        whole = lab.whole[direction]
        assert (whole["offered"], whole["delivered"], whole["dropped"]) == (100, 100, {})
        assert whole["offered_bytes"] == whole["delivered_bytes"] == 100 * ip_bytes
        assert whole["queue_ms"]["highest"] >= whole["queue_ms"]["p50"] >= 0


async def test_what_the_line_drops_does_not_arrive_and_is_told_by_reason() -> None:
    lossy = Direction(constant(1_000_000), 0.001, queue_s=0.05, loss=RandomLoss(0.5))
    async with laboratory(Profile("lossy", lossy, lossy), seed=4) as lab:
        site, gp = bound(lab)
        await lab.start_clock()
        with site, gp:
            for number in range(50):
                site.sendto(number.to_bytes(1000), (lab.gp.address, PORT))
            await lab.close()
            whole = lab.whole["up"]
            assert sum(whole["dropped"].values()) + whole["delivered"] == whole["offered"] == 50
            assert set(whole["dropped"]) == {"queue", "loss"}


async def test_noise_to_elsewhere_never_reaches_the_line(lab: Laboratory) -> None:
    site, gp = bound(lab)
    await lab.start_clock()
    with site, gp:
        site.sendto(b"name?", ("192.0.2.53", 53))
        site.sendto(b"anyone?", ("224.0.0.251", 5353))
        site.sendto(bytes([7]), (lab.gp.address, PORT))
        assert await receive(gp, 1) == [7]
    await lab.close()
    assert lab.whole["up"]["offered"] == 1
    assert lab.whole["down"]["offered"] == 0


async def test_the_site_gets_another_address_and_is_answered_there() -> None:
    async with laboratory(replace(QUICK, events=(AddressChanged(0.0),))) as lab:
        former = lab.site.address
        await lab.start_clock()
        async with asyncio.timeout(_PATIENCE_S):
            while lab.site.address == former:
                await asyncio.sleep(0.01)
        site, gp = bound(lab)
        with site, gp:
            site.sendto(bytes([1]), (lab.gp.address, PORT))
            assert await receive(gp, 1) == [1]
            gp.sendto(bytes([2]), (lab.site.address, PORT))
            assert await receive(site, 1) == [2]
        with lab.site.socket() as late, pytest.raises(OSError, match="assign requested address"):
            late.bind((former, PORT))


async def test_programs_run_at_the_ends_and_end_with_the_laboratory() -> None:
    async with laboratory(QUICK) as lab:
        listed = await lab.gp.start(["ip", "-o", "address"], stdout=subprocess.PIPE)
        out, _ = await listed.communicate()
        assert lab.gp.address in out.decode()
        assert "inet6" not in out.decode()
        lookup = [sys.executable, "-c", "import socket; socket.gethostbyname('example.org')"]
        assert lab.site.popen(lookup, stderr=subprocess.DEVNULL).wait(_PATIENCE_S) == 1
        lingering = lab.site.popen(["sleep", "1000"])
        names = (lab.site.namespace.name, lab.gp.namespace.name)
    assert lingering.wait(_PATIENCE_S) == -signal.SIGKILL
    assert not any(exists(name) for name in names)


async def test_records_and_the_packet_log_tell_every_packet(tmp_path: Path) -> None:
    log = tmp_path / "packets"
    async with laboratory(QUICK, packet_log=log) as lab:
        site, gp = bound(lab)
        await lab.start_clock()
        with site, gp:
            site.sendto(bytes([1]), (lab.gp.address, PORT))
            assert await receive(gp, 1) == [1]
            async with asyncio.timeout(_PATIENCE_S):
                while len(lab.records) < 2:
                    await asyncio.sleep(0.01)
    assert [each["direction"] for each in lab.records[:2]] == ["up", "down"]
    assert lab.records[0]["capacity_bps"] == 10_000_000
    assert json.loads(json.dumps(lab.records)) == lab.records
    direction, offered_s, size_bytes, arrived_s = log.read_text().split()
    assert (direction, size_bytes) == ("up", "29")
    assert float(arrived_s) > float(offered_s)


async def test_calibration_sees_every_packet() -> None:
    found = await calibrate(0.2)
    assert found.packets == 20
    assert found.earliest_ms > 0


_ABANDONED = """
import asyncio
from linklab.emulator import laboratory
from linklab.profiles import find

async def main():
    async with laboratory(find("good-2m")) as lab:
        print(lab.site.namespace.name, lab.gp.namespace.name, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_killed_laboratory_leaves_nothing_behind() -> None:
    killed = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _ABANDONED),
        stdout=subprocess.PIPE,
        env=environment(),
    )
    assert killed.stdout
    names = (await killed.stdout.readline()).decode().split()
    assert all(exists(name) for name in names)
    killed.kill()
    await killed.wait()
    async with asyncio.timeout(_PATIENCE_S):
        while any(exists(name) for name in names):
            await asyncio.sleep(0.05)


async def test_what_a_killed_machine_left_behind_is_swept_by_the_next_run() -> None:
    script = "from linklab.namespaces import create; print(create(['site'])[0].name)"
    gone = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script), stdout=subprocess.PIPE, env=environment()
    )
    name = (await gone.communicate())[0].decode().strip()
    assert exists(name)
    namespaces.sweep()
    assert not exists(name)

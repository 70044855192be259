"""``chevet link`` as a program, over a line between two namespaces. Figures only roughly."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from linklab import namespaces
from linklab.emulator import End, laboratory
from linklab.profiles import find

pytestmark = pytest.mark.skipif(
    namespaces.unavailable() is not None, reason=f"no line: {namespaces.unavailable()}"
)

ROOT = Path(__file__).parents[2]
PORT = 8787
_PATIENCE_S = 90


async def chevet(end: End, *words: str) -> asyncio.subprocess.Process:
    return await end.start(
        [sys.executable, "-m", "client", *words],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


async def measured(folder: Path, profile: str) -> dict[str, Any]:
    async with asyncio.timeout(_PATIENCE_S), laboratory(find(profile), seed=3) as lab:
        host = ("--host", lab.gp.address, "--port", str(PORT), "--data", str(folder))
        relay = await chevet(lab.gp, "relay", *host, "--print-url")
        assert relay.stdout
        await relay.stdout.readline()
        await lab.start_clock()
        url = f"http://{lab.gp.address}:{PORT}"
        link = await chevet(lab.site, "link", "--relay", url, "--json")
        out, _ = await link.communicate()
        relay.terminate()
        await relay.wait()
        assert link.returncode == 0
        found: dict[str, Any] = json.loads(out)
        return found


async def test_a_rural_line_is_known_for_what_it_is(tmp_path: Path) -> None:
    found = await measured(tmp_path, "adsl-rural")
    assert not found["is_coarse"]
    assert 128_000 < found["up_bps"] < 512_000
    assert found["down_bps"] > found["up_bps"]
    assert found["rtt_s"] > 0.04
    assert found["promise"]["picture"] is not None

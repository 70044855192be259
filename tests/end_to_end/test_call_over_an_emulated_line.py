"""One short call of the bench, the real product over an emulated line: that it works at all."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest
from linklab.namespaces import unavailable

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.browser


@pytest.mark.skipif(unavailable() is not None, reason=f"no namespaces here: {unavailable()}")
async def test_voice_picture_readings_and_still_arrive_over_a_rural_line() -> None:
    paths = os.pathsep.join((str(ROOT), str(ROOT / "scripts")))
    bench = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "linklab.bench_command", "--smoke"),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        stdout=PIPE,
        stderr=STDOUT,
    )
    said, _ = await bench.communicate()
    assert bench.returncode == 0, said.decode()

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG
from client.media import codecs
from client.media.thread_priority import ordinary_priority

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells per thread")


def policies() -> set[int]:
    threads = [int(thread.name) for thread in Path("/proc/self/task").iterdir()]
    return {os.sched_getscheduler(thread) for thread in threads}


@pytest.mark.parametrize("codec", codecs.ENCODERS)
def test_an_encoder_is_no_more_urgent_than_anything_else(codec: str) -> None:
    encoder = codecs.encoder(replace(DEFAULT_PICTURE_RUNG, codec=codec))
    try:
        assert policies() == {os.SCHED_OTHER}
    finally:
        encoder.close()


@pytest.mark.skipif(sys.platform == "linux" and os.geteuid() != 0, reason="needs root to be urgent")
def test_a_thread_made_urgent_becomes_ordinary_again() -> None:
    with ordinary_priority():
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    assert policies() == {os.SCHED_OTHER}

"""What ended is freed while the session goes on."""

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from client.session.upkeep import EVERY_S, keep_small

PATIENCE_S = 30.0


@pytest.fixture
def no_help() -> Iterator[None]:
    """Python collects nothing by itself."""
    gc.disable()
    yield
    gc.enable()


class Connection:
    """Holds itself, as one of aiortc's does."""

    def __init__(self) -> None:
        self.transport = self


@pytest.mark.usefixtures("no_help")
async def test_every_connection_that_ended_is_freed_at_the_next_turn() -> None:
    slept: list[float] = []
    ended: list[weakref.ref[Connection]] = []
    is_over = asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) > 3:
            assert all(connection() is None for connection in ended)
            is_over.set()
            await asyncio.Event().wait()
        ended.append(weakref.ref(Connection()))
        assert ended[-1]() is not None

    keeping = asyncio.create_task(keep_small(sleep))
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.wait(
            [keeping, asyncio.create_task(is_over.wait())], return_when="FIRST_COMPLETED"
        )
    assert not keeping.done()
    assert slept == [EVERY_S] * 4
    keeping.cancel()

import asyncio
from collections.abc import AsyncIterator
from threading import Event, current_thread

import pytest

from client.media.worker import Worker


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker = Worker("test")
    yield worker
    worker.end()


async def test_gives_back_what_a_job_returns_or_raises(worker: Worker) -> None:
    assert await worker.run(lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        await worker.run(lambda: 1 // 0)
    assert await worker.run(lambda: 4) == 4


async def test_a_cancelled_job_still_ends_before_the_next_begins(worker: Worker) -> None:
    may_end, order = Event(), list[str]()

    def slow() -> None:
        may_end.wait()
        order.append("slow")

    first = worker.run(slow)
    second = worker.run(lambda: order.append("next"))
    first.cancel()
    may_end.set()
    await second
    assert order == ["slow", "next"]


async def test_python_does_not_wait_for_a_thread_that_hangs(worker: Worker) -> None:
    assert await worker.run(lambda: current_thread().daemon)


async def test_a_job_that_ends_after_its_loop_is_nobodys_concern() -> None:
    may_end, has_ended = Event(), Event()

    def give() -> Worker:
        async def begin() -> Worker:
            worker = Worker("test")
            worker.run(may_end.wait).cancel()
            worker.run(has_ended.set).cancel()
            return worker

        return asyncio.run(begin())

    worker = await asyncio.to_thread(give)
    may_end.set()
    assert await asyncio.to_thread(has_ended.wait, 10)
    worker.end()

"""A thread for one library that may hang: the thread is then left behind, never waited for."""

import asyncio
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

_Result = TypeVar("_Result")
_Job = Callable[[], None]


class Worker:
    """Runs jobs one after the other on a daemon thread. Call it from one event loop.

    `concurrent.futures` waits for its threads when Python ends, and so for ever for one that hangs.
    """

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name=name, daemon=True)

    def run(self, job: Callable[[], _Result]) -> "asyncio.Future[_Result]":
        """What the job returns or raises; a cancelled one still finishes before the next."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_Result] = loop.create_future()

        def work() -> None:
            try:
                settle = partial(future.set_result, job())
            except Exception as error:  # noqa: BLE001 - it is raised where it is awaited
                settle = partial(future.set_exception, error)
            _post(loop, future, settle)

        self._jobs.put(work)
        if self._thread.ident is None:
            self._thread.start()
        return future

    def end(self) -> None:
        """End the thread after the jobs given so far; does not wait."""
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


def _post(loop: asyncio.AbstractEventLoop, future: "asyncio.Future[_Result]", settle: _Job) -> None:
    def settle_once() -> None:
        if not future.done():
            settle()

    try:
        loop.call_soon_threadsafe(settle_once)
    except RuntimeError:
        return  # the loop was closed: nobody waits any more

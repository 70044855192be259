"""One thread that owns a SQLite connection for writing and lets writers share a commit.

A commit costs one wait for the disk, however many letters it carries: whatever was asked for while
the disk was busy goes into the next one. Nobody is answered before the commit that holds their
work is on disk.

No cursor leaves the thread: dropped in another, it resets the statement that it shares with the
next one (CPython 3.11, `sqlite3.InterfaceError` once in 600 statements under load).
"""

import queue
import sqlite3
import threading
from asyncio import wrap_future
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from client.relay.storage import StorageError

BATCH_LIMIT: Final = 256
"""Jobs that share a commit; chosen: 4 MiB of the largest letters."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    done: Future[Any] = field(default_factory=Future)


class SharedCommits:
    """Runs jobs in the order asked for, many to a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take over the connection; it must allow use from another thread."""
        self._connection = connection
        # Bounded by those who wait: each connection of the relay has few letters on their way.
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="relay-commits", daemon=True)
        self._is_closed = False
        self._thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What the work returned, once it is on disk; `StorageError` if it is not.

        The work may run twice (the first time is rolled back): it touches the database only, and
        returns no cursor.
        """
        if self._is_closed:
            raise StorageError("nothing was written: closed")
        job = _Job(work)
        self._jobs.put(job)
        result: T = await wrap_future(job.done)
        return result

    def close(self) -> None:
        """Finish all jobs and close the connection; blocks, so not for the event loop."""
        self._is_closed = True
        self._jobs.put(None)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        is_open = True
        while is_open:
            batch, is_open = self._next_batch()
            wanted = [job for job in batch if job.done.set_running_or_notify_cancel()]
            if wanted:
                self._commit(wanted)

    def _next_batch(self) -> tuple[list[_Job], bool]:
        batch: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == BATCH_LIMIT or self._jobs.empty():
                return batch, True
            job = self._jobs.get()
        return batch, False

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                results = [_plain(job.work(self._connection)) for job in jobs]
        except Exception as error:  # noqa: BLE001 -- whatever it was, those who wait must hear of it
            self._commit_apart(jobs, error)
            return
        for job, result in zip(jobs, results, strict=True):
            job.done.set_result(result)

    def _commit_apart(self, jobs: list[_Job], error: Exception) -> None:
        """One job must not take the others with it: a full disk still lets letters be deleted."""
        if len(jobs) == 1:
            failure = StorageError(f"nothing was written: {error}")
            failure.__cause__ = error.with_traceback(None)  # its frames hold cursors
            jobs[0].done.set_exception(failure)
            return
        for job in jobs:
            self._commit([job])


def _plain(result: object) -> object:
    if isinstance(result, sqlite3.Cursor):
        raise TypeError("a cursor may not leave the thread of its connection")
    return result

"""The relay as a process: how it is told to stop, and what it asks of the operating system."""

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final

_SPARE_FILES: Final = 256
"""Of a connection's one: the storage's files, sockets that listen, the page's."""
_log: Final = logging.getLogger(__name__)


def run_until_stopped(serving: Coroutine[None, None, None]) -> None:
    """Run a server until Ctrl-C or SIGTERM, and end it in good order.

    On Windows Ctrl-C reaches us through `asyncio.run`; Ctrl-Break is what service managers send.
    """

    async def main() -> None:
        task = asyncio.ensure_future(serving)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # Windows has none of this
                loop.add_signal_handler(number, task.cancel)
        if sys.platform == "win32":
            _on_break(lambda: loop.call_soon_threadsafe(task.cancel))
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(main())


def allow_connections(count: int) -> None:
    """Ask for so many connections at once; what the system does not grant is logged."""
    if sys.platform == "win32":
        return  # its sockets are not counted as files
    import resource  # noqa: PLC0415 -- Unix only

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + _SPARE_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    granted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))
    except (OSError, ValueError):
        granted = soft  # a service manager forbids it, and knows why
    if granted < wanted:
        _log.warning("%d open files at most: raise the limit for %d visitors", granted, count)


def _on_break(stop: Any) -> None:
    """Windows: stop at Ctrl-Break, and when the console is closed."""
    signal.signal(signal.Signals["SIGBREAK"], lambda _number, _frame: stop())

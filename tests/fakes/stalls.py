"""What held the event loop, seen from another thread; for measuring scripts."""

import asyncio
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Event, Thread, get_ident
from types import FrameType

TICK_S = 0.01
STALL_S = 0.02
LOOK_S = 0.004
SHOWN = 15


class Stalls:
    """How long the loop was held each time, and in what."""

    def __init__(self) -> None:
        self._ticked_s = time.perf_counter()
        self._is_over = Event()
        self._held_s: list[float] = []
        self._seen: Counter[str] = Counter()

    async def watch(self) -> None:
        """Be late whenever the loop is held; run it as a task."""
        Thread(target=self._look, args=(get_ident(),), daemon=True).start()
        while True:
            self._ticked_s = time.perf_counter()
            await asyncio.sleep(TICK_S)
            late_s = time.perf_counter() - self._ticked_s - TICK_S
            if late_s > STALL_S:
                self._held_s.append(late_s)

    def _look(self, thread: int) -> None:
        while not self._is_over.wait(LOOK_S):
            frame = sys._current_frames().get(thread)
            if frame and time.perf_counter() - self._ticked_s > TICK_S + STALL_S:
                self._seen[_where(frame)] += 1

    def table(self) -> str:
        """The most frequent first."""
        self._is_over.set()
        held_s, looks = self._held_s, max(1, self._seen.total())
        longest_s = max(held_s, default=0.0)
        head = f"{len(held_s)} stalls, {sum(held_s):.2f} s in all, the longest {longest_s:.3f} s"
        rows = self._seen.most_common(SHOWN)
        return "\n".join([head, *(f"{100 * n / looks:5.1f} %  {where}" for where, n in rows)])


def _where(frame: FrameType | None) -> str:
    """The innermost place of ours, of Textual's, and of all."""
    ours = textual = innermost = ""
    while frame is not None:
        where = f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}"
        innermost = innermost or where
        if not ours and "/client/" in frame.f_code.co_filename:
            ours = where
        elif not textual and "/textual/" in frame.f_code.co_filename:
            textual = where
        frame = frame.f_back
    return f"{ours or '-':<36} {textual or '-':<36} {innermost}"

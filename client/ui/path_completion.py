"""A path as it is typed, completed from what lies there."""

import asyncio
import os
from itertools import islice
from pathlib import Path
from typing import Final

from textual.suggester import Suggester

ENTRIES_LIMIT: Final = 10_000
"""Of one folder that are looked at; chosen: more than a person keeps in one."""


class PathCompletion(Suggester):
    """The first name, in their order, that begins with what was typed; a folder with its sign."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Looked up beside the event loop, as a folder may lie far away."""
        return await asyncio.to_thread(completed, value)


def completed(typed: str) -> str | None:
    """The whole path; `None` where nothing begins so, or the folder cannot be read."""
    folder, begun = os.path.split(typed)
    if not begun:
        return None
    try:
        with os.scandir(Path(folder or os.curdir).expanduser()) as entries:
            found = [entry for entry in islice(entries, ENTRIES_LIMIT) if _begins(entry, begun)]
        first = min(found, key=lambda entry: entry.name)
        return typed + first.name[len(begun) :] + (os.sep if first.is_dir() else "")
    except (OSError, RuntimeError, ValueError):  # of nobody here; nothing begins so; no path
        return None


def _begins(entry: "os.DirEntry[str]", begun: str) -> bool:
    return entry.name.startswith(begun)

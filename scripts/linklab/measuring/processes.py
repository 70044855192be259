"""CPU and memory of a program and everything it started, from /proc (Linux)."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_PARENT, _USER, _SYSTEM = 1, 11, 12  # proc_pid_stat(5), counted after the name's bracket


@dataclass(frozen=True, slots=True)
class Usage:
    """A tree of processes at one moment."""

    cpu_s: float
    """Since the tree began; what ended children used counts no more."""
    memory_mb: float
    """Proportional set size: shared pages are counted once over all who share them."""


def with_descendants(roots: Iterable[int]) -> set[int]:
    """These processes and all below them."""
    parents = {pid: int(facts[_PARENT]) for pid in _pids() if (facts := _stat(pid))}
    found = set(roots) & parents.keys()
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def with_words(words: str) -> set[int]:
    """Processes whose command line contains these words."""
    return {pid for pid in _pids() if words.encode() in _read(pid, "cmdline")}


def usage(pids: Iterable[int]) -> Usage:
    """What they have used; processes that have ended meanwhile count nothing."""
    cpu_s, memory_kb = 0.0, 0
    for pid in pids:
        if facts := _stat(pid):
            cpu_s += (int(facts[_USER]) + int(facts[_SYSTEM])) / _TICKS_PER_S
        for line in _read(pid, "smaps_rollup").splitlines():
            if line.startswith(b"Pss:"):
                memory_kb += int(line.split()[1])
    return Usage(cpu_s, memory_kb / 1024)


def _pids() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal()]


def _stat(pid: int) -> list[bytes]:
    return _read(pid, "stat").rpartition(b")")[2].split()


def _read(pid: int, name: str) -> bytes:
    try:
        return (_PROC / str(pid) / name).read_bytes()
    except OSError:  # it has ended, or is not ours
        return b""

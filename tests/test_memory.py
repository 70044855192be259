"""Memory comes back. Each in a process of its own: what `settle` does is not undone."""

import platform
import subprocess
import sys

import pytest

needs_glibc = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="another C library keeps its memory in other ways"
)


def printed_by(program: str) -> str:
    """What this Python program says on its standard output."""
    return subprocess.run(  # noqa: S603 -- our own words
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    ).stdout


def test_what_ends_after_settling_is_freed_and_what_was_there_is_left_alone() -> None:
    program = """
import gc, weakref
from client import memory

class Node:
    def __init__(self):
        self.itself = self

gc.disable()
before = weakref.ref(Node())
memory.settle()
kept = Node()
left, kept_too = weakref.ref(Node()), weakref.ref(kept)
assert before() is None
assert left() is not None
memory.collect()
assert left() is None
assert kept_too() is kept
assert len(gc.get_objects()) < gc.get_freeze_count() / 10
print("freed")
"""
    assert printed_by(program) == "freed\n"


def test_what_was_taken_to_stay_is_freed_by_the_next_settling_after_its_end() -> None:
    program = """
import gc, weakref
from client import memory

class Node:
    def __init__(self):
        self.itself = self

gc.disable()
node = Node()
ended = weakref.ref(node)
memory.settle()
del node
memory.collect()
assert ended() is not None
memory.settle()
assert ended() is None
print("freed")
"""
    assert printed_by(program) == "freed\n"


@needs_glibc
def test_freed_memory_goes_back_to_the_system() -> None:
    program = """
from pathlib import Path
from client import memory

def held_kb():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon"))

blocks = [bytes(2_000) for _ in range(32_000)]
last = blocks.pop()
full_kb = held_kb()
blocks.clear()
freed_kb = held_kb()
memory.trim()
print(full_kb - freed_kb, freed_kb - held_kb())
"""
    by_itself_kb, trimmed_kb = map(int, printed_by(program).split())
    assert by_itself_kb < 10_000  # the last block is above them all
    assert trimmed_kb > 50_000


@needs_glibc
def test_threads_share_two_arenas() -> None:
    program = """
import ctypes
from threading import Barrier, Thread
from client import memory

memory.settle()
barrier = Barrier(9)

def hold():
    block = bytes(100_000)
    barrier.wait()

threads = [Thread(target=hold) for _ in range(8)]
for thread in threads:
    thread.start()
barrier.wait()
for thread in threads:
    thread.join()
library = ctypes.CDLL(None)
out = ctypes.c_void_p.in_dll(library, "stdout")
library.malloc_info(0, out)
library.fflush(out)
"""
    assert 1 <= printed_by(program).count("<heap nr=") <= 2

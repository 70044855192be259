"""CPU and memory of a tree of processes."""

import os
import subprocess
import sys

import pytest
from linklab.measuring.processes import usage, with_descendants, with_words

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

_CHILD = "import sys; print('ready', flush=True); sys.stdin.read()"
_PARENT = (
    "import subprocess, sys; "
    f"subprocess.run([sys.executable, '-c', {_CHILD!r}, 'grandchild-of-the-bench'])"
)


def test_a_grandchild_belongs_to_the_tree_and_is_found_by_its_words() -> None:
    command = [sys.executable, "-c", _PARENT]
    with subprocess.Popen(  # noqa: S603 -- a child of our own
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        tree = with_descendants([parent.pid])
        assert parent.pid in tree
        assert len(tree & with_words("grandchild-of-the-bench")) >= 1
        assert with_descendants([os.getpid()]) >= tree
        parent.communicate(b"")
    assert with_descendants([parent.pid]) == set()


def test_usage_of_what_is_no_more_is_nothing() -> None:
    used = usage([2**22 + 1])
    assert (used.cpu_s, used.memory_mb) == (0, 0)
    assert usage([os.getpid()]).memory_mb > 1

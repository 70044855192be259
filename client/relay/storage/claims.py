"""Which visitor came last to each mailbox, as far as one node of several needs to know.

Every node says when a visitor of its own begins to watch; whoever hears of a newer one lets its own
go. Node clocks that differ by less than it takes to move to another node do no harm, and larger
differences leave the older visitor where it is, until its dead connection is noticed.
"""

import struct
from typing import Final

from client.core.mailbox import ADDRESS_BYTES

NODE_BYTES: Final = 8
"""Of a node's random name, new with each start."""

_LAYOUT: Final = struct.Struct(f">Q{NODE_BYTES}s{ADDRESS_BYTES}s")


class Claims:
    """The watches of this node."""

    def __init__(self, node: bytes) -> None:
        self._node = node
        # Bounded by the visitors of this node: each watches one mailbox.
        self._began: dict[bytes, tuple[int, bytes]] = {}

    def begun(self, address: bytes, now_us: int) -> bytes:
        """A visitor here watches; what to say to the other nodes. UTC microseconds since 1970."""
        self._began[address] = (now_us, self._node)
        return _LAYOUT.pack(now_us, self._node, address)

    def __contains__(self, address: bytes) -> bool:
        return address in self._began

    def ended(self, address: bytes) -> None:
        """Nobody here watches this mailbox any more."""
        self._began.pop(address, None)

    def heard(self, said: bytes) -> bytes | None:
        """The mailbox whose visitor here has to leave, if this was about a newer one."""
        if len(said) != _LAYOUT.size:
            return None
        began_us, node, address = _LAYOUT.unpack(said)
        ours = self._began.get(address)
        if ours is None or ours >= (began_us, node):
            return None
        del self._began[address]
        return bytes(address)

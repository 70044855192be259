"""The process between the two ends: takes packets off one TUN device and puts them on the other.

Run by the emulator, it speaks in lines. In: a Setup (pickled, in base64), then ``begin``, then
``quit``. Out, as JSON: ``{"ready": []}``, ``{"begun_s": ...}``, a record of each direction every
second, and at the end one of each whole run. If its input ends without ``quit``, its laboratory was
killed: it then removes the namespaces itself.
"""

import base64
import fcntl
import gc
import json
import os
import pickle
import select
import struct
import sys
from collections import deque
from contextlib import suppress
from typing import Final, TextIO

from client.clock import monotonic_s
from linklab.line import Delivery, Line
from linklab.namespaces import Namespace, delete
from linklab.profile import lines
from linklab.records import Log
from linklab.wiring import NETWORK, Setup

_MASK: Final = int(NETWORK.netmask)
_ADDRESS: Final = int(NETWORK.network_address)
_TUNSETIFF: Final = 0x4004_54CA  # <linux/if_tun.h>
_IFF_TUN: Final = 0x0001
_IFF_NO_PI: Final = 0x1000
_MTU_BYTES: Final = 1500
_DESTINATION: Final = slice(16, 20)  # RFC 791, 3.1
_PRIORITY: Final = 10  # chosen: above every ordinary process, far below the kernel's own threads
_LONGEST_WAIT_S: Final = 0.5
_READS_AT_ONCE: Final = 64  # chosen: then deliveries get their turn


class _Way:
    """One direction at work, from one device to the other."""

    def __init__(
        self, name: str, line: Line, ends: tuple[int, int], packets: TextIO | None
    ) -> None:
        self.from_device, self._to_device = ends
        self.line = line
        self.log = Log(name, line, monotonic_s())
        self._name = name
        self._under_way: deque[tuple[float, bytes]] = deque()
        self._packets = packets

    def take(self) -> None:
        """Offer what the device has."""
        for _ in range(_READS_AT_ONCE):
            try:
                packet = os.read(self.from_device, _MTU_BYTES)
            except BlockingIOError:
                return
            if int.from_bytes(packet[_DESTINATION]) & _MASK == _ADDRESS:
                self._offer(packet, monotonic_s())

    def deliver(self, now_s: float) -> None:
        """Hand over what has arrived by now."""
        while self._under_way and self._under_way[0][0] <= now_s:
            at_s, packet = self._under_way.popleft()
            try:
                os.write(self._to_device, packet)
            except OSError:
                continue  # the end has taken its device down: nobody is there
            self.log.was_late(monotonic_s() - at_s)

    @property
    def next_s(self) -> float:
        """When something arrives next."""
        return self._under_way[0][0] if self._under_way else float("inf")

    def _offer(self, packet: bytes, now_s: float) -> None:
        outcome = self.line.offer(len(packet), now_s)
        self.log.passed(len(packet), outcome)
        if isinstance(outcome, Delivery):
            self._under_way.append((outcome.at_s, packet))
        if self._packets:
            fate = outcome.at_s if isinstance(outcome, Delivery) else outcome.value
            print(self._name, now_s, len(packet), fate, file=self._packets)


class Forwarder:
    """The loop: wait for a packet, a delivery, a second, or a word."""

    def __init__(self, setup: Setup) -> None:
        """Make the devices and lay out the line; nothing is forwarded before `run`."""
        site, gp = (_open_tun(name) for name in setup.devices)
        self._begins_s = monotonic_s() + Line.NEVER_S
        up, down = lines(setup.profile, setup.seed, begins_s=self._begins_s)
        packets = setup.packet_log.open("w") if setup.packet_log else None
        self._ways = (_Way("up", up, (site, gp), packets), _Way("down", down, (gp, site), packets))
        self._second_s = monotonic_s()
        self._namespaces = [Namespace(name) for name in setup.namespaces]

    def run(self) -> None:
        """Forward until told to quit."""
        devices = {way.from_device: way for way in self._ways}
        words = sys.stdin.fileno()
        while True:
            now_s = monotonic_s()
            for way in self._ways:
                way.deliver(now_s)
            if now_s >= self._second_s + 1:
                self._end_second(now_s)
            next_s = min(self._second_s + 1, *(way.next_s for way in self._ways))
            wait_s = min(max(next_s - monotonic_s(), 0.0), _LONGEST_WAIT_S)
            # select, since poll and epoll wait in whole milliseconds
            readable, _, _ = select.select([*devices, words], [], [], wait_s)
            for descriptor in readable:
                if descriptor in devices:
                    devices[descriptor].take()
                elif not self._obey(os.read(words, 64)):
                    return

    def _obey(self, word: bytes) -> bool:
        """Do as told; whether to go on."""
        now_s = monotonic_s()
        if word == b"begin\n":
            self._begins_s = self._second_s = now_s
            for way in self._ways:
                way.line.begin(now_s)
                way.log.begin_run(now_s)
            _say({"begun_s": now_s})
            return True
        if word == b"quit\n":
            for way in self._ways:
                _say({"whole": way.log.whole(now_s, self._begins_s).as_json()})
            return False
        delete(self._namespaces)
        return False

    def _end_second(self, now_s: float) -> None:
        self._second_s = now_s
        for way in self._ways:
            _say({"second": way.log.end_second(now_s, self._begins_s).as_json()})


def main() -> None:
    """Forward as the first line of the input says."""
    with os.fdopen(os.dup(sys.stdin.fileno()), "rb", buffering=0) as words:
        line = words.readline()  # unbuffered, so the next word stays for `run`
    setup: Setup = pickle.loads(base64.b64decode(line))  # noqa: S301 - written by our own parent
    forwarder = Forwarder(setup)
    _take_precedence()
    _say({"ready": list(setup.devices)})
    forwarder.run()


def _open_tun(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return device


def _take_precedence() -> None:
    """Be woken on time: real-time priority (which also ends timer slack), no collector's pauses."""
    with suppress(PermissionError):  # some containers' root may not; records then tell how late
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(_PRIORITY))
    gc.freeze()
    gc.disable()


def _say(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

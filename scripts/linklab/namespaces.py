"""Two ends of a line on one machine: Linux network namespaces, made with ``ip`` by root.

Every name carries the process that made it, so that what a killed run left behind is known for what
it is and swept away by the next one; nobody else's namespaces are touched.
"""

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_PREFIX: Final = "linklab"
_CLONE_NEWNET: Final = 0x4000_0000  # <linux/sched.h>
_NO_NAMES: Final = "nameserver 127.0.0.1\n"
"""Nobody listens there, so looking a name up fails at once and not after half a minute."""
_SETTINGS: Final = (
    "/proc/sys/net/ipv6/conf/all/disable_ipv6=1",  # else router solicitations eat the line
    "/proc/sys/net/ipv6/conf/default/disable_ipv6=1",
    "/proc/sys/net/ipv4/ip_forward=0",
)


class NamespacesUnavailableError(Exception):
    """This machine, or this user, cannot make network namespaces with TUN devices."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"network namespaces cannot be made here: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Namespace:
    """One end: a network of its own, with loopback and one device. Its name is on the machine."""

    name: str

    @property
    def files(self) -> Path:
        """What programs in here find in /etc in place of the machine's own (ip-netns(8))."""
        return Path("/etc/netns", self.name)

    def popen(self, args: Sequence[str], **options: Any) -> "subprocess.Popen[Any]":
        """Start a program in here; its process id is its own, not a wrapper's."""
        return subprocess.Popen(self.command(args), **options)  # noqa: S603 - the laboratory's own

    def command(self, args: Sequence[str]) -> list[str]:
        """Return the command that runs another one in here."""
        return ["ip", "netns", "exec", self.name, *args]

    def socket(self, kind: socket.SocketKind) -> socket.socket:
        """Open an IPv4 socket that lives in here, whichever process uses it."""
        opened: list[socket.socket] = []
        # A thread of its own, since the namespace is a thread's and this one ends at once.
        thread = threading.Thread(target=lambda: opened.append(_socket_in(self.name, kind)))
        thread.start()
        thread.join()
        return opened[0]

    def configure(self, *commands: str) -> None:
        """Run `ip` commands on the network in here, in order, as one."""
        _ip("-n", self.name, "-batch", "-", lines=commands)


def unavailable() -> str | None:
    """Return why namespaces cannot be made here; None if they can."""
    if sys.platform != "linux":
        return "not Linux"
    if os.geteuid() != 0:
        return "not root"
    if not Path("/dev/net/tun").exists():
        return "no /dev/net/tun"
    try:
        _ip("netns", "list")
    except (OSError, subprocess.CalledProcessError) as error:
        return f"`ip netns` does not work: {error}"
    return None


def create(ends: Iterable[str]) -> list[Namespace]:
    """Make one namespace for each end, loopback up, IPv6 off; raise NamespacesUnavailableError."""
    if reason := unavailable():
        raise NamespacesUnavailableError(reason)
    sweep()
    run = f"{_PREFIX}-{os.getpid()}-{secrets.token_hex(2)}"
    namespaces = [Namespace(f"{run}-{end}") for end in ends]
    for namespace in namespaces:
        namespace.files.mkdir(parents=True)
        (namespace.files / "resolv.conf").write_text(_NO_NAMES)
        _ip("netns", "add", namespace.name)
        namespace.configure("link set lo up")
        settings = [setting for setting in _SETTINGS if Path(setting.split("=")[0]).exists()]
        script = "; ".join("echo {1} > {0}".format(*each.split("=")) for each in settings)
        subprocess.run(namespace.command(["sh", "-c", script]), check=True)  # noqa: S603 - constants
    return namespaces


def move(device: str, namespace: Namespace) -> None:
    """Give a network device of this process's namespace to another one."""
    _ip("link", "set", device, "netns", namespace.name)


def delete(namespaces: Iterable[Namespace]) -> None:
    """End what still runs in there, and remove them; those already gone are no error."""
    for namespace in namespaces:
        listed = _ip("netns", "pids", namespace.name, check=False)
        for process_id in listed.split():
            _kill(int(process_id))
        _ip("netns", "delete", namespace.name, check=False)
        shutil.rmtree(namespace.files, ignore_errors=True)


def sweep() -> None:
    """Remove namespaces of laboratories whose process is gone."""
    names = [line.split()[0] for line in _ip("netns", "list").splitlines() if line]
    ours = [name.split("-") for name in names if name.startswith(f"{_PREFIX}-")]
    orphans = [parts for parts in ours if not Path(f"/proc/{parts[1]}").exists()]
    delete(Namespace("-".join(parts)) for parts in orphans)


def _kill(process_id: int) -> None:
    try:
        os.kill(process_id, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended by itself


def _socket_in(name: str, kind: socket.SocketKind) -> socket.socket:
    libc = ctypes.CDLL(None, use_errno=True)
    with Path(f"/run/netns/{name}").open() as namespace:
        if libc.setns(namespace.fileno(), _CLONE_NEWNET):
            raise NamespacesUnavailableError(os.strerror(ctypes.get_errno()))
    return socket.socket(socket.AF_INET, kind)


def _ip(*args: str, lines: Iterable[str] = (), check: bool = True) -> str:
    command = ["ip", *args]
    script = "".join(f"{line}\n" for line in lines)
    done = subprocess.run(  # noqa: S603 - `ip` with arguments of our own
        command, check=check, input=script, text=True, capture_output=True
    )
    return done.stdout

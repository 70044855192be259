"""Two ends that reach the relay and a TURN server, but not each other: three network namespaces.

::

    site  198.51.100.2 -- 198.51.100.1  middle  203.0.113.1 -- 203.0.113.2  gp

The middle forwards nothing. What coturn relays leaves from an address that neither end has a route
to (192.0.2.1), so that only who holds an allocation of its own can speak with another one.
"""

import asyncio
import os
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from fakes.certificates import Authority
from linklab import namespaces
from linklab.namespaces import Namespace

from client.demo.programs import Program

RELAY: Final = "relay.test"
TURN: Final = "turn.test"
SECRET: Final = "only the relay and coturn know"  # noqa: S105 -- of this test alone
PATIENCE_S: Final = 60.0
_MIDDLE_FOR_SITE, _SITE = "198.51.100.1", "198.51.100.2"
_MIDDLE_FOR_GP, _GP = "203.0.113.1", "203.0.113.2"
_RELAYED = "192.0.2.1"
_COTURN = """\
listening-ip={for_site}
listening-ip={for_gp}
relay-ip={relayed}
listening-port=3478
tls-listening-port=443
use-auth-secret
static-auth-secret={secret}
realm={realm}
cert={certificate}
pkey={key}
no-dtls
no-cli
no-multicast-peers
no-software-attribute
log-file=stdout
simple-log
verbose
pidfile={folder}/coturn.pid
userdb={folder}/coturn.db
{more}
"""


@dataclass(frozen=True)
class Apart:
    """The three networks, and the authority that all of them trust."""

    site: Namespace
    gp: Namespace
    middle: Namespace
    authority: Authority

    def let_them_meet(self) -> None:
        """From now on the middle forwards, as the Internet does between two open addresses."""
        forward = ["sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"]
        subprocess.run(self.middle.command(forward), check=True)  # noqa: S603 -- our own words
        self.site.configure(f"route add default via {_MIDDLE_FOR_SITE}")
        self.gp.configure(f"route add default via {_MIDDLE_FOR_GP}")

    async def program(
        self, where: Namespace, *words: str, environment: Mapping[str, str] | None = None
    ) -> Program:
        """Run ``chevet WORDS`` in one of them."""
        process = await asyncio.create_subprocess_exec(
            *where.command([sys.executable, "-m", "client", *words]),
            env={**os.environ, "SSL_CERT_FILE": str(self.authority.file), **(environment or {})},
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
        )
        return Program(words[0], process)

    @asynccontextmanager
    async def running(
        self, where: Namespace, *words: str, environment: Mapping[str, str] | None = None
    ) -> AsyncIterator[Program]:
        """The same for the length of a block."""
        program = await self.program(where, *words, environment=environment)
        try:
            yield program
        finally:
            await program.stop()

    @asynccontextmanager
    async def relay(self, folder: Path, uris: Sequence[str]) -> AsyncIterator[str]:
        """A relay in the middle that lends these servers; its address for both ends."""
        files = self.authority.issued(RELAY, folder)
        words = ["relay", "--host", "0.0.0.0", "--port", "8443", "--data", str(folder / "relay")]  # noqa: S104 -- of its own network
        words += ["--certificate", str(files.certificate), "--key", str(files.key)]
        words += ["--name", f"{RELAY}:8443", "--print-url"]
        words += [word for uri in uris for word in ("--turn", uri)]
        secret = {"CHEVET_TURN_SECRET": SECRET}
        async with self.running(self.middle, *words, environment=secret) as program:
            await program.first_line()
            yield f"https://{RELAY}:8443"

    @asynccontextmanager
    async def coturn(self, folder: Path, *more: str) -> AsyncIterator[Path]:
        """A TURN server in the middle, with more lines of settings; its log."""
        files = self.authority.issued(TURN, folder)
        settings, log = folder / "turnserver.conf", folder / "turnserver.log"
        settings.write_text(
            _COTURN.format(
                for_site=_MIDDLE_FOR_SITE,
                for_gp=_MIDDLE_FOR_GP,
                relayed=_RELAYED,
                secret=SECRET,
                realm=TURN,
                certificate=files.certificate,
                key=files.key,
                folder=folder,
                more="\n".join(more),
            )
        )
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                *self.middle.command(["turnserver", "-c", str(settings)]), stdout=out, stderr=STDOUT
            )
        try:
            yield log
        finally:
            process.terminate()
            await process.wait()


@contextmanager
def apart(folder: Path) -> Iterator[Apart]:
    """The networks for the length of a block; skipped where there can be none."""
    if reason := namespaces.unavailable():
        pytest.skip(f"network namespaces cannot be made here: {reason}")
    site, gp, middle = made = namespaces.create(("site", "gp", "middle"))
    try:
        _join(middle, site, "site", (_MIDDLE_FOR_SITE, _SITE))
        _join(middle, gp, "gp", (_MIDDLE_FOR_GP, _GP))
        middle.configure(f"address add {_RELAYED}/32 dev lo")
        for end, address in ((site, _MIDDLE_FOR_SITE), (gp, _MIDDLE_FOR_GP)):
            (end.files / "hosts").write_text(f"127.0.0.1 localhost\n{address} {RELAY} {TURN}\n")
        yield Apart(site, gp, middle, Authority(folder))
    finally:
        namespaces.delete(made)


def _join(middle: Namespace, end: Namespace, device: str, addresses: tuple[str, str]) -> None:
    middle.configure(
        f"link add {device} type veth peer name line netns {end.name}",
        f"address add {addresses[0]}/24 dev {device}",
        f"link set {device} up",
    )
    end.configure(f"address add {addresses[1]}/24 dev line", "link set line up")

"""What driver and ends agree on: one consultation that both were party to before anything died."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from client.core.envelope import Role, SessionKeys, kept
from client.core.identity import Identity
from client.core.mailbox import TOKEN_BYTES
from client.core.resumption import Resumption
from client.store.keys import Keys

UNTIL_S: Final = 1 << 33
"""UTC seconds since 1970; later than any run."""
CONSULTATION: Final = 1
LETTER_TTL_S: Final = 86_400
FILES: Final = 6
FILE_BYTES: Final = (20_000, 700_000)
WORK_DONE: Final = "work_done"
"""Name of the file whose presence says: say nothing new, settle and leave."""
SETTLED: Final = "settled"
SEALED_LOG: Final = "sealed.log"


@dataclass(frozen=True, slots=True)
class Setting:
    """One run, told by its seed alone."""

    folder: Path
    seed: int

    def own(self, role: Role) -> Path:
        """Where this end keeps its records."""
        return self.folder / role.value

    def keys(self, role: Role) -> Keys:
        """Of this end; made up, so that a run can be repeated."""
        return Keys(
            database_key=self._drawn(f"{role} database"),
            identity_seed=self._drawn(f"{role} identity"),
        )

    def resumption(self, role: Role) -> Resumption:
        """What this end kept once the words were equal."""
        peer = Role.GP if role is Role.SITE else Role.SITE
        peer_identity = Identity(self.keys(peer).identity_seed)
        session = SessionKeys(
            self._drawn("site key"),
            self._drawn("gp key"),
            self._drawn("site iv")[:12],
            self._drawn("gp iv")[:12],
            self.tag,
        )
        return Resumption(
            kept(session, role),
            peer_identity.public,
            peer_identity.address,
            self.token(peer),
            self.token(role),
            UNTIL_S,
        )

    @property
    def tag(self) -> bytes:
        """Names the session on letters."""
        return self._drawn("tag")[:8]

    def token(self, owner: Role) -> bytes:
        """Lets its holder put letters into this owner's mailbox."""
        return self._drawn(f"{owner} token")[:TOKEN_BYTES]

    @classmethod
    def told(cls, folder: str, seed: str) -> Self:
        """From the words of a command line."""
        return cls(Path(folder), int(seed))

    def _drawn(self, label: str) -> bytes:
        return sha256(f"{self.seed} {label}".encode()).digest()

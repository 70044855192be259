"""Where a peer's programs run: in a network namespace of the laboratory, or simply here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One end of the line."""

    name: str
    address: str
    """IP address by which the other end reaches it."""
    prefix: tuple[str, ...] = ()
    """Words that put a command into the place."""
    interface: str = "lo"

    def command(self, *words: str) -> tuple[str, ...]:
        """The words that run this command there."""
        return (*self.prefix, *words)

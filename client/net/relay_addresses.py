"""Where a relay of several nodes can be reached, and which of them is next."""

from collections.abc import Sequence

from client.core.mailbox import RelayUrlError, mailbox_url


class RelayAddresses:
    """The address that people gave, and those that the relay told of; all hold the same mailboxes.

    What a relay tells is believed as far as it is that relay's to say: a hostile one can send us
    elsewhere, where we prove our key and send sealed letters, no more than it gets itself; it
    cannot talk us out of TLS.
    """

    def __init__(self, url: str) -> None:
        """`RelayUrlError` if ``url`` names no relay."""
        self._all = [mailbox_url(url)]
        self._at = 0

    @property
    def current(self) -> str:
        """The address to be at, ``wss://host/mailbox``."""
        return self._all[self._at]

    def tell(self, urls: Sequence[str]) -> None:
        """These, too, lead to the relay, and none of those told before; the given one always does.

        At most `NODES_LIMIT` (`client.core.mailbox`) of them come.
        """
        current, given = self.current, self._all[0]
        told = (_node(url, given) for url in urls)
        self._all = list(dict.fromkeys((given, *(url for url in told if url is not None))))
        self._at = self._all.index(current) if current in self._all else 0

    def go_on(self) -> bool:
        """Turn to the next address; whether that is the given one, every other having been next."""
        self._at = (self._at + 1) % len(self._all)
        return self._at == 0


def _node(url: str, given: str) -> str | None:
    try:
        node = mailbox_url(url)
    except RelayUrlError:
        return None
    return None if given.startswith("wss:") and not node.startswith("wss:") else node

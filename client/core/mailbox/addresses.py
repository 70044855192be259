"""Where a relay is, as people write it and as the wire needs it."""

from urllib.parse import urlsplit

from client.errors import UsageError


class RelayUrlError(UsageError):
    """The address given for the relay cannot be one."""

    def __init__(self, url: str) -> None:
        super().__init__(f"not the address of a relay: {url!r}")
        self.url = url


def mailbox_url(url: str) -> str:
    """The WebSocket address of a relay given as people write it; `RelayUrlError` if it is none.

    Both ``https://relay.example`` and ``wss://relay.example/mailbox`` are understood.
    """
    try:
        parts = urlsplit(url)
        scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
        has_port_in_range = parts.port is None or parts.port > 0
    except ValueError as error:
        raise RelayUrlError(url) from error
    has_extras = bool(parts.query or parts.fragment or parts.username or parts.password)
    if scheme is None or not parts.hostname or has_extras or not has_port_in_range:
        raise RelayUrlError(url)
    path = parts.path.rstrip("/")
    return f"{scheme}://{parts.netloc}{path if path.endswith('/mailbox') else path + '/mailbox'}"


def host_of(url: str) -> str:
    """The relay's name as ``Host`` headers spell it: without the port that its scheme implies."""
    parts = urlsplit(url)
    implied = {"ws": ":80", "wss": ":443"}.get(parts.scheme, "")
    return parts.netloc.lower().removesuffix(implied)

"""Which network a visitor is counted under."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.relay.visitors import ProxyError, network_of, proxies

TRUSTED = proxies(["10.0.0.0/8", "::1"])

# Addresses for documents: RFC 5737, RFC 3849.
CASES = [
    ("203.0.113.7", [], "203.0.113.0/24"),
    ("2001:db8:1:2::3", [], "2001:db8:1::/48"),
    ("::ffff:203.0.113.7", [], "203.0.113.0/24"),
    ("fe80::1%eth0", [], "fe80::/48"),
    ("127.0.0.1", [], None),
    ("::1", [], None),
    ("", [], None),  # a Unix socket
    # Nobody believes a stranger.
    ("203.0.113.7", ["198.51.100.1"], "203.0.113.0/24"),
    ("203.0.113.7", ["127.0.0.1"], "203.0.113.0/24"),
    # A proxy of ours is believed, but not what its visitor wrote before it.
    ("10.0.0.2", ["198.51.100.1"], "198.51.100.0/24"),
    ("10.0.0.2", ["127.0.0.1, 198.51.100.1"], "198.51.100.0/24"),
    ("10.0.0.2", ["192.0.2.1", "198.51.100.1"], "198.51.100.0/24"),
    ("10.0.0.2", ["198.51.100.1, 10.0.0.3"], "198.51.100.0/24"),
    ("::1", ["2001:db8:1:2::3"], "2001:db8:1::/48"),
    # A proxy of ours that does not say, or says nonsense, is itself the visitor.
    ("10.0.0.2", [], "10.0.0.0/24"),
    ("10.0.0.2", ["unknown"], "10.0.0.0/24"),
]


@pytest.mark.parametrize(("peer", "forwarded", "network"), CASES)
def test_a_visitor_is_counted_under_its_network(
    peer: str, forwarded: list[str], network: str | None
) -> None:
    assert network_of(peer, forwarded, TRUSTED) == network


@given(st.lists(st.text(max_size=30), max_size=5))
def test_no_header_of_a_stranger_changes_anything(forwarded: list[str]) -> None:
    assert network_of("203.0.113.7", forwarded, TRUSTED) == "203.0.113.0/24"


@given(st.lists(st.text(max_size=30), max_size=5))
def test_no_header_behind_a_proxy_is_an_error(forwarded: list[str]) -> None:
    network_of("10.0.0.2", forwarded, TRUSTED)


def test_a_proxy_is_a_network() -> None:
    with pytest.raises(ProxyError, match=r"10\.0\.0\.256"):
        proxies(["10.0.0.256"])

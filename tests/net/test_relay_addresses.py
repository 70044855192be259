"""Which node of a relay is next."""

import pytest

from client.core.mailbox import RelayUrlError
from client.net.relay_addresses import RelayAddresses

GIVEN = "wss://relay.example/mailbox"


def test_the_given_address_is_the_only_one_until_told() -> None:
    addresses = RelayAddresses("https://relay.example")
    assert addresses.current == GIVEN
    assert addresses.go_on()
    assert addresses.current == GIVEN


def test_each_node_has_its_turn_and_the_round_ends_at_the_given_one() -> None:
    addresses = RelayAddresses("https://relay.example")
    addresses.tell(["https://b.example", "https://relay.example/", "wss://c.example/mailbox"])
    seen = [(addresses.go_on(), addresses.current) for _ in range(3)]
    assert seen == [
        (False, "wss://b.example/mailbox"),
        (False, "wss://c.example/mailbox"),
        (True, GIVEN),
    ]


def test_what_was_told_last_holds_and_where_we_are_stays() -> None:
    addresses = RelayAddresses("https://relay.example")
    addresses.tell(["https://b.example", "https://c.example"])
    addresses.go_on()
    addresses.tell(["https://d.example", "https://b.example"])
    assert addresses.current == "wss://b.example/mailbox"
    addresses.tell(["https://d.example"])
    assert addresses.current == GIVEN


@pytest.mark.parametrize("url", ["", "no address", "ftp://x.example", "https://u:p@x.example"])
def test_what_is_no_address_is_passed_over(url: str) -> None:
    addresses = RelayAddresses("https://relay.example")
    addresses.tell([url, "https://b.example"])
    addresses.go_on()
    assert addresses.current == "wss://b.example/mailbox"


def test_nobody_is_talked_out_of_tls() -> None:
    secure, plain = RelayAddresses("https://relay.example"), RelayAddresses("http://127.0.0.1:1")
    for addresses in (secure, plain):
        addresses.tell(["http://b.example"])
        addresses.go_on()
    assert secure.current == GIVEN
    assert plain.current == "ws://b.example/mailbox"


def test_the_given_address_must_be_one() -> None:
    with pytest.raises(RelayUrlError):
        RelayAddresses("somewhere")

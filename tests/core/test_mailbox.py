"""The frames between the relay and its visitors."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core import mailbox
from client.core.mailbox import (
    Ack,
    Admit,
    Admitted,
    Challenge,
    Frame,
    Login,
    MailboxError,
    Message,
    Put,
    Reason,
    Refused,
    RelayUrlError,
    Stored,
    Watch,
    Welcome,
    decode,
    encode,
    mailbox_url,
)

PUT = Put(id=7, to=b"a" * 32, token=b"t" * 16, data=b"\x00\xff", ttl_s=60)

# origin: synthetic, written by hand from RFC 8949, appendix B
WRITTEN_BY_HAND: list[tuple[Frame, str]] = [
    (Welcome(), "a1 6174 67 77656c636f6d65"),
    (Watch(), "a1 6174 65 7761746368"),
    (Stored(24), "a2 6174 66 73746f726564 626964 1818"),
    (Refused(1, Reason.FULL), "a3 6174 67 72656675736564 626964 01 66726561736f6e 6466756c6c"),
    (Message(256, b"\x04\x00"), "a3 6174 67 6d657373616765 626964 190100 6464617461 420400"),
    (Ack((1, 2)), "a2 6174 63 61636b 63696473 820102"),
]

octets = st.binary
whole = st.integers(0, (1 << 53) - 1)
frames: st.SearchStrategy[Frame] = st.one_of(
    st.builds(Challenge, octets(min_size=32, max_size=32)),
    st.builds(Login, octets(min_size=32, max_size=32), octets(min_size=64, max_size=64)),
    st.builds(Admit, octets(min_size=32, max_size=32), whole),
    st.builds(Admitted, octets(min_size=32, max_size=32)),
    st.builds(
        Put,
        whole,
        octets(min_size=32, max_size=32),
        octets(min_size=16, max_size=16),
        octets(max_size=2_000),
        whole,
    ),
    st.builds(Refused, whole, st.sampled_from(Reason)),
    st.builds(Message, whole, octets(max_size=2_000)),
    st.builds(Ack, st.lists(whole, max_size=20).map(tuple)),
)


@pytest.mark.parametrize(("frame", "written"), WRITTEN_BY_HAND)
def test_a_frame_is_the_map_that_the_protocol_names(frame: Frame, written: str) -> None:
    assert encode(frame) == bytes.fromhex(written)
    assert decode(bytes.fromhex(written)) == frame


@given(frame=frames)
def test_what_is_encoded_comes_back(frame: Frame) -> None:
    assert decode(encode(frame)) == frame


def test_the_order_of_the_keys_does_not_matter() -> None:
    assert decode(cbor2.dumps({"ids": [3], "t": "ack"})) == Ack((3,))


@given(data=st.binary(max_size=400))
def test_noise_is_an_error_and_nothing_else(data: bytes) -> None:
    try:
        frame = decode(data)
    except MailboxError:
        return
    assert decode(encode(frame)) == frame


@given(frame=frames, cut=st.integers(1, 40))
def test_a_cut_frame_is_refused(frame: Frame, cut: int) -> None:
    with pytest.raises(MailboxError):
        decode(encode(frame)[:-cut])


@given(frame=frames, tail=st.binary(min_size=1, max_size=8))
def test_bytes_behind_a_frame_are_refused(frame: Frame, tail: bytes) -> None:
    with pytest.raises(MailboxError):
        decode(encode(frame) + tail)


@pytest.mark.parametrize(
    "body",
    [
        ["ack", [1]],
        {},
        {"t": "dance"},
        {"t": 5},
        {"t": ["ack"], "ids": []},
        {"t": "ack"},
        {"t": "ack", "ids": [1], "more": 1},
        {"t": "ack", "ids": [-1]},
        {"t": "ack", "ids": [1 << 53]},
        {"t": "ack", "ids": [True]},
        {"t": "ack", "ids": [1.5]},
        {"t": "ack", "ids": 1},
        {"t": "ack", "ids": [[1]]},
        {"t": "ack", "ids": list(range(mailbox.MESSAGES_LIMIT + 1))},
        {"t": "challenge", "nonce": b"n" * 31},
        {"t": "challenge", "nonce": "n" * 32},
        {"t": "login", "key": b"k" * 32, "signature": b"s" * 63},
        {"t": "admit", "token_hash": b"h" * 32, "until_s": None},
        {"t": "refused", "id": 1, "reason": "mood"},
        {"t": "put", "id": 1, "to": b"a" * 33, "token": b"t" * 16, "data": b"", "ttl_s": 1},
        {"t": "put", "id": 1, "to": b"a" * 32, "token": b"t" * 15, "data": b"", "ttl_s": 1},
        {"t": "put", "id": 1, "to": b"a" * 32, "token": b"t" * 16, "data": "", "ttl_s": 1},
    ],
)
def test_a_map_of_another_shape_is_refused(body: object) -> None:
    with pytest.raises(MailboxError):
        decode(cbor2.dumps(body))


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("a2 6174 63 61636b 63696473 81 c24101", "a tag"),
        ("a2 6174 63 61636b 63696473 81 d82363286129", "a tag that builds a regular expression"),
        ("a2 6174 63 61636b 63696473 9f 01 ff", "an array without a length"),
        ("a2 6174 63 61636b 63696473 81 1801", "a number written too long"),
        ("a3 6174 63 61636b 63696473 80 63696473 80", "a key twice"),
        ("a1 01 63 61636b", "a key that is no text"),
        ("a1 6174 63 ffffff", "text that is no UTF-8"),
        ("bb ffffffffffffffff", "a length that nothing follows"),
        ("81" * 5_000, "depth"),
    ],
)
def test_cbor_that_we_never_write_is_refused(written: str, why: str) -> None:
    with pytest.raises(MailboxError):
        decode(bytes.fromhex(written))
    assert why


def test_a_frame_beyond_the_limit_is_not_even_parsed() -> None:
    room = mailbox.FRAME_LIMIT - len(encode(Message(1, b"x" * 30_000))) + 30_000
    assert decode(encode(Message(1, b"x" * room))) == Message(1, b"x" * room)
    with pytest.raises(MailboxError, match="32769 bytes"):
        decode(encode(Message(1, b"x" * (room + 1))))


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("http://127.0.0.1:8787", "ws://127.0.0.1:8787/mailbox"),
        ("https://relay.example/", "wss://relay.example/mailbox"),
        ("wss://relay.example/mailbox", "wss://relay.example/mailbox"),
        ("wss://relay.example/chevet/", "wss://relay.example/chevet/mailbox"),
        ("ws://[::1]:80", "ws://[::1]:80/mailbox"),
    ],
)
def test_a_relay_is_named_as_people_write_it(written: str, understood: str) -> None:
    assert mailbox_url(written) == understood


@pytest.mark.parametrize(
    "written",
    [
        "",
        "relay.example",
        "ftp://relay.example",
        "http://",
        "ws://a:99999",
        "ws://a:0",
        "ws://[::",
        "wss://a/?b=c",
        "https://relay.example/#x",
        "https://name:word@relay.example",
    ],
)
def test_what_cannot_be_a_relay_is_refused(written: str) -> None:
    with pytest.raises(RelayUrlError):
        mailbox_url(written)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("wss://Relay.Example/mailbox", "relay.example"),
        ("wss://relay.example:443/mailbox", "relay.example"),
        ("ws://relay.example:443/mailbox", "relay.example:443"),
        ("ws://127.0.0.1:80/mailbox", "127.0.0.1"),
        ("ws://[::1]:8123/deep/mailbox", "[::1]:8123"),
    ],
)
def test_a_login_names_the_relay_as_host_headers_do(url: str, host: str) -> None:
    assert mailbox.host_of(url) == host
    assert mailbox.login_words(b"nonce", host) == b"nonce" + host.encode()

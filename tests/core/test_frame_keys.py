"""Keys of frames: the same at both ends, never the same for two streams or two connections."""

from itertools import product

import pytest
from fakes import vectors
from hypothesis import given
from hypothesis import strategies as st

from client.core.envelope import Role, SessionKeys
from client.core.frame_keys import FrameKeysError, FrameRatchet, Medium
from client.core.sframe import STEPS_LIMIT

VECTORS = vectors.read("sframe")
KEYS = SessionKeys(
    bytes.fromhex(VECTORS["keys"]["site_key"]),
    bytes.fromhex(VECTORS["keys"]["gp_key"]),
    bytes(12),
    bytes(12),
    bytes(8),
)
STREAMS = tuple(product(Role, Medium))


def marks(attempt: int, site: bytes = b"s" * 32, gp: bytes = b"g" * 32) -> set[bytes]:
    """What each stream of a connection makes of the same frame."""
    keys = FrameRatchet(KEYS).keys(attempt, site_fingerprint=site, gp_fingerprint=gp)
    return {keys.cipher(*stream).encrypt(0, bytes(32), b"") for stream in STREAMS}


def test_both_ends_come_to_the_same_keys() -> None:
    assert marks(3) == marks(3)


def test_no_two_streams_and_no_two_connections_share_a_key() -> None:
    connections = [marks(1), marks(2), marks(9), marks(1, site=b"t" * 32), marks(1, gp=b"t" * 32)]
    assert len(set().union(*connections)) == len(connections) * len(STREAMS)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_skipped_attempts_change_nothing(attempts: list[int]) -> None:
    ratchet = FrameRatchet(KEYS)
    for attempt in sorted(attempts):
        keys = ratchet.keys(attempt, site_fingerprint=b"s" * 32, gp_fingerprint=b"g" * 32)
        assert {keys.cipher(*s).encrypt(0, bytes(32), b"") for s in STREAMS} == marks(attempt)


def test_an_earlier_attempt_has_no_keys_any_more_nor_one_far_ahead() -> None:
    ratchet = FrameRatchet(KEYS)
    ratchet.keys(5, site_fingerprint=b"", gp_fingerprint=b"")
    for attempt in (4, 5 + STEPS_LIMIT + 1, 1 << 52):
        with pytest.raises(FrameKeysError):
            ratchet.keys(attempt, site_fingerprint=b"", gp_fingerprint=b"")


def test_keys_do_not_show_themselves() -> None:
    keys = FrameRatchet(KEYS).keys(0, site_fingerprint=b"", gp_fingerprint=b"")
    assert repr(keys) == "FrameKeys(kid=0)"

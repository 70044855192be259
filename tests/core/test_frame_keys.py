"""Keys of frames: the same at both ends, never the same for two streams or two connections."""

from itertools import product

import pytest
from fakes import vectors
from hypothesis import given
from hypothesis import strategies as st

from client.core.envelope import Role, SessionKeys, kept
from client.core.frame_keys import FrameRatchet, Medium

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


@given(st.lists(st.sampled_from([0, 1, 7, 8, 9, 4_096, 1 << 31, (1 << 53) - 1]), min_size=1))
def test_any_attempt_has_its_keys_whatever_was_asked_before(attempts: list[int]) -> None:
    ratchet = FrameRatchet(KEYS)
    for attempt in attempts:
        keys = ratchet.keys(attempt, site_fingerprint=b"s" * 32, gp_fingerprint=b"g" * 32)
        assert keys.kid == attempt
        assert {keys.cipher(*s).encrypt(0, bytes(32), b"") for s in STREAMS} == marks(attempt)


@pytest.mark.parametrize("role", Role)
def test_a_later_process_of_either_end_comes_to_the_same_keys(role: Role) -> None:
    later = FrameRatchet(kept(KEYS, role), role)
    keys = later.keys(3, site_fingerprint=b"s" * 32, gp_fingerprint=b"g" * 32)
    assert {keys.cipher(*s).encrypt(0, bytes(32), b"") for s in STREAMS} == marks(3)


def test_keys_do_not_show_themselves() -> None:
    keys = FrameRatchet(KEYS).keys(0, site_fingerprint=b"", gp_fingerprint=b"")
    assert repr(keys) == "FrameKeys(kid=0)"

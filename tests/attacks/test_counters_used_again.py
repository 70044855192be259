"""Counters used again: across a restart, and from an old backup of the record."""

from functools import partial
from typing import Final

import pytest
from fakes.two_ends import TwoEnds

from client.core.envelope import (
    ForgedEnvelopeError,
    Opener,
    Role,
    kept,
    resumed_ciphers,
    session_ciphers,
)

KEYS: Final = TwoEnds.met().agree()[0].keys
SITE_CIPHERS: Final = partial(session_ciphers, KEYS, Role.SITE)
GP_CIPHERS: Final = partial(session_ciphers, KEYS, Role.GP)
OFFER: Final = b"some offer of no importance"


def test_the_two_versions_of_an_envelope_cannot_pass_for_each_other() -> None:
    first = SITE_CIPHERS()[0].seal(OFFER)
    later = resumed_ciphers(kept(KEYS, Role.SITE), bytes(8))[0].seal(OFFER)
    assert GP_CIPHERS()[1].open(first) == GP_CIPHERS()[1].open(later) == OFFER
    for forged in (b"\x02" + bytes(8) + first[1:], b"\x01" + later[9:]):
        with pytest.raises(ForgedEnvelopeError):
            GP_CIPHERS()[1].open(forged)


def test_an_old_backup_brings_no_key_stream_back() -> None:
    """Three processes of the site from one backup, all counting from 0: no key serves twice."""
    backup = kept(KEYS, Role.SITE)
    processes = [SITE_CIPHERS()[0]]
    processes += [resumed_ciphers(backup, bytes([n] * 8))[0] for n in (1, 2)]
    streams = {process.seal(OFFER)[-len(OFFER) - 16 :] for process in processes}
    assert len(streams) == len(processes)
    gp = GP_CIPHERS()[1]
    for _ in range(2):
        for process in processes:
            assert gp.open(process.seal(OFFER)) == OFFER


def test_a_record_stolen_in_mid_consultation_does_not_open_what_its_owner_had_sent() -> None:
    backup = kept(KEYS, Role.SITE)
    assert KEYS.site_key not in (backup.own_root, backup.peer_key)
    sealed = SITE_CIPHERS()[0].seal(OFFER)
    for key in (backup.own_root, backup.peer_key):
        with pytest.raises(ForgedEnvelopeError):
            Opener(key, KEYS.site_iv).open(sealed)

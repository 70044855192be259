from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.identity import Identity
from client.core.profession import (
    LASTS_S,
    SIZE_LIMIT,
    Attestation,
    AttestationExpiredError,
    BadAttestationError,
    OtherHolderError,
    Professional,
    ProfessionError,
    UnknownBrokerError,
)

BROKER, GP = Identity(b"b" * 32), Identity(b"g" * 32)
NOW_S = 1_900_000_000
NOW = datetime.fromtimestamp(NOW_S, UTC)
WHO = Professional("https://auth.esw.esante.gouv.fr", "10001234567", "Hélène MARTIN")
GIVEN = Attestation.signed(BROKER, WHO, holder=GP.public, nonce=b"n" * 16, now_s=NOW_S)


def test_it_comes_back_as_it_went() -> None:
    found = Attestation.decode(GIVEN.encode())
    assert found == GIVEN
    found.require(holder=GP.public, brokers={BROKER.public}, now=NOW)
    assert found.issued_at == NOW


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"holder": BROKER.public}, OtherHolderError),
        ({"brokers": {GP.public}}, UnknownBrokerError),
        ({"brokers": set()}, UnknownBrokerError),
        ({"now": NOW + timedelta(seconds=LASTS_S)}, AttestationExpiredError),
        ({"now": NOW - timedelta(hours=1)}, AttestationExpiredError),
    ],
)
def test_it_holds_for_one_key_one_broker_and_a_time(
    asked: dict[str, Any], error: type[ProfessionError]
) -> None:
    usual: dict[str, Any] = {"holder": GP.public, "brokers": {BROKER.public}, "now": NOW}
    with pytest.raises(error):
        GIVEN.require(**(usual | asked))


@pytest.mark.parametrize(
    "change",
    [
        {"who": replace(WHO, rpps="10007654321")},
        {"who": replace(WHO, name="Dr Knock")},
        {"holder": BROKER.public},
        {"nonce": b"m" * 16},
        {"expires_s": NOW_S + LASTS_S + 1},
        {"broker": GP.public},
        {"who": replace(WHO, rpps="1000123456")},
        {"who": replace(WHO, name="n" * 300)},
    ],
)
def test_nothing_of_it_can_be_changed(change: dict[str, Any]) -> None:
    with pytest.raises(BadAttestationError):
        Attestation.decode(replace(GIVEN, **change).encode())


def test_a_broker_cannot_lend_it_for_longer_than_agreed() -> None:
    said = replace(GIVEN, issued_s=NOW_S - LASTS_S)
    with pytest.raises(AttestationExpiredError):
        said.require(holder=GP.public, brokers={BROKER.public}, now=NOW)


@given(data=st.binary(max_size=200))
def test_other_bytes_are_none(data: bytes) -> None:
    with pytest.raises(BadAttestationError):
        Attestation.decode(data)


def test_too_many_bytes_are_not_even_read() -> None:
    with pytest.raises(BadAttestationError):
        Attestation.decode(GIVEN.encode() + bytes(SIZE_LIMIT))

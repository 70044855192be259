"""What a GP proves of its profession, at the site: the end-to-end path is in `tests/end_to_end`."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from client.core.identity import Identity
from client.core.profession import Attestation, Professional
from client.session.profession import ProfessionView, professed

BROKER: Final = Identity(b"b" * 32)
GP: Final = Identity(b"g" * 32)
NOW: Final = datetime.fromtimestamp(1_900_000_000, UTC)
WHO: Final = Professional("https://login.example", "10001234567", "Hélène MARTIN")
GIVEN: Final = Attestation.signed(
    BROKER, WHO, holder=GP.public, nonce=b"n" * 16, now_s=1_900_000_000
)


def test_who_is_proved_is_shown_with_the_time_of_the_login() -> None:
    later = NOW + timedelta(hours=1)
    view = professed(GIVEN.encode(), holder=GP.public, brokers={BROKER.public}, now=later)
    assert view == ProfessionView("Hélène MARTIN", "10001234567", "https://login.example", NOW)


@pytest.mark.parametrize(
    ("data", "holder", "brokers"),
    [
        (b"", GP.public, {BROKER.public}),
        (GIVEN.encode(), BROKER.public, {BROKER.public}),
        (GIVEN.encode(), GP.public, set()),
    ],
)
def test_what_does_not_hold_is_not_shown_nor_written_down(
    data: bytes, holder: bytes, brokers: set[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert professed(data, holder=holder, brokers=brokers, now=NOW) is None
    assert "refused" in caplog.text
    assert "MARTIN" not in caplog.text

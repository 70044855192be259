"""What the other end can prove of its profession, as far as this end trusts a broker."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from client.core.profession import Attestation, ProfessionError

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProfessionView:
    """Verified by a broker that this end trusts: name and number as the provider has them."""

    name: str
    rpps: str
    issuer: str
    """Address of the OpenID provider."""
    verified_at: datetime
    """The login."""


def professed(
    data: bytes, *, holder: bytes, brokers: Collection[bytes], now: datetime
) -> ProfessionView | None:
    """What may be shown of the person with this key; `None`, and a line in the log, if nothing."""
    try:
        found = Attestation.decode(data)
        found.require(holder=holder, brokers=brokers, now=now)
    except ProfessionError as error:
        _log.warning("a proof of profession was refused: %s", type(error).__name__)
        return None
    who = found.who
    return ProfessionView(who.name, who.rpps, who.issuer, found.issued_at)

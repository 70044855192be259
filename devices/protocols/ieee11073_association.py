"""How an IEEE 11073 agent and a manager meet and part.

Source: ISO/IEEE 11073-20601 as public implementations give it; the answer to an association is the
one of OpenTele and universAAL, byte for byte but for the manager's own number.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from devices.protocols.ieee11073 import Choice, DamagedError, Reader, apdu, block, u16


class Result(IntEnum):
    """What a manager says to an association (20601, AssociateResult)."""

    ACCEPTED = 0
    ACCEPTED_UNKNOWN_CONFIGURATION = 3
    NO_COMMON_PROTOCOL = 4
    NO_COMMON_PARAMETER = 5


class ConfigurationResult(IntEnum):
    """What a manager says to a configuration (20601, ConfigResult)."""

    ACCEPTED = 0
    UNSUPPORTED = 1


RELEASED: Final = apdu(Choice.RELEASE_RESPONSE, u16(0))
"""The answer to a release."""
ABORT: Final = apdu(Choice.ABORT, u16(0))
"""The answer to data from an agent that has not associated: it then begins anew."""

MANAGER_ID: Final = b"\x02CHEVET\x00"
"""chosen: an EUI-64 with the bit set that says it is nobody's registered number."""
_PROTOCOL: Final = 20601
_FIRST_VERSION: Final = 0x80
"""The first bit of a version: version 1, of the protocol as of its nomenclature."""
_MDER: Final = 0x80
_MANAGER: Final = b"\x80\x00\x00\x00"
_AGENT: Final = b"\x00\x80\x00\x00"
_VERSION: Final = b"\x80\x00\x00\x00"
_AGENT_INITIATED: Final = b"\x00\x01\x01\x00"
"""Reports that the agent begins, one at a time."""


@dataclass(frozen=True, slots=True)
class Association:
    """What an agent proposes."""

    system_id: str
    """Its EUI-64 in hexadecimal: unique to the instrument."""
    configuration: int
    """The number of its configuration."""
    objection: Result | None = None
    """Why no conversation is possible."""

    @classmethod
    def parse(cls, body: bytes) -> "Association":
        """Take the body of a request apart; `DamagedError`."""
        reader = Reader(body)
        reader.take(4)  # its version was looked at when the APDU was found
        count, protocols = reader.items()
        for _ in range(count):
            number, info = protocols.u16(), protocols.block()
            if number == _PROTOCOL:
                return cls._of_protocol(Reader(info))
        return cls("", 0, Result.NO_COMMON_PROTOCOL)

    @classmethod
    def _of_protocol(cls, reader: Reader) -> "Association":
        version, rules, nomenclature = reader.take(4), reader.take(2), reader.take(4)
        reader.take(8)  # functional units, system type
        system_id, configuration = reader.block().hex().upper(), reader.u16()
        if not system_id:
            raise DamagedError
        is_common = (
            version[0] & _FIRST_VERSION and rules[0] & _MDER and nomenclature[0] & _FIRST_VERSION
        )
        return cls(system_id, configuration, None if is_common else Result.NO_COMMON_PARAMETER)


def request(system_id: bytes, configuration: int) -> bytes:
    """What an agent proposes, as it travels."""
    info = _info(_AGENT, system_id, configuration, _AGENT_INITIATED)
    protocols = u16(1) + block(u16(_PROTOCOL) + block(info))
    return apdu(Choice.ASSOCIATION_REQUEST, _VERSION + protocols)


def response(result: Result) -> bytes:
    """What the manager answers, as it travels."""
    if result in (Result.ACCEPTED, Result.ACCEPTED_UNKNOWN_CONFIGURATION):
        info = _info(_MANAGER, MANAGER_ID, 0, bytes(4))
        return apdu(Choice.ASSOCIATION_RESPONSE, u16(result, _PROTOCOL) + block(info))
    return apdu(Choice.ASSOCIATION_RESPONSE, u16(result, 0, 0))


def _info(system_type: bytes, system_id: bytes, configuration: int, modes: bytes) -> bytes:
    """20601, PhdAssociationInformation: versions 1, MDER, no functional units, no options."""
    common = _VERSION + b"\x80\x00" + _VERSION + bytes(4)
    return common + system_type + block(system_id) + u16(configuration) + modes + bytes(4)

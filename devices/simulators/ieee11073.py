"""A blood pressure monitor of IEEE 11073-20601 as the manager sees it.

It associates as soon as it can, describes itself, and reports what it measured; what is not
confirmed it keeps and reports again. `press` measures.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import ClassVar, Final

from devices.protocols import ieee11073 as wire
from devices.protocols.ieee11073 import Apdu, Choice, Data, Message, Reader
from devices.protocols.ieee11073_association import ABORT, RELEASED, Result, request
from devices.protocols.ieee11073_nomenclature import Attribute, Code, Unit
from devices.protocols.ieee11073_objects import Report
from devices.simulators.instrument import Material

MEMORY: Final = 5
"""Measurements in one report; the oldest goes first."""
ASSOCIATED_EVERY_S: Final = 1.0
"""chosen: the standard lets ten seconds pass; nobody waits so long for a demonstration."""
CONFIRMED_WITHIN_S: Final = 3.0  # 20601, TO-cer-mds
PRESS: Final = "press"

_SYSTEM: Final = b"\x02CUFF\x00\x00\x01"
_CONFIGURATION: Final = 0x4000  # the first number that is not the standard's
_MDS: Final = 0
_PRESSURE_HANDLE: Final = 1
_PULSE_HANDLE: Final = 2
_CLOCK: Final = datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001 -- the instrument knows no time zone
_OLD: Final = (152, 94, 113, 88)
"""Another patient's, in the memory before the host came."""
_MEASURED: Final = ((126, 71, 86, 64), (131, 78, 95, 69), (118, 66, 83, 58))


@dataclass(frozen=True, slots=True)
class _Measurement:
    measured_at: datetime
    pressures_and_pulse: tuple[int, int, int, int]


class Simulator:
    """The agent: begins every conversation."""

    WORDS: ClassVar[frozenset[str]] = frozenset({PRESS})
    """`press`: a measurement is made."""

    def __init__(self, material: Material) -> None:
        del material  # nothing to play: it has a memory of its own
        self._apdus = wire.Apdus()
        self._memory = [_Measurement(_CLOCK - timedelta(days=1), _OLD)]
        self._results = cycle(_MEASURED)
        self._is_associated = False
        self._is_operating = False
        self._invoke_id = 0
        self._sent = 0
        """How many of the memory are in the report under way."""
        self._said_s: float | None = None

    @property
    def baud(self) -> int:
        """A virtual port has any speed; this is the driver's."""
        return 115_200

    def receive(self, data: bytes, at_s: float) -> bytes:
        """Answer the manager."""
        apdus, _ = self._apdus.take(data)
        heard = (*apdus, *self._apdus.settled())
        return b"".join(self._answer(apdu, at_s) for apdu in heard)

    def tick(self, at_s: float) -> bytes:
        """Ask for an association; report what was not confirmed."""
        if not self._is_associated:
            if self._said_s is not None and at_s - self._said_s < ASSOCIATED_EVERY_S:
                return b""
            self._said_s = at_s
            return request(_SYSTEM, _CONFIGURATION)
        is_late = self._said_s is None or at_s - self._said_s >= CONFIRMED_WITHIN_S
        if is_late and not self._is_operating:
            self._is_associated = False
            return ABORT
        if self._is_operating and self._memory and (is_late or not self._sent):
            return self._report(at_s)
        return b""

    def tell(self, word: str, *, is_on: bool, at_s: float) -> None:
        """`press`: measure."""
        if word == PRESS and is_on and not self._sent:
            now = _CLOCK + timedelta(seconds=at_s)
            self._memory.append(_Measurement(now, next(self._results)))
            del self._memory[:-MEMORY]

    def _answer(self, apdu: Apdu, at_s: float) -> bytes:
        match apdu.choice:
            case Choice.ASSOCIATION_RESPONSE:
                result = Reader(apdu.body).u16()
                self._is_associated = result in tuple(Result)[:2]
                self._is_operating = result == Result.ACCEPTED
                self._said_s = at_s
                return self._description() if self._is_associated else b""
            case Choice.ABORT:
                self._is_associated = self._is_operating = False
                self._said_s, self._sent = at_s, 0
            case Choice.RELEASE_REQUEST:
                self._is_associated = self._is_operating = False
                return RELEASED
            case Choice.DATA:
                return self._heard(Data.parse(apdu.body))
            case _:
                pass
        return b""

    def _heard(self, data: Data) -> bytes:
        if data.message == Message.GET:
            names = wire.block(b"Chevet") + wire.block(b"Simulated cuff")
            attributes = wire.items(wire.u16(Attribute.MODEL) + wire.block(names))
            return wire.data_apdu(data.invoke_id, Message.GET_RESULT, wire.u16(_MDS) + attributes)
        if data.message == Message.EVENT_REPORT_CONFIRMED and data.invoke_id == self._invoke_id:
            if self._is_operating:
                del self._memory[: self._sent]
                self._sent = 0
            self._is_operating = True
        return b""

    def _description(self) -> bytes:
        """Nothing when the manager knows it already."""
        if self._is_operating:
            return b""
        pressures = wire.u16(Code.SYSTOLIC, Code.DIASTOLIC, Code.MEAN_PRESSURE)
        objects = (
            _object(
                _PRESSURE_HANDLE,
                (Attribute.TYPE, wire.u16(2, Code.PRESSURE)),
                (Attribute.PHYSIO_LIST, wire.u16(3) + wire.block(pressures)),
                (Attribute.UNIT, wire.u16(Unit.MMHG)),
                (Attribute.LAYOUT, _layout(Attribute.COMPOUND_BASIC_VALUE, 10)),
            ),
            _object(
                _PULSE_HANDLE,
                (Attribute.TYPE, wire.u16(2, Code.PULSE_CUFF)),
                (Attribute.UNIT, wire.u16(Unit.PER_MINUTE)),
                (Attribute.LAYOUT, _layout(Attribute.BASIC_VALUE, 2)),
            ),
        )
        return self._event(
            Report.CONFIGURATION, wire.u16(_CONFIGURATION) + wire.items(*objects), is_new=True
        )

    def _report(self, at_s: float) -> bytes:
        entries = []
        for measurement in self._memory:
            *pressures, pulse = measurement.pressures_and_pulse
            time = bytes.fromhex(measurement.measured_at.strftime("%Y%m%d%H%M%S00"))
            values = wire.u16(3) + wire.block(wire.u16(*pressures))
            entries.append(wire.u16(_PRESSURE_HANDLE) + wire.block(values + time))
            entries.append(wire.u16(_PULSE_HANDLE) + wire.block(wire.u16(pulse) + time))
        is_new, self._sent = not self._sent, len(self._memory)
        self._said_s = at_s
        return self._event(Report.FIXED, wire.u16(0xF000, 0) + wire.items(*entries), is_new=is_new)

    def _event(self, kind: Report, info: bytes, *, is_new: bool) -> bytes:
        self._invoke_id += is_new
        content = wire.u16(_MDS) + b"\xff\xff\xff\xff" + wire.u16(kind) + wire.block(info)
        return wire.data_apdu(self._invoke_id, Message.CONFIRMED_EVENT_REPORT, content)


def _object(handle: int, *attributes: tuple[int, bytes]) -> bytes:
    encoded = (wire.u16(attribute) + wire.block(data) for attribute, data in attributes)
    return wire.u16(6, handle) + wire.items(*encoded)


def _layout(attribute: int, length: int) -> bytes:
    parts = wire.u16(attribute, length), wire.u16(Attribute.TIME, 8)
    return wire.items(*parts)

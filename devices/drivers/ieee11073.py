"""Personal health devices of IEEE 11073-20601 on a serial stream (A&D UA-767PBT-C, UC-321PBT).

Source: ISO/IEEE 11073-20601 and its device specialisations as public implementations give them,
    checked against recorded reports of A&D instruments (OpenTele, universAAL).
Reads: blood pressure and its pulse (10407), weight, height and BMI (10415), body temperature
    (10408), SpO2, pulse and perfusion index (10404), glucose with control solution set apart
    (10417); the device's own time of each, model, firmware, system number. Configurations of the
    standard, and those that the agent describes.
Leaves out: persistent stores (PM-store), waveforms, grouped scanner reports, events that are no
    numbers (meals, symptoms, irregular pulse), setting the clock, times in other than absolute
    form.

Such an instrument speaks first: it associates, describes itself where its configuration is not a
standard one, and reports everything in its memory, whether it was measured a minute or a month ago.
A confirmed report must be answered with its own number, or it comes again; one that comes again is
answered again and told once. What carries the device's own time is `STORED`. Within one report the
measurements are told in the order of that time, the newest last (undated ones first), because A&D
instruments do not send them in order; `record` counts them as they are told. Blood pressure and
pulse of one time are one record.

Without `start` the driver only listens, to a recording of the agent's half. A recording that does
not hold the configuration is understood as far as it leaves no doubt: reports of variable format by
the units they carry, reports of fixed format when only a blood pressure monitor or an oximeter of
the standard can have sent objects of these numbers and lengths; a single value of a thermometer,
scale or glucose meter is then not told. If bytes were lost since the association, perhaps with the
configuration, nothing of fixed format is told.
"""

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import ClassVar, Final

from devices.driver import Request, SerialSettings
from devices.protocols import ieee11073 as wire
from devices.protocols.ieee11073 import Apdu, Choice, DamagedError, Data, Message, Reader
from devices.protocols.ieee11073_association import (
    ABORT,
    RELEASED,
    Association,
    ConfigurationResult,
    Result,
    response,
)
from devices.protocols.ieee11073_description import parse_description
from devices.protocols.ieee11073_measurements import Measurements
from devices.protocols.ieee11073_nomenclature import STANDARD, Configuration, kind_of
from devices.protocols.ieee11073_objects import (
    REPORTS,
    Report,
    parse_configuration,
    parse_report,
)
from devices.readings import (
    Alive,
    Event,
    Identified,
    Kind,
    Refused,
    Resynced,
    Send,
    Vital,
)

SETTLED_AFTER: Final = timedelta(milliseconds=30)
"""chosen: far longer than between two bytes; a whole APDU followed by nothing is then believed."""
ABANDONED_AFTER: Final = timedelta(seconds=2)
"""chosen: shorter than the 3 s in which an agent wants its report confirmed (20601, TO-cer-mds)."""
MAX_CONFIGURATIONS: Final = 8
"""chosen: agents offer one or two; more are forgotten and described again."""

_NAMES: Final = {
    Kind.BLOOD_PRESSURE: "blood pressure monitor",
    Kind.SCALE: "scale",
    Kind.THERMOMETER: "thermometer",
    Kind.OXIMETER: "oximeter",
    Kind.GLUCOMETER: "glucose meter",
}
_UNKNOWN_TIME: Final = b"\xff\xff\xff\xff"  # 20601, RelativeTime of a manager that has none
_ALL_ATTRIBUTES: Final = bytes(6)  # of object 0: an empty list


class _State(Enum):
    """Of the manager (20601, its state machine without the transitory states)."""

    UNASSOCIATED = auto()
    CONFIGURING = auto()
    OPERATING = auto()


class Driver:
    """The manager: answers whatever the agent begins."""

    MODEL: ClassVar[str] = "IEEE 11073 (A&D UA-767PBT-C, UC-321PBT)"
    KIND: ClassVar[Kind] = Kind.BLOOD_PRESSURE
    LINE: ClassVar[SerialSettings] = SerialSettings(baud=115_200)
    VITALS: ClassVar[tuple[Vital, ...]] = (
        Vital.SYSTOLIC,
        Vital.DIASTOLIC,
        Vital.MEAN_PRESSURE,
        Vital.PULSE,
        Vital.WEIGHT,
        Vital.HEIGHT,
        Vital.BMI,
        Vital.TEMPERATURE,
        Vital.SPO2,
        Vital.PERFUSION_INDEX,
        Vital.GLUCOSE,
        Vital.GLUCOSE_MOLAR,
    )
    REQUESTS: ClassVar[frozenset[Request]] = frozenset()

    def __init__(self) -> None:
        self._apdus = wire.Apdus()
        self._measurements = Measurements()
        self._state = _State.UNASSOCIATED
        self._is_started = False
        self._heard_at: datetime | None = None
        self._association: Association | None = None
        self._configuration: Configuration | None = None
        self._described: dict[tuple[str, int], Configuration] = {}
        """Configurations that agents described, by system and number."""
        self._has_lost_bytes = False
        """Since the association, or since the first APDU where none was heard."""
        self._has_heard = False
        self._last_report: bytes | None = None
        self._identified: Identified | None = None

    def start(self, now: datetime) -> list[Event]:
        """Wait for the agent; it speaks first."""
        del now
        self._is_started = True
        return []

    def identify(self) -> bytes:
        """Nothing: an agent is known by the association that it asks for."""
        return b""

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._heard_at = now
        return self._taken(*self._apdus.take(data), now)

    def tick(self, now: datetime) -> list[Event]:
        """Believe an APDU that nothing follows; give up one whose end does not come."""
        if self._heard_at is None or now - self._heard_at < SETTLED_AFTER:
            return []
        events = self._taken(self._apdus.settled(), 0, now)
        if self._apdus.is_waiting and now - self._heard_at >= ABANDONED_AFTER:
            events += self._taken(*self._apdus.abandoned(), now)
        return events

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """Nothing can be asked of an agent of these kinds."""
        del request, now
        return []

    def _taken(self, apdus: list[Apdu], dropped: int, now: datetime) -> list[Event]:
        events: list[Event] = [Resynced(dropped)] if dropped else []
        self._has_lost_bytes = self._has_lost_bytes or (dropped > 0 and self._has_heard)
        self._has_heard = self._has_heard or bool(apdus)
        for apdu in apdus:
            try:
                events += self._heard(apdu, now)
            except DamagedError:
                self._has_lost_bytes = True
                events.append(Resynced(len(apdu.body)))
        if self._is_started:
            return events
        return [event for event in events if not isinstance(event, Send)]

    def _heard(self, apdu: Apdu, now: datetime) -> list[Event]:
        match apdu.choice:
            case Choice.ASSOCIATION_REQUEST:
                return self._associated(Association.parse(apdu.body))
            case Choice.RELEASE_REQUEST:
                self._state = _State.UNASSOCIATED
                return [Alive(), Send(RELEASED)]
            case Choice.ABORT:
                self._state = _State.UNASSOCIATED
                return [Alive()]
            case Choice.DATA:
                return self._heard_data(apdu.body, now)
            case _:
                return [Alive()]

    def _associated(self, association: Association) -> list[Event]:
        self._has_lost_bytes = False
        self._association = association
        if association.objection is not None:
            self._state = _State.UNASSOCIATED
            name = f"IEEE 11073 {association.system_id}".strip()
            return [Send(response(association.objection)), Refused(name)]
        number = association.configuration
        known = STANDARD.get(number) or self._described.get((association.system_id, number))
        self._configuration = known
        if known is None:
            self._state = _State.CONFIGURING
            answer = Send(response(Result.ACCEPTED_UNKNOWN_CONFIGURATION))
            return [answer, *self._introduced("IEEE 11073", None, None)]
        return [Send(response(Result.ACCEPTED)), *self._operating(known)]

    def _operating(self, configuration: Configuration) -> list[Event]:
        self._state = _State.OPERATING
        kind = kind_of(configuration)
        name = f"IEEE 11073 {_NAMES[kind]}" if kind else "IEEE 11073"
        question = wire.data_apdu(0, Message.GET, _ALL_ATTRIBUTES)
        return [*self._introduced(name, None, kind), Send(question)]

    def _introduced(self, model: str, firmware: str | None, kind: Kind | None) -> list[Event]:
        """Who it is, if that is news; the system's number is what stays the same."""
        serial = self._association.system_id if self._association else None
        identified = Identified(model, serial, firmware, kind)
        before, self._identified = self._identified, identified
        return [Alive()] if identified == before else [identified]

    def _heard_data(self, body: bytes, now: datetime) -> list[Event]:
        if self._is_started and self._state is _State.UNASSOCIATED:
            return [Alive(), Send(ABORT)]
        data = Data.parse(body)
        match data.message:
            case Message.EVENT_REPORT | Message.CONFIRMED_EVENT_REPORT:
                return self._reported(data, body, now)
            case Message.GET_RESULT:
                return self._described_itself(data.content)
            case _:
                return [Alive()]

    def _described_itself(self, content: bytes) -> list[Event]:
        description = parse_description(content)
        if description is None:
            return [Alive()]
        kind = kind_of(self._configuration or {})
        name = f"{description.maker} {description.model}".strip()
        return self._introduced(name, description.firmware, kind)

    def _reported(self, data: Data, body: bytes, now: datetime) -> list[Event]:
        reader = Reader(data.content)
        handle, _, kind, info = reader.u16(), reader.take(4), reader.u16(), reader.block()
        reader.finish()
        if kind == Report.CONFIGURATION:
            return self._configured(data.invoke_id, handle, info)
        if self._is_started and self._state is not _State.OPERATING:
            return [Alive()]
        if data.message == Message.EVENT_REPORT:
            return [Alive(), *self._measured(kind, info, now)]
        events: list[Event] = [Alive()]
        if body != self._last_report:
            events += self._measured(kind, info, now)
        self._last_report = body
        return [*events, _confirmed(data.invoke_id, handle, kind)]

    def _measured(self, kind: int, info: bytes, now: datetime) -> list[Event]:
        if kind not in REPORTS:
            return []
        known = self._configuration
        if known is None and (self._is_started or self._has_lost_bytes):
            known = {}
        return [*self._measurements.told(parse_report(kind, info, known), now)]

    def _configured(self, invoke_id: int, handle: int, info: bytes) -> list[Event]:
        number, configuration = parse_configuration(info)
        system = self._association.system_id if self._association else ""
        if kind_of(configuration) is None:
            reply = wire.u16(number, ConfigurationResult.UNSUPPORTED)
            refusal = _confirmed(invoke_id, handle, Report.CONFIGURATION, reply)
            return [refusal, Refused(f"IEEE 11073 {system}".strip())]
        if len(self._described) >= MAX_CONFIGURATIONS:
            self._described.clear()
        self._described[system, number] = configuration
        self._configuration = configuration
        reply = wire.u16(number, ConfigurationResult.ACCEPTED)
        confirmation = _confirmed(invoke_id, handle, Report.CONFIGURATION, reply)
        return [confirmation, *self._operating(configuration)]


def _confirmed(invoke_id: int, handle: int, kind: int, reply: bytes = b"") -> Send:
    content = wire.u16(handle) + _UNKNOWN_TIME + wire.u16(kind) + wire.block(reply)
    return Send(wire.data_apdu(invoke_id, Message.EVENT_REPORT_CONFIRMED, content))

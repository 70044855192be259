"""Laboratory analysers and Contour meters that send ASTM messages over a serial line.

Source: the descriptions named in `devices.protocols.astm` and `astm_records`; fields as public
    interface descriptions of the Abbott Afinion 2, Siemens DCA Vantage, Roche cobas c111 and
    Ascensia/Bayer Contour use them, checked against public recordings of the first three. 9600 8N1
    is E1381's usual setting; where an analyser's menu says otherwise, it is set to that.
Reads: every result with the analyser's own test name, unit, reference range, flags and time; model,
    serial number, firmware. A Contour's glucose is a reading like any other meter's. LOINC only
    where test and unit leave no doubt.
Leaves out: patient, specimen and operator names and numbers, comments and raw signals: they are
    read past and kept nowhere. Orders to the analyser, queries, the USB-HID side of a Contour.

Chevet is the receiver: it acknowledges ENQ and frames, and asks for nothing. A control (H-12 or
O-12 says Q, a training or service message, a rack for controls, a C among a Contour's flags) is
marked. What says so comes before the result: where the header is lost, or frames between, the
results of that message are left out. A Contour's result says all of itself, and is always told.

Without `start` the driver only listens, to a recording: ENQ, EOT and line ends may be missing.
"""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.driver import Request, SerialSettings
from devices.protocols import astm
from devices.protocols.astm import Control, Damaged, Frame, Verdict
from devices.protocols.astm_records import Delimiters, Record, Records, is_header
from devices.protocols.astm_results import (
    is_control_order,
    is_of_meter,
    is_whole,
    lab_result,
    meter_reading,
    sender_of,
)
from devices.readings import Alive, Event, Identified, Kind, Resynced, Send, Vital

NEXT_FRAME_WITHIN: Final = timedelta(seconds=30)
"""E1381: how long a receiver waits before it takes the transfer as given up."""

_ACK: Final = Send(bytes((astm.ACK,)))
_NAK: Final = Send(bytes((astm.NAK,)))

_NOT_OF_PATIENTS: Final = frozenset("QTD")
"""H-12: quality control, training, debugging."""


class Driver:
    """Receives messages, acknowledges them, tells their results."""

    MODEL: ClassVar[str] = "ASTM analysers (Afinion 2, DCA Vantage, cobas c111), Contour meters"
    KIND: ClassVar[Kind] = Kind.ANALYSER
    LINE: ClassVar[SerialSettings] = SerialSettings(baud=9600)
    VITALS: ClassVar[tuple[Vital, ...]] = (Vital.GLUCOSE, Vital.GLUCOSE_MOLAR)
    REQUESTS: ClassVar[frozenset[Request]] = frozenset()

    def __init__(self) -> None:
        self._frames = astm.Frames()
        self._sequence = astm.Sequence()
        self._records = Records()
        self._is_started = False
        self._transfer_at: datetime | None = None
        """When the sender was last heard; `None` between transfers."""
        self._header: Record | None = None
        """Of the message under way; `None` when what was said of its results is not known."""
        self._is_control = False
        self._is_new_sample = True
        self._record = 0
        self._identified: Identified | None = None

    def start(self, now: datetime) -> list[Event]:  # noqa: ARG002 - the contract
        """Answer from now on; the analyser speaks first."""
        self._is_started = True
        return []

    def identify(self) -> bytes:
        """Nothing: an analyser cannot be asked, its messages say who it is."""
        return b""

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        found, dropped = self._frames.take(data)
        events: list[Event] = [Resynced(dropped)] if dropped else []
        for item in found:
            match item:
                case Frame():
                    events += self._framed(item, now)
                case Control(byte):
                    events += self._controlled(byte, now)
                case Damaged():
                    events += self._answered(_NAK) if self._transfer_at is not None else []
        return events

    def tick(self, now: datetime) -> list[Event]:
        """Give up a transfer whose sender fell silent."""
        if self._transfer_at is not None and now - self._transfer_at >= NEXT_FRAME_WITHIN:
            self._restart()
        return []

    def ask(self, request: Request, now: datetime) -> list[Event]:  # noqa: ARG002 - the contract
        """Nothing can be asked."""
        return []

    def _answered(self, answer: Send) -> list[Event]:
        return [answer] if self._is_started else []

    def _controlled(self, byte: int, now: datetime) -> list[Event]:
        if byte not in (astm.ENQ, astm.EOT):
            return []
        self._restart()
        if byte == astm.EOT:
            return []
        self._transfer_at = now
        return self._answered(_ACK)

    def _restart(self) -> None:
        self._transfer_at = None
        self._header = None
        self._sequence.restart()
        self._records.restart()

    def _framed(self, frame: Frame, now: datetime) -> list[Event]:
        if self._is_started and self._transfer_at is None and not is_header(frame.text):
            return [Alive()]  # from the middle of a transfer; unanswered, it is begun again
        match self._sequence.judge(frame):
            case Verdict.WRONG:
                return self._out_of_order(frame, now)
            case Verdict.REPEATED:
                return [Alive(), *self._answered(_ACK)]
        self._transfer_at = now if self._is_started else self._transfer_at
        return [Alive(), *self._answered(_ACK), *self._told(frame, now)]

    def _out_of_order(self, frame: Frame, now: datetime) -> list[Event]:
        if self._is_started and self._transfer_at is not None:
            return [Alive(), _NAK]
        self._restart()
        self._sequence.judge(frame)
        return [Alive(), *self._told(frame, now)]

    def _told(self, frame: Frame, now: datetime) -> list[Event]:
        return [
            event
            for text in self._records.take(frame.text, is_last=frame.is_last)
            for event in self._recorded(text, now)
        ]

    def _recorded(self, text: str, now: datetime) -> list[Event]:
        delimiters = self._header.delimiters if self._header is not None else Delimiters()
        record = Record.parse(text, Delimiters.of_header(text) or delimiters)
        match record.type:
            case "H":
                return self._began(record)
            case "P":
                self._is_new_sample = True
            case "O":
                self._is_new_sample = True
                self._is_control = self._is_of_no_patient() or is_control_order(record)
            case "R":
                return self._resulted(record, now)
            case "L":
                self._header = None
        return []

    def _began(self, header: Record) -> list[Event]:
        self._header = header
        self._is_new_sample = True
        self._is_control = self._is_of_no_patient()
        sender = sender_of(header)
        if sender is None or sender == self._identified:
            return []
        self._identified = sender
        return [sender]

    def _is_of_no_patient(self) -> bool:
        return self._header is not None and self._header.field(12) in _NOT_OF_PATIENTS

    def _resulted(self, result: Record, now: datetime) -> list[Event]:
        if is_of_meter(result):
            self._record += 1
            return [meter_reading(result, self._record, now)] if is_whole(result) else []
        if self._header is None:
            return []
        self._record += self._is_new_sample
        self._is_new_sample = False
        return [lab_result(result, self._record, now, self._header, is_control=self._is_control)]

"""Berry PM6750 multi-parameter module: ECG, respiration, SpO2, blood pressure, two temperatures.

Source: Berry, "PM6750 manual", as quoted and measured by the public project Abrunacci/berry_med.
    The manual gives the SpO2 wave 40 samples a second; 50 were measured, and 50 are told.
Reads: heart rate and respiration rate (/min), seven ECG leads (250 samples a second, 0..250 as
    sent, zero line 128), respiration wave (50 a second, as sent), SpO2 (%), pulse rate (/min),
    plethysmogram (50 a second, as sent), systolic, mean and diastolic pressure (mmHg), two
    temperatures (degrees Celsius), software version where the module tells it as text.
Leaves out: ST values and arrhythmia codes, which would be a diagnosis; marks of single beats; gain,
    filter and patient mode, which are left as the module has them. Commands for the factory
    (static pressure, calibration, leak test) are not in this program.

The module is silent until its outputs are switched on, which `start` does and repeats when the
stream dies. A blood pressure is measured only when asked for (`MEASURE`): the cuff fills. While it
does, `CuffPressure` tells how far; `STOP` empties it at once. A result is told once, after the
module was seen to measure: what it still shows from before may be another patient's. Without
`start` the driver only listens, to a recording, and tells every result that differs from the one
before it, as stored where the measurement itself was not heard.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar, Final

from devices.driver import Line, Request, SerialSettings
from devices.protocols import pm6750
from devices.protocols.live import WaveBlocks
from devices.protocols.pm6750 import Command, Frame, Type
from devices.protocols.pm6750_cuff import Cuff
from devices.readings import (
    Alive,
    Event,
    Identified,
    Kind,
    Quality,
    Reading,
    Resynced,
    Send,
    Vital,
    Wave,
)

ECG_HZ: Final = 250
SLOW_HZ: Final = 50
"""SpO2 wave (measured; the manual says 40) and respiration wave."""
ECG_BLOCK: Final = 50
SLOW_BLOCK: Final = 10
"""chosen, both: five blocks a second draw smoothly and cost little."""
STREAM_LOST_AFTER: Final = timedelta(seconds=3)
"""chosen: three of the module's slowest packets; its outputs are then switched on again."""

_Decoder = Callable[[bytes, datetime], list[Event]]
_MODEL: Final = "Berry PM6750"
_OUTPUTS: Final = (
    Command.ECG,
    Command.OXIMETER,
    Command.TEMPERATURE,
    Command.OXIMETER_WAVE,
    Command.RESPIRATION_WAVE,
)
_LEADS: Final = (
    Wave.ECG_I, Wave.ECG_II, Wave.ECG_III, Wave.ECG_AVR, Wave.ECG_AVL, Wave.ECG_AVF, Wave.ECG_V,
)  # fmt: skip

_ECG_WEAK: Final = 0x01  # type 02, status
_LEAD_OFF: Final = 0x02
_RATE_MISSING: Final = (0, 0xFF)
_SPO2_MISSING: Final = (0, 0x7F)
_OXIMETER_STATES: Final = {
    1: Quality.NO_SIGNAL,  # sensor off
    2: Quality.NO_SIGNAL,  # no finger
    3: Quality.SEARCHING,
    4: Quality.SEARCHING,  # for too long
}
_TEMPERATURES: Final = ((Vital.TEMPERATURE, 0x01), (Vital.TEMPERATURE_2, 0x02))
"""With the status bit that says this probe is off."""
_SHORTEST_VERSION: Final = 2
"""An echoed question has one byte."""


class Driver:
    """Switches the outputs on, decodes them, and measures blood pressure when asked."""

    MODEL: ClassVar[str] = _MODEL
    KIND: ClassVar[Kind] = Kind.MONITOR
    LINE: ClassVar[Line] = SerialSettings(baud=115_200)
    VITALS: ClassVar[tuple[Vital, ...]] = (
        Vital.HEART_RATE,
        Vital.RESPIRATION,
        Vital.SPO2,
        Vital.PULSE,
        Vital.SYSTOLIC,
        Vital.MEAN_PRESSURE,
        Vital.DIASTOLIC,
        Vital.TEMPERATURE,
        Vital.TEMPERATURE_2,
    )
    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.MEASURE, Request.STOP})
    BYTES_PER_S: ClassVar[int] = 12 * ECG_HZ + 2 * 6 * SLOW_HZ + 30
    """Both kinds of wave, and about thirty bytes of values."""

    def __init__(self) -> None:
        self._frames = pm6750.Frames()
        self._ecg = [WaveBlocks(lead, ECG_HZ, ECG_BLOCK) for lead in _LEADS]
        self._pleth = WaveBlocks(Wave.PLETH, SLOW_HZ, SLOW_BLOCK)
        self._breath = WaveBlocks(Wave.RESPIRATION, SLOW_HZ, SLOW_BLOCK)
        self._cuff = Cuff()
        self._heard_at: datetime | None = None
        """When the last frame came, or the outputs were switched on; `None` when only listening."""
        self._decoders: dict[int, _Decoder] = {
            Type.ECG_WAVE: self._leads,
            Type.ECG: _ecg,
            Type.PRESSURE: self._cuff.heard,
            Type.OXIMETER: _oximeter,
            Type.TEMPERATURE: _temperatures,
            Type.VERSION: _version,
            Type.OXIMETER_WAVE: lambda data, now: list(self._pleth.add(data[0], now)),
            Type.RESPIRATION_WAVE: lambda data, now: list(self._breath.add(data[0], now)),
        }

    def start(self, now: datetime) -> list[Event]:
        """Ask for the version, then switch every output on."""
        self._cuff.begin_session()
        return [Send(pm6750.command(Command.VERSION, 0)), *self._switched_on(now)]

    def identify(self) -> bytes:
        """Ask for the version, and switch on the ECG's output, as `start` does."""
        return pm6750.command(Command.VERSION, 0) + pm6750.command(Command.ECG, 1)

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        frames, dropped = self._frames.take(data)
        events: list[Event] = [Resynced(dropped)] if dropped else []
        if frames and self._heard_at is not None:
            self._heard_at = now
        for frame in frames:
            events += self._decoded(frame, now)
        return events

    def tick(self, now: datetime) -> list[Event]:
        """Flush waiting waves, wake a stream that died, give up a measurement."""
        events: list[Event] = []
        for wave in (*self._ecg, self._pleth, self._breath):
            events += wave.tick(now)
        if self._heard_at is not None and now - self._heard_at >= STREAM_LOST_AFTER:
            events += self._switched_on(now)
        return [*events, *self._cuff.tick(now)]

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE` fills the cuff; `STOP` empties it."""
        return self._cuff.measure(now) if request is Request.MEASURE else self._cuff.stop()

    def _switched_on(self, now: datetime) -> list[Event]:
        self._heard_at = now
        return [Send(pm6750.command(output, 1)) for output in _OUTPUTS]

    def _decoded(self, frame: Frame, now: datetime) -> list[Event]:
        """What a frame says; that the module lives, when it says nothing else we read."""
        decoder = self._decoders.get(frame.type)
        if decoder is None or len(frame.data) < _SHORTEST.get(frame.type, 1):
            return [Alive()]
        return decoder(frame.data, now)

    def _leads(self, data: bytes, now: datetime) -> list[Event]:
        """One sample of every lead, all of the same moment."""
        return [
            block
            for lead, sample in zip(self._ecg, data, strict=False)
            for block in lead.add(sample, now)
        ]


_SHORTEST: Final[dict[int, int]] = {
    Type.ECG_WAVE: len(_LEADS),
    Type.ECG: 3,
    Type.PRESSURE: 5,
    Type.OXIMETER: 3,
    Type.TEMPERATURE: 3,
}
"""Bytes of data; some firmware was seen to send shorter packets, without what comes last."""


def _ecg(data: bytes, now: datetime) -> list[Event]:
    """Status, heart rate, respiration rate (measured through the same electrodes)."""
    status = data[0]
    given = Quality.WEAK if status & _ECG_WEAK else Quality.GOOD
    values = zip((Vital.HEART_RATE, Vital.RESPIRATION), data[1:], strict=False)
    return [
        Reading(vital, None, Quality.NO_SIGNAL, now)
        if status & _LEAD_OFF or value in _RATE_MISSING
        else Reading(vital, value, given, now)
        for vital, value in values
    ]


def _oximeter(data: bytes, now: datetime) -> list[Event]:
    """Status, SpO2, pulse rate; a state the manual does not know vouches for nothing."""
    status, spo2, pulse = data[:3]
    given = {
        Vital.SPO2: None if status or spo2 in _SPO2_MISSING else spo2,
        Vital.PULSE: None if status or pulse in _RATE_MISSING else pulse,
    }
    why_not = _OXIMETER_STATES.get(status, Quality.NO_SIGNAL)
    return [
        Reading(vital, value, why_not if value is None else Quality.GOOD, now)
        for vital, value in given.items()
    ]


def _temperatures(data: bytes, now: datetime) -> list[Event]:
    """Status, then degrees and tenths of each probe."""
    status = data[0]
    events: list[Event] = []
    for (vital, off), whole, tenths in zip(_TEMPERATURES, data[1::2], data[2::2], strict=False):
        if status & off or not whole:
            events.append(Reading(vital, None, Quality.NO_SIGNAL, now))
        elif tenths > 9:  # noqa: PLR2004 -- a decimal digit
            events.append(Reading(vital, None, Quality.OUT_OF_RANGE, now))
        else:
            events.append(Reading(vital, (whole * 10 + tenths) / 10, Quality.GOOD, now))
    return events


def _version(data: bytes, now: datetime) -> list[Event]:
    """The manual does not say how the version is written: taken as text where it is text."""
    del now
    text = data.decode("ascii", "replace").strip("\0 ")
    if len(data) < _SHORTEST_VERSION or not text.isprintable() or "\ufffd" in text:
        return [Alive()]
    return [Identified(_MODEL, firmware=text)]

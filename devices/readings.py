"""What an instrument can say: readings, waveforms, pictures, and what became of it.

A value the instrument does not vouch for is ``None`` with a `Quality`; never 0, never the last one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import NamedTuple


class _Code(NamedTuple):
    """How a vital sign is named and counted outside Chevet."""

    code: str
    """Chevet's own short name, on the wire and in records."""
    loinc: str
    """LOINC code of the observation."""
    ucum: str
    """UCUM unit of every value of this vital sign."""
    decimals: int
    """Digits after the decimal point that the quantity is shown with."""
    lowest: float
    """Below this no instrument can be right (an engineering guard, not a clinical limit)."""
    highest: float
    """Above this no instrument can be right."""


class Vital(Enum):
    """A vital sign; its unit belongs to it, so a `Reading` carries a bare number."""

    SPO2 = _Code("spo2", "2708-6", "%", 0, 1, 100)
    PULSE = _Code("pulse", "8867-4", "/min", 0, 20, 300)
    PERFUSION_INDEX = _Code("perfusion_index", "61006-3", "%", 1, 0, 22)
    TEMPERATURE = _Code("temperature", "8310-5", "Cel", 1, 30, 45)
    TEMPERATURE_2 = _Code("temperature_2", "8310-5", "Cel", 1, 30, 45)
    """The second probe of an instrument that has two."""
    SYSTOLIC = _Code("systolic", "8480-6", "mm[Hg]", 0, 40, 300)
    DIASTOLIC = _Code("diastolic", "8462-4", "mm[Hg]", 0, 20, 200)
    MEAN_PRESSURE = _Code("mean_pressure", "8478-0", "mm[Hg]", 0, 20, 250)
    HEART_RATE = _Code("heart_rate", "8867-4", "/min", 0, 20, 300)
    """From an electrocardiogram; a finger's or a cuff's is `PULSE`."""
    RESPIRATION = _Code("respiration", "9279-1", "/min", 0, 2, 80)
    GLUCOSE = _Code("glucose", "41653-7", "mg/dL", 0, 10, 700)
    """Capillary blood glucose from an instrument that counts in mg/dL."""
    GLUCOSE_MOLAR = _Code("glucose_molar", "14743-9", "mmol/L", 1, 0.6, 39)
    """The same from one that counts in mmol/L: the number a doctor sees is the instrument's."""
    WEIGHT = _Code("weight", "29463-7", "kg", 1, 1, 400)
    HEIGHT = _Code("height", "8302-2", "cm", 0, 30, 250)
    BMI = _Code("bmi", "39156-5", "kg/m2", 1, 5, 150)

    @property
    def code(self) -> str:
        """Short name on the wire and in records."""
        return self.value.code

    @property
    def loinc(self) -> str:
        """LOINC code of the observation."""
        return self.value.loinc

    @property
    def ucum(self) -> str:
        """UCUM unit."""
        return self.value.ucum

    @property
    def decimals(self) -> int:
        """Digits after the decimal point."""
        return self.value.decimals

    def is_possible(self, value: float) -> bool:
        """Whether any instrument could rightly give this value."""
        return self.value.lowest <= value <= self.value.highest

    @classmethod
    def from_code(cls, code: str) -> "Vital":
        """The vital sign with this short name; `ValueError` when there is none."""
        for vital in cls:
            if vital.code == code:
                return vital
        raise ValueError(code)


class Quality(StrEnum):
    """How far the instrument itself vouches for a reading. Technical, never clinical."""

    GOOD = "good"
    WEAK = "weak"
    """The instrument gives a value and says its signal is weak."""
    SEARCHING = "searching"
    """The instrument is looking for a signal; no value."""
    NO_SIGNAL = "no_signal"
    """Probe off, finger out, nothing measured; no value."""
    OUT_OF_RANGE = "out_of_range"
    """The instrument sent a number that cannot be; no value."""
    TOO_LOW = "too_low"
    """The instrument says the quantity is below what it can measure; no value."""
    TOO_HIGH = "too_high"
    """The instrument says the quantity is above what it can measure; no value."""
    UNSTABLE = "unstable"
    """The instrument gives a value and says that it still moves, as a scale under a foot."""


class Origin(StrEnum):
    """How a value came to be: three things that must never look the same."""

    LIVE = "live"
    """What the sensor says now, over and over."""
    SPOT = "spot"
    """One measurement, made just now."""
    STORED = "stored"
    """From the instrument's memory: an earlier measurement, perhaps another person's."""


class Mark(StrEnum):
    """What the instrument noted beside a value."""

    BEFORE_MEAL = "before_meal"
    AFTER_MEAL = "after_meal"
    CONTROL = "control"
    """Made with a control solution: it says something of the instrument, nothing of a patient."""
    IRREGULAR_PULSE = "irregular_pulse"
    """The instrument's own words for it; Chevet judges nothing."""
    AVERAGE = "average"
    """A mean of several measurements."""
    EVENT = "event"
    """Someone pressed the instrument's event key."""
    LOW_BATTERY = "low_battery"
    NET = "net"
    """A weight after the tare was taken off."""


class Wave(StrEnum):
    """A waveform an instrument draws."""

    PLETH = "pleth"
    RESPIRATION = "respiration"
    ECG_I = "ecg_i"
    ECG_II = "ecg_ii"
    ECG_III = "ecg_iii"
    ECG_AVR = "ecg_avr"
    ECG_AVL = "ecg_avl"
    ECG_AVF = "ecg_avf"
    ECG_V = "ecg_v"
    AUSCULTATION = "auscultation"
    """The outline of a sound: lowest and highest of each short while, in turn."""


class Kind(StrEnum):
    """What an instrument is to the person who holds it."""

    OXIMETER = "oximeter"
    THERMOMETER = "thermometer"
    BLOOD_PRESSURE = "blood_pressure"
    GLUCOMETER = "glucometer"
    SCALE = "scale"
    MONITOR = "monitor"
    """Several vital signs at once."""
    ANALYSER = "analyser"
    """Laboratory tests on a drop of blood or urine."""
    OTOSCOPE = "otoscope"
    CAMERA = "camera"
    """An examination camera for skin, throat or eye."""
    STETHOSCOPE = "stethoscope"


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one vital sign, or the reason why there is none."""

    vital: Vital
    value: float | None
    """In the vital sign's unit; `None` when the instrument does not vouch for it."""
    quality: Quality
    taken_at: datetime
    """When the host received it, UTC."""
    origin: Origin = Origin.LIVE
    record: int | None = None
    """Counts the measurements of one connection, from 1; what was measured together shares it.
    Set for every `SPOT` and `STORED` value."""
    measured_at: datetime | None = None
    """What the instrument's own clock said, naive: shown as its own, never used for order."""
    marks: frozenset[Mark] = frozenset()
    sent_as: str | None = None
    """Value and unit as the instrument sent them, where the unit is not the vital sign's."""


@dataclass(frozen=True, slots=True)
class LabResult:
    """One result of a laboratory test, named and counted as the analyser does."""

    test: str
    """The analyser's own name or code of the test."""
    value: str | None
    """As sent: a number, or words such as ``<0.5``; `None` when the analyser gives none."""
    unit: str | None
    """As sent."""
    quality: Quality
    taken_at: datetime
    """When the host received it, UTC."""
    loinc: str | None = None
    """LOINC code, where test and unit leave no doubt."""
    reference_range: str | None = None
    """As sent."""
    flags: str | None = None
    """As sent."""
    origin: Origin = Origin.STORED
    record: int | None = None
    """As for a `Reading`: the results of one sample share it."""
    measured_at: datetime | None = None
    """What the analyser's own clock said, naive."""
    marks: frozenset[Mark] = frozenset()


@dataclass(frozen=True, slots=True)
class WaveBlock:
    """Consecutive samples of a waveform."""

    wave: Wave
    samples: bytes
    """One unsigned byte a sample, 0..255, scaled as the driver documents."""
    rate_hz: int
    started_at: datetime
    """When the first sample was received, UTC."""


@dataclass(frozen=True, slots=True)
class Identified:
    """The instrument said who it is."""

    model: str
    serial: str | None = None
    firmware: str | None = None
    kind: Kind | None = None
    """What it is, where the driver serves several kinds."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The instrument is not one this driver may speak for; it is left alone."""

    model: str
    """What it said it is."""


@dataclass(frozen=True, slots=True)
class Resynced:
    """Noise was skipped on the line."""

    dropped: int
    """Bytes thrown away."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture for aiming; the next one replaces it."""

    jpeg: bytes
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class StillProgress:
    """How far the full-quality picture has come."""

    received: int
    """Bytes so far."""
    total: int
    """Bytes in all."""


@dataclass(frozen=True, slots=True)
class Still:
    """A full-quality picture, exactly as the instrument made it."""

    jpeg: bytes
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Clip:
    """A few seconds of moving picture, each picture exactly as the instrument made it."""

    jpegs: tuple[bytes, ...]
    frames_per_s: float
    """On the average."""
    taken_at: datetime
    """When the first picture was received, UTC."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Consecutive samples of a sound, exactly as the instrument gave them."""

    samples: bytes
    """Signed 16-bit, little endian, one channel."""
    rate_hz: int
    taken_at: datetime
    """When the last sample was received, UTC."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far fetching what the instrument stored has come."""

    received: int
    """Measurements so far."""
    total: int | None
    """Measurements in all, where the instrument says it."""


@dataclass(frozen=True, slots=True)
class CuffPressure:
    """The pressure in a cuff while it measures: it shows that work is done, and is no reading."""

    mmhg: int


@dataclass(frozen=True, slots=True)
class Failed:
    """What was asked of the instrument did not come; the person can try again."""

    request: str
    """The `devices.driver.Request` that failed."""


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes the driver wants written to the instrument."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Baud:
    """The instrument changes its speed; the port follows before anything more is sent."""

    baud: int


@dataclass(frozen=True, slots=True)
class Alive:
    """The instrument answered and had nothing new to say; it is not silent."""


Event = (
    Reading
    | LabResult
    | WaveBlock
    | Identified
    | Refused
    | Resynced
    | Preview
    | StillProgress
    | Still
    | Clip
    | Sound
    | Progress
    | CuffPressure
    | Failed
    | Send
    | Baud
    | Alive
)

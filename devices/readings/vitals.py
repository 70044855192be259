"""Vital signs, and the words that stand beside a value: quality, origin, marks, waves, kinds."""

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

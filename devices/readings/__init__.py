"""What an instrument can say: readings, waveforms, pictures, and what became of it.

A value the instrument does not vouch for is ``None`` with a `Quality`; never 0, never the last one.
"""

from devices.readings.events import (
    Alive,
    Baud,
    Clip,
    CuffPressure,
    Event,
    Failed,
    Identified,
    LabResult,
    Preview,
    Progress,
    Reading,
    Refused,
    Resynced,
    Send,
    Sound,
    Statement,
    Still,
    StillProgress,
    WaveBlock,
)
from devices.readings.vitals import Kind, Mark, Origin, Quality, Vital, Wave

__all__ = [
    "Alive",
    "Baud",
    "Clip",
    "CuffPressure",
    "Event",
    "Failed",
    "Identified",
    "Kind",
    "LabResult",
    "Mark",
    "Origin",
    "Preview",
    "Progress",
    "Quality",
    "Reading",
    "Refused",
    "Resynced",
    "Send",
    "Sound",
    "Statement",
    "Still",
    "StillProgress",
    "Vital",
    "Wave",
    "WaveBlock",
]

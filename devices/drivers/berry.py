"""Berry pulse oximeters and others that speak the "BCI" protocol of five bytes.

Source: Berry, "BCI protocol V1.2", and the readers that public projects wrote after it.
Reads: SpO2 (%), pulse rate (/min), plethysmogram (100 samples a second, 1..100 as sent).
Leaves out: identification (the protocol has none), the bar graph.

Not to be taken for a Contec of the first series, whose packets look the same and whose status bits
mean other things: its "SpO2 dropping" is this one's "probe unplugged"
(`devices.drivers.contec_v5`). The baud rate (115200, no parity) keeps them apart. Where it cannot,
as over a network or in a file, two things do: a plethysmogram above 100, which a Berry never draws
and a Contec does in most beats, and the pace, 100 packets a second here and 60 there. A stream
that shows either is refused. Until then, and in a Contec's recording with low waves, values are
right, and a Contec's dropping SpO2 is told as no signal rather than the reverse.
"""

from datetime import datetime
from typing import ClassVar, Final

from devices.driver import Line, Request, SerialSettings
from devices.protocols import contec_five
from devices.protocols.live import LiveVitals, WaveBlocks
from devices.readings import (
    Event,
    Failed,
    Kind,
    Quality,
    Reading,
    Refused,
    Resynced,
    Vital,
    Wave,
)

RATE_HZ: Final = 100  # BCI protocol V1.2
BLOCK_SAMPLES: Final = 25
"""chosen: four blocks a second draw smoothly and cost little."""
CONTEC_HZ: Final = 60
CONTEC: Final = "Contec CMS50 (V5.0)"
HIGHEST_WAVE: Final = 100  # BCI protocol V1.2, byte 2
FOREIGN_WAVES: Final = 3
"""chosen: in a row; a damaged packet that looks whole comes alone."""

_PROBE_UNPLUGGED: Final = 0x20  # byte 1
_NO_SIGNAL: Final = 0x10  # byte 1
_SEARCHING: Final = 0x20  # byte 3
_NO_FINGER: Final = 0x10  # byte 3


class Driver:
    """Decodes the live stream; the instrument needs no asking."""

    MODEL: ClassVar[str] = "Berry (BCI, five bytes)"
    KIND: ClassVar[Kind] = Kind.OXIMETER
    LINE: ClassVar[Line] = SerialSettings(baud=115_200)
    VITALS: ClassVar[tuple[Vital, ...]] = (Vital.SPO2, Vital.PULSE)
    REQUESTS: ClassVar[frozenset[Request]] = frozenset({Request.MEASURE})
    BYTES_PER_S: ClassVar[int] = contec_five.PACKET_BYTES * RATE_HZ

    def __init__(self) -> None:
        self._groups = contec_five.Groups()
        self._live = contec_five.Row()
        self._pace = contec_five.Pace(CONTEC_HZ)
        self._vitals = LiveVitals(repeat_after=RATE_HZ)
        self._pleth = WaveBlocks(Wave.PLETH, RATE_HZ, BLOCK_SAMPLES)
        self._foreign_waves = 0
        self._is_refused = False
        self._heard_at: datetime | None = None

    def start(self, now: datetime) -> list[Event]:
        """Nothing to send: it streams by itself."""
        del now
        return []

    def identify(self) -> bytes:
        """Nothing: the protocol has no question, and the stream shows itself."""
        return b""

    def receive(self, data: bytes, now: datetime) -> list[Event]:
        """Take any slice of the stream; return what it completed."""
        self._heard_at = now
        groups, dropped = self._groups.take(data)
        if self._is_refused:
            return []
        packets = self._believed(groups)
        dropped += self._live.thrown() + sum(len(group.data) for group in groups if _is_odd(group))
        is_clean = not dropped and self._live.is_sure
        events: list[Event] = [Resynced(dropped)] if dropped else []
        events += self._hear(packets, now)
        if not self._is_refused and self._pace.is_foreign(len(groups), now, is_clean=is_clean):
            events += self._refused()
        return events

    def tick(self, now: datetime) -> list[Event]:
        """Tell what waited for a packet behind it."""
        if self._is_refused:
            return []
        events: list[Event] = []
        if self._heard_at is not None and now - self._heard_at >= contec_five.SETTLED_AFTER:
            events += self._hear(self._believed(self._groups.settled()), now)
            if len(self._groups) == 0:
                events += self._hear(self._live.released(), now)
        return [*events, *self._pleth.tick(now)]

    def ask(self, request: Request, now: datetime) -> list[Event]:
        """`MEASURE`: tell both vital signs with the next packet."""
        del now
        if self._is_refused:
            return [Failed(request.value)]
        self._vitals.forget()
        return []

    def _believed(self, groups: list[contec_five.Group]) -> list[bytes]:
        packets: list[bytes] = []
        for group in groups:
            if _is_odd(group):
                self._live.interrupt()
            else:
                packets += self._live.add(group)
        return packets

    def _hear(self, packets: list[bytes], now: datetime) -> list[Event]:
        events: list[Event] = []
        for packet in packets:
            is_foreign = packet[1] > HIGHEST_WAVE
            self._foreign_waves = self._foreign_waves + 1 if is_foreign else 0
            if self._foreign_waves == FOREIGN_WAVES:
                return [*events, *self._refused()]
            events += [*self._vitals.told(_readings(packet, now)), *self._drawn(packet[1], now)]
        return events

    def _refused(self) -> list[Event]:
        self._is_refused = True
        return [Refused(CONTEC)]

    def _drawn(self, wave: int, now: datetime) -> list[Event]:
        is_sample = 0 < wave <= HIGHEST_WAVE
        return list(self._pleth.add(wave, now) if is_sample else self._pleth.flushed())


def _is_odd(group: contec_five.Group) -> bool:
    """Whether this is no packet: this instrument has nothing else to say."""
    return len(group.data) != contec_five.PACKET_BYTES


def _readings(packet: bytes, now: datetime) -> list[Reading]:
    """BCI protocol V1.2: both vital signs of a packet."""
    why_not = _why_nothing(packet)
    if why_not is not None:
        return [Reading(vital, None, why_not, now) for vital in Driver.VITALS]
    return contec_five.readings(packet, now)


def _why_nothing(packet: bytes) -> Quality | None:
    if packet[0] & _PROBE_UNPLUGGED or packet[2] & _NO_FINGER:
        return Quality.NO_SIGNAL
    if packet[2] & _SEARCHING:
        return Quality.SEARCHING
    return Quality.NO_SIGNAL if packet[0] & _NO_SIGNAL else None

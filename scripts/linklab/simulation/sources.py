"""What a consultation sends: voice, pictures, readings, and a still at some point."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from client.core.adaptation.plan import PictureRung, Plan
from client.core.lanes import Carrier, Lane, Packet, packet_limit_bytes
from linklab.simulation.agenda import Agenda
from linklab.simulation.packets import Kind, Load

Push = Callable[[Packet, Load], None]
"""Hands a packet to the scheduler."""

_RTP_BYTES: Final = 12 + 8
"""RTP header and the extension with the transport-wide number."""
_SCTP_BYTES: Final = 12 + 16
_ENVELOPE_BYTES: Final = 18
_READING_BYTES: Final = 128
_REPORT_BYTES: Final = 256
_PIECE_BYTES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Scene:
    """What is sent, besides voice and readings."""

    picture_from_s: float = 3.0
    """When the words are verified."""
    still_at_s: float | None = 15.0
    still_bytes: int = 200_000
    restless: float = 0.25
    """How much picture sizes vary: the standard deviation of their logarithm."""


class Sources:
    """Voice, pictures, readings and reports, following the plan of the moment."""

    def __init__(self, agenda: Agenda, push: Push, scene: Scene, lots: random.Random) -> None:
        self._agenda = agenda
        self._push = push
        self._scene = scene
        self._lots = lots
        self.plan: Plan | None = None
        self.wants_key = True
        self.has_room = True
        """As the scheduler says."""
        self._units = 0
        self._voice_parts = self._picture_parts = 0
        agenda.at(0.0, self._speak)
        agenda.at(scene.picture_from_s, self._show)
        agenda.every(1.0, self._read, first_s=0.5)

    def _speak(self) -> None:
        plan = self.plan
        packet_ms = plan.voice.packet_ms if plan else 60
        bitrate_bps = plan.voice.bitrate_bps if plan else 12_000
        size = int(bitrate_bps * packet_ms / 8_000 * self._lots.uniform(0.85, 1.15))
        packet = Packet(bytes(_RTP_BYTES + size), Carrier.RTP)
        load = self._load(Kind.VOICE, Lane.VOICE, self._voice_parts)
        self._voice_parts += 1
        self._push(packet, load)
        self._agenda.at(self._agenda.now_s + packet_ms / 1000, self._speak)

    def _read(self) -> None:
        for size in (_READING_BYTES, _REPORT_BYTES):
            packet = Packet(bytes(_SCTP_BYTES + _ENVELOPE_BYTES + size), Carrier.DATA)
            self._push(packet, self._load(Kind.READING, Lane.READINGS))

    def _show(self) -> None:
        rung = self.plan.picture if self.plan else None
        if rung is None:
            self._agenda.at(self._agenda.now_s + 0.1, self._show)
            return
        if self.has_room:
            self._send_picture(rung)
        self._agenda.at(self._agenda.now_s + 1 / rung.frames_per_s, self._show)

    def _send_picture(self, rung: PictureRung) -> None:
        is_key = self.wants_key or rung.is_heartbeat
        mean = rung.bitrate_bps / 8 / rung.frames_per_s
        spread = self._scene.restless
        size = mean * self._lots.lognormvariate(-spread * spread / 2, spread)
        if is_key and not rung.is_heartbeat:
            size = max(3 * mean, min(3_100.0, 0.25 * rung.bitrate_bps / 8))
        self.wants_key = False
        self._units += 1
        send_bps = self.plan.send_bps if self.plan else rung.bitrate_bps
        limit = packet_limit_bytes(send_bps, Carrier.RTP) - Carrier.RTP.value - _RTP_BYTES
        parts = int(size // limit) + 1
        for part in range(parts):
            data = bytes(_RTP_BYTES + max(1, int(size / parts)))
            load = Load(
                *(Kind.PICTURE, Lane.PICTURE, self._units, part, parts, self._agenda.now_s, True),
                stream_number=self._picture_parts,
            )
            self._picture_parts += 1
            packet = Packet(data, Carrier.RTP, self._units, is_key)
            self._push(packet, load)

    def _load(self, kind: Kind, lane: Lane, stream_number: int = -1) -> Load:
        self._units += 1
        is_numbered = kind is Kind.VOICE
        return Load(kind, lane, self._units, 0, 1, self._agenda.now_s, is_numbered, stream_number)


class Still:
    """One still, sent in pieces with little outstanding, at the plan's rate for it."""

    _WINDOW: Final = 4

    def __init__(self, agenda: Agenda, push: Push, scene: Scene) -> None:
        self._agenda = agenda
        self._push = push
        self._pieces = -(-scene.still_bytes // _PIECE_BYTES)
        self.begins_s = scene.still_at_s
        self.plan: Plan | None = None
        self._sent = self._held = 0
        self.waiting_bytes = 0
        """In the scheduler's lane."""
        self.round_trip_s = 0.5
        if scene.still_at_s is not None:
            agenda.at(scene.still_at_s, self._release)

    @property
    def is_waiting(self) -> bool:
        """Offered, and not yet received."""
        begun = self.begins_s is not None and self._agenda.now_s >= self.begins_s
        return begun and self._held < self._pieces

    @property
    def next_missing(self) -> int:
        """The first piece the far end has not acknowledged."""
        return self._held + 1

    def is_missing(self, piece: int) -> bool:
        """Whether the far end may still lack it."""
        return piece > self._held

    def held(self, pieces: int) -> None:
        """The far end has all pieces up to this one."""
        self._held = max(self._held, pieces)

    def _release(self) -> None:
        now_s = self._agenda.now_s
        rate_bps = self.plan.still_bps if self.plan else 0
        window = self._WINDOW + int(rate_bps * self.round_trip_s / 8 / _PIECE_BYTES)
        last = min(self._pieces, self._held + window)
        if rate_bps and self._sent < last and self.waiting_bytes < _PIECE_BYTES:
            self._send_piece()
        if self._held < self._pieces:
            self._agenda.at(now_s + 0.01, self._release)

    def _send_piece(self) -> None:
        self._sent += 1
        data = bytes(_SCTP_BYTES + _ENVELOPE_BYTES + _PIECE_BYTES)
        load = Load(Kind.STILL, Lane.STILL, self._sent, 0, 1, self._agenda.now_s, is_numbered=False)
        self._push(Packet(data, Carrier.DATA), load)

"""A recorded voice sent over a modelled line and played at its end, in simulated time."""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any, Final, Protocol

import av
import numpy as np
from aiortc.codecs.opus import OpusDecoder
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtp import RtpPacket

from client.core.adaptation.plan import VoiceRung
from client.demo.media import GP_VOICE
from client.media.audio_source import FRAME_SAMPLES, SAMPLES_PER_S, Samples, cut, samples_of
from client.media.codecs import opus
from client.media.reception.tally import VoiceQuality
from client.media.reception.voice import VoiceReception
from linklab.capacity import constant
from linklab.line import Delivery, Direction, Line
from linklab.measuring.sound import Sound

HEADERS_BYTES: Final = 20 + 8 + 12 + 8 + 16
"""IP, UDP, RTP, its extension, and SRTP's tag."""
GOOD_LINE: Final = Direction(constant(2_000_000), 0.05, 0.6)

Block = tuple[int, bytes]
Packet = tuple[float, int, Sequence[Block]]
"""A moment, a number and what is in it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is spoken into what line, and who plays it."""

    line: Direction = GOOD_LINE
    seconds: float = 60.0
    rung: VoiceRung = VoiceRung(16_000, 20)  # noqa: RUF009 -- frozen
    sender_ppm: float = 0.0
    """How much slower than true time the speaking end's clock is."""
    speaker_ppm: float = 0.0
    """The same of the loudspeaker's."""
    step_s: float = 0.0
    """The line is this much longer in the middle third."""
    rtt_s: float | None = None
    """A lost packet is sent again once, so long after the next one came; None: never."""


class Receiver(Protocol):
    """A receive path under trial."""

    def receive(self, sequence: int, blocks: Sequence[Block], now_s: float) -> None:
        """A packet has come."""

    def take(self, count: int, now_s: float) -> Samples:
        """The loudspeaker wants sound."""


class Ours:
    """The receive path of `client.media.reception`."""

    def __init__(self) -> None:
        self._voice = VoiceReception()

    @property
    def quality(self) -> VoiceQuality:
        """What it says of itself."""
        return self._voice.quality

    def receive(self, sequence: int, blocks: Sequence[Block], now_s: float) -> None:  # noqa: ARG002 -- a protocol's signature
        """See Receiver."""
        self._voice.receive(blocks, now_s)

    def take(self, count: int, now_s: float) -> Samples:
        """See Receiver."""
        return self._voice.take(count, now_s)


class _Gathering:
    """Sound that waits for the speaker; nothing is given out before 0.2 s of it are there."""

    GATHERED: Final = SAMPLES_PER_S // 5
    LIMIT: Final = SAMPLES_PER_S // 2

    def __init__(self) -> None:
        self._sound = np.zeros(0, np.int16)
        self._is_flowing = False

    def put(self, samples: Samples) -> None:
        self._sound = np.concatenate((self._sound, samples))[-self.LIMIT :]

    def take(self, count: int) -> Samples:
        self._is_flowing = self._is_flowing or len(self._sound) >= self.GATHERED
        if not self._is_flowing:
            return np.zeros(count, np.int16)
        taken, self._sound = self._sound[:count], self._sound[count:]
        self._is_flowing = len(taken) == count
        return np.pad(taken, (0, count - len(taken)))


class Queued:
    """Frames of aiortc's decoder, in a queue of 0.2 s before the speaker."""

    def __init__(self, order: JitterBuffer | None) -> None:
        self._order = order
        self._decoder: Any = OpusDecoder()
        self._resampler = av.AudioResampler("s16", "mono", SAMPLES_PER_S)
        self._queue = _Gathering()

    def receive(self, sequence: int, blocks: Sequence[Block], now_s: float) -> None:  # noqa: ARG002 -- a protocol's signature
        """See Receiver."""
        timestamp, payload = blocks[-1]
        packet = RtpPacket(sequence_number=sequence % (1 << 16), timestamp=timestamp)
        packet._data = payload  # type: ignore[attr-defined]  # noqa: SLF001 -- as aiortc's receiver does
        frame = (
            JitterFrame(payload, timestamp) if self._order is None else self._order.add(packet)[1]
        )
        for decoded in [] if frame is None else self._decoder.decode(frame):
            decoded.pts = None
            for piece in self._resampler.resample(decoded):
                self._queue.put(samples_of(piece))

    def take(self, count: int, now_s: float) -> Samples:  # noqa: ARG002 -- a protocol's signature
        """See Receiver."""
        return self._queue.take(count)


def in_order() -> Queued:
    """Each packet as it comes."""
    return Queued(None)


def stock() -> Queued:
    """The jitter buffer that aiortc has."""
    return Queued(JitterBuffer(capacity=16, prefetch=4))


@dataclass(frozen=True, slots=True)
class Heard:
    """What came out, and what would have on a perfect line."""

    spoken: Sound
    heard: Sound
    packets: int
    lost: int


@cache
def speech() -> Samples:
    """The recorded voice of the demonstration's GP, once."""
    with av.open(str(GP_VOICE)) as container:
        return np.concatenate([samples_of(piece) for piece in cut(container.decode(audio=0))])


def run(scene: Scene, receiver: Receiver, seed: int = 1) -> Heard:
    """Speak, send and play it."""
    spoken = list(_spoken(scene))
    arrivals = sorted(_arrivals(scene, spoken, random.Random(seed)))  # noqa: S311 -- a trial's lots
    own = {sequence for _, sequence, _ in arrivals}
    return Heard(
        _timed(_clean(spoken), scene.sender_ppm),
        _timed(np.concatenate(list(_played(scene, receiver, arrivals))), scene.speaker_ppm),
        len(spoken),
        len(spoken) - len(own),
    )


def endure(scene: Scene, receiver: Ours, every_s: float, seed: int = 1) -> Iterator[VoiceQuality]:
    """Play it without keeping anything; what the receiver says of itself now and then."""
    arrivals = sorted(_arrivals(scene, list(_spoken(scene)), random.Random(seed)))  # noqa: S311 -- same
    frames = round(every_s * SAMPLES_PER_S / FRAME_SAMPLES)
    for number, _ in enumerate(_played(scene, receiver, arrivals)):
        if number % frames == frames - 1:
            yield receiver.quality


def _played(scene: Scene, receiver: Receiver, arrivals: Sequence[Packet]) -> Iterator[Samples]:
    frame_s = FRAME_SAMPLES / SAMPLES_PER_S * (1 + scene.speaker_ppm * 1e-6)
    at = 0
    for number in range(round(scene.seconds / frame_s)):
        now_s = number * frame_s
        while at < len(arrivals) and arrivals[at][0] <= now_s:
            come_s, sequence, blocks = arrivals[at]
            receiver.receive(sequence, blocks, come_s)
            at += 1
        yield receiver.take(FRAME_SAMPLES, now_s)


def _timed(samples: Samples, ppm: float) -> Sound:
    step = SAMPLES_PER_S
    starts = np.arange(0, len(samples), step)
    lengths = np.minimum(step, len(samples) - starts).astype(np.int64)
    return Sound(samples, lengths, starts / SAMPLES_PER_S * 1_000 * (1 + ppm * 1e-6))


@cache
def _coded(rung: VoiceRung) -> tuple[int, Sequence[Block]]:
    """The recorded voice in packets, and how many samples it lasts."""
    encoder = opus.Encoder(rung)
    size = encoder.packet_samples
    pieces = speech()[: len(speech()) // size * size].reshape(-1, size)
    packets = [packet for piece in pieces for packet in encoder.encode(piece)]
    return pieces.size, [(packet.pts or 0, bytes(packet)) for packet in packets]


def _spoken(scene: Scene) -> Iterator[Packet]:
    """When each packet leaves, its number and its blocks; the recording again and again."""
    length, coded = _coded(scene.rung)
    size = scene.rung.packet_ms * SAMPLES_PER_S // 1_000
    before: Block | None = None
    for number in count():
        turn, place = divmod(number, len(coded))
        at, payload = coded[place]
        end = turn * length + at + size
        if end > scene.seconds * SAMPLES_PER_S:
            return
        block = (end - size) % (1 << 32), payload
        repeated = [before] if scene.rung.is_redundant and before else []
        yield end / SAMPLES_PER_S * (1 + scene.sender_ppm * 1e-6), number, [*repeated, block]
        before = block


def _arrivals(scene: Scene, spoken: Sequence[Packet], lots: random.Random) -> Iterator[Packet]:
    line = Line(scene.line, lots)
    waiting = [(sent_s, number, False) for sent_s, number, _ in spoken]
    heapq.heapify(waiting)
    while waiting:
        sent_s, number, is_again = heapq.heappop(waiting)
        blocks = spoken[number][2]
        size = HEADERS_BYTES + sum(len(payload) + 4 for _, payload in blocks)
        outcome = line.offer(size, sent_s)
        third = scene.seconds / 3
        if isinstance(outcome, Delivery):
            longer_s = scene.step_s if third <= sent_s < 2 * third else 0.0
            yield outcome.at_s + longer_s, number, blocks
        elif scene.rtt_s is not None and not is_again:
            again_s = sent_s + scene.rung.packet_ms / 1_000 + scene.rtt_s
            heapq.heappush(waiting, (again_s, number, True))


def _clean(spoken: Sequence[Packet]) -> Samples:
    """All packets decoded one after the other, silences as long as they were."""
    decoder: Any = OpusDecoder()
    pieces: list[Samples] = []
    end = 0
    for _, _, blocks in spoken:
        timestamp, payload = blocks[-1]
        for frame in decoder.decode(JitterFrame(payload, timestamp)):
            sound = np.asarray(frame.to_ndarray(), np.int16).reshape(-1)[::2]
            pieces += [np.zeros(timestamp - end, np.int16), sound]
            end = timestamp + len(sound)
    return np.concatenate(pieces)

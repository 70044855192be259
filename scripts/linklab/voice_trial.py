"""A recorded voice sent over a modelled line and played at its end, in simulated time."""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Final, Protocol

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
from linklab.measuring import hearing
from linklab.measuring.sound import Sound

HEADERS_BYTES: Final = 20 + 8 + 12 + 8 + 16
"""IP, UDP, RTP, its extension, and SRTP's tag."""
GOOD_LINE: Final = Direction(constant(2_000_000), 0.05, 0.6)
LOUD_DBFS: Final = -40.0
_PIECE_S: Final = 0.04
_SPOILT: Final = 0.6
"""chosen: two packets decoded one after the other are above 0.9; a guess soon below 0.5."""
_AROUND_S: Final = 0.06
_COARSE: Final = 4

Block = tuple[int, bytes]


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
        self._decoder = OpusDecoder()
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well it was heard."""

    spoilt_pct: float
    """Of the loud pieces of 40 ms: not found in what was heard."""
    delay_p50_ms: float
    delay_p95_ms: float
    """From mouth to ear."""
    first_delay_ms: float
    last_delay_ms: float
    """Median of the first and the last sixth."""


@cache
def speech() -> Samples:
    """The recorded voice of the demonstration's GP, once."""
    with av.open(str(GP_VOICE)) as container:
        return np.concatenate([samples_of(piece) for piece in cut(container.decode(audio=0))])


def run(scene: Scene, receiver: Receiver, seed: int = 1) -> Heard:
    """Speak, send and play it."""
    spoken: list[tuple[float, int, Sequence[Block]]] = list(_spoken(scene))
    arrivals = sorted(_arrivals(scene, spoken, random.Random(seed)))  # noqa: S311 -- a trial's lots
    played: list[Samples] = []
    frame_s = FRAME_SAMPLES / SAMPLES_PER_S * (1 + scene.speaker_ppm * 1e-6)
    at = 0
    for number in range(round(scene.seconds / frame_s)):
        now_s = number * frame_s
        while at < len(arrivals) and arrivals[at][0] <= now_s:
            come_s, sequence, blocks = arrivals[at]
            receiver.receive(sequence, blocks, come_s)
            at += 1
        played.append(receiver.take(FRAME_SAMPLES, now_s))
    own = {sequence for _, sequence, _ in arrivals}
    return Heard(
        _timed(_clean(spoken), scene.sender_ppm),
        _timed(np.concatenate(played), scene.speaker_ppm),
        len(spoken),
        len(spoken) - len(own),
    )


def _timed(samples: Samples, ppm: float) -> Sound:
    step = SAMPLES_PER_S
    starts = np.arange(0, len(samples), step)
    lengths = np.minimum(step, len(samples) - starts).astype(np.int64)
    return Sound(samples, lengths, starts / SAMPLES_PER_S * 1_000 * (1 + ppm * 1e-6))


def _spoken(scene: Scene) -> Iterator[tuple[float, int, Sequence[Block]]]:
    """When each packet leaves, its number and its blocks."""
    encoder = opus.Encoder(scene.rung)
    size, voice = encoder.packet_samples, speech()
    sequence, before = count(), None
    for start in range(0, round(scene.seconds * SAMPLES_PER_S) - size, size):
        piece = np.take(voice, np.arange(start, start + size), mode="wrap")
        sent_s = (start + size) / SAMPLES_PER_S * (1 + scene.sender_ppm * 1e-6)
        for packet in encoder.encode(piece):
            block = (packet.pts or 0) % (1 << 32), bytes(packet)
            repeated = [before] if scene.rung.is_redundant and before else []
            yield sent_s, next(sequence), [*repeated, block]
            before = block


def _arrivals(
    scene: Scene, spoken: Sequence[tuple[float, int, Sequence[Block]]], lots: random.Random
) -> Iterator[tuple[float, int, Sequence[Block]]]:
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


def _clean(spoken: Sequence[tuple[float, int, Sequence[Block]]]) -> Samples:
    """All packets decoded one after the other, silences as long as they were."""
    decoder, pieces, end = OpusDecoder(), [], 0
    for _, _, blocks in spoken:
        timestamp, payload = blocks[-1]
        for frame in decoder.decode(JitterFrame(payload, timestamp)):
            sound = np.asarray(frame.to_ndarray(), np.int16).reshape(-1)[::2]
            pieces += [np.zeros(timestamp - end, np.int16), sound]
            end = timestamp + len(sound)
    return np.concatenate(pieces)


def judged(trial: Heard) -> Verdict:
    """Look for everything that was spoken in what was heard."""
    found = hearing.recognise(trial.spoken, trial.heard)
    delays = np.array([one.delay_ms for one in found] or [np.nan])
    sixth = max(1, len(delays) // 6)
    return Verdict(
        _spoilt_pct(trial, found),
        float(np.percentile(delays, 50)),
        float(np.percentile(delays, 95)),
        float(np.median(delays[:sixth])),
        float(np.median(delays[-sixth:])),
    )


def _spoilt_pct(trial: Heard, found: Sequence[hearing.Heard]) -> float:
    """Each loud piece is sought around where the delays of its neighbours say it is."""
    if not found:
        return 100.0
    said, ear = _narrow(trial.spoken.samples), _narrow(trial.heard.samples)
    rate = SAMPLES_PER_S // _COARSE
    length, around = round(_PIECE_S * rate), round(_AROUND_S * rate)
    spoken_ms = np.array([one.heard_ms - one.delay_ms for one in found])
    loud = spoilt = 0
    for start in range(rate, len(said) - 2 * rate, length):
        piece = said[start : start + length]
        if 20 * np.log10(np.sqrt(np.mean(piece**2)) / 32_768 + 1e-9) < LOUD_DBFS:
            continue
        at_ms = start * 1_000 / rate
        near = np.argsort(np.abs(spoken_ms - at_ms))[:4]
        places = {round((at_ms + found[n].delay_ms) * rate / 1_000) for n in near}
        loud += 1
        spoilt += max(_best(piece, ear, place, around) for place in places) < _SPOILT
    return 100 * spoilt / loud if loud else 0.0


def _narrow(samples: Samples) -> hearing.Signal:
    whole = len(samples) // _COARSE * _COARSE
    return np.asarray(samples[:whole].reshape(-1, _COARSE).mean(axis=1))


def _best(piece: hearing.Signal, ear: hearing.Signal, place: int, around: int) -> float:
    window = ear[max(0, place - around) : place + around + len(piece)]
    if len(window) < len(piece):
        return 0.0
    product = np.correlate(window, piece, "valid")
    power = np.concatenate(([0.0], np.cumsum(window**2)))
    energy = (power[len(piece) :] - power[: -len(piece)]) * np.sum(piece**2)
    return float(np.max(product / np.sqrt(np.maximum(energy, 1.0))))

"""A finished auscultation as files: the original, and the smaller one that goes out first.

What is sent keeps 0 to 1.8 kHz, sampled at 4 kHz, without loss: `scripts/auscultation_sizes` shows
beside Opus and other rates what that costs and what it does between 20 and 1000 Hz.
"""

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import av
import numpy as np

from client.media.audio_source import SAMPLES_PER_S, Samples

MEDIA_TYPE: Final = "audio/flac"  # RFC 9639, 8
SENT_RATE_HZ: Final = 4_000
_PASSED: Final = 0.45
"""Of the sampling rate: up to there nothing is lost, from a half on nothing is left."""
_MARGIN_S: Final = 0.05
"""chosen: silence put around the sound, so that its end does not ring into its beginning."""
_COMPRESSION_LEVEL: Final = 8
"""FLAC's smallest; 12 s take 20 ms."""

TOO_QUIET_DBFS: Final = -60.0
"""chosen: loudest tenth of a second; a chest piece that lies on a table gives -65 to -80."""
CLIPPED_SHARE: Final = 1e-4
"""chosen: of the samples at full scale; fewer are one knock against the chest piece."""
HUM_SHARE: Final = 0.7
"""chosen: of the power within 2 Hz of the mains and its harmonics; heart sounds have a tenth."""
_MAINS_HZ: Final = (50, 60)
_HARMONICS: Final = 6
_HUM_HALF_WIDTH_HZ: Final = 2.0
_FULL_SCALE: Final = 32_767


class Flaw(StrEnum):
    """What is technically wrong with a recording; never what it means."""

    FAINT = "faint"
    """The chest piece does not press on the skin."""
    CLIPPED = "clipped"
    HUM = "hum"
    """Mostly the mains: no contact with the skin, or a charger nearby."""
    GAPS = "gaps"
    """The machine was too busy to hear all of it."""


@dataclass(frozen=True, slots=True)
class Files:
    """One recording, ready to be kept and sent."""

    sent: bytes
    """FLAC at `SENT_RATE_HZ`."""
    original: bytes
    """FLAC at the rate it was recorded at, every sample of it."""


def files(samples: Samples) -> Files:
    """Both files of a recording at 48 kHz; takes a tenth of a second, so give it a thread."""
    small = downsampled(samples, SENT_RATE_HZ)
    return Files(flac(small, SENT_RATE_HZ), flac(samples, SAMPLES_PER_S))


def flac(samples: Samples, rate_hz: int) -> bytes:
    """A FLAC file of one channel; no sample is changed, and nothing else is in it."""
    file = io.BytesIO()
    with av.open(file, "w", format="flac", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("flac", rate=rate_hz, layout="mono")
        stream.codec_context.format = "s16"
        stream.codec_context.options = {"compression_level": str(_COMPRESSION_LEVEL)}
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.pts = rate_hz, 0
        fifo = av.AudioFifo()
        fifo.write(frame)
        stream.codec_context.open()
        size = stream.codec_context.frame_size
        while (piece := fifo.read(size, partial=True)) is not None:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return file.getvalue()


def unpacked(data: bytes) -> tuple[Samples, int]:
    """The samples of a file of ours and their rate; `av.FFmpegError` when it is none."""
    with av.open(io.BytesIO(data), "r", format="flac") as container:
        rate_hz = container.streams.audio[0].rate
        pieces = [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
    return np.concatenate(pieces).astype(np.int16), rate_hz


def downsampled(samples: Samples, rate_hz: int) -> Samples:
    """The same sound at a lower rate that divides 48 kHz, flat up to `_PASSED` of it."""
    step = SAMPLES_PER_S // rate_hz
    margin = round(_MARGIN_S * rate_hz) * step
    tail = margin + -len(samples) % step
    spectrum = np.fft.rfft(np.pad(samples.astype(np.float64), (margin, tail)))
    length = (len(samples) + margin + tail) // step
    kept = spectrum[: length // 2 + 1]
    share = np.arange(len(kept)) / length
    fade = np.clip((0.5 - share) / (0.5 - _PASSED), 0, 1)
    sound = np.fft.irfft(kept * np.sin(fade * np.pi / 2) ** 2, length) / step
    first = margin // step
    inner = sound[first : first + -(-len(samples) // step)]
    return np.clip(np.rint(inner), -_FULL_SCALE - 1, _FULL_SCALE).astype(np.int16)


def flaw_of(samples: Samples) -> Flaw | None:
    """The first thing technically wrong with a recording at 48 kHz, or `None`."""
    if len(samples) < SAMPLES_PER_S // 10:
        return Flaw.FAINT
    if np.mean(np.abs(samples.astype(np.int32)) >= _FULL_SCALE) > CLIPPED_SHARE:
        return Flaw.CLIPPED
    low = downsampled(samples, SENT_RATE_HZ).astype(np.float64)
    if _loudest_dbfs(low) < TOO_QUIET_DBFS:
        return Flaw.FAINT
    return Flaw.HUM if _hum_share(low) > HUM_SHARE else None


def _loudest_dbfs(low: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> float:
    size = SENT_RATE_HZ // 10
    blocks = low[: len(low) // size * size].reshape(-1, size)
    power = float(np.max(np.mean(blocks**2, axis=1))) / (_FULL_SCALE + 1) ** 2
    return 10 * float(np.log10(max(power, 1e-12)))


def _hum_share(low: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> float:
    power = np.abs(np.fft.rfft(low * np.hanning(len(low)))) ** 2
    pitch_hz = np.fft.rfftfreq(len(low), 1 / SENT_RATE_HZ)
    whole = float(np.sum(power[pitch_hz > 1]))
    shares = []
    for mains_hz in _MAINS_HZ:
        harmonic = np.clip(np.rint(pitch_hz / mains_hz), 1, _HARMONICS)
        is_hum = np.abs(pitch_hz - harmonic * mains_hz) <= _HUM_HALF_WIDTH_HZ
        shares.append(float(np.sum(power[is_hum])) / max(whole, 1e-12))
    return max(shares)

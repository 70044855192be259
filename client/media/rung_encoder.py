"""The encoder at work, whatever rung is asked for: replaced where it cannot follow, or hangs."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Final

import av

from client import clock
from client.core.adaptation.plan import PictureRung
from client.media import codecs
from client.media.codecs.encoder import VideoEncoder
from client.media.errors import CodecMissingError
from client.media.feed import EncodedPacket
from client.media.frugality import Frugality
from client.media.worker import Worker

OpenEncoder = Callable[[PictureRung], VideoEncoder]
"""As `client.media.codecs.encoder`."""

PATIENCE_S: Final = 2.0
"""chosen: far above any picture's time. SVT-AV1 4.1 hung once in some 20,000 pictures."""

_log = logging.getLogger(__name__)


class EncoderThread:
    """Encodes off the event loop; call it from there only."""

    def __init__(
        self,
        open_encoder: OpenEncoder = codecs.encoder,
        patience_s: float = PATIENCE_S,
        monotonic_s: Callable[[], float] = clock.monotonic_s,
    ) -> None:
        self._open_encoder = open_encoder
        self._patience_s = patience_s
        self._monotonic_s = monotonic_s
        self._busy_before_s = 0.0
        self._begin()

    @property
    def busy_s(self) -> float:
        """Time spent encoding so far."""
        return self._busy_before_s + self._encoder.busy_s

    async def encode(
        self, frame: av.VideoFrame, rung: PictureRung, *, force_key_frame: bool
    ) -> list[EncodedPacket]:
        """The packets of this picture; a key frame after a change no encoder could follow.

        None if the encoder failed or hangs; the next picture gets a new one.
        """
        job = partial(self._encoder.encode, frame, rung, force_key_frame=force_key_frame)
        encoding = self._worker.run(job)
        done, _ = await asyncio.wait([encoding], timeout=self._patience_s)
        if done:
            return encoding.result()
        _log.error("the %s encoder hangs; leaving it behind and starting a new one", rung.codec)
        self._worker.run(self._encoder.clear)  # should it come back after all
        self._worker.end()
        self._busy_before_s = self.busy_s
        self._begin()
        return []

    async def close(self) -> None:
        """Release the encoder and the thread; one that hangs is left behind."""
        await asyncio.wait([self._worker.run(self._encoder.clear)], timeout=self._patience_s)
        self._worker.end()

    def _begin(self) -> None:
        # One thread: an encoder serves one, and a cancelled job still finishes before the next.
        self._worker = Worker("camera encoder")
        self._encoder = RungEncoder(self._open_encoder, self._monotonic_s)


class RungEncoder:
    """At most one encoder at a time. For one thread at a time: it opens, encodes and closes."""

    def __init__(self, open_encoder: OpenEncoder, monotonic_s: Callable[[], float]) -> None:
        self._open_encoder = open_encoder
        self._monotonic_s = monotonic_s
        self._encoder: VideoEncoder | None = None
        self._rung: PictureRung | None = None
        self._frugality = Frugality()
        self.busy_s = 0.0
        """Time spent here so far."""

    def encode(
        self, frame: av.VideoFrame, rung: PictureRung, *, force_key_frame: bool
    ) -> list[EncodedPacket]:
        """The packets of this picture; a key frame after a change the encoder cannot follow.

        None if the encoder failed; the next picture gets a new one.
        """
        began_s = self._monotonic_s()
        try:
            encoder = self._at(rung)
            is_first, self._rung = self._rung is None, rung
            force = force_key_frame or is_first or rung.is_heartbeat
            return self._noted(encoder.encode(frame, force_key_frame=force), rung)
        except (av.FFmpegError, CodecMissingError):
            _log.exception("the %s encoder failed; starting a new one", rung.codec)
            self.clear()
            return []
        finally:
            self.busy_s += self._monotonic_s() - began_s

    def clear(self) -> None:
        """Release the encoder, if there is one."""
        encoder, self._encoder, self._rung = self._encoder, None, None
        if encoder is not None:
            encoder.close()

    def _noted(self, packets: list[EncodedPacket], rung: PictureRung) -> list[EncodedPacket]:
        if not rung.is_heartbeat:
            self._frugality.note(packets, rung)
        return packets

    def _at(self, rung: PictureRung) -> VideoEncoder:
        if self._encoder is not None and not self._follows(self._encoder, rung):
            self.clear()
        if self._encoder is None:
            self._frugality.learn()
            asked = rung if rung.is_heartbeat else self._frugality.asked(rung)
            self._encoder = self._open_encoder(asked)
        return self._encoder

    def _follows(self, encoder: VideoEncoder, rung: PictureRung) -> bool:
        if self._rung is None or _kind(rung) != _kind(self._rung):
            return False
        if not rung.is_heartbeat and self._frugality.is_wrong:
            return False
        asked = rung if rung.is_heartbeat else self._frugality.asked(rung)
        return rung == self._rung or encoder.retarget(asked.bitrate_bps, asked.frames_per_s)


def _kind(rung: PictureRung) -> tuple[str, int | None, int, int, bool]:
    return rung.codec, rung.preset, rung.width, rung.height, rung.is_heartbeat

"""The encoder at work, whatever rung is asked for: replaced where it cannot follow."""

import logging
from collections.abc import Callable

import av

from client.core.adaptation.plan import PictureRung
from client.media import codecs
from client.media.codecs.encoder import VideoEncoder
from client.media.errors import CodecMissingError
from client.media.feed import EncodedPacket

_log = logging.getLogger(__name__)


class RungEncoder:
    """At most one encoder at a time. For one thread at a time: it opens, encodes and closes."""

    def __init__(self, monotonic_s: Callable[[], float]) -> None:
        self._monotonic_s = monotonic_s
        self._encoder: VideoEncoder | None = None
        self._rung: PictureRung | None = None
        self.busy_s = 0.0
        """Time spent here so far."""

    def encode(
        self,
        frame: av.VideoFrame,
        rung: PictureRung,
        force_key_frame: bool,  # noqa: FBT001 - run_in_executor passes by position
    ) -> list[EncodedPacket]:
        """The packets of this picture; a key frame after a change the encoder cannot follow.

        None if the encoder failed; the next picture gets a new one.
        """
        began_s = self._monotonic_s()
        try:
            encoder = self._at(rung)
            is_first, self._rung = self._rung is None, rung
            force = force_key_frame or is_first or rung.is_heartbeat
            return encoder.encode(frame, force_key_frame=force)
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

    def _at(self, rung: PictureRung) -> VideoEncoder:
        if self._encoder is not None and not self._follows(self._encoder, rung):
            self.clear()
        if self._encoder is None:
            self._encoder = codecs.encoder(rung)
        return self._encoder

    def _follows(self, encoder: VideoEncoder, rung: PictureRung) -> bool:
        if self._rung is None or _kind(rung) != _kind(self._rung):
            return False
        is_same = rung == self._rung
        return is_same or encoder.retarget(rung.bitrate_bps, rung.frames_per_s)


def _kind(rung: PictureRung) -> tuple[str, int | None, int, int, bool]:
    return rung.codec, rung.preset, rung.width, rung.height, rung.is_heartbeat

"""Our own order of the peer's picture in place of aiortc's."""

from collections.abc import Callable
from typing import Any

from aiortc.jitterbuffer import JitterFrame

from client.net.gaps import PICTURE_S, Gaps
from client.net.payload_formats import STARTS_KEY, PayloadFormatError
from client.net.picture_order import PictureOrder, Piece
from client.net.rtc_internals.registration import joined_picture

Now = Callable[[], float]
RoundTrip = Callable[[], float | None]
OpenPicture = Callable[[str, bytes], bytes | None]
"""Codec and what came, to what the peer sealed; None: nothing it did."""


def order_pictures(receiver: Any, now_s: Now, rtt_s: RoundTrip, open_picture: OpenPicture) -> None:
    """Have gaps asked for until they are filled, and a key frame asked for soon where they are not.

    Pictures are opened when they are whole; after one that cannot be, a key frame is needed.

    For a receiver whose queues are set. Needs ``__nack_generator``, ``__jitter_buffer``,
    ``__decoder_queue``, ``__codecs``.
    """
    receiver._RTCRtpReceiver__nack_generator = _Missing(now_s, rtt_s)  # noqa: SLF001 -- no public name
    assembly = _Assembly(receiver, now_s, rtt_s, open_picture)
    receiver._RTCRtpReceiver__jitter_buffer = assembly  # noqa: SLF001 -- same


class _Missing:
    """In place of aiortc's ``NackGenerator``, which asks once."""

    def __init__(self, now_s: Now, rtt_s: RoundTrip) -> None:
        self._gaps = Gaps(PICTURE_S)
        self._now_s = now_s
        self._rtt_s = rtt_s
        self.missing: list[int] = []

    def add(self, packet: Any) -> bool:
        """Whether to ask for ``missing`` now."""
        self.missing = self._gaps.note(packet.sequence_number, 0, self._now_s(), self._rtt_s())
        return bool(self.missing)


class _Assembly:
    """In place of aiortc's ``JitterBuffer``, which waits for 256 pictures after a loss."""

    def __init__(
        self, receiver: Any, now_s: Now, rtt_s: RoundTrip, open_picture: OpenPicture
    ) -> None:
        self._open_picture = open_picture
        self._order = PictureOrder()
        self._codecs = receiver._RTCRtpReceiver__codecs  # noqa: SLF001 -- no public name
        self._decoder_queue = receiver._RTCRtpReceiver__decoder_queue  # noqa: SLF001 -- same
        self._now_s = now_s
        self._rtt_s = rtt_s

    def add(self, packet: Any) -> tuple[bool, None]:
        """Whether to ask for a key frame; whole pictures go to the decoder from here."""
        codec, now_s = self._codecs[packet.payload_type], self._now_s()
        starts_key = STARTS_KEY[codec.name.lower()]
        piece = Piece(
            packet.sequence_number,
            packet.timestamp,
            bool(packet.marker),
            bool(packet.payload) and starts_key(packet.payload),
            packet._data,  # noqa: SLF001 -- depayloaded
        )
        for picture in self._order.add(piece, now_s, self._rtt_s()):
            opened = self._opened(codec, picture.data)
            if opened is None:
                self._order.refuse()
                break
            self._decoder_queue.put((codec, JitterFrame(opened, picture.timestamp)))
        return self._order.asks_key(now_s), None

    def _opened(self, codec: Any, joined: bytes) -> bytes | None:
        name = codec.name.lower()
        try:
            return self._open_picture(name, joined_picture(name, joined))
        except PayloadFormatError:
            return None

"""Offer and answer of one connection (RFC 3264): its sections, and the codec both ends know.

The site offers its picture in every codec it has, best first; the first one of the answer is what
travels, for as long as the connection lasts. An answer that takes none refuses the picture alone.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from aiortc import RTCPeerConnection, RTCRtpTransceiver, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

from client.net import descriptions
from client.net.payload_formats import STARTS_KEY
from client.net.rtc_internals import streams
from client.net.rtc_internals.registration import capabilities
from client.net.rtc_internals.understanding import understanding
from client.net.tracks import FeedTrack
from client.net.uplink import Sending

_VOICE_CODECS: Final = ("opus", "red")
_RETURN_CODECS: Final = ("vp8",)
"""What every browser sends without being told how."""
_OWN_PICTURE: Final = {"answer": 1, "offer": 2}
"""Where the other end says what it takes of us, by the kind of its description."""


class Negotiation:
    """Describes this end of a connection and reads the other's."""

    def __init__(
        self,
        connection: RTCPeerConnection,
        voice: FeedTrack,
        picture: FeedTrack,
        codecs: Sequence[str],
        *,
        plays_apart: bool,
    ) -> None:
        """`codecs`: what the picture may be sent as, best first; av1, vp9, vp8.

        `plays_apart`: the peer's browser is not to let voice and picture wait for each other.
        """
        self._connection = connection
        self._voice = voice
        self._picture = picture
        self._codecs = tuple(codecs)
        self._plays_apart = plays_apart
        self._pictures: RTCRtpTransceiver | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.picture_codec: str | None = None
        """What the picture is sent as; None before both descriptions are known, or if in nothing
        that the other end decodes."""

    def begin_offer(self) -> tuple[Sending, Sending]:
        """The site's sections; those that carry our voice and our picture."""
        voice = self._add_voice()
        picture = self._add_picture()
        self._add("video", "recvonly", _RETURN_CODECS)
        return voice, picture

    def begin_answer(self) -> tuple[Sending, Sending]:
        """The GP's sections; those that carry our voice and our picture."""
        voice = self._add_voice()
        self._add("video", "recvonly", tuple(STARTS_KEY))
        return voice, self._add_picture()

    async def describe(self, *, asks_redundancy: bool = False) -> str:
        """This end's complete description, as it travels."""
        await self._connection.setLocalDescription()
        sdp = self._connection.localDescription.sdp
        return descriptions.outgoing(sdp, asks_redundancy=asks_redundancy)

    async def hear(self, kind: str, sdp: str) -> None:
        """The other end's ``offer`` or ``answer``; `DescriptionError` if it cannot be used."""
        plain = descriptions.incoming(sdp)
        taken = descriptions.codecs_taken(plain, _OWN_PICTURE[kind])
        codec = next((codec for codec in taken if codec in self._codecs), None)
        if self._pictures is not None:
            _prefer(self._pictures, (codec or descriptions.REFUSED_CODEC,))
        with understanding():
            await self._connection.setRemoteDescription(RTCSessionDescription(plain, kind))
        self.picture_codec = codec
        if named := descriptions.named_candidates(sdp):
            self._tasks.append(asyncio.create_task(self._find(named)))

    def starts_key(self, payload: bytes) -> bool:
        """Whether a picture of ours that stands alone begins with this payload."""
        return self.picture_codec is not None and STARTS_KEY[self.picture_codec](payload)

    async def close(self) -> None:
        """End everything this runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _add_voice(self) -> Sending:
        return Sending(self._add(self._voice, "sendrecv", _VOICE_CODECS), self._voice)

    def _add_picture(self) -> Sending:
        self._pictures = transceiver = self._add(self._picture, "sendonly", self._codecs)
        if self._plays_apart:
            streams.play_apart(transceiver.sender)
        return Sending(transceiver, self._picture)

    def _add(
        self, media: FeedTrack | str, direction: str, codecs: Sequence[str]
    ) -> RTCRtpTransceiver:
        transceiver = self._connection.addTransceiver(media, direction)
        _prefer(transceiver, codecs)
        return transceiver

    async def _find(self, named: Sequence[str]) -> None:
        """Try what the peer's names stand for; without waiting for it, the peer may find us."""
        for line in named:
            candidate = candidate_from_sdp(line.removeprefix("candidate:"))
            candidate.sdpMLineIndex = 0
            await self._connection.addIceCandidate(candidate)


def _prefer(transceiver: RTCRtpTransceiver, codecs: Sequence[str]) -> None:
    transceiver.setCodecPreferences(capabilities(transceiver.kind, codecs))

"""AV1 and VP9 for aiortc: offered, packed from ready-made pictures, decoded."""

import logging
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

import av
from aiortc import codecs, rtcrtpreceiver, rtcrtpsender
from aiortc.codecs.base import Decoder, Encoder
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import VIDEO_TIME_BASE, convert_timebase
from aiortc.rtcrtpparameters import (
    RTCRtcpFeedback,
    RTCRtpCodecCapability,
    RTCRtpCodecParameters,
    RTCRtpHeaderExtensionParameters,
)

from client.net import payload_formats
from client.net.header_extensions import NUMBERING
from client.net.payload_formats import PAYLOAD_LIMIT_BYTES, PayloadFormatError
from client.net.rtc_internals.media import Packet
from client.net.rtc_internals.verification import verify_internals

_logger = logging.getLogger(__name__)

_VOICE_PARAMETERS: Final[dict[str, int | str | None]] = {
    "minptime": 10,
    "maxaveragebitrate": 24_000,  # chosen: clear speech; what the site's downlink always carries
    "stereo": 0,
    "useinbandfec": 1,
}
_VOICE_FEEDBACK: Final = (("nack", None), ("transport-cc", None))
_PICTURE_FEEDBACK: Final = (("nack", None), ("nack", "pli"), ("transport-cc", None))
_NUMBERING_ID: Final = 1  # RFC 8285, 4.2: 1..14
_REDUNDANT_VOICE: Final = 107
_FIRST_PAYLOAD_TYPE: Final = 103  # after aiortc's own; dynamic types are 96..127 (RFC 3551, 6)


@cache
def register_codecs() -> None:
    """Teach this process's aiortc AV1 and VP9, once; needs ``CODECS``, ``get_encoder``..."""
    verify_internals()
    video = codecs.CODECS["video"]
    for offset, (name, parameters) in enumerate(
        (
            ("AV1", {"profile": "0", "level-idx": "5", "tier": "0"}),
            ("VP9", {"profile-id": "0"}),
        )
    ):
        number = _FIRST_PAYLOAD_TYPE + 2 * offset
        video += [_codec(f"video/{name}", number, parameters), _codec("video/rtx", number + 1, {})]
        video[-1].parameters["apt"] = number
    for codec in video:
        if not codecs.is_rtx(codec):
            codec.rtcpFeedback = [RTCRtcpFeedback(*kind) for kind in _PICTURE_FEEDBACK]
    opus = codecs.CODECS["audio"][0]
    opus.parameters = dict(_VOICE_PARAMETERS)
    opus.rtcpFeedback = [RTCRtcpFeedback(*kind) for kind in _VOICE_FEEDBACK]
    codecs.CODECS["audio"][1:] = [_redundant(opus)]
    _number_packets()
    sender: Any = rtcrtpsender  # both modules import these functions by name
    receiver: Any = rtcrtpreceiver
    sender.get_encoder = _encoder
    receiver.get_decoder, receiver.depayload = _decoder, _depayload


def _redundant(opus: RTCRtpCodecParameters) -> RTCRtpCodecParameters:
    """RFC 2198, 5: Opus repeating Opus."""
    return RTCRtpCodecParameters(
        mimeType="audio/red",
        clockRate=opus.clockRate,
        channels=opus.channels,
        payloadType=_REDUNDANT_VOICE,
        parameters={f"{opus.payloadType}/{opus.payloadType}": None},
    )


def _number_packets() -> None:
    """The transport-wide number as the one header extension: descriptions name every SSRC."""
    number = RTCRtpHeaderExtensionParameters(id=_NUMBERING_ID, uri=NUMBERING)
    for kind in ("audio", "video"):
        codecs.HEADER_EXTENSIONS[kind][:] = [number]


def _codec(mime: str, number: int, parameters: dict[str, Any]) -> RTCRtpCodecParameters:
    return RTCRtpCodecParameters(
        mimeType=mime, clockRate=90_000, payloadType=number, parameters=parameters
    )


def capabilities(kind: str, names: Iterable[str]) -> list[RTCRtpCodecCapability]:
    """What to prefer on a transceiver: these codecs, in order, and retransmission for video."""
    known = codecs.get_capabilities(kind).codecs
    wanted = [*names, "rtx"]
    return [
        codec for name in wanted for codec in known if codec.mimeType.lower() == f"{kind}/{name}"
    ]


class _Packer(Encoder):
    """Packs ready-made pictures; the stock encoders never run.

    A packet's ``opaque`` may tell how large its payloads may be.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._picture_id = 0

    def encode(self, frame: Any, force_keyframe: bool = False) -> tuple[list[bytes], int]:  # noqa: FBT001, FBT002 -- aiortc's signature
        raise NotImplementedError(f"{self._name} comes encoded")

    def pack(self, packet: Packet) -> tuple[list[bytes], int]:
        timestamp = convert_timebase(packet.pts or 0, packet.time_base, VIDEO_TIME_BASE)
        limit = packet.opaque if isinstance(packet.opaque, int) else PAYLOAD_LIMIT_BYTES
        try:
            return self._payloads(packet, limit), timestamp
        except PayloadFormatError as error:
            _logger.warning("a picture that cannot be sent: %s", error)
            return [], timestamp  # aiortc goes on with the next one

    def _payloads(self, packet: Packet, limit: int) -> list[bytes]:
        picture = bytes(packet)
        if self._name == "av1":
            return payload_formats.av1_payloads(picture, limit)
        self._picture_id = number = (self._picture_id + 1) % (1 << 15)
        if self._name == "vp8":
            return payload_formats.vp8_payloads(picture, picture_id=number, limit=limit)
        return payload_formats.vp9_payloads(
            picture, is_key=packet.is_keyframe, picture_id=number, limit=limit
        )


class _PictureDecoder(Decoder):
    """One coded picture in, its frames out."""

    def __init__(self, name: str) -> None:
        self._codec: Any = av.CodecContext.create(name, "r")
        self._codec.thread_count = 1  # more would hold pictures back

    def decode(self, encoded_frame: JitterFrame) -> list[Any]:
        packet = av.Packet(encoded_frame.data)
        packet.pts = encoded_frame.timestamp
        packet.time_base = VIDEO_TIME_BASE
        return list(self._codec.decode(packet))


def _encoder(codec: RTCRtpCodecParameters) -> Encoder:
    name = codec.name.lower()
    return _Packer(name) if name in ("av1", "vp9", "vp8") else codecs.get_encoder(codec)


def _decoder(codec: RTCRtpCodecParameters) -> Decoder:
    match codec.name.lower():
        case "av1":
            return _PictureDecoder("libdav1d")
        case "vp9":
            return _PictureDecoder("vp9")
        case _:
            return codecs.get_decoder(codec)


def _depayload(codec: RTCRtpCodecParameters, payload: bytes) -> bytes:
    """What aiortc joins into a frame; AV1 keeps its packet borders, the decoder needs them."""
    match codec.name.lower():
        case "av1":
            return len(payload).to_bytes(2, "big") + payload
        case "vp9":
            try:
                return payload_formats.vp9_body(payload)
            except PayloadFormatError as error:
                raise ValueError(str(error)) from error  # aiortc drops the packet then
        case _:
            return codecs.depayload(codec, payload)


def joined_picture(codec: str, joined: bytes) -> bytes:
    """The picture for a decoder in what `_depayload` gave of its packets, one after the other.

    `PayloadFormatError` if there is none.
    """
    return _joined_av1(joined) if codec == "av1" else joined


def _joined_av1(framed: bytes) -> bytes:
    payloads = []
    while framed:
        size = int.from_bytes(framed[:2], "big")
        payloads.append(framed[2 : 2 + size])
        framed = framed[2 + size :]
    return payload_formats.av1_temporal_unit(payloads)

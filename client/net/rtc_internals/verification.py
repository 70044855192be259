"""A check, made once, that the installed aiortc (and aioice) still has the private names we use."""

from collections.abc import Sequence
from functools import cache
from types import CodeType
from typing import Final

from aioice import ice, turn
from aiortc import codecs, rtcicetransport, rtcrtpreceiver, rtcrtpsender
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceTransport
from aiortc.rtcrtpreceiver import RemoteStreamTrack, RTCRtpReceiver
from aiortc.rtcrtpsender import RTCRtpSender
from aiortc.rtcrtptransceiver import RTCRtpTransceiver
from aiortc.rtcsctptransport import RTCSctpTransport

from client.errors import ChevetError
from client.net.rtc_internals.association import Association

_PRIVATE_NAMES: Final[dict[type, Sequence[str]]] = {
    ice.Connection: (
        "query_consent",
        "build_request",
        "_nominated",
        "_query_consent_task",
        "get_component_candidates",
        "check_start",
        "check_start_task",
        "_check_periodic",
        "_check_list",
        "_check_list_done",
        "_protocols",
        "_remote_candidates_expected",
    ),
    turn.TurnClientTcpProtocol: ("_send",),
    RTCIceTransport: ("_RTCIceTransport__start",),
    RTCDtlsTransport: (
        "_send_rtp",
        "_send_data",
        "_handle_rtcp_data",
        "_handle_rtp_data",
        "_ssl",
        "_RTCDtlsTransport__rx_bytes",
    ),
    RTCRtpTransceiver: ("_codecs", "_headerExtensions"),
    RTCRtpSender: (
        "_ssrc",
        "_rtx_ssrc",
        "_stream_id",
        "_track_id",
        "_send_keyframe",
        "_retransmit",
    ),
    RTCRtpReceiver: (
        "_handle_rtp_packet",
        "_send_rtcp_nack",
        "_RTCRtpReceiver__codecs",
        "_RTCRtpReceiver__decoder_queue",
        "_RTCRtpReceiver__decoder_error",
        "_RTCRtpReceiver__jitter_buffer",
        "_RTCRtpReceiver__nack_generator",
    ),
    RemoteStreamTrack: ("_queue",),
    RTCSctpTransport: Association.PRIVATE_NAMES,
}
_MODULE_NAMES: Final = (
    (codecs, ("CODECS", "HEADER_EXTENSIONS", "get_capabilities")),
    (rtcrtpsender, ("get_encoder",)),
    (ice, ("get_host_addresses", "relayed_candidate", "StunProtocol", "CandidatePair")),
    (rtcicetransport, ("connection_kwargs", "parse_stun_turn_uri")),
    (rtcrtpreceiver, ("get_decoder", "depayload")),
)


class RtcInternalsError(ChevetError):
    """The installed aiortc is not the one this program was built for."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = ", ".join(missing)
        super().__init__(f"this aiortc lacks {self.missing}; install the pinned release")


@cache
def verify_internals() -> None:
    """Raise `RtcInternalsError` when the installed aiortc lacks a name this module needs."""
    missing = [
        f"{cls.__name__}.{name}"
        for cls, names in _PRIVATE_NAMES.items()
        for name in set(names) - _names(cls)
    ]
    missing += [
        f"{module.__name__}.{name}"
        for module, names in _MODULE_NAMES
        for name in names
        if not hasattr(module, name)
    ]
    if missing:
        raise RtcInternalsError(sorted(missing))


def _names(cls: type) -> set[str]:
    """Names of the class and of whatever its methods read or set on an instance."""
    found = set(dir(cls))
    for member in vars(cls).values():
        code = getattr(member, "__code__", None)
        if isinstance(code, CodeType):
            found.update(code.co_names)
    return found

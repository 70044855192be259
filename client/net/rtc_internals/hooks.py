"""Hooks into one connection: what it sends, what its peer asks, what it knows."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiortc.rtcdtlstransport import RTCDtlsTransport, certificate_digest

from client.core.lanes import Carrier

Send = Callable[[bytes], Awaitable[None]]


class Diversion:
    """Every packet of a connection handed to ``submit`` instead of being encrypted and sent.

    Needs ``_send_rtp`` (plain RTP and RTCP) and ``_send_data`` (plain SCTP). ICE and the DTLS
    handshake do not come by here.
    """

    def __init__(self, transport: Any, submit: Callable[[Carrier, bytes], None]) -> None:
        self._transport = transport
        self._submit = submit
        self.send: Final[dict[Carrier, Send]] = {
            Carrier.RTP: self._transport._send_rtp,  # noqa: SLF001 -- the choke point
            Carrier.DATA: self._transport._send_data,  # noqa: SLF001 -- the choke point
        }
        self._transport._send_rtp = self._rtp  # noqa: SLF001 -- the choke point
        self._transport._send_data = self._data  # noqa: SLF001 -- the choke point

    def end(self) -> None:
        """Let aiortc send by itself again: its farewells must not wait."""
        self._transport._send_rtp = self.send[Carrier.RTP]  # noqa: SLF001 -- the choke point
        self._transport._send_data = self.send[Carrier.DATA]  # noqa: SLF001 -- the choke point

    async def _rtp(self, data: bytes) -> None:
        self._take(Carrier.RTP, data)

    async def _data(self, data: bytes) -> None:
        self._take(Carrier.DATA, data)

    def _take(self, carrier: Carrier, data: bytes) -> None:
        if self._transport.state != "connected":
            raise ConnectionError("not connected")  # as the diverted methods do
        self._submit(carrier, data)


def ssrcs(sender: Any) -> tuple[int, int]:
    """The sender's stream and its retransmission stream; needs ``_ssrc``, ``_rtx_ssrc``."""
    return sender._ssrc, sender._rtx_ssrc  # noqa: SLF001 -- no public name


def on_key_frame_request(sender: Any, ask: Callable[[], None]) -> None:
    """Call ``ask`` on each PLI or FIR; needs ``_send_keyframe``."""
    sender._send_keyframe = ask  # noqa: SLF001 -- no public hook


def bytes_received(transport: Any) -> int:
    """All encrypted packets so far; needs ``__rx_bytes``."""
    return int(transport._RTCDtlsTransport__rx_bytes)  # noqa: SLF001 -- public only by a coroutine


def local_fingerprint(transport: RTCDtlsTransport) -> bytes:
    """SHA-256 of our own certificate."""
    for fingerprint in transport.getLocalParameters().fingerprints:
        if fingerprint.algorithm == "sha-256":
            return _digest(fingerprint.value)
    raise LookupError("no SHA-256 fingerprint of our own certificate")


def remote_fingerprint(transport: Any) -> bytes:
    """SHA-256 of the certificate the peer proved to hold; needs ``_ssl``."""
    certificate = transport._ssl.get_peer_certificate(as_cryptography=True)  # noqa: SLF001 -- no public name
    return _digest(certificate_digest(certificate, "sha-256"))


def _digest(colon_separated: str) -> bytes:
    return bytes.fromhex(colon_separated.replace(":", ""))


async def set_up_ended(transport: Any) -> None:
    """Wait for a connection attempt that a close has just ended; needs ICE's ``__start``."""
    started = transport.transport._RTCIceTransport__start  # noqa: SLF001 -- no public name
    if started is not None:
        await started.wait()

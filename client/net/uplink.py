"""The sending half of one connection: aiortc's packets diverted through our outlet."""

import asyncio
from collections.abc import Callable
from typing import Final

from aiortc import RTCRtpSender

from client.net.classification import Classifier, Streams
from client.net.outlet import Outlet
from client.net.rtc_internals import hooks


class Uplink:
    """Diverts both senders of a connection, which share one transport, until closed."""

    def __init__(  # noqa: PLR0913 -- all by name, all needed
        self,
        voice: RTCRtpSender,
        picture: RTCRtpSender,
        *,
        starts_key: Callable[[bytes], bool],
        rate_bps: int,
        ask_key_frame: Callable[[], None],
        monotonic_s: Callable[[], float],
    ) -> None:
        (voice_ssrc, _), (ssrc, repeat_ssrc) = hooks.ssrcs(voice), hooks.ssrcs(picture)
        self.voice_sender: Final = voice
        self.transport: Final = picture.transport
        self.classifier: Final = Classifier(Streams(voice_ssrc, ssrc, repeat_ssrc), starts_key)
        self.outlet: Final = Outlet(
            self.classifier, rate_bps, ask_key_frame=ask_key_frame, now_s=monotonic_s
        )
        hooks.on_key_frame_request(picture, self.outlet.want_key_frame)
        hooks.filter_retransmissions(picture, self.classifier.may_repeat)
        self._diversion = hooks.Diversion(self.transport, self.outlet.submit)
        self._sending = asyncio.create_task(self.outlet.run(self._diversion.send))

    async def close(self) -> None:
        """Forget what waits; aiortc sends its farewells by itself."""
        self._diversion.end()
        self._sending.cancel()
        await asyncio.gather(self._sending, return_exceptions=True)

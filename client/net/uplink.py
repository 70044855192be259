"""The sending half of one connection: aiortc's packets diverted through our outlet."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from aiortc import RTCRtpSender, RTCRtpTransceiver

from client.core.adaptation import feedback
from client.core.adaptation.estimator import LineSeed
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.observation import LineEstimate
from client.core.adaptation.plan import Plan
from client.core.lanes import Carrier, Lane, packet_limit_bytes
from client.net.classification import Classifier, Streams, is_control
from client.net.egress import Egress
from client.net.gauge import Gauge
from client.net.outlet import Outlet
from client.net.payload_formats import PAYLOAD_LIMIT_BYTES
from client.net.reception import Reception
from client.net.rtc_internals import hooks, streams
from client.net.tracks import FeedTrack

_LOOK_S: Final = 0.05
"""chosen: half the shortest period of what `Uplink` does by itself."""
_ENOUGH: Final = 2.0
"""chosen: knowing more of a line than twice what we want of it is worth no bytes."""
_HEADERS_BYTES: Final = Carrier.RTP.value + 12 + 8 + 2
"""IP to encryption, RTP, the number, and what a repeat adds."""
_SAFE_SEQUENCES: Final = 1 << 15  # RFC 3711, 3.3.1: a first number that does not wrap soon


@dataclass(frozen=True, slots=True)
class Sending:
    """One stream of ours."""

    transceiver: RTCRtpTransceiver
    track: FeedTrack

    @property
    def sender(self) -> RTCRtpSender:
        """Aiortc's."""
        return self.transceiver.sender


class Uplink:
    """Diverts both senders of a connection, which share one transport, until closed."""

    def __init__(  # noqa: PLR0913 -- all by name, all needed
        self,
        voice: Sending,
        picture: Sending,
        *,
        starts_key: Callable[[bytes], bool],
        plan: Plan,
        link: LinkLayer,
        ask_key_frame: Callable[[], None],
        seed: LineSeed | None,
        seal_voice: Callable[[bytes], bytes | None],
        monotonic_s: Callable[[], float],
    ) -> None:
        (voice_ssrc, _), (ssrc, repeat_ssrc) = map(hooks.ssrcs, (voice.sender, picture.sender))
        self._streams = known = Streams(voice_ssrc, ssrc, repeat_ssrc)
        self._tracks = {Lane.VOICE: voice.track, Lane.PICTURE: picture.track}
        self.transport: Final = picture.sender.transport
        self._transceivers = voice.transceiver, picture.transceiver
        self._now_s = monotonic_s
        self._seed = seed
        self._is_begun = False
        self._send_bps = plan.send_bps
        self._reception = Reception(voice_ssrc)
        self._reception.use_line(plan.send_bps)
        self.egress: Final = Egress(known, Gauge(monotonic_s(), seed), link, seal_voice=seal_voice)
        self.egress.reports.use_line(plan.send_bps)
        self.outlet: Final = Outlet(
            Classifier(known, starts_key),
            self.egress,
            plan,
            link=link,
            ask_key_frame=ask_key_frame,
            now_s=monotonic_s,
        )
        hooks.on_key_frame_request(picture.sender, self.outlet.want_key_frame)
        streams.on_nack(voice.sender, self.outlet.repeat_voice)
        streams.on_nack(picture.sender, self.outlet.repeat_picture)
        streams.on_control(self.transport, self._take_control)
        streams.on_packet(self.transport, self._note_packet)
        self._diversion = hooks.Diversion(self.transport, self._submit)
        self._tasks = [
            asyncio.create_task(self.outlet.run(self._diversion.send)),
            asyncio.create_task(self._watch()),
        ]

    def agree(self) -> None:
        """The descriptions are exchanged."""
        agreed = streams.agreement(*self._transceivers)
        first = random.randrange(_SAFE_SEQUENCES)  # noqa: S311 -- a beginning, not a secret
        self.egress.agree(agreed, first)
        self._reception.numbering_id = agreed.numbering_id

    @property
    def estimate(self) -> LineEstimate:
        """What the line can carry now."""
        return self.egress.gauge.look(self._now_s())

    def apply(self, plan: Plan, link: LinkLayer) -> None:
        """Send by this plan from now on."""
        self.outlet.follow(plan, link)
        self.egress.link = link
        self.egress.reports.use_line(plan.send_bps)
        self._reception.use_line(plan.send_bps)
        self._send_bps = plan.send_bps
        limit_bytes = packet_limit_bytes(plan.send_bps, Carrier.RTP, link) - _HEADERS_BYTES
        self._tracks[Lane.PICTURE].payload_limit_bytes = min(PAYLOAD_LIMIT_BYTES, limit_bytes)
        self.egress.make_voice_redundant(on=plan.voice.is_redundant)

    async def close(self) -> None:
        """Forget what waits; aiortc sends its farewells by itself."""
        self._diversion.end()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _submit(self, carrier: Carrier, data: bytes) -> None:
        if not self._is_begun:
            self._is_begun = True  # knowledge of the line is as old as its first packet
            self.egress.gauge = Gauge(self._now_s(), self._seed)
        self.outlet.submit(carrier, data, self._captured_s(carrier, data))

    def _captured_s(self, carrier: Carrier, data: bytes) -> float | None:
        if carrier is Carrier.DATA or is_control(data):
            return None
        track = self._tracks[self._streams.of(data)]
        return track.captured_s

    def _take_control(self, compound: bytes) -> bytes:
        reports, rest = feedback.separate(compound)
        for report in reports:
            with suppress(ValueError):  # what contradicts itself says nothing
                self.egress.gauge.hear(report, self._now_s())
        return rest

    def _note_packet(self, packet: bytes) -> None:
        self._reception.note(packet, self._now_s())

    async def _watch(self) -> None:
        """Report what came, probe the line; until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_S)
            if not self._is_begun:
                continue
            now_s = self._now_s()
            estimate = self.estimate
            self.egress.rtt_s = estimate.rtt_s
            for report in self._reception.reports(now_s):
                self.outlet.submit(Carrier.RTP, report)
            if estimate.is_known and estimate.usable_bps > _ENOUGH * self._send_bps:
                continue  # it is not the line that limits us
            if (probe := self.egress.gauge.probe(now_s)) is not None:
                self.outlet.probe(probe)

"""The media engine looked at once a second: counters become rates, and all of it one snapshot."""

from collections.abc import Callable, Mapping
from typing import Final

from client.core.adaptation.down_allowance import DownAllowance
from client.core.adaptation.observation import LineEstimate
from client.core.adaptation.snapshot import EngineSnapshot, LaneView, WeakLine, weak_side
from client.core.lanes import Lane, LaneCount
from client.core.wire import PageReport
from client.media.reception.tally import VoiceQuality
from client.net.peer import Peer
from client.session.adaptation import Adaptation
from client.session.machine import Machine
from client.session.media import EndMedia

_LEAST_S: Final = 0.1
"""chosen: over less time a rate says nothing."""


class EngineWatch:
    """Call `look` once a second, on the event loop."""

    def __init__(  # noqa: PLR0913 -- all but three by name
        self,
        media: EndMedia,
        adaptation: Adaptation,
        machine: Machine,
        *,
        peer: Callable[[], Peer | None],
        heard: Callable[[], PageReport | None],
        own_up_bps: Callable[[], int | None],
        own_down_bps: Callable[[], int | None],
        now_s: Callable[[], float],
    ) -> None:
        """`peer` is the connection in use, `heard` what the GP's end told last.

        `own_up_bps` was measured towards the relay, `own_down_bps` is what the GP may send by that
        measurement; None: it was not made.
        """
        self._media = media
        self._adaptation = adaptation
        self._machine = machine
        self._peer = peer
        self._heard = heard
        self._own_up_bps = own_up_bps
        self._own_down_bps = own_down_bps
        self._now_s = now_s
        self._began_s = now_s()
        self._looked_s = 0.0
        self._counted: Peer | None = None
        self._counts: Mapping[Lane, LaneCount] = {}
        self._voice = VoiceQuality()
        self._weak = WeakLine()
        self._allowance = DownAllowance()
        self._received_bytes = 0

    def look(self) -> EngineSnapshot | None:
        """The engine now; None before the first connection."""
        machine = self._machine.look()
        peer, view = self._peer(), self._adaptation.view
        if peer is None or view is None:
            return None
        now_s = self._now_s()
        concealed_pct = self._concealed_pct()
        heard = self._heard()
        weak = weak_side(view.estimate, heard, concealed_pct, self._own_up_bps())
        statistics = peer.statistics()
        self._note_received(peer, statistics.bytes_received, view.estimate, now_s)
        return EngineSnapshot(
            since_s=now_s - self._began_s,
            estimate=view.estimate,
            plan=view.plan,
            lanes=self._lanes(peer, statistics.lanes, now_s),
            machine=machine,
            key_frames_asked=statistics.key_frames_asked,
            preference=self._adaptation.preference,
            override=self._adaptation.override,
            heard=heard,
            concealed_here_pct=concealed_pct,
            down_bps=self._allowance.bps,
            weak=self._weak.after(weak, now_s),
        )

    def _note_received(
        self, peer: Peer, received_bytes: int, estimate: LineEstimate, now_s: float
    ) -> None:
        """What came in the last second, and how late the GP's end answered."""
        if peer is not self._counted:
            self._allowance, self._received_bytes = DownAllowance(self._own_down_bps()), 0
        elapsed_s = max(_LEAST_S, now_s - self._looked_s)
        received_bps = round((received_bytes - self._received_bytes) * 8 / elapsed_s)
        self._received_bytes = received_bytes
        answer_s = None
        if estimate.rtt_s is not None and not estimate.is_silent:
            answer_s = max(0.0, estimate.rtt_s - estimate.queue_s)
        self._allowance.note(received_bps, answer_s, now_s)

    def _concealed_pct(self) -> float:
        before, self._voice = self._voice, self._media.speaker.quality
        return self._voice.concealed_pct_since(before)

    def _lanes(
        self, peer: Peer, counts: Mapping[Lane, LaneCount], now_s: float
    ) -> tuple[LaneView, ...]:
        """Rates since the last look; a connection seen for the first time has none yet."""
        before = self._counts if peer is self._counted else counts
        elapsed_s = max(_LEAST_S, now_s - self._looked_s)
        self._counted, self._counts, self._looked_s = peer, counts, now_s
        return tuple(
            LaneView(
                lane,
                round((count.bytes_sent - before[lane].bytes_sent) * 8 / elapsed_s),
                peer.waiting_bytes(lane),
                count.packets_dropped - before[lane].packets_dropped,
            )
            for lane, count in counts.items()
        )

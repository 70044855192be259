"""Counters of one connection after another become rates, second by second."""

from collections import Counter
from typing import TYPE_CHECKING

from fakes.site_story import estimate, page_report, plan

from client.core.adaptation.down_allowance import BEGIN_BPS
from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG, Preference
from client.core.adaptation.snapshot import WeakSide
from client.core.lanes import Lane, LaneCount
from client.media.sources import parse_sink, parse_source
from client.net.peering import PeerStatistics
from client.session.adaptation import Adaptation, LineSettings, LineView
from client.session.engine import EngineWatch
from client.session.machine import Machine
from client.session.media import EndMedia

if TYPE_CHECKING:
    from client.core.wire import PageReport


class CountingPeer:
    """A connection of which only what was counted is of interest."""

    def __init__(self) -> None:
        self.sent: Counter[Lane] = Counter()
        self.waiting: Counter[Lane] = Counter()
        self.dropped: Counter[Lane] = Counter()

    def statistics(self) -> PeerStatistics:
        lanes = {
            lane: LaneCount(bytes_sent=self.sent[lane], packets_dropped=self.dropped[lane])
            for lane in Lane
        }
        return PeerStatistics(lanes, 0, 2, 0.1, 0, 0)

    def waiting_bytes(self, lane: Lane) -> int:
        return self.waiting[lane]


class Bench:
    """An engine whose every part a test can move."""

    def __init__(self) -> None:
        nothing, self.now_s = parse_source("none"), 40.0
        self.peer: CountingPeer | None = CountingPeer()
        self.heard: PageReport | None = None
        self.own_down_bps: int | None = None
        rungs = (DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG)
        media = EndMedia(nothing, nothing, parse_sink("none"), *rungs)
        self.adaptation = Adaptation(
            media,
            LineSettings(),
            peer=lambda: None,
            is_still_waiting=lambda: False,
            now_s=lambda: self.now_s,
        )
        self.watch = EngineWatch(
            media,
            self.adaptation,
            Machine(media, now_s=lambda: self.now_s, worked_s=lambda: 0.0),
            peer=lambda: self.peer,
            heard=lambda: self.heard,
            own_up_bps=lambda: None,
            own_down_bps=lambda: self.own_down_bps,
            now_s=lambda: self.now_s,
        )
        self.adaptation.view = LineView(estimate(), plan())


async def test_before_the_first_connection_there_is_nothing_to_see() -> None:
    bench = Bench()
    bench.peer = None
    assert bench.watch.look() is None


async def test_rates_are_of_the_time_between_two_looks() -> None:
    bench = Bench()
    assert bench.peer is not None
    bench.peer.sent[Lane.VOICE] = 90_000  # long before anybody looked
    first = bench.watch.look()
    assert first is not None
    assert first.up_bps == 0
    bench.now_s += 2.0
    bench.peer.sent[Lane.VOICE] += 4_000
    bench.peer.sent[Lane.PICTURE] += 10_000
    bench.peer.dropped[Lane.PICTURE] += 3
    bench.peer.waiting[Lane.STILL] = 1_250
    second = bench.watch.look()
    assert second is not None
    assert second.lane_bps(Lane.VOICE) == 16_000
    assert second.up_bps == 56_000
    views = {view.lane: view for view in second.lanes}
    assert (views[Lane.PICTURE].dropped, views[Lane.STILL].waiting_bytes) == (3, 1_250)
    assert second.since_s == 2.0


async def test_a_new_connection_is_counted_from_when_it_is_first_seen() -> None:
    bench = Bench()
    assert bench.peer is not None
    bench.peer.sent[Lane.VOICE] = 500_000
    bench.watch.look()
    bench.now_s += 1
    bench.peer = CountingPeer()
    bench.peer.sent[Lane.VOICE] = 1_000
    seen = bench.watch.look()
    assert seen is not None
    assert [view.bps for view in seen.lanes] == [0] * len(Lane)


async def test_wishes_and_weakness_are_seen_as_they_stand() -> None:
    bench = Bench()
    bench.heard = page_report(9.0)
    bench.adaptation.prefer("sharp")
    bench.adaptation.override = Preference.SMOOTH
    seen = bench.watch.look()
    assert seen is not None
    assert seen.weak is WeakSide.SITE
    assert (seen.preference, seen.prevailing) == (Preference.SHARP, Preference.SMOOTH)
    assert seen.key_frames_asked == 2


async def test_the_gp_may_send_what_was_measured_and_little_where_nothing_was() -> None:
    measured, unmeasured = Bench(), Bench()
    measured.own_down_bps = 48_000
    allowed = [seen.down_bps for bench in (measured, unmeasured) if (seen := bench.watch.look())]
    assert allowed[0] == 48_000
    assert allowed[1] < 1.2 * BEGIN_BPS

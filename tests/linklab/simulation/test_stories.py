"""What the engine does on lines it meets, told step by step.

The sender is the real one (scheduler, flight, estimator, allocator, prober); the line is modelled.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from linklab.capacity import Outage, Steps
from linklab.cross_traffic import TcpFlow
from linklab.line import Direction
from linklab.loss import BurstLoss
from linklab.profile import Profile
from linklab.profiles import find
from linklab.simulation.outcome import quantile
from linklab.simulation.packets import Kind
from linklab.simulation.run import Session, run
from linklab.simulation.sources import Scene

from client.core.adaptation.observation import LineEstimate

VOICE_ONLY = Scene(picture_from_s=1e6, still_at_s=None)
NO_STILL = Scene(still_at_s=None)


@dataclass(frozen=True)
class Story:
    """A line whose capacity goes through steps, and what happened on it."""

    session: Session

    def estimate(self, at_s: float) -> LineEstimate:
        return [one for moment_s, one in self.session.log.estimates if moment_s <= at_s][-1]

    def usable(self, from_s: float, until_s: float) -> list[int]:
        log = self.session.log.estimates
        return [one.usable_bps for moment_s, one in log if from_s <= moment_s < until_s]

    def queue_p95_s(self, from_s: float, until_s: float) -> float:
        """What somebody waited for; padding is meant to wait behind what it measures."""
        waits = [
            one.queued_s
            for one in self.session.crossings
            if from_s <= one.sent_s < until_s and one.kind is not Kind.PADDING
        ]
        return quantile([wait_s for wait_s in waits if wait_s is not None], 0.95)

    def sent_bps(self, from_s: float, until_s: float) -> float:
        sent = self.session.log.sent
        bits = sum(8 * size for at_s, size, _ in sent if from_s <= at_s < until_s)
        return bits / (until_s - from_s)

    def first(self, from_s: float, holds: Callable[[LineEstimate], bool]) -> float:
        """How long after a moment something held for the first time."""
        log = self.session.log.estimates
        return next(at_s for at_s, one in log if at_s >= from_s and holds(one)) - from_s


def line(*rates: tuple[float, float], outages: tuple[Outage, ...] = ()) -> Profile:
    way = Direction(Steps(rates), delay_s=0.04, queue_s=0.8, outages=outages)
    return Profile("story", way, replace(way, outages=outages))


def play(profile: Profile, seconds: float, scene: Scene = NO_STILL) -> Story:
    return Story(run(profile, 7, scene=scene, seconds=seconds))


@pytest.mark.parametrize(
    "name", ["adsl-rural", "adsl-poor", "3g-fair", "edge-64", "floor-32", "sat-geo", "good-2m"]
)
def test_a_line_is_known_within_two_seconds_of_voice_alone(name: str) -> None:
    story = play(find(name), 4, VOICE_ONLY)
    true_bps = story.session.up.capacity_bps(3.0)
    took_s = story.first(0, lambda one: one.is_known and one.usable_bps > 0.6 * true_bps)
    assert took_s <= 2.0
    assert max(story.usable(took_s, 4)) <= 1.3 * true_bps
    assert story.queue_p95_s(0, 4) < 0.15  # one probe takes 82 ms of the thinnest line


@pytest.mark.parametrize("name", ["adsl-rural", "adsl-poor", "edge-64", "floor-32", "sat-geo"])
def test_a_constant_line_is_used_and_not_filled(name: str) -> None:
    story = play(find(name), 30, Scene(still_at_s=8.0))
    true_bps = story.session.up.capacity_bps(0)
    usable = story.usable(5, 30)
    assert 0.88 * true_bps < quantile(usable, 0.5) < 1.08 * true_bps
    assert story.queue_p95_s(5, 30) < 0.06


def test_a_line_that_halves_is_noticed_within_a_second() -> None:
    story = play(line((0, 300_000), (15, 100_000)), 25)
    assert story.estimate(14.9).usable_bps > 240_000
    assert story.first(15, lambda one: one.usable_bps < 110_000) < 1.0
    assert story.queue_p95_s(17, 25) < 0.06


def test_a_line_that_gets_better_is_discovered_by_probes_while_little_is_sent() -> None:
    story = play(line((0, 64_000), (10, 400_000)), 25, VOICE_ONLY)
    assert story.estimate(9.9).usable_bps < 75_000
    assert story.first(10, lambda one: one.usable_bps > 250_000) < 10
    assert story.queue_p95_s(10, 25) < 0.06


def test_silence_is_a_broken_link_and_what_was_known_is_kept() -> None:
    cut = Outage(15, 23)
    story = play(line((0, 256_000), outages=(cut,)), 30)
    assert story.first(15, lambda one: one.is_silent) < 1.6
    assert story.estimate(22.5).capacity_bps > 200_000
    assert story.sent_bps(18, 23) < 32_000
    back_s = story.first(23, lambda one: not one.is_silent and one.usable_bps > 128_000)
    assert back_s < 1.0


def test_radio_losses_do_not_lower_the_rate() -> None:
    way = Direction(Steps(((0.0, 256_000.0),)), 0.04, 0.8, loss=BurstLoss(0.05, burst_packets=3))
    story = play(Profile("lossy", way, replace(way, loss=None)), 30)
    assert quantile(story.usable(5, 30), 0.1) > 0.85 * 256_000


def test_a_competing_tcp_flow_leaves_us_sixty_kilobits() -> None:
    rural = find("adsl-rural")
    flow = TcpFlow(rtt_s=0.06, begins_s=8)
    story = play(replace(rural, up=replace(rural.up, competitors=(flow,))), 40, Scene())
    assert min(story.usable(13, 40)) * 0.85 > 60_000


def test_sending_little_is_no_reason_to_believe_in_little() -> None:
    story = play(line((0, 256_000)), 120, VOICE_ONLY)
    assert min(story.usable(5, 45)) > 0.5 * 256_000
    assert min(story.usable(45, 120)) > 0.9 * 256_000


def test_the_same_seed_plays_the_same_session() -> None:
    first, second = (play(find("3g-weak"), 10).session for _ in range(2))
    assert first.log.sent == second.log.sent
    assert any(kind is Kind.PICTURE for _, _, kind in first.log.sent)

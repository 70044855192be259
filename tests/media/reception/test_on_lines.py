"""A recorded voice over modelled lines, in simulated time; figures are the bench's own."""

from dataclasses import replace
from itertools import pairwise

import pytest
from linklab.loss import BurstLoss, RandomLoss
from linklab.voice_trial import GOOD_LINE, Ours, Scene, endure, run
from linklab.voice_verdict import judged

from client.core.adaptation.plan import VoiceRung
from client.media.reception.tally import VoiceQuality

SECONDS = 20.0
LOSSY = replace(GOOD_LINE, jitter_s=0.03, loss=RandomLoss(0.05))
BEFORE = VoiceQuality()


@pytest.mark.parametrize("packet_ms", [20, 40, 60])
def test_losses_are_hidden_and_nothing_but_losses(packet_ms: int) -> None:
    receiver = Ours()
    trial = run(Scene(LOSSY, SECONDS, VoiceRung(16_000, packet_ms)), receiver)
    lost_pct = 100 * trial.lost / trial.packets
    assert 2 < lost_pct < 8
    assert receiver.quality.concealed_pct_since(BEFORE) < lost_pct + 1
    assert judged(trial).delay_p95_ms < 50 + 30 + packet_ms + 100


def test_redundancy_makes_losses_of_one_packet_disappear() -> None:
    receiver = Ours()
    run(Scene(LOSSY, SECONDS, VoiceRung(16_000, 20, is_redundant=True)), receiver)
    assert receiver.quality.concealed_pct_since(BEFORE) < 1


def test_repeats_are_waited_for_once_they_are_worth_it() -> None:
    receiver = Ours()
    run(Scene(LOSSY, 2 * SECONDS, rtt_s=0.1), receiver)
    assert receiver.quality.concealed_pct_since(BEFORE) < 1.5


def test_bursts_leave_no_delay_behind() -> None:
    line = replace(GOOD_LINE, loss=BurstLoss(0.04, burst_packets=4))
    assert judged(run(Scene(line, SECONDS), Ours())).last_delay_ms < 150


@pytest.mark.parametrize(("sender_ppm", "speaker_ppm"), [(200, -200), (-200, 200)])
def test_clocks_that_drift_apart_leave_no_trace(sender_ppm: float, speaker_ppm: float) -> None:
    scene = Scene(seconds=300, sender_ppm=sender_ppm, speaker_ppm=speaker_ppm)
    told = list(endure(scene, Ours(), every_s=30))
    assert all(20 <= said.delay_ms <= 100 for said in told)
    assert all(now.concealed_pct_since(then) < 0.1 for then, now in pairwise(told))


def test_a_longer_way_is_followed_without_losing_a_word() -> None:
    receiver = Ours()
    run(Scene(seconds=30, step_s=0.3), receiver)
    said = receiver.quality
    assert said.skipped_ms == 0
    assert said.late_packets == 0
    assert said.concealed_ms < 400

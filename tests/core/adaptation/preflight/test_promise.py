"""What a measured line is said to allow."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.observation import LossKind
from client.core.adaptation.preflight.measurement import LineMeasurement
from client.core.adaptation.preflight.promise import USUAL_LIMITS, Promise, as_estimate, promised
from client.core.adaptation.wishes import Wishes

USUAL = Wishes(limits=USUAL_LIMITS)


def measurement(up_bps: int, **other: object) -> LineMeasurement:
    facts: dict[str, object] = {
        "down_bps": 2_000_000,
        "rtt_s": 0.05,
        "jitter_s": 0.001,
        "loss_up": 0.0,
        "loss_down": 0.0,
        "link_layer": LinkLayer.ETHERNET,
        "bytes_up": 20_000,
        "bytes_down": 90_000,
    }
    return LineMeasurement(up_bps, **(facts | other))  # type: ignore[arg-type]  # facts of a line


def over(up_bps: int, wishes: Wishes = USUAL) -> Promise:
    return promised(measurement(up_bps), wishes)


def test_rural_adsl_gives_voice_motion_and_a_photo_within_the_aim() -> None:
    promise = over(256_000)
    assert promise.voice.bitrate_bps >= 16_000
    assert promise.picture is not None
    assert promise.picture.frames_per_s >= 14, "issue 3: adsl-rural"
    assert promise.photo_s is not None
    assert promise.photo_s <= 13, "issue 3: adsl-rural"


def test_the_thinnest_line_gives_a_heartbeat() -> None:
    promise = over(32_000)
    assert promise.picture is not None
    assert promise.picture.is_heartbeat
    assert promise.photo_s is not None


def test_a_line_of_nothing_promises_voice_alone() -> None:
    promise = over(14_000)
    assert promise.picture is None
    assert promise.photo_s is None


@given(st.integers(20_000, 10_000_000), st.integers(0, 10_000_000))
def test_a_better_line_never_promises_less(up_bps: int, more_bps: int) -> None:
    worse, better = over(up_bps), over(up_bps + more_bps)
    assert better.send_bps >= worse.send_bps
    assert better.voice.bitrate_bps >= worse.voice.bitrate_bps
    assert (better.picture is None) <= (worse.picture is None)


@pytest.mark.parametrize("up_bps", [128_000, 256_000, 1_000_000])
def test_a_photo_takes_longer_where_cells_are_counted(up_bps: int) -> None:
    by_bytes = over(up_bps).photo_s
    by_cells = over(up_bps, replace(USUAL, link_layer=LinkLayer.ADSL)).photo_s
    assert by_bytes is not None
    assert by_cells is not None
    assert by_cells > by_bytes


def test_headroom_and_cap_are_taken_off() -> None:
    assert over(256_000, replace(USUAL, headroom=0.5)).send_bps == 128_000
    assert over(256_000, replace(USUAL, cap_bps=60_000)).send_bps == 60_000


def test_without_a_camera_there_is_no_picture_to_promise() -> None:
    promise = over(256_000, replace(USUAL, limits=None))
    assert promise.picture is None
    assert not promise.has_camera
    assert over(256_000).has_camera


def test_losses_are_the_line_s_own() -> None:
    estimate = as_estimate(measurement(256_000, loss_up=0.03))
    assert (estimate.loss_fraction, estimate.loss_kind) == (0.03, LossKind.RADIO)
    unknown = as_estimate(measurement(256_000, loss_up=None))
    assert (unknown.loss_fraction, unknown.loss_kind) == (0.0, LossKind.NONE)

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.adaptation.ladder import (
    HEADERS_BYTES,
    LONGEST_BEAT_S,
    PACKET_BYTES,
    EncoderLimit,
    PictureLimits,
    best_rung,
)
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.plan import Content, PictureRung, Preference

ENOUGH = 1280 * 720 * 30.0
WEBCAM = PictureLimits(640, 480, 25, (EncoderLimit("av1", 9, ENOUGH),))
HD = replace(WEBCAM, width=1280, height=720)

rates = st.integers(1_000, 5_000_000)
preferences = st.sampled_from(Preference)
contents = st.sampled_from(Content)
link_layers = st.sampled_from(LinkLayer)


def chosen(
    picture_bps: int,
    limits: PictureLimits = WEBCAM,
    preference: Preference = Preference.BALANCED,
    current: PictureRung | None = None,
) -> PictureRung:
    rung = best_rung(picture_bps, preference, Content.FACE, limits, current)
    assert rung is not None
    return rung


def on_the_line_bps(rung: PictureRung, link: LinkLayer) -> float:
    """Frames of the mean size, cut into packets, each with its headers."""
    left_bytes = rung.bitrate_bps / rung.frames_per_s / 8
    cost_bytes = 0
    while left_bytes > 0:
        cost_bytes += link.cost_bytes(int(min(left_bytes, PACKET_BYTES)) + HEADERS_BYTES)
        left_bytes -= PACKET_BYTES
    return cost_bytes * 8 * rung.frames_per_s


@pytest.mark.parametrize(
    ("picture_bps", "least_frames_per_s"),
    [(165_000, 14), (70_000, 10), (20_000, 3), (270_000, 15), (380_000, 16)],
)
def test_moves_as_well_as_the_line_allows(picture_bps: int, least_frames_per_s: float) -> None:
    assert chosen(picture_bps).frames_per_s >= least_frames_per_s


def test_a_good_line_gets_the_whole_picture() -> None:
    rung = chosen(1_700_000, HD)
    assert (rung.width, rung.height, rung.frames_per_s) == (1280, 720, 25)


def test_sharp_gives_motion_for_detail_and_smooth_the_other_way() -> None:
    sharp, balanced, smooth = (
        chosen(60_000, preference=preference)
        for preference in (Preference.SHARP, Preference.BALANCED, Preference.SMOOTH)
    )
    assert sharp.frames_per_s < balanced.frames_per_s < smooth.frames_per_s
    assert sharp.width >= balanced.width >= smooth.width


@given(rates, preferences, contents, link_layers)
def test_keeps_to_the_rate_with_all_headers(
    picture_bps: int, preference: Preference, content: Content, link: LinkLayer
) -> None:
    rung = best_rung(picture_bps, preference, content, replace(WEBCAM, link=link))
    if rung is not None:
        one_cell = 53 * 8 * rung.frames_per_s if link is LinkLayer.ADSL else 0
        assert on_the_line_bps(rung, link) <= picture_bps + one_cell + 8 * rung.frames_per_s


@given(rates, preferences, contents, st.floats(100_000, 50_000_000))
def test_never_asks_more_of_the_processor_than_it_sustains(
    picture_bps: int, preference: Preference, content: Content, pixels_per_s: float
) -> None:
    limits = replace(HD, encoders=(EncoderLimit("av1", 9, pixels_per_s),))
    rung = best_rung(picture_bps, preference, content, limits)
    if rung is not None:
        assert rung.width * rung.height * rung.frames_per_s <= pixels_per_s


@given(rates, preferences, contents)
def test_never_slower_than_the_longest_beat(
    picture_bps: int, preference: Preference, content: Content
) -> None:
    rung = best_rung(picture_bps, preference, content, WEBCAM)
    assert rung is None or rung.frames_per_s >= 1 / LONGEST_BEAT_S


@given(rates, st.floats(0.97, 1.03))
def test_a_trembling_estimate_changes_no_encoder(picture_bps: int, tremble: float) -> None:
    first = best_rung(picture_bps, Preference.BALANCED, Content.FACE, WEBCAM)
    if first is None:
        return
    then = best_rung(round(picture_bps * tremble), Preference.BALANCED, Content.FACE, WEBCAM, first)
    assert then is not None or picture_bps < 10_000
    if then is not None and not first.is_heartbeat:
        assert (then.codec, then.width, then.height) == (first.codec, first.width, first.height)


def test_without_an_encoder_there_is_no_picture() -> None:
    none = replace(WEBCAM, encoders=())
    assert best_rung(200_000, Preference.BALANCED, Content.FACE, none) is None

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


def bytes_per_frame(rung: PictureRung) -> float:
    return rung.bitrate_bps / rung.frames_per_s / 8


@pytest.mark.parametrize("picture_bps", [150_000, 130_000, 120_000])
def test_a_thinner_line_gets_fewer_of_the_same_frames(picture_bps: int) -> None:
    first = chosen(165_000)
    then = chosen(picture_bps, current=first)
    assert then.frames_per_s < first.frames_per_s
    assert (then.width, then.height) == (first.width, first.height)
    assert bytes_per_frame(then) == pytest.approx(bytes_per_frame(first), rel=0.01)


def test_a_much_better_line_is_worth_a_key_frame() -> None:
    first = chosen(40_000)
    assert bytes_per_frame(chosen(300_000, current=first)) > 1.5 * bytes_per_frame(first)


@given(st.integers(6_000, 14_000))
def test_on_a_thin_line_a_sharp_picture_comes_at_least_every_five_seconds(picture_bps: int) -> None:
    rung = chosen(picture_bps)
    assert 1 / LONGEST_BEAT_S <= rung.frames_per_s <= 2
    if rung.is_heartbeat:
        assert bytes_per_frame(rung) > 1_700


def test_a_heartbeat_is_kept_at_its_pace_while_the_line_trembles() -> None:
    first = chosen(9_000)
    assert first.is_heartbeat
    then = chosen(9_300, current=first)
    assert then.is_heartbeat
    assert (then.width, then.codec) == (first.width, first.codec)


def test_cells_cost_frames() -> None:
    on_cells = chosen(100_000, replace(WEBCAM, link=LinkLayer.ADSL))
    assert on_cells.bitrate_bps < 0.9 * chosen(100_000).bitrate_bps


def test_a_slow_processor_gets_a_smaller_picture_rather_than_a_slide_show() -> None:
    slow = replace(WEBCAM, encoders=(EncoderLimit("av1", 11, 1_500_000),))
    rung = chosen(300_000, slow)
    assert rung.width < 640
    assert rung.frames_per_s >= 8


def test_the_better_codec_is_taken_where_both_are_there() -> None:
    both = replace(WEBCAM, encoders=(EncoderLimit("vp8", None, ENOUGH), WEBCAM.encoders[0]))
    assert chosen(100_000, both).codec == "av1"


def test_a_document_is_drawn_sharper_and_slower_than_a_face() -> None:
    face = chosen(100_000)
    document = best_rung(100_000, Preference.BALANCED, Content.DOCUMENT, WEBCAM)
    assert document is not None
    assert document.frames_per_s < face.frames_per_s


def test_without_an_encoder_there_is_no_picture() -> None:
    none = replace(WEBCAM, encoders=())
    assert best_rung(200_000, Preference.BALANCED, Content.FACE, none) is None

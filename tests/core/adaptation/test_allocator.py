"""Who gets what of a line, told as lines and wishes."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.adaptation.allocator import (
    HEARTBEAT_BPS,
    SILENT_BPS,
    UNKNOWN_BPS,
    UNKNOWN_S,
    VOICE_HOLD_S,
    Allocator,
    reserve_bps,
)
from client.core.adaptation.ladder import EncoderLimit, PictureLimits
from client.core.adaptation.link_layer import LinkLayer
from client.core.adaptation.observation import LineEstimate, LossKind
from client.core.adaptation.plan import Content, PictureRung, Plan, Preference, VoiceRung
from client.core.adaptation.voice_ladder import line_bps
from client.core.adaptation.wishes import Wishes
from client.core.lanes import Carrier, packet_limit_bytes
from client.core.sframe import OVERHEAD_BYTES

CAMERA = PictureLimits(640, 480, 25.0, (EncoderLimit("av1", 9, 640 * 480 * 25.0),))
WITHOUT_STILL = Wishes(CAMERA)
WITH_STILL = Wishes(CAMERA, is_still_waiting=True)
ESTIMATED = 0.95
"""chosen: of a line's capacity, what an estimator that keeps its queue empty calls usable."""
SPOKEN = 0.8
"""chosen: of the time; in pauses Opus sends next to nothing."""
STILL_BYTES = 200_000


def line(
    usable_bps: float = 200_000,
    *,
    rtt_s: float = 0.05,
    loss: float = 0.0,
    is_known: bool = True,
    is_silent: bool = False,
) -> LineEstimate:
    return LineEstimate(
        capacity_bps=int(usable_bps / ESTIMATED),
        usable_bps=int(usable_bps),
        is_known=is_known,
        is_silent=is_silent,
        queue_s=0.0,
        rtt_s=rtt_s,
        jitter_s=0.0,
        loss_fraction=loss,
        loss_kind=LossKind.RADIO if loss else LossKind.NONE,
    )


def plan_of(estimate: LineEstimate, wishes: Wishes = WITHOUT_STILL) -> Plan:
    return Allocator().plan(estimate, wishes, 0.0)


def taken_bps(plan: Plan, link: LinkLayer = LinkLayer.ETHERNET) -> int:
    return (
        line_bps(plan.voice, link)
        + reserve_bps(plan.send_bps)
        + plan.picture_bps
        + plan.still_bps
        + plan.bulk_bps
    )


wishes_of_all_kinds = st.builds(
    Wishes,
    limits=st.sampled_from((CAMERA, None)),
    preference=st.sampled_from(Preference),
    override=st.sampled_from((None, *Preference)),
    content=st.sampled_from(Content),
    is_still_waiting=st.booleans(),
    cap_bps=st.one_of(st.none(), st.integers(12_000, 500_000)),
    headroom=st.floats(0, 0.5),
    link_layer=st.sampled_from(LinkLayer),
)
lines = st.builds(
    line,
    st.integers(8_000, 3_000_000),
    rtt_s=st.floats(0.01, 1.0),
    loss=st.floats(0, 0.2),
    is_known=st.booleans(),
    is_silent=st.booleans(),
)


@given(st.lists(st.tuples(lines, wishes_of_all_kinds, st.floats(0, 3)), max_size=15))
def test_no_plan_promises_more_than_there_is(
    story: list[tuple[LineEstimate, Wishes, float]],
) -> None:
    allocator, now_s = Allocator(), 0.0
    for estimate, wishes, wait_s in story:
        now_s += wait_s
        plan = allocator.plan(estimate, wishes, now_s)
        assert plan.send_bps <= estimate.usable_bps * (1 - wishes.headroom)
        assert wishes.cap_bps is None or plan.send_bps <= wishes.cap_bps == plan.cap_bps
        assert min(plan.picture_bps, plan.still_bps, plan.bulk_bps) >= 0
        assert (plan.picture is None) == (plan.picture_bps == 0)
        if plan.picture_bps + plan.still_bps + plan.bulk_bps:
            assert taken_bps(plan, wishes.link_layer) <= plan.send_bps
        assert wishes.is_still_waiting or plan.still_bps == 0
        assert wishes.limits is not None or plan.picture is None


@pytest.mark.parametrize("link", LinkLayer)
def test_more_line_never_means_a_dearer_share_or_a_lesser_voice(link: LinkLayer) -> None:
    rates = range(20_000, 600_000, 1_000)
    voices = [plan_of(line(rate), Wishes(CAMERA, link_layer=link)).voice for rate in rates]
    assert all(before.bitrate_bps <= after.bitrate_bps for before, after in pairwise(voices))
    for rate, voice in zip(rates, voices, strict=True):
        if rate >= 45_000:
            assert line_bps(voice, link) <= 0.51 * rate * 0.85


# facts-media.md 4, measured on the wire.
@pytest.mark.parametrize(
    ("rung", "ethernet_bps", "adsl_bps"),
    [
        (VoiceRung(16_000, 20), 43_300, 63_600),
        (VoiceRung(16_000, 60), 23_600, 35_300),
        (VoiceRung(12_000, 60), 20_500, None),
        (VoiceRung(8_000, 60), 16_500, None),
        (VoiceRung(8_000, 120), 11_600, None),
    ],
)
def test_voice_costs_what_was_measured(
    rung: VoiceRung, ethernet_bps: int, adsl_bps: int | None
) -> None:
    unsealed_bps = line_bps(rung, LinkLayer.ETHERNET, seal_bytes=0)
    assert unsealed_bps == pytest.approx(ethernet_bps, rel=0.06)
    if adsl_bps is not None:
        cells_bps = line_bps(rung, LinkLayer.ADSL, seal_bytes=0)
        assert cells_bps == pytest.approx(adsl_bps, rel=0.01)


@pytest.mark.parametrize("packet_ms", [20, 60, 120])
def test_a_seal_costs_seventeen_bytes_a_packet_of_voice(packet_ms: int) -> None:
    rung = VoiceRung(16_000, packet_ms)
    seal_bps = line_bps(rung, LinkLayer.ETHERNET) - line_bps(rung, LinkLayer.ETHERNET, seal_bytes=0)
    assert seal_bps == pytest.approx(OVERHEAD_BYTES * 8_000 / packet_ms, abs=1)


@pytest.mark.parametrize(
    ("capacity_bps", "voice"),
    [
        (32_000, VoiceRung(8_000, 120)),
        (64_000, VoiceRung(12_000, 60)),
        (128_000, VoiceRung(16_000, 60)),
        (256_000, VoiceRung(20_000, 40)),
        (512_000, VoiceRung(24_000, 20)),
        (2_000_000, VoiceRung(24_000, 20)),
    ],
)
def test_the_voices_of_our_lines(capacity_bps: int, voice: VoiceRung) -> None:
    assert plan_of(line(capacity_bps * ESTIMATED)).voice == voice


def test_voice_is_packed_by_cells_on_adsl() -> None:
    wishes = replace(WITHOUT_STILL, link_layer=LinkLayer.ADSL)
    assert plan_of(line(128_000 * ESTIMATED), wishes).voice == VoiceRung(15_800, 60)


def still_seconds(plan: Plan) -> float:
    """With all of the reserve used; pieces fill the envelope's 512 or 1,024 bytes."""
    left_bps = plan.send_bps - SPOKEN * line_bps(plan.voice, LinkLayer.ETHERNET)
    left_bps -= reserve_bps(plan.send_bps)
    still_bps = left_bps * plan.still_bps / (plan.still_bps + plan.picture_bps)
    data = packet_limit_bytes(plan.send_bps, Carrier.DATA)
    overhead = 1.13 if data >= 1_130 else 1.26
    return STILL_BYTES * 8 * overhead / still_bps


@pytest.mark.parametrize(
    ("capacity_bps", "rtt_s", "loss", "seconds", "frames_per_s"),
    [
        pytest.param(256_000, 0.05, 0.0, 13, 5, id="adsl-rural"),
        pytest.param(128_000, 0.07, 0.0, 24, 0.2, id="adsl-poor"),
        pytest.param(384_000, 0.12, 0.005, 8, 5, id="3g-fair"),
        pytest.param(120_000, 0.24, 0.02, 40, 0.2, id="3g-weak"),
        pytest.param(64_000, 0.3, 0.0, 70, 0.2, id="edge-64"),
        pytest.param(32_000, 0.4, 0.0, 150, 0, id="floor-32"),
        pytest.param(512_000, 0.6, 0.003, 9, 5, id="sat-geo"),
    ],
)
def test_a_still_of_200_kb_passes_in_time_beside_the_picture(
    capacity_bps: int, rtt_s: float, loss: float, seconds: float, frames_per_s: float
) -> None:
    plan = plan_of(line(capacity_bps * ESTIMATED, rtt_s=rtt_s, loss=loss), WITH_STILL)
    assert still_seconds(plan) < seconds
    rate = 0.0 if plan.picture is None else plan.picture.frames_per_s
    assert rate >= frames_per_s


def test_the_still_s_share_follows_what_is_wanted() -> None:
    def still_bps(preference: Preference) -> int:
        wishes = replace(WITH_STILL, preference=preference)
        return plan_of(line(256_000 * ESTIMATED), wishes).still_bps

    order = (
        Preference.STILL_FIRST,
        Preference.BALANCED,
        Preference.SHARP,
        Preference.SMOOTH,
    )
    assert sorted(order, key=still_bps, reverse=True) == list(order)


def test_photo_first_leaves_the_picture_its_heartbeat() -> None:
    wishes = replace(WITH_STILL, preference=Preference.STILL_FIRST)
    assert plan_of(line(256_000), wishes).picture_bps == HEARTBEAT_BPS


def test_the_operator_has_the_last_word() -> None:
    wishes = replace(WITH_STILL, preference=Preference.SMOOTH, override=Preference.STILL_FIRST)
    assert plan_of(line(256_000), wishes).picture_bps == HEARTBEAT_BPS


def test_the_shop_keeps_its_part_and_a_cap_is_never_passed() -> None:
    assert plan_of(line(200_000)).send_bps == 170_000
    assert plan_of(line(200_000), replace(WITHOUT_STILL, headroom=0.3)).send_bps == 140_000
    assert plan_of(line(2_000_000), replace(WITHOUT_STILL, cap_bps=64_000)).send_bps == 64_000


def test_without_a_picture_bulk_gets_the_rest() -> None:
    plan = plan_of(line(200_000), Wishes(None))
    assert plan.picture is None
    assert taken_bps(plan) == plan.send_bps
    assert plan.bulk_bps > 100_000


def test_a_line_nobody_has_measured_carries_voice_alone_for_a_moment() -> None:
    unknown = replace(line(100_000), is_known=False)
    careful = Allocator().plan(unknown, WITHOUT_STILL, 0.0)
    assert careful.picture is None
    assert line_bps(careful.voice, LinkLayer.ETHERNET) < 0.55 * UNKNOWN_BPS
    undecided = Allocator()
    undecided.plan(unknown, WITHOUT_STILL, 0.0)
    assert undecided.plan(unknown, WITHOUT_STILL, UNKNOWN_S).picture is not None
    seeded = Allocator().plan(unknown, replace(WITHOUT_STILL, is_seeded=True), 0.0)
    assert seeded.picture is not None


def test_on_a_radio_the_picture_moves_on_beside_a_still() -> None:
    still = replace(WITHOUT_STILL, is_still_waiting=True)
    wire = Allocator().plan(line(150_000), still, 0.0).picture
    radio = Allocator().plan(replace(line(150_000), jitter_s=0.015), still, 0.0).picture
    assert wire is not None
    assert wire.is_heartbeat
    assert radio is not None
    assert radio.frames_per_s >= 4


def test_a_size_that_a_bad_beginning_asked_for_does_not_last() -> None:
    def ladder(
        picture_bps: int,
        _preference: Preference,
        _content: Content,
        _limits: PictureLimits,
        current: PictureRung | None = None,
    ) -> PictureRung | None:
        """As the real one: whatever is at work is kept, and what is best is large."""
        rung = PictureRung("av1", 640, 480, 15.0, picture_bps, 9)
        if picture_bps < 50_000:
            rung = replace(rung, width=320, height=240)
        return rung if current is None else replace(current, bitrate_bps=picture_bps)

    allocator = Allocator(ladder)
    widths = {}
    for at_s in (0.0, 1.0, 12.0, 20.0, 30.0):
        capacity_bps = 70_000 if at_s < 1 else 256_000
        picture = allocator.plan(line(capacity_bps), WITHOUT_STILL, at_s).picture
        assert picture is not None
        widths[at_s] = picture.width
    assert widths == {0.0: 320, 1.0: 320, 12.0: 320, 20.0: 640, 30.0: 640}


def test_bad_news_holds_at_once_and_good_news_when_it_lasts() -> None:
    allocator = Allocator()
    before = allocator.plan(line(256_000), WITHOUT_STILL, 0.0)
    fallen = allocator.plan(line(64_000), WITHOUT_STILL, 0.1)
    risen = allocator.plan(line(256_000), WITHOUT_STILL, 0.2)
    lasting = allocator.plan(line(256_000), WITHOUT_STILL, 0.2 + VOICE_HOLD_S)
    assert fallen.voice.bitrate_bps < before.voice.bitrate_bps
    assert fallen.picture_bps < before.picture_bps
    assert (risen.voice, risen.picture) == (fallen.voice, fallen.picture)
    assert risen.send_bps == before.send_bps
    assert lasting.picture_bps == before.picture_bps


def test_a_rate_around_a_step_does_not_make_the_voice_flap() -> None:
    allocator, voices = Allocator(), set()
    for tick in range(200):
        usable = 80_000 / 0.85 * (1.04 if tick // 30 % 2 else 0.96)
        plan = allocator.plan(line(usable), WITHOUT_STILL, tick / 10)
        voices.add(plan.voice)
    assert voices == {VoiceRung(12_000, 60)}


def test_a_line_just_measured_is_believed_at_once() -> None:
    allocator = Allocator()
    allocator.plan(line(100_000, is_known=False), WITHOUT_STILL, 0.0)
    plan = allocator.plan(line(256_000), WITHOUT_STILL, 0.5)
    assert plan.picture_bps > 150_000


def test_silence_leaves_a_trickle_and_its_end_restores_everything() -> None:
    allocator = Allocator()
    before = allocator.plan(line(256_000), WITH_STILL, 0.0)
    silent = allocator.plan(line(256_000, is_silent=True), WITH_STILL, 1.0)
    after = allocator.plan(line(256_000), WITH_STILL, 9.0)
    assert silent.is_silent
    assert silent.picture is None
    assert silent.send_bps == SILENT_BPS
    assert silent.picture_bps == silent.still_bps == silent.bulk_bps == 0
    assert line_bps(silent.voice, LinkLayer.ETHERNET) < SILENT_BPS
    assert after == before


def test_voice_is_doubled_where_a_repeat_would_come_too_late() -> None:
    satellite = line(512_000 * ESTIMATED, rtt_s=0.6, loss=0.003)
    assert plan_of(satellite).voice.is_redundant
    assert not plan_of(replace(satellite, rtt_s=0.1)).voice.is_redundant
    assert not plan_of(replace(satellite, loss_fraction=0.0)).voice.is_redundant
    assert not plan_of(replace(satellite, usable_bps=40_000)).voice.is_redundant
    assert not plan_of(replace(satellite, loss_kind=LossKind.CONGESTION)).voice.is_redundant


def test_losses_are_remembered_between_two_bursts() -> None:
    allocator = Allocator()
    lossy = line(512_000, rtt_s=0.6, loss=0.003)
    clean = replace(lossy, loss_fraction=0.0, loss_kind=LossKind.NONE)
    assert allocator.plan(lossy, WITHOUT_STILL, 0.0).voice.is_redundant
    assert allocator.plan(clean, WITHOUT_STILL, 10.0).voice.is_redundant
    assert not allocator.plan(clean, WITHOUT_STILL, 60.0).voice.is_redundant


def test_voice_carries_its_own_correction_where_loss_and_rate_allow() -> None:
    lossy = line(256_000, rtt_s=0.1, loss=0.03)
    assert plan_of(lossy).voice.has_fec
    assert not plan_of(replace(lossy, usable_bps=100_000)).voice.has_fec
    assert not plan_of(replace(lossy, loss_fraction=0.001)).voice.has_fec


def test_the_ladder_hears_what_changed_and_the_rung_before() -> None:
    heard: list[tuple[int, Preference, Content, LinkLayer, PictureRung | None]] = []
    rung = PictureRung("vp8", 320, 240, 12, 50_000)

    def ladder(
        picture_bps: int,
        preference: Preference,
        content: Content,
        limits: PictureLimits,
        current: PictureRung | None = None,
    ) -> PictureRung | None:
        heard.append((picture_bps, preference, content, limits.link, current))
        return rung

    allocator = Allocator(ladder)
    wishes = Wishes(
        CAMERA,
        preference=Preference.SHARP,
        content=Content.DOCUMENT,
        link_layer=LinkLayer.ADSL,
    )
    first = allocator.plan(line(), wishes, 0.0)
    allocator.plan(line(), wishes, 1.0)
    allocator.plan(line(), replace(wishes, content=Content.FACE), 2.0)
    asked = (first.picture_bps, Preference.SHARP)
    assert heard == [
        (*asked, Content.DOCUMENT, LinkLayer.ADSL, None),
        (*asked, Content.FACE, LinkLayer.ADSL, rung),
    ]
    allocator.plan(line(), WITH_STILL, 3.0)
    assert heard[-1][1] is Preference.SMOOTH


def test_a_picture_the_ladder_gives_up_leaves_its_part_to_the_still() -> None:
    plan = Allocator(lambda *_: None).plan(line(), WITH_STILL, 0.0)
    assert plan.picture_bps == 0
    assert taken_bps(plan) == plan.send_bps


def test_a_noisy_estimate_leaves_the_encoder_alone() -> None:
    allocator = Allocator()
    first = allocator.plan(line(200_000), WITHOUT_STILL, 0.0)
    for tick in range(1, 100):
        noisy = line(200_000 * (1 + (tick * 7 % 5 - 2) / 100))
        plan = allocator.plan(noisy, WITHOUT_STILL, tick / 10)
        assert (plan.voice, plan.picture) == (first.voice, first.picture)
        assert plan.picture_bps <= first.picture_bps
        assert taken_bps(plan) <= plan.send_bps


def test_after_silence_the_voice_climbs_without_hesitation() -> None:
    allocator = Allocator()
    barely = line(81_000 / 0.85)
    allocator.plan(line(60_000), WITHOUT_STILL, 0.0)
    allocator.plan(line(60_000, is_silent=True), WITHOUT_STILL, 1.0)
    assert allocator.plan(barely, WITHOUT_STILL, 2.0).voice == VoiceRung(16_000, 60)

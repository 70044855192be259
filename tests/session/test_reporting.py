from dataclasses import replace

from fakes.site_story import RUNG, engine, plan

from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG, Preference
from client.core.adaptation.snapshot import WeakSide
from client.core.lanes import Lane
from client.core.parcels import encode
from client.core.wire import LinkReport, Parcel
from client.media.sources import parse_sink, parse_source
from client.session.media import EndMedia
from client.session.reporting import THIN_BPS, ReportPace, link_report

FLAGS = {"is_muted": False, "is_camera_off": False, "is_paused": False}
NEXT_BUCKET_BYTES = 256


def report(usable_bps: int, picture: str = "none") -> LinkReport:
    return LinkReport(0, 0, 0, 0, 0, usable_bps, 0, 0, 0, picture, 0, "balanced", "none", **FLAGS)


def no_media() -> EndMedia:
    nothing = parse_source("none")
    sink = parse_sink("none")
    return EndMedia(nothing, nothing, sink, DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG)


def test_on_a_thin_line_the_gp_hears_every_second_report() -> None:
    pace = ReportPace()
    usable = [THIN_BPS, THIN_BPS, *[THIN_BPS - 1] * 4, THIN_BPS]
    taken = [pace.takes(report(usable_bps)) for usable_bps in usable]
    assert taken == [True, True, False, True, False, True, True]


def test_a_change_of_the_picture_is_told_at_once_however_thin_the_line() -> None:
    pace = ReportPace()
    pictures = ["live", "live", "heartbeat", "heartbeat", "none", "none", "none"]
    taken = [pace.takes(report(THIN_BPS - 1, picture)) for picture in pictures]
    assert taken == [True, False, True, False, True, False, True]


async def test_the_gp_is_told_how_slow_a_heartbeat_is_and_what_it_follows() -> None:
    beating = plan(replace(RUNG, frames_per_s=0.25), still_bps=31_000)
    seen = engine(WeakSide.SITE, plan=beating, override=Preference.STILL_FIRST)
    told = link_report(seen, no_media(), sent_ms=1_795_000_000_000)
    assert (told.picture, told.beat_ms, told.preference) == ("heartbeat", 4_000, "still_first")
    assert told.weak == "site"
    assert told.up_bps == seen.up_bps
    assert told.picture_bps == seen.lane_bps(Lane.PICTURE) > 0


async def test_motion_and_voice_alone_have_no_beat() -> None:
    media = no_media()
    for rung, mode in ((RUNG, "live"), (None, "none")):
        told = link_report(engine(plan=plan(rung)), media, sent_ms=0)
        assert (told.picture, told.beat_ms) == (mode, 0)


def test_the_longest_report_stays_within_its_padding() -> None:
    large = 99_999_999
    longest = LinkReport(
        1_795_000_000_000,
        *(large, large, large, large, large),
        *(99_999, 100, large),
        *("heartbeat", 5_000, "still_first", "both"),
        **FLAGS,
    )
    assert len(encode(Parcel(None, longest))) < NEXT_BUCKET_BYTES

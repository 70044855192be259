import time
from pathlib import Path

from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG
from client.demo.media import GP_CAMERA, GP_VOICE
from client.media import check
from client.media.sources import parse_sink, parse_source


def _wait(seconds: float) -> None:
    time.sleep(seconds)


def test_every_codec_is_timed_against_its_budget() -> None:
    checks = {
        c.name: c
        for c in check.check_codecs(DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG, time.perf_counter)
    }
    assert set(checks) == {"av1", "vp9", "vp8", "h264", "opus"}
    assert all(c.works and c.ms_per_frame > 0 for c in checks.values())
    assert checks["opus"].budget_ms == 60
    assert 83 < checks["av1"].budget_ms < 84


def test_a_file_in_place_of_camera_and_microphone_works() -> None:
    assert check.check_camera(parse_source(f"file:{GP_CAMERA}"), _wait).works
    assert check.check_microphone(parse_source(f"file:{GP_VOICE}"), _wait).works


def test_what_does_not_work_says_why(tmp_path: Path) -> None:
    missing = check.check_camera(parse_source("v4l2:/dev/no-such-camera"), _wait)
    assert missing.works is False
    assert missing.failure
    absent = check.check_camera(parse_source(f"file:{tmp_path / 'none'}"), _wait)
    assert absent.works is False
    no_picture = check.check_camera(parse_source(f"file:{GP_VOICE}"), _wait)
    assert no_picture.works is False
    assert no_picture.failure
    foreign = check.check_speaker(parse_sink("dshow:Speakers"), _wait)
    assert foreign.works is False


def test_none_is_neither_good_nor_bad() -> None:
    assert check.check_camera(parse_source("none"), _wait).works is None
    assert check.check_microphone(parse_source("none"), _wait).works is None
    assert check.check_speaker(parse_sink("none"), _wait).works is None

from client.core.wire import LinkReport
from client.session.reporting import THIN_BPS, ReportPace


def report(usable_bps: int) -> LinkReport:
    flags = {"is_muted": False, "is_camera_off": False, "is_paused": False}
    return LinkReport(0, 0, 0, 0, 0, usable_bps, 0, 0, 0, "none", 0, "balanced", "none", **flags)


def test_on_a_thin_line_the_gp_hears_every_second_report() -> None:
    pace = ReportPace()
    usable = [THIN_BPS, THIN_BPS, *[THIN_BPS - 1] * 4, THIN_BPS]
    taken = [pace.takes(report(usable_bps)) for usable_bps in usable]
    assert taken == [True, True, False, True, False, True, True]

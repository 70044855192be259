"""The line discipline of analysers, and what their records mean."""

from datetime import datetime

import pytest
from instrument_bench import NOW, Bench, Capture, heard, told

from devices.drivers.astm import NEXT_FRAME_WITHIN, Driver
from devices.protocols import astm, astm_records
from devices.protocols.astm_records import Delimiters, Record, Records
from devices.readings import (
    Alive,
    Event,
    Identified,
    Kind,
    LabResult,
    Mark,
    Quality,
    Resynced,
    Send,
)
from devices.simulators.astm import CONTROL, GARBLE, MAX_REFUSALS, SEND, Simulator
from devices.simulators.instrument import NOTHING_GIVEN, Material

ACK, NAK = b"\x06", b"\x15"
ENQ, EOT = b"\x05", b"\x04"
HEADER = b"H|\\^&|||Analyser^1.2^SN7|||||||P|1|20260131080000\r"
# "02 31 4C 7C 31 7C 4E 0D 03 30 34 0D 0A", the last frame printed in host manuals: L|1|N, sum 04
LAST_FRAME = bytes.fromhex("02314C7C317C4E0D0330340D0A")
# Real, from glucometerutils' tests (MIT): test_contourusb.py
CONTOUR_HEADER = (
    b"\x04\x021H|\\^&||7w3LBL|Bayer7390^01.24\\01.04\\09.02.20^7390-2336773^7403-|"
    b"A=1^C=63^G=1^I=0200^R=0^S=1^U=0^V=10600^X=070070070070180130150250"
    b"^Y=360126090050099050300089^Z=1|1714||||||1|201909221304\r\x17D7\r\n\x05"
)


def answers(events: list[Event]) -> bytes:
    return b"".join(event.data for event in events if isinstance(event, Send))


def host() -> Driver:
    driver = Driver()
    assert driver.start(NOW) == []
    return driver


def results(*records: bytes, header: bytes = HEADER) -> list[LabResult]:
    text = header + b"O|1||1\r" + b"\r".join(records) + b"\r"
    events = heard("astm", [astm.frame(1, text)])
    return [event for event in events if isinstance(event, LabResult)]


def test_a_frame_as_host_manuals_print_it() -> None:
    assert astm.frame(1, b"L|1|N\r") == LAST_FRAME
    assert astm.Frames().take(LAST_FRAME) == ([astm.Frame(1, b"L|1|N\r", is_last=True)], 0)


def test_the_header_a_real_contour_sent() -> None:
    events = heard("astm", [CONTOUR_HEADER])
    assert [event for event in events if isinstance(event, Identified)] == [
        Identified("Bayer7390", "7390-2336773", "01.24\\01.04\\09.02.20", Kind.GLUCOMETER)
    ]
    assert not [event for event in events if isinstance(event, Resynced)]


def test_every_bid_and_frame_is_acknowledged() -> None:
    driver = host()
    assert answers(driver.receive(ENQ, NOW)) == ACK
    assert answers(driver.receive(astm.frame(1, HEADER), NOW)) == ACK
    assert answers(driver.receive(LAST_FRAME.replace(b"1L", b"2L").replace(b"04", b"05"), NOW)) == (
        ACK
    )
    assert answers(driver.receive(EOT, NOW)) == b""


def test_a_wrong_sum_and_a_wrong_number_are_refused() -> None:
    driver = host()
    driver.receive(ENQ + astm.frame(1, HEADER), NOW)
    damaged = astm.frame(2, b"O|1\r").replace(b"O", b"o")
    assert answers(driver.receive(damaged, NOW)) == NAK
    assert answers(driver.receive(astm.frame(3, b"O|1\r"), NOW)) == NAK
    assert answers(driver.receive(astm.frame(2, b"O|1\r"), NOW)) == ACK


def test_a_repeated_frame_is_acknowledged_and_told_once() -> None:
    driver = host()
    whole = astm.frame(1, HEADER + b"O|1\rR|1|^^^CRP|7|mg/L\r")
    first = driver.receive(ENQ + whole, NOW)
    again = driver.receive(whole, NOW)
    assert "LAB CRP 7 mg/L good stored#1 @2026-01-31T08:00:00" in told(first)
    assert told(again) == []
    assert answers(again) == ACK


def test_the_middle_of_a_transfer_is_left_unanswered_so_that_it_begins_anew() -> None:
    driver = host()
    assert driver.receive(astm.frame(4, b"R|1|^^^CRP|7|mg/L\r"), NOW) == [Alive()]


def test_a_silent_sender_is_given_up() -> None:
    driver = host()
    driver.receive(ENQ + astm.frame(1, HEADER), NOW)
    driver.tick(NOW + NEXT_FRAME_WITHIN)
    assert answers(driver.receive(astm.frame(2, b"O|1\r"), NOW + NEXT_FRAME_WITHIN)) == b""


def test_a_driver_that_only_listens_sends_nothing() -> None:
    assert answers(heard("astm", [Capture.read("astm").received])) == b""


def test_a_result_without_its_header_may_be_a_control_and_is_left_out() -> None:
    orphan = astm.frame(4, b"R|1|^^^CRP|7|mg/L\r")
    assert told(heard("astm", [orphan])) == []
    gap = astm.frame(1, HEADER) + astm.frame(3, b"R|1|^^^CRP|7|mg/L\r")
    assert told(heard("astm", [gap])) == ["IDENTIFIED Analyser"]


def test_a_meter_result_says_all_of_itself() -> None:
    alone = astm.frame(6, b"R|8|^^^Glucose|133|mg/dL^P||B/X||201202052034\r", is_last=False)
    assert told(heard("astm", [alone])) == [
        "GLUCOSE 133 good stored#1 @2012-02-05T20:34:00 before_meal"
    ]


@pytest.mark.parametrize("flags", [b"C", b"C/X", b"B/C"])
def test_a_meter_control_is_marked(flags: bytes) -> None:
    frame = astm.frame(1, b"R|1|^^^Glucose|5.1|mmol/L^P||" + flags + b"||202601310900\r")
    assert told(heard("astm", [frame]))[0].endswith("control")


@pytest.mark.parametrize(
    ("value", "flags", "quality"),
    [(b"600", b">", Quality.TOO_HIGH), (b"20", b"<", Quality.TOO_LOW),
     (b"HI", b"", Quality.TOO_HIGH), (b"", b"", Quality.NO_SIGNAL)],
)  # fmt: skip
def test_a_meter_beyond_its_range_gives_no_value(
    value: bytes, flags: bytes, quality: Quality
) -> None:
    text = b"R|1|^^^Glucose|" + value + b"|mg/dL^P||" + flags + b"||202601310900\r"
    assert told(heard("astm", [astm.frame(1, text)])) == [
        f"GLUCOSE - {quality.value} stored#1 @2026-01-31T09:00:00"
    ]


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("DCA VANTAGE^04.04.00.00^S069000",
         Identified("DCA VANTAGE", "S069000", "04.04.00.00", Kind.ANALYSER)),
        ("Afinion 2 Analyzer^^AF1", Identified("Afinion 2 Analyzer", "AF1", None, Kind.ANALYSER)),
        ("MYLAB^Roche^c111^4.2.2^1^131", Identified("Roche c111", "131", "4.2.2", Kind.ANALYSER)),
        ("Bayer7390^01.24\\01.04^7390-1",
         Identified("Bayer7390", "7390-1", "01.24\\01.04", Kind.GLUCOMETER)),
    ],
)  # fmt: skip
def test_the_sender_says_who_it_is(sender: str, expected: Identified) -> None:
    events = heard("astm", [astm.frame(1, f"H|\\^&|||{sender}|||||||P|1\r".encode())])
    assert [event for event in events if isinstance(event, Identified)] == [expected]


@pytest.mark.parametrize(
    ("result", "value", "quality"),
    [
        (b"R|1|^^^CRP|<0.5|mg/L", "<0.5", Quality.GOOD),
        (b"R|1|^^^HbA1c|15.0|%||>||F", ">15.0", Quality.GOOD),
        (b"R|1|^^^HbA1c|>15.0|%||>||F", ">15.0", Quality.GOOD),
        (b"R|1|^^^CRP|12|mg/L||H||F", "12", Quality.GOOD),
        (b"R|1|^^^ACR|--- |mg/g||||F", None, Quality.NO_SIGNAL),
        (b"R|1|^^^ACR||mg/g||||F", None, Quality.NO_SIGNAL),
        (b"R|1|^^^CRP|12|mg/L||||X", None, Quality.NO_SIGNAL),
        (b"R|1|^^^CRP|X|mg/L", None, Quality.NO_SIGNAL),
        (b"R|1|^^^CRP|12|mg/L||!||F", "12", Quality.WEAK),
        (b"R|1|^^^CRP|12|mg/L||||P", "12", Quality.UNSTABLE),
        (b"R|1|^^^NIT|POS", "POS", Quality.GOOD),
        (b"R|1|^^^LEU|-", "-", Quality.GOOD),
    ],
)
def test_what_the_analyser_vouches_for(result: bytes, value: str | None, quality: Quality) -> None:
    (told_result,) = results(result)
    assert (told_result.value, told_result.quality) == (value, quality)


@pytest.mark.parametrize(
    ("result", "loinc"),
    [(b"R|1|^^^HbA1c|5.9|%", "4548-4"), (b"R|1|^^^HbA1c|41|mmol/mol", "59261-8"),
     (b"R|1|^^^CRP|7|mg/L", "1988-5"), (b"R|1|^^^CRP|0.7|mg/dL", None),
     (b"R|1|^^^687|28.6|U/L", None)],
)  # fmt: skip
def test_a_code_only_where_test_and_unit_leave_no_doubt(result: bytes, loinc: str | None) -> None:
    assert results(result)[0].loinc == loinc


@pytest.mark.parametrize("processing", [b"Q", b"T", b"D"])
def test_a_message_of_no_patient_is_a_control(processing: bytes) -> None:
    header = HEADER.replace(b"|P|", b"|" + processing + b"|")
    assert results(b"R|1|^^^CRP|7|mg/L", header=header)[0].marks == {Mark.CONTROL}


@pytest.mark.parametrize(
    "order",
    [b"O|1||7|^^^CRP|||||||Q", b"O|1||7^^^^QC", b"O|1||7||||||||||||QC^O"],
)
def test_an_order_for_a_control_is_one(order: bytes) -> None:
    (_, result) = results(b"R|1|^^^A|1|g", b"R|1|^^^B|1|g")
    assert not result.marks
    (result,) = results(order, b"R|1|^^^CRP|7|mg/L")
    assert result.marks == {Mark.CONTROL}


def test_results_of_one_sample_share_a_record() -> None:
    told_results = results(b"R|1|^^^A|1|g", b"R|2|^^^B|2|g", b"O|2", b"R|1|^^^A|3|g")
    assert [result.record for result in told_results] == [1, 1, 2]


def test_no_patient_operator_or_specimen_leaves_the_driver() -> None:
    secrets = (b"SPECIMEN77", b"DUPONT", b"PATIENT88", b"OPERATOR99", b"REMARK")
    events = heard("astm", [astm.frame(1, HEADER + (
        b"P|1|PATIENT88||PATIENT88|DUPONT^MARIE\rO|1|SPECIMEN77|SPECIMEN77|^^^CRP\r"
        b"C|1|I|REMARK|G\rR|1|^^^CRP|7|mg/L||||F||OPERATOR99||20260131\rC|1|I|REMARK|G\r"
    ))])  # fmt: skip
    assert any(isinstance(event, LabResult) for event in events)
    assert not [secret for secret in secrets if secret.decode() in repr(events)]


def test_other_delimiters_and_escapes() -> None:
    (result,) = results(
        b"R!1!***A%F%B!7!mg/L", header=b"H!~*%!!!Other\r"
    )  # the order record keeps its bars, and says nothing here
    assert result.test == "A!B"


def test_latin_and_newer_letters() -> None:
    for encoding in ("latin-1", "utf-8"):
        (result,) = results("R|1|^^^CREA|80|µmol/L".encode(encoding))
        assert result.unit == "µmol/L"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20260131080411", datetime(2026, 1, 31, 8, 4, 11)),  # noqa: DTZ001 - naive by contract
        ("202601310804", datetime(2026, 1, 31, 8, 4)),  # noqa: DTZ001 - same
        ("20261331080411", None),
        ("19800101000000", None),
        ("20260131", None),
        ("", None),
    ],
)
def test_the_analyser_clock(text: str, moment: datetime | None) -> None:
    assert astm_records.moment(text) == moment


def test_buffers_are_bounded() -> None:
    frames = astm.Frames()
    _, dropped = frames.take(b"\x02" + b"1" * (3 * astm.MAX_FRAME_BYTES))
    assert dropped > 2 * astm.MAX_FRAME_BYTES
    records = Records()
    for _ in range(8):
        assert list(records.take(b"R|" + b"1" * 2000, is_last=False)) == []
    assert list(records.take(b"\rL|1\r", is_last=True)) == ["L|1"]


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_records_end_in_any_way(end: bytes) -> None:
    assert list(Records().take(b"O|1" + end + b"R|1" + end, is_last=True)) == ["O|1", "R|1"]


def test_a_record_is_split_by_its_own_header() -> None:
    assert Delimiters.of_header("H|\\^&") == Delimiters()
    assert Delimiters.of_header("H||^&") is None
    assert Record.parse("R|1|^^^A", Delimiters()).components(3) == ("", "", "", "A")


def test_a_simulated_analyser_is_heard() -> None:
    bench = Bench(Driver(), Simulator(NOTHING_GIVEN))
    assert bench.run(0.5) == []
    bench.simulator.tell(SEND, is_on=True, at_s=bench.at_s)
    bench.run(2)
    bench.simulator.tell(SEND, is_on=True, at_s=bench.at_s)
    bench.run(4)
    bench.simulator.tell(CONTROL, is_on=True, at_s=bench.at_s)
    bench.run(6)
    assert told(bench.events) == [
        "IDENTIFIED Afinion 2 Analyzer",
        "LAB HbA1c 5.9 % good stored#1 @2026-01-31T08:04:11",
        "LAB CRP <5 mg/L good stored#2 @2026-01-31T08:11:20",
        "LAB HbA1c 5.9 % good stored#3 @2026-01-31T08:04:11 control",
    ]


def test_a_spoilt_frame_is_repeated() -> None:
    bench = Bench(Driver(), Simulator(NOTHING_GIVEN))
    bench.simulator.tell(GARBLE, is_on=True, at_s=0)
    bench.simulator.tell(SEND, is_on=True, at_s=0)
    bench.run(3)
    assert bench.sent == [ACK, NAK, ACK]
    assert "LAB HbA1c 5.9 % good stored#1 @2026-01-31T08:04:11" in told(bench.events)
    assert any(isinstance(event, Resynced) for event in bench.events)


def test_a_bad_cable_costs_repeats_and_invents_nothing() -> None:
    bench = Bench(Driver(), Simulator(NOTHING_GIVEN))
    bench.line.loss = 0.002
    for second in range(0, 120, 40):
        bench.simulator.tell(SEND, is_on=True, at_s=bench.at_s)
        bench.run(second + 40)
    values = {line.split(" stored")[0] for line in told(bench.events) if line.startswith("LAB")}
    assert values == {"LAB HbA1c 5.9 % good", "LAB CRP <5 mg/L good"}


def test_a_refusing_host_is_given_up() -> None:
    simulator = Simulator(NOTHING_GIVEN)
    simulator.tell(SEND, is_on=True, at_s=0)
    assert simulator.tick(0) == ENQ
    simulator.receive(ACK, 0)
    assert [simulator.receive(NAK, 0)[:1] for _ in range(MAX_REFUSALS)] == [b"\x02"] * MAX_REFUSALS
    assert simulator.receive(NAK, 0) == EOT


def test_a_deaf_host_is_given_up() -> None:
    simulator = Simulator(NOTHING_GIVEN)
    simulator.tell(SEND, is_on=True, at_s=0)
    assert (simulator.tick(0), simulator.tick(14), simulator.tick(15)) == (ENQ, b"", EOT)


def test_a_recorded_transfer_is_sent_again() -> None:
    recorded = ENQ + astm.frame(1, HEADER) + astm.frame(2, b"O|1\r") + EOT
    bench = Bench(Driver(), Simulator(Material(recorded)))
    bench.simulator.tell(SEND, is_on=True, at_s=0)
    bench.run(2)
    assert told(bench.events) == ["IDENTIFIED Analyser"]
    assert bench.sent == [ACK, ACK, ACK]

"""IEEE 11073: the manager against a simulated agent, and against bytes others have published."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from instrument_bench import NOW, Bench, told

from devices.drivers.ieee11073 import ABANDONED_AFTER, MAX_CONFIGURATIONS, Driver
from devices.protocols import ieee11073 as wire
from devices.protocols.ieee11073 import MAX_BYTES, Apdus
from devices.readings import (
    Event,
    Identified,
    Kind,
    Origin,
    Reading,
    Refused,
    Send,
    Vital,
)
from devices.simulators.ieee11073 import Simulator
from devices.simulators.instrument import Material

# universAAL's test vectors (Apache-2.0), the first as an A&D UC-321PBT-C sent it
SCALE = bytes.fromhex(
    "E2000032800000000001002A5079002680000000800080000000000000000080000000080009"
    "1FFFFE800AE005DC0081010000000000"
)
ACCEPTED = "E300002C00005079002680000000800080000000000000008000000000080243484556455400"
FIXED_WEIGHT = bytes.fromhex(
    "E700002A002812360101002200000000 00000D1D0018F0000000000100100001000CFF0002FA2007120612100000"
)
CONFIRMED = bytes.fromhex("E7000012001012360201000A0000FFFFFFFF0D1D0000")
THERMOMETER_CONFIGURATION = bytes.fromhex(
    "E70000440042999901 01003C0000FFFFFFFF0D1C00324000 0001002C00060001 00040024"
    "092F000400024B5C0A460002F0400996000217A00A55000C000200080A56000409900008"
)
FIXED_TEMPERATURE = bytes.fromhex(
    "E700002A0028999A010100220000FFFFFFFF0D1D0018F0000000000100100001000CFB3875202008050608300000"
)
OXIMETER = bytes.fromhex(
    "E70000360034888801 01002E0000FFFFFFFF0D1D0024F00000000002001C"
    "0001000A00622007120612100000000A000A00482007120612100000"
)
LATER = NOW + timedelta(seconds=0.1)


def associated(configuration: int) -> bytes:
    """The scale's association with another configuration."""
    return SCALE.replace(b"\x05\xdc\x00\x81", configuration.to_bytes(2, "big") + b"\x00\x81")


def started() -> Driver:
    driver = Driver()
    assert driver.start(NOW) == []
    return driver


def heard(driver: Driver, data: bytes) -> list[Event]:
    return driver.receive(data, NOW) + driver.tick(LATER)


def sent(events: list[Event]) -> list[bytes]:
    return [event.data for event in events if isinstance(event, Send)]


def bench() -> Bench:
    return Bench(Driver(), Simulator(Material()))


def values(cuff: Bench, vital: Vital) -> list[float | None]:
    events = cuff.events
    return [event.value for event in events if isinstance(event, Reading) and event.vital is vital]


def test_a_standard_configuration_is_accepted_and_its_report_confirmed() -> None:
    driver = started()
    events = heard(driver, SCALE)
    assert sent(events)[0].hex().upper().startswith(ACCEPTED)
    assert Identified("IEEE 11073 scale", "00091FFFFE800AE0", None, Kind.SCALE) in events
    events = heard(driver, FIXED_WEIGHT)
    assert told(events) == ["WEIGHT 76.2 good stored#1 @2007-12-06T12:10:00"]
    assert sent(events) == [CONFIRMED]


def test_a_repeated_report_is_confirmed_again_and_told_once() -> None:
    driver = started()
    heard(driver, SCALE + FIXED_WEIGHT)
    events = heard(driver, FIXED_WEIGHT)
    assert told(events) == []
    assert sent(events) == [CONFIRMED]


def test_a_configuration_that_is_described_is_accepted_and_remembered() -> None:
    driver = started()
    answer = sent(heard(driver, associated(0x4000)))
    assert answer[0][4:6] == b"\x00\x03"  # accepted, unknown configuration
    accepted = sent(heard(driver, THERMOMETER_CONFIGURATION))[0]
    assert accepted.hex().upper() == "E7000016001499990201000E0000FFFFFFFF0D1C000440000000"
    line = "TEMPERATURE 37 good stored#1 @2008-05-06T08:30:00"
    assert told(heard(driver, FIXED_TEMPERATURE)) == [line]
    assert sent(heard(driver, bytes.fromhex("E40000020000"))) == [bytes.fromhex("E50000020000")]
    assert sent(heard(driver, associated(0x4000)))[0][4:6] == b"\x00\x00"


def test_a_configuration_without_a_vital_sign_is_declined() -> None:
    driver = started()
    heard(driver, associated(0x4000))
    unknown = THERMOMETER_CONFIGURATION.replace(b"\x4b\x5c", b"\x4b\x00")
    events = heard(driver, unknown)
    assert sent(events)[0].endswith(bytes.fromhex("40000001"))
    assert Refused("IEEE 11073 00091FFFFE800AE0") in events
    assert told(heard(driver, FIXED_TEMPERATURE)) == []


@pytest.mark.parametrize(
    ("said", "instead", "result"),
    [
        ("5079", "5078", 4),
        ("80000000800080000000", "40000000800080000000", 5),
        ("80000000800080000000", "80000000400080000000", 5),
    ],
    ids=["another protocol", "another version", "another encoding"],
)
def test_an_agent_without_a_common_language_is_turned_away(
    said: str, instead: str, result: int
) -> None:
    events = heard(started(), SCALE.replace(bytes.fromhex(said), bytes.fromhex(instead)))
    assert [data[:6].hex() for data in sent(events)] == [f"e3000006{result:04x}"]
    assert any(isinstance(event, Refused) for event in events)


def test_data_before_an_association_is_answered_with_an_abort_and_not_told() -> None:
    events = heard(started(), FIXED_WEIGHT)
    assert told(events) == []
    assert sent(events) == [bytes.fromhex("E60000020000")]


def test_an_abort_ends_the_association() -> None:
    driver = started()
    heard(driver, SCALE)
    heard(driver, bytes.fromhex("E60000020000"))
    assert told(heard(driver, FIXED_WEIGHT)) == []


@pytest.mark.parametrize(
    ("configuration", "observations", "expected"),
    [
        # Antidote's oximeter adds the time to the standard's layout
        (
            0x0190,
            ["0001 000A 0062 2011041510150000", "000A 000A 0048 2011041510150000"],
            ["SPO2 98 good stored#1 @2011-04-15T10:15:00",
             "PULSE 72 good stored#1 @2011-04-15T10:15:00"],
        ),
        # Antidote's glucose meter, and a thermometer made after it, send the longer number
        (
            0x06A4,
            ["0001 000C 00000062 2011041510150000"],
            ["GLUCOSE 98 good stored#1 @2011-04-15T10:15:00"],
        ),
        (
            0x0320,
            ["0001 000C FF000173 2011041510150000"],
            ["TEMPERATURE 37.1 good stored#1 @2011-04-15T10:15:00"],
        ),
        (0x0320, ["0001 000B FF000173 20110415101500"], []),
    ],
)  # fmt: skip
def test_one_number_tells_its_layout_by_its_length(
    configuration: int, observations: list[str], expected: list[str]
) -> None:
    listed = [bytes.fromhex(text) for text in observations]
    info = bytes.fromhex("F0000000") + wire.items(*listed)
    content = bytes.fromhex("0000FFFFFFFF0D1D") + wire.block(info)
    report = wire.data_apdu(1, wire.Message.CONFIRMED_EVENT_REPORT, content)
    spoken = told(heard(Driver(), associated(configuration) + report))
    assert [line for line in spoken if "IDENTIFIED" not in line] == expected


def test_only_listening_sends_nothing() -> None:
    assert sent(heard(Driver(), SCALE + FIXED_WEIGHT)) == []


def test_a_recording_without_association_is_understood_where_it_leaves_no_doubt() -> None:
    assert told(heard(Driver(), OXIMETER)) == [
        "SPO2 98 good stored#1 @2007-12-06T12:10:00",
        "PULSE 72 good stored#1 @2007-12-06T12:10:00",
    ]
    # A scale's and a thermometer's are alike.
    assert told(heard(Driver(), FIXED_WEIGHT)) == []
    assert told(heard(Driver(), FIXED_TEMPERATURE)) == []


def test_a_configuration_that_may_have_been_lost_is_not_guessed() -> None:
    driver = Driver()
    heard(driver, associated(0x4000))
    assert told(heard(driver, b"\x12\x34" + OXIMETER)) == []


def test_reports_of_several_persons_are_read() -> None:
    # Synthetic: the weight above as a person's, in the multi-person format of 20601.
    weights = bytes.fromhex("000100100001000C") + FIXED_WEIGHT[-12:]
    info = bytes.fromhex("F000000000010016") + b"\x00\x01" + weights
    content = bytes.fromhex("0000FFFFFFFF0D1F") + wire.block(info)
    report = wire.data_apdu(7, wire.Message.CONFIRMED_EVENT_REPORT, content)
    driver = started()
    heard(driver, SCALE)
    line = "WEIGHT 76.2 good stored#1 @2007-12-06T12:10:00"
    assert told(heard(driver, report)) == [line]


def test_remembered_configurations_are_bounded() -> None:
    driver = started()
    heard(driver, associated(0x4000))
    for number in range(0x4000, 0x4000 + MAX_CONFIGURATIONS + 3):
        other = THERMOMETER_CONFIGURATION.replace(b"\x40\x00", number.to_bytes(2, "big"))
        heard(driver, other)
    assert len(driver._described) <= MAX_CONFIGURATIONS


def test_an_apdu_without_end_is_given_up_and_the_next_one_found() -> None:
    driver = started()
    driver.receive(SCALE[:30], NOW)
    events = driver.tick(NOW + ABANDONED_AFTER)
    assert told(events) == []
    assert any(isinstance(event, Identified) for event in heard(driver, SCALE))


def test_an_apdu_is_held_up_to_its_greatest_length_only() -> None:
    apdus = Apdus()
    body = MAX_BYTES
    head = wire.u16(0xE700, body, body - 2, 1, 0x0101, body - 8)
    apdus.take(head + bytes(body))
    assert len(apdus._buffer) <= MAX_BYTES + 4
    _, dropped = Apdus().take(wire.u16(0xE700, body + 1, body - 1, 1, 0x0101, body - 7))
    assert dropped == 12


@given(st.binary(max_size=300))
def test_no_body_whatever_raises_anything(body: bytes) -> None:
    driver = started()
    heard(driver, SCALE)
    content = bytes.fromhex("0000FFFFFFFF0D1E") + wire.block(body)
    heard(driver, wire.data_apdu(1, wire.Message.CONFIRMED_EVENT_REPORT, content))
    heard(driver, wire.data_apdu(2, wire.Message.GET_RESULT, body))
    heard(driver, wire.apdu(wire.Choice.ASSOCIATION_REQUEST, b"\x80\x00\x00\x00" + body))


def test_a_simulated_cuff_describes_itself_and_empties_its_memory() -> None:
    cuff = bench()
    cuff.run(5.0)
    assert values(cuff, Vital.SYSTOLIC) == [152]
    assert Identified(
        "Chevet Simulated cuff", "0243554646000001", None, Kind.BLOOD_PRESSURE
    ) in cuff.events  # fmt: skip
    cuff.simulator.tell("press", is_on=True, at_s=cuff.at_s)
    cuff.run(10.0)
    assert values(cuff, Vital.SYSTOLIC) == [152, 126]
    assert values(cuff, Vital.PULSE) == [88, 64]
    records = {event.record for event in cuff.events if isinstance(event, Reading)}
    assert records == {1, 2}
    assert all(event.origin is Origin.STORED for event in cuff.events if isinstance(event, Reading))


@pytest.mark.parametrize(("loss", "delay_s"), [(0.01, 0.0), (0.0, 1.0)])
def test_a_bad_line_delays_a_measurement_and_invents_none(loss: float, delay_s: float) -> None:
    cuff = bench()
    cuff.line.loss, cuff.line.delay_s = loss, delay_s
    cuff.run(60.0, lambda event: isinstance(event, Reading))
    cuff.run(cuff.at_s + 10.0)
    assert values(cuff, Vital.SYSTOLIC) == [152]


def test_a_unit_that_was_lost_is_not_replaced_by_another() -> None:
    # 159.4 lb as an A&D scale sent it; its last six bytes lost, and a release in their place
    report = bytes.fromhex(
        "E700003A003810000101003200 00FFFFFFFF0D1E0028F000000000010020"
        "00010003001A0A560004FF00063A0990000820120605164448000996000206E0"
    )
    release = bytes.fromhex("E40000020000")
    whole = ["WEIGHT 72.3026 good stored#1 @2012-06-05T16:44:48 (159.4 lb)"]
    assert told(heard(Driver(), SCALE + report + release))[1:] == whole
    assert told(heard(Driver(), SCALE + report[:-6] + release + SCALE))[1:] == []

"""LifeScan's binary protocol: packets, two dialects, and what appears while watching."""

import pytest
from instrument_bench import NOW, Bench, told

from devices.driver import Request
from devices.drivers import lifescan_binary
from devices.drivers.lifescan_binary import Driver
from devices.protocols import lifescan, lifescan_exchange
from devices.protocols.lifescan import LONGEST, ULTRA, VERIO_IQ, Dialect, Packets, packet, reply
from devices.readings import Baud, Failed, Identified, Kind, Progress, Resynced, Send
from devices.simulators.instrument import Material
from devices.simulators.lifescan_binary import FIRMWARE, SERIAL, Simulator

# Packets of both sides. The first, the seventh and the CRC of the third are quoted in the tests of
# glucometerutils (MIT), messages and link bits in its driver; the other CRCs are from a bitwise
# routine that is not in this program.
QUOTED = [
    (0x08, b"", "02 06 08 03 C2 62"),
    (0x0C, b"", "02 06 0C 03 06 AE"),
    (0x06, b"", "02 06 06 03 CD 41"),
    (0x07, b"", "02 06 07 03 FC 72"),
    (0x05, b"", "02 06 05 03 9E 14"),
    (0x00, ULTRA.version, "02 09 00 05 0D 02 03 DA 71"),
    (0x03, ULTRA.version, "02 09 03 05 0D 02 03 08 9F"),
    (0x00, ULTRA.serial, "02 12 00 05 0B 02 00 00 00 00 84 6A E8 73 00 03 9B EA"),
    (0x00, ULTRA.count, "02 0A 00 05 1F F5 01 03 38 AA"),
]
both = pytest.mark.parametrize("dialect", [ULTRA, VERIO_IQ], ids=["UltraMini", "VerioIQ"])


def bench(dialect: Dialect) -> Bench:
    return Bench(Driver(), Simulator(Material(), dialect=dialect))


def identified(dialect: Dialect) -> Identified:
    return Identified(dialect.model, SERIAL, FIRMWARE[dialect.has_link], Kind.GLUCOMETER)


def glucose(spoken: list[str]) -> list[str]:
    return [line for line in spoken if line.startswith("GLUCOSE")]


@pytest.mark.parametrize(("link", "message", "wire"), QUOTED)
def test_packets_are_those_that_others_quote(link: int, message: bytes, wire: str) -> None:
    assert packet(link, message) == bytes.fromhex(wire)
    (found,), dropped = Packets().take(bytes.fromhex(wire))
    assert (found.link, found.message, dropped) == (link, message, 0)


def test_the_first_packets_are_those_of_the_descriptions() -> None:
    meter = bench(ULTRA)
    meter.run(2.0)
    quoted = [bytes.fromhex(wire) for _, _, wire in QUOTED]
    assert meter.sent[:3] == [quoted[0], quoted[5], quoted[3]]
    assert meter.sent[3] == packet(0x03, ULTRA.serial)


@pytest.mark.parametrize("at", range(16))
def test_a_wrong_byte_costs_the_packet(at: int) -> None:
    wire = bytearray(packet(1, bytes.fromhex("0506 80C8534F 54000000")))
    wire[at] ^= 0x40
    driver = Driver()
    events = driver.receive(bytes(wire), NOW) + driver.tick(NOW + lifescan_binary.WATCH_EVERY)
    assert told(events) == []
    assert sum(event.dropped for event in events if isinstance(event, Resynced)) == len(wire)


def test_what_begins_a_packet_and_never_ends_does_not_hold_up_the_next() -> None:
    wire = packet(1, bytes.fromhex("0506 80C8534F 54000000"))
    driver = Driver()
    events = driver.receive(b"\x02\x3f" + wire, NOW)
    assert told(events) == []
    assert told(driver.tick(NOW + lifescan_binary.SETTLED_AFTER)) == [
        "GLUCOSE 84 good stored#1 @2012-03-04T19:54:40"
    ]


def test_no_packet_is_longer_than_described() -> None:
    packets = Packets()
    assert packets.take(b"\x02\xff" * 500)[1] > 990
    packets.take(bytes((2, LONGEST)) + bytes(LONGEST - 3))
    assert len(packets._buffer) < LONGEST


@pytest.mark.parametrize(
    "message",
    [
        "050D02",  # requests that were echoed
        "051F0000",
        "050B0200000000846AE87300",
        "0320020000",
        "0509",  # a fault
        "0506 80C8534F",  # the clock
        "0506 03414243",  # the clock again, at an unlucky second
        "0506 00000000",  # the unit
        "0506 80C8534F 54000100",  # a value no field can hold
        "0306 80C8534F 5400 02 00 00 00",  # neither control solution nor not
        "0306 80C8534F 5400 00 07 00 00",
        "06",
        "",
    ],
)
def test_what_is_no_record_tells_none(message: str) -> None:
    assert reply(bytes.fromhex(message)) is None


@both
def test_it_is_found_at_its_own_speed(dialect: Dialect) -> None:
    meter = bench(dialect)
    meter.run(10.0, lambda event: isinstance(event, Identified))
    assert identified(dialect) in meter.events
    speeds = [event.baud for event in meter.events if isinstance(event, Baud)]
    assert speeds == ([] if dialect is ULTRA else [38_400])


@both
def test_what_was_in_the_memory_is_not_told_unasked(dialect: Dialect) -> None:
    meter = bench(dialect)
    meter.run(20.0)
    assert glucose(told(meter.events)) == []


@both
def test_a_new_record_is_told_once(dialect: Dialect) -> None:
    meter = bench(dialect)
    meter.run(10.0)
    meter.simulator.tell("press", is_on=True, at_s=meter.at_s)
    happened = glucose(told(meter.run(20.0)))
    assert [line.split("@")[0] for line in happened] == ["GLUCOSE 112 good spot#1 "]


@both
def test_the_first_record_of_an_empty_memory_is_new(dialect: Dialect) -> None:
    meter = bench(dialect)
    simulator = meter.simulator
    assert isinstance(simulator, Simulator)
    simulator._records.clear()
    meter.run(10.0)
    simulator.tell("press", is_on=True, at_s=meter.at_s)
    assert len(glucose(told(meter.run(20.0)))) == 1


@both
def test_a_full_memory_still_shows_the_new_record(dialect: Dialect) -> None:
    meter = bench(dialect)
    simulator = meter.simulator
    assert isinstance(simulator, Simulator)
    for at_s in range(600):
        simulator.tell("press", is_on=True, at_s=at_s)
    meter.run(10.0)
    assert glucose(told(meter.events)) == []
    simulator.tell("press", is_on=True, at_s=1_000.0)
    assert len(glucose(told(meter.run(20.0)))) == 1


@both
@pytest.mark.parametrize("tenths", range(0, 30, 2))
def test_a_record_that_comes_in_the_middle_of_a_look_is_told_alone(
    dialect: Dialect, tenths: int
) -> None:
    meter = bench(dialect)
    simulator = meter.simulator
    assert isinstance(simulator, Simulator)
    for at_s in range(500):
        simulator.tell("press", is_on=True, at_s=at_s)
    meter.run(8.0 + tenths / 10)
    values = [record.value for record in simulator._records]
    simulator.tell("press", is_on=True, at_s=1_000.0)
    assert [record.value for record in simulator._records][1:] == values[:-1]
    happened = glucose(told(meter.run(20.0)))
    assert [line.split(" spot#1")[0] for line in happened] == ["GLUCOSE 98 good"]


@both
def test_the_whole_memory_is_told_on_request(dialect: Dialect) -> None:
    meter = bench(dialect)
    meter.run(10.0)
    meter.ask(Request.FETCH_STORED)
    happened = meter.run(20.0)
    assert [line.split(" stored")[0] for line in glucose(told(happened))] == [
        "GLUCOSE 231 good",
        "GLUCOSE - too_low",
        "GLUCOSE - too_high",
    ]
    progress = [event for event in happened if isinstance(event, Progress)]
    assert progress == [Progress(received, 3) for received in range(4)]


@both
@pytest.mark.parametrize("loss", [0.01, 0.03])
def test_a_bad_line_delays_a_reading_and_does_not_repeat_it(dialect: Dialect, loss: float) -> None:
    meter = bench(dialect)
    meter.line.loss = loss
    meter.run(60.0, lambda event: isinstance(event, Identified))
    meter.run(meter.at_s + 30.0)
    meter.simulator.tell("press", is_on=True, at_s=meter.at_s)
    meter.run(meter.at_s + 60.0)
    said = [line.split("@")[0] for line in glucose(told(meter.events))]
    assert said == ["GLUCOSE 112 good spot#1 "]


@both
def test_a_meter_pulled_out_fails_the_request_and_is_found_again(dialect: Dialect) -> None:
    meter = bench(dialect)
    meter.run(10.0)
    meter.line.loss = 1.0
    meter.ask(Request.FETCH_STORED)
    assert Failed("fetch_stored") in meter.run(40.0)
    meter.line.loss = 0.0
    assert identified(dialect) in meter.run(60.0)


def test_asked_who_is_there_an_ultramini_says_so() -> None:
    driver = Driver()
    answer = Simulator(Material()).receive(driver.identify(), 0.0)
    assert told(driver.receive(answer, NOW)) == [f"IDENTIFIED {ULTRA.model}"]


def test_no_message_clears_or_sets_anything() -> None:
    meter = bench(ULTRA)
    meter.run(5.0)
    meter.ask(Request.FETCH_STORED)
    meter.run(10.0)
    sent = [event.data for event in meter.events if isinstance(event, Send)]
    commands = {data[4] for data in sent if len(data) > lifescan.AROUND_MESSAGE}
    assert commands == {0x0D, 0x0B, 0x1F}
    for module in (lifescan_binary, lifescan, lifescan_exchange):
        assert module.__file__ is not None
        with open(module.__file__, encoding="utf-8") as source:  # noqa: PTH123 - one line
            assert "051A" not in source.read().replace(" ", "")

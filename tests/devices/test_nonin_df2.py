"""Nonin's data format 2: packets of frames, the alarm before any value, and the handshake."""

from datetime import timedelta

import pytest
from instrument_bench import NOW, Bench, Capture, heard, told

from devices.driver import Request
from devices.drivers.nonin_df2 import Driver
from devices.errors import NothingUnderstoodError
from devices.protocols.nonin import Format
from devices.readings import Identified, Quality, Reading, Resynced, Send, Vital, WaveBlock
from devices.recording import decode
from devices.simulators.instrument import Material
from devices.simulators.nonin_df2 import Simulator

# 9560 OEM specification: the questions of 4.5.3 to 4.5.5, and table 2 of 4.5.1
QUESTIONS = bytes.fromhex("027402020203 027402050503 02730003")
SET_FORMAT_2 = bytes.fromhex("02 70 04 02 02 00 78 03")
SET_FORMAT_2_SHORTLY = bytes.fromhex("02 70 02 02 02 03")
SERIAL_REPLY = bytes.fromhex("02 F4 0B 02 35 30 31 34 39 33 32 30 30 CA 03")  # OpenTele
FRAMES = 25


def frames(**slots: int) -> list[bytes]:
    """A packet with SpO2 97 and pulse 72; ``slot_9=0`` puts a 0 into frame 9, as the maker counts.

    ``status`` is added to every status.
    """
    status = 0x80 | slots.pop("status", 0)
    held = {3: 97, 9: 97, 2: 72, 21: 72} | {int(at[5:]): value for at, value in slots.items()}
    packet = []
    for number in range(1, FRAMES + 1):
        content = (1, status | (number == 1), 100 + number, held.get(number, 0))
        packet.append(bytes((*content, sum(content) & 0xFF)))
    return packet


def spoken(*packets: list[bytes]) -> list[str]:
    stream = b"".join(frame for packet in packets for frame in packet)
    lines: list[str] = told(heard("nonin_df2", [stream]))
    return lines


def bench(set_to: Format | None = None, *, is_old: bool = False) -> Bench:
    return Bench(Driver(), Simulator(Material(), set_to, is_old=is_old))


def readings_in(events: list[object]) -> list[Reading]:
    return [event for event in events if isinstance(event, Reading)]


def test_it_streams_and_says_who_it_is() -> None:
    oximeter = bench()
    oximeter.run(5.0)
    assert oximeter.sent == [QUESTIONS]
    assert Identified("Nonin 9560", "501493201", "152") in oximeter.events
    shown = {(r.vital, r.value, r.quality) for r in readings_in([*oximeter.events])}
    assert shown == {(Vital.SPO2, 97, Quality.GOOD), (Vital.PULSE, 72, Quality.GOOD)}
    blocks = [event for event in oximeter.events if isinstance(event, WaveBlock)]
    assert {(len(block.samples), block.rate_hz) for block in blocks} == {(FRAMES, 75)}
    assert len(blocks) == 15


def test_an_instrument_left_in_another_format_is_set() -> None:
    oximeter = bench(Format.DF13)
    oximeter.run(6.0)
    assert oximeter.sent == [QUESTIONS, SET_FORMAT_2]
    assert readings_in([*oximeter.events])


def test_old_firmware_is_told_the_short_way() -> None:
    oximeter = bench(Format.DF13, is_old=True)
    oximeter.run(6.0)
    assert oximeter.sent == [QUESTIONS, SET_FORMAT_2, SET_FORMAT_2_SHORTLY]
    assert readings_in([*oximeter.events])


def test_a_mute_instrument_is_told_both_ways_within_five_seconds_and_then_left_alone() -> None:
    driver = Driver()
    assert driver.start(NOW) == [Send(QUESTIONS)]
    sent = {}
    for tenths in range(100):
        for event in driver.tick(NOW + timedelta(seconds=tenths / 10)):
            assert isinstance(event, Send)
            sent[tenths] = event.data
    assert sent == {25: SET_FORMAT_2, 35: SET_FORMAT_2_SHORTLY}


def test_only_listening_it_sends_nothing() -> None:
    driver = Driver()
    events = driver.tick(NOW)
    for seconds in range(10):
        events += driver.receive(b"\x80\x39\x62\x00", NOW + timedelta(seconds=seconds))
        events += driver.tick(NOW + timedelta(seconds=seconds))
    assert not [event for event in events if isinstance(event, Send)]


def test_a_finger_that_left_is_no_signal_while_the_display_still_holds_the_last_value() -> None:
    oximeter = bench()
    oximeter.run(2.0)
    oximeter.simulator.tell("finger", is_on=True, at_s=oximeter.at_s)
    oximeter.run(2.8)
    out = oximeter.run(15.0)
    assert {(r.value, r.quality) for r in readings_in([*out])} == {(None, Quality.NO_SIGNAL)}
    assert not [event for event in out if isinstance(event, WaveBlock)]
    oximeter.simulator.tell("finger", is_on=False, at_s=oximeter.at_s)
    oximeter.run(15.8)
    assert told(oximeter.run(17.5))[:2] == ["SPO2 97 good", "PULSE 72 good"]


def test_a_packet_that_others_decode_alike() -> None:
    # github:pez-globo/pufferfish-software (Apache-2.0), TestNoninOEM3: 72, 97 %, revision 48
    slots = bytes.fromhex(
        "00 48 61 30 00 00 00 00 61 61 61 00 00 00 48 61 61 00 00 00 48 00 48 00 00"
    )
    sums = bytes.fromhex(
        "83 CA E3 B2 82 82 82 82 E3 E3 E3 82 82 82 CA E3 E3 82 82 82 CA 82 CA 82 82"
    )
    stream = b"\x01\x81\x01" + bytes((slots[0], sums[0]))
    for slot, total in zip(slots[1:], sums[1:], strict=True):
        stream += b"\x01\x80\x01" + bytes((slot, total))
    events = heard("nonin_df2", [stream])
    assert told(events) == ["IDENTIFIED Nonin", "SPO2 97 good", "PULSE 72 good"]
    assert Identified("Nonin", firmware="48") in events


def test_motion_is_searched_through() -> None:
    oximeter = bench()
    oximeter.run(2.0)
    oximeter.simulator.tell("motion", is_on=True, at_s=oximeter.at_s)
    oximeter.run(2.8)
    assert {(r.value, r.quality) for r in readings_in([*oximeter.run(5.0)])} == {
        (None, Quality.SEARCHING)
    }


def test_low_battery_is_marked() -> None:
    oximeter = bench()
    oximeter.simulator.tell("battery", is_on=True, at_s=0.0)
    oximeter.run(3.0)
    assert set(told(oximeter.events)) >= {"SPO2 97 good low_battery", "PULSE 72 good low_battery"}


@pytest.mark.parametrize(
    ("status", "quality"),
    [
        (0x40, "no_signal"),  # sensor disconnected: OEM III
        (0x08, "no_signal"),  # sensor alarm
        (0x18, "no_signal"),  # and out of track
        (0x10, "searching"),  # out of track
        (0x20, "weak"),  # artifact
        (0x04, "weak"),  # red
        (0x06, "weak"),  # yellow
        (0x02, "good"),  # green
        (0x00, "good"),  # no pulse in this packet, and none before
    ],
)
def test_the_status_comes_before_any_value(status: int, quality: str) -> None:
    has_value = quality in ("weak", "good")
    assert spoken(frames(status=status)) == [
        f"SPO2 {'97' if has_value else '-'} {quality}",
        f"PULSE {'72' if has_value else '-'} {quality}",
    ]


def test_the_last_pulse_speaks_for_packets_without_one() -> None:
    red, none, green = frames(status=0x04), frames(), frames(status=0x02)
    assert spoken(red, none, none, none, green) == [
        *("SPO2 97 weak", "PULSE 72 weak") * 2,
        *("SPO2 97 good", "PULSE 72 good"),
    ]


def test_display_values_are_told_and_recorded_ones_where_those_are_not_filled() -> None:
    assert spoken(frames(slot_9=90, slot_21=60)) == ["SPO2 90 good", "PULSE 60 good"]
    assert spoken(frames(slot_9=0, slot_21=0)) == ["SPO2 97 good", "PULSE 72 good"]
    missing = frames(slot_9=127, slot_20=3, slot_21=127)
    assert spoken(missing) == ["SPO2 - no_signal", "PULSE - no_signal"]


def test_383_is_not_the_missing_code() -> None:
    # OpenTele takes 01 7F + 80 for missing; the maker says 511
    assert spoken(frames(slot_20=2, slot_21=127))[1] == "PULSE - out_of_range"


def test_a_lost_frame_voids_its_packet_and_no_other() -> None:
    first, second, third = frames(), frames(slot_9=80, slot_21=50), frames(slot_9=90, slot_21=60)
    for lost in range(FRAMES):
        damaged = second[:lost] + second[lost + 1 :]
        assert spoken(first, damaged, third)[-2:] == ["SPO2 90 good", "PULSE 60 good"]
        assert "SPO2 80 good" not in spoken(first, damaged, third)


def test_a_forged_frame_more_voids_its_packet() -> None:
    second = frames(slot_9=80)
    forged = bytes((1, 0x80, 0, 50, 0x80 + 1 + 50))
    damaged = [*second[:5], forged, *second[5:]]
    assert not [line for line in spoken(damaged, frames()) if line.startswith("SPO2 80")]
    assert "SPO2 97 good" in spoken(damaged, frames())


def test_a_reply_inside_the_stream_costs_nothing() -> None:
    stream = b"".join(frames()[:7]) + SERIAL_REPLY + b"\x06" + b"".join(frames()[7:])
    events = heard("nonin_df2", [stream])
    assert told(events) == ["IDENTIFIED Nonin", "SPO2 97 good", "PULSE 72 good"]
    assert not [event for event in events if isinstance(event, Resynced)]


def test_a_reply_with_a_wrong_sum_is_noise() -> None:
    damaged = SERIAL_REPLY.replace(b"\xca", b"\xcb")
    assert {type(event) for event in heard("nonin_df2", [damaged])} == {Resynced}


def test_frames_of_an_xpod_without_finger_are_believed_alone() -> None:
    # github:agricolab/app-nonin (MIT): two frames of a 3012LP, in the middle of a packet
    two = bytes.fromhex("01 98 63 00 FC  01 98 63 7F 7B")
    assert told(heard("nonin_df2", [two])) == ["SPO2 - no_signal", "PULSE - no_signal"]
    with pytest.raises(NothingUnderstoodError):
        list(decode("nonin_df2", two[:5], NOW))


def test_unchanged_values_are_told_once_a_second_and_at_once_when_asked() -> None:
    driver = Driver()
    packet = b"".join(frames())
    assert len(readings_in([*driver.receive(packet * 10, NOW)])) == 6
    driver.receive(packet, NOW)
    driver.ask(Request.MEASURE, NOW)
    assert len(readings_in([*driver.receive(packet, NOW)])) == 2


def test_the_wave_is_as_sent() -> None:
    events = heard("nonin_df2", [b"".join(frames() * 2)])
    waves = [event.samples for event in events if isinstance(event, WaveBlock)]
    assert waves == [bytes(range(101, 126))] * 2


@pytest.mark.parametrize("name", ["nonin_df7", "nonin_df8", "nonin_df13", "nonin_ascii"])
@pytest.mark.parametrize("status", [0x02, 0x18])
def test_no_other_format_takes_it_for_its_own(name: str, status: int) -> None:
    stream = Capture.read("nonin_df2").received + b"".join(frames(status=status) * 20)
    values = [line for line in told(heard(name, [stream])) if not line.startswith("IDENTIFIED")]
    assert values == []


def test_the_revision_in_the_stream_is_told_until_a_reply_has_it_whole() -> None:
    driver = Driver()
    packet = b"".join(frames(slot_4=24))
    assert Identified("Nonin", firmware="24") in driver.receive(packet * 2, NOW)
    revision = bytes.fromhex("02 F3 02 98 06 03")
    assert Identified("Nonin", firmware="152") in driver.receive(revision, NOW)
    again = driver.receive(packet * 2, NOW)
    assert not [event for event in again if isinstance(event, Identified)]


def test_a_reply_alone_says_whose_it_is_but_not_which_format() -> None:
    listening, opened = Driver(), Driver()
    assert listening.identify() == b""
    assert listening.receive(SERIAL_REPLY, NOW) == []
    opened.start(NOW)
    assert Identified("Nonin", "501493200") in opened.receive(SERIAL_REPLY, NOW)
    after = listening.receive(b"".join(frames() * 2), NOW)
    assert Identified("Nonin", "501493200") in after

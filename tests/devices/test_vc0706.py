"""The camera's side of a conversation: speed, size, blocks that come damaged or late."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from instrument_bench import NOW, Bench
from PIL import Image

from devices.driver import Request
from devices.drivers.vc0706 import Driver
from devices.protocols import vc0706
from devices.protocols.vc0706 import Size
from devices.readings import Baud, Event, Failed, Identified, Preview, Send, Still, StillProgress
from devices.simulators.instrument import Material
from devices.simulators.pictures import Pictures
from devices.simulators.vc0706 import Simulator

# VC0706 protocol manual, as printed
RESET = bytes.fromhex("56002600")
VERSION = bytes.fromhex("56001100")
FREEZE = bytes.fromhex("5600360100")
RESUME = bytes.fromhex("5600360103")
FAST = bytes.fromhex("56002403010DA6")
FIRST_BLOCK = bytes.fromhex("5600320C000A 00000000 00000200 000A")


class Eye:
    """Takes pictures and remembers them."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self._pictures = Pictures()

    def take(self, size: Size) -> bytes:
        self.taken.append(self._pictures.take(size))
        return self.taken[-1]


def bench(eye: Eye | None = None, *, can_resize: bool = True) -> Bench:
    eye = eye or Eye()
    return Bench(Driver(), Simulator(Material(), take=eye.take, can_resize=can_resize))


def is_(kind: type) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, kind)


def ready() -> Bench:
    camera = bench()
    camera.run(10.0, is_(Identified))
    return camera


def stills(camera: Bench) -> list[bytes]:
    return [event.jpeg for event in camera.events if isinstance(event, Still)]


def test_it_is_reset_identified_and_sped_up() -> None:
    camera = ready()
    assert camera.sent[:3] == [RESET, VERSION, FAST]
    assert Baud(115_200) in camera.events
    assert Identified("VC0703 1.00") in camera.events
    assert camera.at_s < 3.0


def test_a_camera_left_at_the_fast_speed_is_found() -> None:
    camera = bench()
    simulator = camera.simulator
    assert isinstance(simulator, Simulator)
    camera.run(10.0, is_(Identified))
    again = Bench(Driver(), simulator)
    assert simulator.baud == 115_200
    again.run(20.0, is_(Identified))
    assert Identified("VC0703 1.00") in again.events


def test_a_camera_that_stays_slow_is_used_slow() -> None:
    class Slow(Simulator):
        def _change_baud(self, arguments: bytes, at_s: float) -> None:
            """It agrees and does nothing."""

    camera = Bench(Driver(), Slow(Material()))
    camera.run(30.0, is_(Identified))
    camera.ask(Request.STILL)
    camera.run(60.0, is_(Still))
    assert len(stills(camera)) == 1


def test_a_still_is_exactly_what_the_camera_made() -> None:
    eye = Eye()
    camera = bench(eye)
    camera.run(10.0, is_(Identified))
    camera.ask(Request.STILL)
    camera.run(20.0, is_(Still))
    assert stills(camera) == [eye.taken[-1]]
    assert Image.open(BytesIO(stills(camera)[0])).size == (640, 480)
    progress = [event for event in camera.events if isinstance(event, StillProgress)]
    assert [event.received for event in progress] == sorted(event.received for event in progress)
    assert progress[-1] == StillProgress(len(eye.taken[-1]), len(eye.taken[-1]))
    assert FREEZE in camera.sent
    assert FIRST_BLOCK in camera.sent
    camera.run(camera.at_s + 1.0)
    assert RESUME in camera.sent


def test_previews_come_small_and_as_fast_as_the_port_allows() -> None:
    camera = ready()
    camera.ask(Request.PREVIEW_ON)
    camera.run(camera.at_s + 5.0)
    previews = [event for event in camera.events if isinstance(event, Preview)]
    assert Image.open(BytesIO(previews[0].jpeg)).size == (160, 120)
    line_bytes = 5.0 * 115_200 / 10
    assert sum(len(event.jpeg) for event in previews) > line_bytes / 2
    assert len({event.jpeg for event in previews}) > len(previews) / 2
    camera.ask(Request.PREVIEW_OFF)
    camera.run(camera.at_s + 1.0)
    quiet = camera.run(camera.at_s + 3.0)
    assert not any(map(is_(Preview), quiet))


def test_a_still_interrupts_the_preview_which_then_goes_on() -> None:
    camera = ready()
    camera.ask(Request.PREVIEW_ON)
    camera.run(camera.at_s + 1.0)
    camera.ask(Request.STILL)
    camera.run(camera.at_s + 10.0, is_(Still))
    assert len(stills(camera)) == 1
    assert any(map(is_(Preview), camera.run(camera.at_s + 2.0)))


@pytest.mark.parametrize(
    ("loss", "delay_s"), [(0.0003, 0.0), (0.0, 0.3), (0.0, 1.0), (0.0002, 0.5)]
)
def test_a_bad_line_costs_time_and_never_a_wrong_byte(loss: float, delay_s: float) -> None:
    eye = Eye()
    camera = bench(eye)
    camera.run(10.0, is_(Identified))
    camera.line.loss = loss
    camera.line.delay_s = delay_s
    camera.ask(Request.STILL)
    camera.run(camera.at_s + 300.0, is_(Still))
    assert stills(camera) == [eye.taken[-1]]


def test_a_damaged_block_is_asked_for_again() -> None:
    camera = ready()
    camera.line.loss = 0.0005
    camera.ask(Request.STILL)
    camera.run(camera.at_s + 120.0, is_(Still))
    # The block that came damaged is asked for with another length, from eight bytes earlier.
    addresses = [int.from_bytes(sent[6:10], "big") for sent in camera.sent if sent[2] == 0x32]
    assert any(later < earlier for earlier, later in pairwise(addresses))


def test_a_picture_that_is_no_jpeg_fails_and_is_not_shown() -> None:
    camera = Bench(Driver(), Simulator(Material(), take=lambda _: b"\x00" * 4000))
    camera.run(10.0, is_(Identified))
    camera.ask(Request.STILL)
    camera.run(camera.at_s + 20.0, is_(Failed))
    assert Failed("still") in camera.events
    assert stills(camera) == []


def test_a_camera_that_resizes_only_by_a_reset_still_gives_both_sizes() -> None:
    camera = bench(can_resize=False)
    camera.run(20.0, is_(Identified))
    camera.ask(Request.STILL)
    camera.run(camera.at_s + 30.0, is_(Still))
    assert Image.open(BytesIO(stills(camera)[0])).size == (640, 480)
    camera.ask(Request.PREVIEW_ON)
    shown = camera.run(camera.at_s + 30.0, is_(Preview))
    assert any(map(is_(Preview), shown))


def test_an_absent_camera_fails_a_waiting_still() -> None:
    driver = Driver()
    driver.start(NOW)
    assert driver.ask(Request.STILL, NOW) == []
    later = [e for s in range(60) for e in driver.tick(NOW + timedelta(seconds=s))]
    assert [event for event in later if isinstance(event, Failed)] == [Failed("still")]
    assert all(event.data == RESET for event in later if isinstance(event, Send))


def test_real_length_replies_are_understood() -> None:
    # quoted by three public projects
    replies = bytes.fromhex("7600340004000036 40 760034000400003340 7600340004000013DB")
    lengths = [int.from_bytes(item.data, "big") for item in vc0706.Replies().take(replies)]
    assert lengths == [13_888, 13_120, 5_083]


def test_an_answer_of_another_length_is_not_the_block() -> None:
    replies = vc0706.Replies()
    replies.expect(16)
    late = vc0706.block(bytes(24))
    items = replies.take(late + vc0706.block(bytes(range(16))))
    assert [item for item in items if isinstance(item, vc0706.Block)] == [
        vc0706.Block(bytes(range(16)))
    ]

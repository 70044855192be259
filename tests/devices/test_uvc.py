"""A USB camera: which picture a still is, what a clip holds, and what never comes."""

from datetime import UTC, datetime, timedelta

from devices.driver import Request
from devices.drivers.uvc import CLIP_BYTES, CLIP_FOR, Driver
from devices.readings import Clip, Event, Failed, Preview, Resynced, Still
from devices.simulators.instrument import Material
from devices.simulators.uvc import BLUR, STUCK, Simulator

NOW = datetime(2027, 1, 2, tzinfo=UTC)
FRAME_S = 1 / 15 + 0.001


class Bench:
    """A camera before a driver, in virtual time."""

    def __init__(self) -> None:
        self.driver = Driver()
        self.camera = Simulator(Material())
        self.at_s = 0.0
        self.events: list[Event] = self.driver.start(NOW)
        self.shown: list[bytes] = []

    @property
    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.at_s)

    def run(self, seconds: float) -> list[Event]:
        happened: list[Event] = []
        end_s = self.at_s + seconds
        while self.at_s < end_s:
            self.at_s += FRAME_S
            jpeg = self.camera.tick(self.at_s)
            if jpeg:
                self.shown.append(jpeg)
                happened += self.driver.receive(jpeg, self.now)
            happened += self.driver.tick(self.now)
        return happened

    def ask(self, request: Request) -> list[Event]:
        return self.driver.ask(request, self.now)


def of(kind: type[Event], events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


def test_a_still_is_the_most_detailed_picture_of_the_last_half_second() -> None:
    bench = Bench()
    bench.run(0.6)
    sharp = bench.shown[-1]
    bench.camera.tell(BLUR, is_on=True, at_s=0)
    bench.run(0.3)
    taken = bench.ask(Request.STILL)
    assert len(taken) == 1
    assert isinstance(taken[0], Still)
    assert len(taken[0].jpeg) >= len(sharp) > len(bench.shown[-1])
    assert taken[0].jpeg in bench.shown
    bench.run(0.7)
    later = bench.ask(Request.STILL)
    assert isinstance(later[0], Still)
    assert later[0].jpeg in bench.shown[-8:]


def test_a_still_asked_before_the_first_picture_is_the_first_picture() -> None:
    bench = Bench()
    assert bench.ask(Request.STILL) == []
    stills = of(Still, bench.run(0.2))
    assert [still.jpeg for still in stills if isinstance(still, Still)] == bench.shown[:1]


def test_previews_come_while_wanted_and_ten_a_second_at_most() -> None:
    bench = Bench()
    assert of(Preview, bench.run(1.0)) == []
    bench.ask(Request.PREVIEW_ON)
    assert 6 <= len(of(Preview, bench.run(1.0))) <= 10
    bench.ask(Request.PREVIEW_OFF)
    assert of(Preview, bench.run(1.0)) == []


def test_a_clip_holds_every_picture_of_its_seconds() -> None:
    bench = Bench()
    bench.run(0.5)
    before = len(bench.shown)
    bench.ask(Request.CLIP)
    clips = of(Clip, bench.run(CLIP_FOR.total_seconds() + 0.2))
    assert len(clips) == 1
    assert isinstance(clips[0], Clip)
    assert list(clips[0].jpegs) == bench.shown[before : before + len(clips[0].jpegs)]
    assert 14 < clips[0].frames_per_s < 15.5


def test_a_clip_too_large_to_hold_ends_early() -> None:
    driver = Driver()
    driver.start(NOW)
    driver.ask(Request.CLIP, NOW)
    small = Simulator(Material()).tick(1.0)
    filler = b"\xff\xfe\xff\xff" + bytes(0xFFFD)
    large = small[:2] + filler * 60 + small[2:]
    clips: list[Event] = []
    for place in range(CLIP_BYTES // len(large) + 2):
        clips += of(Clip, driver.receive(large, NOW + timedelta(seconds=0.1 * place)))
    assert len(clips) == 1
    assert isinstance(clips[0], Clip)
    assert sum(map(len, clips[0].jpegs)) < CLIP_BYTES + len(large)


def test_a_camera_that_gives_nothing_fails_what_is_asked() -> None:
    bench = Bench()
    bench.run(0.5)
    bench.camera.tell(STUCK, is_on=True, at_s=0)
    bench.run(1.0)
    bench.ask(Request.STILL)
    bench.ask(Request.CLIP)
    failed = of(Failed, bench.run(5.0))
    assert sorted(one.request for one in failed if isinstance(one, Failed)) == ["clip", "still"]


def test_half_a_picture_is_given_up_and_the_whole_one_in_it_found() -> None:
    bench = Bench()
    jpeg = bench.camera.tick(1.0)
    assert bench.driver.receive(b"\xff\xd8\xff\xe0\xff\xff" + jpeg[:60_000], NOW) == []
    events = bench.driver.tick(NOW + timedelta(seconds=1))
    assert of(Resynced, events)

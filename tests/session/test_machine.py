"""What the start-up probe found and the load of each second become the encoder's limits."""

from client.core.adaptation.ladder import EncoderLimit
from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG
from client.media.sources import parse_sink, parse_source
from client.session.machine import Machine
from client.session.media import ASSUMED_PIXELS_PER_S, EndMedia

FOUND = (EncoderLimit("av1", 9, 3_000_000.0),)


class FakeMachine:
    """Two clocks that a test moves."""

    def __init__(self) -> None:
        self.now_s = 50.0
        self.worked_s = 3.0
        self.tried: list[tuple[str, ...]] = []

    def probe(self, names: tuple[str, ...]) -> tuple[EncoderLimit, ...]:
        self.tried.append(names)
        return FOUND


def end(camera: str, codecs: tuple[str, ...]) -> EndMedia:
    nothing = parse_source("none")
    rungs = (DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG)
    return EndMedia(parse_source(camera), nothing, parse_sink("none"), *rungs, codecs=codecs)


def watched(
    camera: str = "v4l2:nowhere", codecs: tuple[str, ...] = ()
) -> tuple[FakeMachine, EndMedia, Machine]:
    fake, media = FakeMachine(), end(camera, codecs)
    machine = Machine(
        media,
        now_s=lambda: fake.now_s,
        worked_s=lambda: fake.worked_s,
        try_encoders=fake.probe,
    )
    return fake, media, machine


async def test_what_the_probe_finds_is_what_may_be_asked() -> None:
    fake, media, machine = watched()
    await machine.try_encoders()
    assert fake.tried == [("av1",)]
    assert media.encoders == FOUND


async def test_a_codec_that_was_not_timed_is_assumed_of_and_none_is_asked_but_the_peers() -> None:
    fake, media, machine = watched(codecs=("av1", "vp8"))
    await machine.try_encoders()
    assert fake.tried == [("av1", "vp8")]
    assert media.encoders == (*FOUND, EncoderLimit("vp8", None, ASSUMED_PIXELS_PER_S))
    assert media.encoders_in_use == FOUND
    media.encode_as("vp8")
    assert [limit.codec for limit in media.encoders_in_use] == ["vp8"]
    media.encode_as(None)
    assert media.encoders_in_use == ()


async def test_without_a_camera_nothing_is_tried() -> None:
    fake, media, machine = watched("none")
    assumed = media.encoders
    await machine.try_encoders()
    assert fake.tried == []
    assert media.encoders == assumed


async def test_a_machine_that_chokes_is_asked_for_less() -> None:
    fake, media, machine = watched()
    await machine.try_encoders()
    fake.now_s, fake.worked_s = fake.now_s + 1, fake.worked_s + 1.6
    machine.note_lag(0.004)
    machine.note_lag(0.2)
    machine.note_lag(0.01)
    view = machine.look()
    assert (round(view.process_share, 6), view.loop_lag_s) == (1.6, 0.2)
    assert view.factor < 1
    assert media.encoders[0].pixels_per_s == FOUND[0].pixels_per_s * view.factor


async def test_each_look_has_a_second_of_its_own() -> None:
    fake, _, machine = watched()
    machine.note_lag(0.05)
    for worked_s in (0.3, 0.1):
        fake.now_s, fake.worked_s = fake.now_s + 1, fake.worked_s + worked_s
        view = machine.look()
        assert round(view.process_share, 6) == worked_s
    assert view.loop_lag_s == 0
    assert view.factor == 1

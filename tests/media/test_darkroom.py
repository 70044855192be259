"""What is said of a still before it leaves, how it looks in 5 kB, and a part of it in full."""

from io import BytesIO

import av
import pytest
from PIL import Image, ImageChops

from client.core.pictures import StillUnreadableError
from client.media import darkroom
from client.media.clips import CLIP_BYTES, clip
from client.media.darkroom import Area, cut_out, develop
from client.media.picture_quality import Flaw
from client.media.previews import PREVIEW_BYTES, PREVIEW_SIDE_PX
from devices.simulators.instrument import Material
from devices.simulators.uvc import BLUR, BRIGHT, DARK, Simulator


def seen(word: str | None = None, count: int = 1) -> list[bytes]:
    camera = Simulator(Material())
    if word is not None:
        camera.tell(word, is_on=True, at_s=0)
    return [camera.tick((place + 1.5) / 15) for place in range(count)]


@pytest.mark.parametrize(
    ("word", "flaw"),
    [(None, None), (BLUR, Flaw.BLURRED), (DARK, Flaw.DARK), (BRIGHT, Flaw.BRIGHT)],
)
def test_one_thing_is_said_of_a_picture(word: str | None, flaw: Flaw | None) -> None:
    assert develop(seen(word)[0]).flaw is flaw


def test_a_preview_fits_and_shows_the_same() -> None:
    developed = develop(seen()[0])
    assert (developed.width, developed.height) == (1280, 720)
    assert developed.preview is not None
    assert len(developed.preview) <= PREVIEW_BYTES
    with Image.open(BytesIO(developed.preview)) as small:
        assert max(small.size) == PREVIEW_SIDE_PX


def test_a_region_has_the_pixels_of_the_original() -> None:
    jpeg = develop(seen()[0]).jpeg
    data, width, height = cut_out(jpeg, Area(250, 500, 250, 125))
    assert (width, height) == (320, 90)
    with Image.open(BytesIO(data)) as part, Image.open(BytesIO(jpeg)) as whole:
        difference = ImageChops.difference(part, whole.crop((320, 360, 640, 450)))
        assert max(high for _, high in difference.getextrema()) < 40
        assert sum(difference.convert("L").histogram()[6:]) < 320 * 90 * 0.02


@pytest.mark.parametrize(
    ("area", "is_possible"),
    [
        (Area(0, 0, 1000, 1000), True),
        (Area(999, 999, 1, 1), True),
        (Area(500, 0, 501, 10), False),
        (Area(0, 500, 10, 501), False),
        (Area(0, 0, 0, 10), False),
    ],
)
def test_an_area_lies_within_the_picture(area: Area, *, is_possible: bool) -> None:
    assert area.is_possible is is_possible
    if is_possible:
        assert cut_out(develop(seen()[0]).jpeg, area)[0]


def test_a_picture_of_too_many_pixels_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(darkroom, "MAX_PIXELS", 1280 * 720 - 1)
    with pytest.raises(StillUnreadableError):
        develop(seen()[0])


def test_a_picture_whose_bits_are_broken_is_refused() -> None:
    with pytest.raises(StillUnreadableError):
        develop(b"no picture")


def test_a_clip_fits_its_budget_and_keeps_its_pictures() -> None:
    film, width, height = clip(tuple(seen(count=20)), 15.0)
    assert len(film) <= CLIP_BYTES
    with av.open(BytesIO(film)) as opened:
        frames = list(opened.decode(video=0))
        assert opened.streams.video[0].codec_context.name.startswith(("vp9", "libvpx-vp9"))
    assert (width, height) == (frames[0].width, frames[0].height) == (640, 360)
    assert len(frames) == 20


def test_a_clip_of_what_is_no_picture_is_refused() -> None:
    with pytest.raises(StillUnreadableError):
        clip((b"no picture", b"none either"), 15.0)

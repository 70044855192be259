"""What a picture says of its maker stays at the site; the picture itself is not touched."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from client.core.pictures import (
    StillUnreadableError,
    cleaned,
    orientation,
    size_as_shown,
)
from devices.protocols.mjpeg import SOS, segments

PLACE = b"47.2184N 1.5536W"


def taken(turn: int | None = None, **options: object) -> bytes:
    """As a camera writes it, by Pillow: Exif with maker, place and a thumbnail; a comment."""
    picture = Image.linear_gradient("L").resize((48, 32)).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x9286] = PLACE
    if turn is not None:
        exif[0x0112] = turn
    file = BytesIO()
    picture.save(file, "JPEG", exif=exif, comment=b"Room 12", **options)
    return file.getvalue()


def scans(jpeg: bytes) -> list[bytes]:
    return [jpeg[one.start : one.end] for one in segments(jpeg) if one.marker == SOS]


def pixels(jpeg: bytes) -> bytes:
    with Image.open(BytesIO(jpeg)) as picture:
        return ImageOps.exif_transpose(picture).tobytes()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"icc_profile": b"p" * 200}])
@pytest.mark.parametrize("turn", [None, *range(1, 9)])
def test_metadata_goes_and_every_coded_bit_stays(
    turn: int | None, options: dict[str, object]
) -> None:
    jpeg = taken(turn, **options)
    clean = cleaned(jpeg + b"trailing " + PLACE)
    for secret in (PLACE, b"Maker", b"Room 12"):
        assert secret in jpeg + PLACE
        assert secret not in clean
    assert scans(clean) == scans(jpeg)
    assert pixels(clean) == pixels(jpeg)
    with Image.open(BytesIO(clean)) as picture:
        assert picture.info.get("icc_profile") == options.get("icc_profile")
        assert set(picture.getexif()) == ({0x0112} if turn not in (None, 1) else set())
    assert orientation(clean) == (turn or 1)
    assert size_as_shown(clean) == ((48, 32) if (turn or 1) < 5 else (32, 48))
    assert cleaned(clean) == clean


def test_colours_meant_otherwise_stay_so() -> None:
    file = BytesIO()
    Image.new("CMYK", (16, 16), (10, 200, 30, 40)).save(file, "JPEG")  # writes Adobe's segment
    assert b"Adobe" in file.getvalue()
    assert pixels(cleaned(file.getvalue())) == pixels(file.getvalue())


def test_left_out_tables_are_the_standard_ones() -> None:
    jpeg = taken()
    bare = b"".join(jpeg[one.start : one.end] for one in segments(jpeg) if one.marker != 0xC4)
    assert pixels(cleaned(bare)) == pixels(jpeg)
    assert scans(cleaned(bare)) == scans(jpeg)


@pytest.mark.parametrize("broken", [b"", b"no picture", taken()[:-2], taken()[:200]])
def test_what_is_no_picture_is_refused(broken: bytes) -> None:
    with pytest.raises(StillUnreadableError):
        cleaned(broken)
    with pytest.raises(StillUnreadableError):
        size_as_shown(broken)


@given(st.binary(max_size=200))
def test_an_exif_segment_of_anything_is_upright_or_turned(noise: bytes) -> None:
    segment = b"\xff\xe1" + (len(noise) + 8).to_bytes(2) + b"Exif\x00\x00" + noise
    jpeg = taken()
    assert 1 <= orientation(jpeg[:2] + segment + jpeg[2:]) <= 8

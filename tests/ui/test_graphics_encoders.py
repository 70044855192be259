"""Pictures as bytes for the terminal, read back by programs and rules that are not ours."""

import io
import re
import subprocess
from base64 import standard_b64decode
from datetime import UTC, datetime
from shutil import which

import pytest
from PIL import Image, ImageChops, ImageStat
from textual.geometry import Region, Size

from client.session.snapshot import PreviewView
from client.ui.graphics import kitty, sixel
from client.ui.graphics.drawing import PICTURE_PX, drawn, shrunk
from client.ui.graphics.terminal import Graphics, Protocol

COMMAND = re.compile(r"\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\")
CELL = (8, 17)
SMALL, LARGE = Size(40, 14), Size(100, 40)
SIXEL2PNG = which("sixel2png") or "sixel2png"
"""Of Debian's libsixel-bin, which `scripts/test` installs."""


def coloured(width: int, height: int) -> Image.Image:
    """Smooth one way and striped the other, with a red disc: no two lines are alike."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    blue = Image.radial_gradient("L").resize((width, height))
    return Image.merge("RGB", (across, down, blue))


def view_of(width: int, height: int) -> PreviewView:
    moment = datetime(2026, 3, 1, 10, tzinfo=UTC)
    return PreviewView(width, height, coloured(width, height).tobytes(), moment)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean of all channels, of 255."""
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


def seen_by_libsixel(data: str) -> Image.Image:
    made = subprocess.run(  # noqa: S603 -- the program named above
        [SIXEL2PNG], input=data.encode(), capture_output=True, check=True
    )
    return Image.open(io.BytesIO(made.stdout)).convert("RGB")


def commands_in(data: str) -> list[tuple[dict[str, str], str]]:
    """By the protocol's grammar: APC, ``G``, keys, a semicolon, payload, ST."""
    found = [
        (dict(pair.split("=", 1) for pair in keys.split(",")), payload)
        for keys, payload in COMMAND.findall(data)
    ]
    assert COMMAND.sub("", data) == ""
    return found


@pytest.mark.parametrize("size", [(6, 6), (61, 47), (320, 240)])
def test_libsixel_sees_the_picture(size: tuple[int, int]) -> None:
    picture = coloured(*size)
    seen = seen_by_libsixel(sixel.encoded(picture, 64))
    whole_bands = (0, 0, size[0], size[1] - size[1] % 6)
    assert seen.size == whole_bands[2:]
    assert difference(seen, picture.crop(whole_bands)) < 12


def test_few_colours_are_as_many_as_a_vt340_has() -> None:
    data = sixel.encoded(coloured(120, 90), 16)
    registers = {int(number) for number in re.findall(r"#(\d+);2;", data)}
    assert registers <= set(range(16))
    assert len(seen_by_libsixel(data).getcolors() or ()) <= 16


def test_one_colour_is_counted_not_repeated() -> None:
    data = sixel.encoded(Image.new("RGB", (300, 60), (255, 0, 0)), 64)
    assert seen_by_libsixel(data).getcolors() == [(300 * 60, (255, 0, 0))]
    assert len(data) < 200


def test_sixel_is_seven_bits_and_one_string() -> None:
    data = sixel.encoded(coloured(90, 60), 64)
    assert data.startswith("\x1bP")
    assert data.endswith("\x1b\\")
    assert all(" " <= letter <= "~" for letter in data[2:-2])


def test_kittys_chunks_make_the_picture() -> None:
    picture = coloured(*PICTURE_PX)
    commands = commands_in(kitty.shown(kitty.encoded(picture), 7, 40, 15))
    first, *others = [keys for keys, _ in commands]
    put = "a=T,f=100,i=7,p=1,c=40,r=15,C=1,q=2,m=1"
    assert first == dict(pair.split("=") for pair in put.split(","))
    assert [keys for keys in others[:-1] if keys != {"m": "1"}] == []
    assert others[-1] == {"m": "0"}
    payloads = [payload for _, payload in commands]
    assert all(len(payload) <= 4_096 for payload in payloads)
    assert all(len(payload) % 4 == 0 for payload in payloads)
    seen = Image.open(io.BytesIO(standard_b64decode("".join(payloads)))).convert("RGB")
    assert seen.size == PICTURE_PX
    assert difference(seen, picture) < 12


def test_a_small_picture_is_one_command() -> None:
    [(keys, _)] = commands_in(kitty.shown(kitty.encoded(coloured(4, 4)), 1, 2, 1))
    assert keys["m"] == "0"


def test_deleting_frees_the_terminals_memory() -> None:
    assert commands_in(kitty.deleted(9)) == [({"a": "d", "d": "I", "i": "9", "q": "2"}, "")]


@pytest.mark.parametrize("protocol", Protocol)
@pytest.mark.parametrize("room", [Size(40, 12), Size(60, 40), Size(90, 4), Size(3, 30), Size(1, 1)])
@pytest.mark.parametrize("cell", [CELL, (20, 40), (1, 1)])
def test_a_picture_stays_within_its_room(
    protocol: Protocol, room: Size, cell: tuple[int, int]
) -> None:
    done = drawn(Graphics(protocol, cell), view_of(*PICTURE_PX), room, 1)
    assert done.cells in Region(0, 0, room.width, room.height)
    if protocol is Protocol.SIXEL and room.width * cell[0] > 6 and room.height * cell[1] >= 6:
        width, height = seen_by_libsixel(done.data).size
        assert width <= done.cells.width * cell[0]
        assert height <= done.cells.height * cell[1]


def test_the_shape_is_kept() -> None:
    graphics = Graphics(Protocol.SIXEL, CELL)
    width, height = seen_by_libsixel(drawn(graphics, view_of(320, 240), Size(40, 40), 1).data).size
    assert width / height == pytest.approx(4 / 3, rel=0.05)


def test_in_a_large_room_sixel_is_zoomed_in_as_many_bytes() -> None:
    graphics = Graphics(Protocol.SIXEL, (10, 20))
    small, large = (drawn(graphics, view_of(320, 240), room, 1).data for room in (SMALL, LARGE))
    assert seen_by_libsixel(large).width > seen_by_libsixel(small).width * 1.6
    assert len(large) < 2 * len(small)


def test_half_blocks_of_a_large_picture_are_averages() -> None:
    checks = bytes([0, 0, 0, 255, 255, 255] * 4) * 4
    view = PreviewView(8, 4, checks, datetime(2026, 3, 1, tzinfo=UTC))
    small = shrunk(view, 4, 2)
    assert (small.width, small.height) == (4, 2)
    assert set(small.rgb) <= {127, 128}

"""What a page has collected by itself, taken after the call."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linklab.measuring import stamp
from linklab.measuring.evidence import Received
from linklab.measuring.presented import PresentedCount
from linklab.measuring.sound import Sound
from linklab.measuring.vmaf import ShownPicture
from linklab.measuring.watching import Sighting, sightings

_DESCRIPTIONS = "bench.connections.map((one) => one.remoteDescription?.sdp ?? '')"


async def received(page: Any) -> Received:
    """Everything of a receiving page."""
    shown, illegible = await pictures(page)
    return Received(
        heard=await sound(page),
        shown=shown,
        illegible=illegible,
        presented=[PresentedCount(*row) for row in await page.evaluate("bench.presented")],
        samples=await _samples(page),
        statistics=await page.evaluate("bench.statistics"),
        descriptions=await page.evaluate(_DESCRIPTIONS),
        failures=await page.evaluate("bench.failures.slice(0, 5)"),
    )


async def sound(page: Any) -> Sound:
    """What the page heard, or what its microphone took."""
    taken = await page.evaluate("bench.takeSound()")
    samples = np.frombuffer(base64.b64decode(taken["data"]), np.int16)
    chunks = np.array(taken["chunks"], np.float64).reshape(-1, 2)
    lengths = chunks[:, 1].astype(np.int64)
    return Sound(samples, lengths, chunks[:, 0] + taken["offset_ms"], taken["rate"] or 48_000)


async def pictures(page: Any) -> tuple[list[Sighting], int]:
    """What the page showed or captured, and how many stamps were illegible."""
    taken = await page.evaluate("bench.takePictures()")
    legible = sightings(taken["pictures"], taken["offset_ms"])
    return legible, len(taken["pictures"]) - len(legible)


async def _samples(page: Any) -> list[ShownPicture]:
    """Whole pictures, those with a legible stamp."""
    found: list[ShownPicture] = []
    index = 0
    while sample := await page.evaluate(f"bench.takeSample({index})"):
        index += 1
        number = stamp.read(sample["cells"])
        if number is not None:
            width, height = int(sample["width"]) & ~1, int(sample["height"]) & ~1
            found.append(ShownPicture(number, width, height, _planes(sample, width, height)))
    return found


async def opened(page: Any) -> list[tuple[float, bytes]]:
    """What the page opened with its keys, and when."""
    return [(ms, base64.b64decode(data)) for ms, data in await page.evaluate("bench.takeOpened()")]


def _planes(sample: Mapping[str, Any], width: int, height: int) -> bytes:
    """Y, U and V without padding."""
    data = np.frombuffer(base64.b64decode(sample["data"]), np.uint8)
    layout: Sequence[Mapping[str, int]] = sample["layout"]
    luma = _plane(data, layout[0], width, height)
    if sample["format"] == "NV12":
        both = _plane(data, layout[1], width, height // 2)
        chroma = [both[:, 0::2], both[:, 1::2]]
    else:
        chroma = [_plane(data, each, width // 2, height // 2) for each in layout[1:3]]
    return b"".join(plane.tobytes() for plane in (luma, *chroma))


def _plane(
    data: NDArray[np.uint8], place: Mapping[str, int], width: int, height: int
) -> NDArray[np.uint8]:
    start = data[place["offset"] :]
    return np.lib.stride_tricks.as_strided(
        start, (height, width), (place["stride"], 1), writeable=False
    )

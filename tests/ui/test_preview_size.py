"""The session makes its small pictures as large as the terminal can show them."""

import asyncio

import pytest

from client import clock
from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG
from client.core.consultation import State
from client.demo.media import PATIENT_CAMERA
from client.media.sources import parse_sink, parse_source
from client.session.media import PREVIEW_PX, EndMedia
from client.session.snapshot import PreviewView, SiteSnapshot
from client.ui.graphics.drawing import PICTURE_PX

PATIENCE_S = 60
READY = SiteSnapshot(clock.now(), State.READY, "Pharmacie")


@pytest.mark.parametrize("size", [PREVIEW_PX, PICTURE_PX])
async def test_a_preview_has_the_size_that_was_asked_for(size: tuple[int, int]) -> None:
    media = EndMedia(
        *(parse_source(f"file:{PATIENT_CAMERA}"), parse_source("none"), parse_sink("none")),
        *(DEFAULT_PICTURE_RUNG, DEFAULT_VOICE_RUNG),
    )
    media.preview_px = size
    media.let_picture_out(allowed=True)
    media.start()
    try:
        view = await first_preview(media)
    finally:
        await media.close()
    assert (view.width, view.height) == size
    assert len(view.rgb) == size[0] * size[1] * 3


async def first_preview(media: EndMedia) -> PreviewView:
    async with asyncio.timeout(PATIENCE_S):
        while (view := media.completed(READY).preview) is None:
            await asyncio.sleep(0.01)
    return view

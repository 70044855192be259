"""What is asked of an encoder follows from what it spends."""

import itertools
from dataclasses import replace

import av
import pytest

from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG, PictureRung
from client.media.feed import EncodedPacket
from client.media.rung_encoder import RungEncoder

RUNG = replace(DEFAULT_PICTURE_RUNG, frames_per_s=15, bitrate_bps=150_000)
PICTURE = av.VideoFrame(16, 16, "yuv420p")


class Spender:
    """An encoder that spends so many times what it is asked for."""

    def __init__(self, rung: PictureRung, extravagance: float) -> None:
        self.rung = rung
        self._size_bytes = round(rung.bitrate_bps / rung.frames_per_s / 8 * extravagance)

    def encode(self, _: av.VideoFrame, *, force_key_frame: bool) -> list[EncodedPacket]:
        packet = av.Packet(bytes(self._size_bytes))
        packet.is_keyframe = force_key_frame
        return [packet]

    def retarget(self, bitrate_bps: int, frames_per_s: float) -> bool:
        wanted = bitrate_bps / frames_per_s
        return abs(wanted * self.rung.frames_per_s / self.rung.bitrate_bps - 1) < 0.15

    def close(self) -> None:
        pass


@pytest.fixture
def opened() -> list[Spender]:
    return []


def encoder(opened: list[Spender], extravagance: float) -> RungEncoder:
    def open_one(rung: PictureRung) -> Spender:
        opened.append(Spender(rung, extravagance))
        return opened[-1]

    ticks = itertools.count()
    return RungEncoder(open_one, lambda: float(next(ticks)))


def spent_bps(pictures: list[list[EncodedPacket]]) -> float:
    sizes = [packet.size for packets in pictures for packet in packets]
    return sum(sizes) * 8 * RUNG.frames_per_s / len(pictures)


@pytest.mark.parametrize("extravagance", [1.4, 0.8])
def test_an_encoder_that_misses_its_rate_is_asked_for_another(
    opened: list[Spender], extravagance: float
) -> None:
    at_work = encoder(opened, extravagance)
    for _ in range(60):
        at_work.encode(PICTURE, RUNG, force_key_frame=False)
    late = [at_work.encode(PICTURE, RUNG, force_key_frame=False) for _ in range(60)]
    assert len(opened) == 2
    assert spent_bps(late) == pytest.approx(RUNG.bitrate_bps, rel=0.05)


def test_one_that_keeps_its_rate_is_left_alone(opened: list[Spender]) -> None:
    at_work = encoder(opened, 1.1)
    for _ in range(500):
        at_work.encode(PICTURE, RUNG, force_key_frame=False)
    assert len(opened) == 1


def test_one_that_cannot_be_helped_is_not_opened_again_and_again(opened: list[Spender]) -> None:
    at_work = encoder(opened, 5.0)
    for _ in range(1_000):
        at_work.encode(PICTURE, RUNG, force_key_frame=False)
    assert len(opened) == 2


def test_what_was_learnt_holds_for_the_next_rung(opened: list[Spender]) -> None:
    at_work = encoder(opened, 1.4)
    for _ in range(120):
        at_work.encode(PICTURE, RUNG, force_key_frame=False)
    thinner = replace(RUNG, bitrate_bps=60_000)
    at_work.encode(PICTURE, thinner, force_key_frame=False)
    assert opened[-1].rung.bitrate_bps == pytest.approx(60_000 / 1.4, rel=0.05)

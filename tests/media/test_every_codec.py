from dataclasses import replace
from typing import Any

import av
import numpy as np
import pytest
from fakes.media import picture

from client.core.adaptation.plan import DEFAULT_PICTURE_RUNG
from client.media import codecs
from client.media.codecs.encoder import RTP_TIME_BASE
from client.media.errors import CodecMissingError

DECODERS = {"av1": "libdav1d", "vp9": "vp9", "vp8": "vp8", "h264": "h264"}
FRAMES = 60
every_codec = pytest.mark.parametrize("name", codecs.ENCODERS)


def _encode(name: str, key_frames: set[int]) -> list["av.Packet[av.VideoStream]"]:
    encoder = codecs.encoder(replace(DEFAULT_PICTURE_RUNG, codec=name))
    packets = []
    for number in range(FRAMES):
        frame = picture(number)
        frame.pts, frame.time_base = number * 7_500, RTP_TIME_BASE
        got = encoder.encode(frame, force_key_frame=number in key_frames)
        assert len(got) == 1, "one picture in, one packet out, at once"
        packets += got
    encoder.close()
    return packets


@every_codec
def test_keeps_to_the_bitrate(name: str) -> None:
    packets = _encode(name, {0})
    # The first second holds the key frame; after it the rate has to hold.
    steady = packets[round(DEFAULT_PICTURE_RUNG.frames_per_s) :]
    bps = sum(p.size for p in steady) * 8 * DEFAULT_PICTURE_RUNG.frames_per_s / len(steady)
    assert 0.5 * DEFAULT_PICTURE_RUNG.bitrate_bps < bps < 1.3 * DEFAULT_PICTURE_RUNG.bitrate_bps


@every_codec
def test_goes_on_at_half_the_pace_without_a_key_frame(name: str) -> None:
    encoder = codecs.encoder(replace(DEFAULT_PICTURE_RUNG, codec=name))
    sizes = []
    for number in range(40):
        if number == 20:
            assert encoder.retarget(DEFAULT_PICTURE_RUNG.bitrate_bps // 2, 6)
        frame = picture(number)
        frame.pts, frame.time_base = number * 7_500, RTP_TIME_BASE
        (packet,) = encoder.encode(frame, force_key_frame=number == 0)
        sizes.append(packet.size)
        assert packet.is_keyframe == (number == 0)
    encoder.close()
    assert np.mean(sizes[28:]) == pytest.approx(np.mean(sizes[12:20]), rel=0.4)


@every_codec
def test_says_when_a_rate_is_too_far_from_its_own(name: str) -> None:
    encoder = codecs.encoder(replace(DEFAULT_PICTURE_RUNG, codec=name))
    assert not encoder.retarget(DEFAULT_PICTURE_RUNG.bitrate_bps * 10, 12)
    encoder.close()


@pytest.mark.parametrize("name", ["vp9", "vp8", "h264"])
def test_follows_a_lower_rate_at_the_same_pace(name: str) -> None:
    encoder = codecs.encoder(replace(DEFAULT_PICTURE_RUNG, codec=name))
    sizes = []
    for number in range(60):
        if number == 24:
            assert encoder.retarget(DEFAULT_PICTURE_RUNG.bitrate_bps // 2, 12)
        frame = picture(number)
        frame.pts, frame.time_base = number * 7_500, RTP_TIME_BASE
        sizes += [p.size for p in encoder.encode(frame, force_key_frame=number == 0)]
    encoder.close()
    assert np.mean(sizes[40:]) < 0.75 * np.mean(sizes[12:24])


@every_codec
def test_a_heartbeats_pictures_stand_alone_and_fill_what_they_may(name: str) -> None:
    rung = replace(DEFAULT_PICTURE_RUNG, codec=name, width=640, height=480, frames_per_s=0.25)
    encoder = codecs.encoder(replace(rung, bitrate_bps=10_000))
    for number in (0, 40, 80):
        frame = picture(number)
        frame.pts, frame.time_base = number * 90_000, RTP_TIME_BASE
        (packet,) = encoder.encode(frame, force_key_frame=True)
        assert packet.is_keyframe
        assert packet.pts == number * 90_000
        assert 2_500 < packet.size < 5_500, "10 kbit/s for four seconds are 5,000 bytes"
        fresh: Any = av.CodecContext.create(DECODERS[name], "r")
        assert len([*fresh.decode(packet), *fresh.decode(None)]) == 1
    encoder.close()


@every_codec
def test_gives_a_key_frame_when_asked_and_only_then(name: str) -> None:
    packets = _encode(name, {0, 25})
    assert [n for n, packet in enumerate(packets) if packet.is_keyframe] == [0, 25]


@every_codec
def test_a_key_frame_fits_a_thin_line(name: str) -> None:
    packets = _encode(name, {0, 25})
    assert packets[25].size < DEFAULT_PICTURE_RUNG.bitrate_bps // 8, "one second of the line"


@every_codec
def test_keeps_the_times_of_the_pictures(name: str) -> None:
    packets = _encode(name, {0})
    assert [packet.pts for packet in packets] == [n * 7_500 for n in range(FRAMES)]
    assert {packet.time_base for packet in packets} == {RTP_TIME_BASE}


@every_codec
def test_what_is_decoded_looks_like_what_was_captured(name: str) -> None:
    decoder: Any = av.CodecContext.create(DECODERS[name], "r")
    decoded = [frame for packet in _encode(name, {0}) for frame in decoder.decode(packet)]
    decoded += decoder.decode(None)
    assert len(decoded) == FRAMES
    assert {(frame.width, frame.height) for frame in decoded} == {(320, 240)}
    sent = picture(FRAMES - 1).reformat(320, 240, "gray").to_ndarray().astype(float)
    seen = decoded[-1].reformat(format="gray").to_ndarray().astype(float)
    psnr_db = 10 * np.log10(255**2 / np.mean((sent - seen) ** 2))
    assert psnr_db > 27


@every_codec
def test_a_wide_camera_is_cropped_not_squeezed(name: str) -> None:
    encoder = codecs.encoder(replace(DEFAULT_PICTURE_RUNG, codec=name))
    pixels = np.zeros((360, 640, 3), np.uint8)
    pixels[:, :70] = 255  # beyond the 480 middle columns that 4:3 keeps
    frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
    packets = encoder.encode(frame, force_key_frame=True)
    encoder.close()
    decoder: Any = av.CodecContext.create(DECODERS[name], "r")
    decoded = [f for packet in packets for f in decoder.decode(packet)] + decoder.decode(None)
    assert decoded[0].reformat(format="gray").to_ndarray().mean() < 20


def test_the_media_library_has_every_codec_the_best_first() -> None:
    assert codecs.available() == ("av1", "vp9", "vp8", "h264")


def test_an_unknown_codec_is_refused_by_name() -> None:
    with pytest.raises(CodecMissingError, match="h265"):
        codecs.encoder(replace(DEFAULT_PICTURE_RUNG, codec="h265"))

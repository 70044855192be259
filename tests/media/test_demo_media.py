import wave
from itertools import pairwise
from pathlib import Path
from threading import Event

import numpy as np
from PIL import Image

from client.demo import media
from client.demo.chromium_media import make_fake_capture
from client.media.audio_source import cut, samples_of
from client.media.loudness import dbfs
from client.media.reading import audio_frames, opened, video_frames
from client.media.sources import parse_source

MAX_BYTES = 1_500_000


def test_all_of_it_is_small() -> None:
    folder = media.PATIENT_CAMERA.parent
    assert sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) < MAX_BYTES


def test_the_pictures_move_and_loop_without_a_jump() -> None:
    for path in (media.PATIENT_CAMERA, media.GP_CAMERA):
        with opened(parse_source(f"file:{path}"), Event(), is_video=True) as container:
            frames = [f.to_ndarray(format="gray").astype(float) for f in video_frames(container)]
        assert len(frames) == 150
        steps = [np.mean(np.abs(b - a)) for a, b in pairwise(frames)]
        assert min(steps) > 0.05
        assert np.mean(np.abs(frames[0] - frames[-1])) < 2 * max(steps)


def test_the_voices_are_as_loud_as_people_speak() -> None:
    for path in (media.PHARMACIST_VOICE, media.GP_VOICE):
        with opened(parse_source(f"file:{path}"), Event(), is_video=False) as container:
            sound = np.concatenate([samples_of(f) for f in cut(audio_frames(container))])
        assert -22 < dbfs(sound) < -18
        assert 15 < len(sound) / 48_000 < 30


def test_the_ears_are_what_an_otoscope_sends() -> None:
    ears = sorted(media.EAR.parent.glob("ear_*.jpg"))
    assert media.EAR in ears
    for path in ears:
        assert 40_000 < path.stat().st_size < 60_000
        with Image.open(path) as image:
            assert (image.format, image.size) == ("JPEG", (640, 480))


def test_chromium_gets_raw_files(tmp_path: Path) -> None:
    picture, voice = make_fake_capture(tmp_path)
    with picture.open("rb") as file:
        assert file.readline() == b"YUV4MPEG2 W320 H240 F15:1 Ip A1:1 C420jpeg\n"
    header = len(b"YUV4MPEG2 W320 H240 F15:1 Ip A1:1 C420jpeg\n")
    assert picture.stat().st_size == header + 150 * (len(b"FRAME\n") + 320 * 240 * 3 // 2)
    with wave.open(str(voice), "rb") as wav:
        assert (wav.getframerate(), wav.getnchannels()) == (48_000, 1)

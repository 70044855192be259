"""The GP's camera and voice in the raw files Chromium takes for a fake camera and microphone."""

from pathlib import Path

from client.demo.media import GP_CAMERA, GP_VOICE
from client.media.raw_files import write_wav, write_y4m


def make_fake_capture(folder: Path) -> tuple[Path, Path]:
    """Write both into `folder` (about 20 MB, under two seconds); returns (y4m, wav).

    For Chromium's --use-file-for-fake-video-capture and --use-file-for-fake-audio-capture.
    """
    picture, voice = folder / "gp_camera.y4m", folder / "gp_voice.wav"
    write_y4m(GP_CAMERA, picture, width=320, height=240)
    write_wav(GP_VOICE, voice)
    return picture, voice

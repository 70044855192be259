"""The camera and the machine of the simulated site."""

from typing import Final

from client.core.adaptation.ladder import EncoderLimit, PictureLimits

LIMITS: Final = PictureLimits(
    width=1280,
    height=720,
    frames_per_s=25,
    encoders=(EncoderLimit("av1", 10, 6_000_000), EncoderLimit("vp8", None, 25_000_000)),
)

"""Camera, microphone and speaker of one end, and what of them may leave at this moment."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from client.core.adaptation.ladder import EncoderLimit, PictureLimits
from client.core.adaptation.plan import Content, PictureRung, Plan, VoiceRung
from client.media.audio_processing import SoundProcessing, Untouched
from client.media.audio_source import AudioSource, Samples, SoundSource
from client.media.camera import CameraFeed
from client.media.capture import SourceState
from client.media.playout import PictureKeeper, Speaker
from client.media.sources import MediaAddress, SourceKind
from client.media.stills import StillPictures
from client.media.video_source import VideoSource
from client.media.voice import VoiceFeed
from client.session.line import Flows
from client.session.snapshot import PreviewView, SiteSnapshot
from client.session.taps import FeedSwitch

if TYPE_CHECKING:
    import av

PREVIEW_PX: Final = (80, 60)
"""For half blocks: a terminal cell shows two pixels, one above the other."""
ASSUMED_PIXELS_PER_S: Final = 640 * 480 * 25.0
"""What any machine encodes until this one was tried."""
ASSUMED_FRAMES_PER_S: Final = 25.0
"""Of a camera whose pace is not known yet."""


class EndMedia:
    """Everything seen and heard at one end; call it from the event loop only."""

    def __init__(  # noqa: PLR0913 -- the devices of one end and how each begins
        self,
        camera: MediaAddress,
        microphone: MediaAddress,
        speaker: MediaAddress,
        picture: PictureRung,
        voice: VoiceRung,
        *,
        codecs: Sequence[str] = (),
        processing: SoundProcessing | None = None,
    ) -> None:
        """`codecs`, best first, is what the picture may be sent as; empty: as in `picture` alone.

        `processing` is what the microphone's sound goes through; None: nothing.
        """
        codecs = codecs or (picture.codec,)
        self._picture = picture
        self._codec: str | None = codecs[0]
        self._processing = processing or Untouched()
        self._camera_source = VideoSource(camera)
        self._microphone = AudioSource(microphone, processing=self._processing)
        self._otoscope = StillPictures()
        self.camera = CameraFeed(self._camera_source, picture)
        self.voice = VoiceFeed(self._microphone, voice)
        self.speaker = Speaker(speaker, on_played=self._processing.play)
        self._has_speaker = speaker.kind is not SourceKind.NONE
        self.peer_picture = PictureKeeper()
        feeds = FeedSwitch(self.voice), FeedSwitch(self.camera)
        self.flows = Flows(*feeds, codecs, self, self.encode_as)
        self.encoders = tuple(
            EncoderLimit(name, self._begins(name).preset, ASSUMED_PIXELS_PER_S) for name in codecs
        )
        """What may be asked of this machine now, in any of the codecs."""
        self.is_muted = False
        self.is_camera_off = False
        self.is_paused = False
        self.preview_px = PREVIEW_PX
        """Across and down; more where the terminal has graphics."""
        self.is_listening = False
        """The peer hears something else than the microphone."""
        self._is_allowed = False
        self._gate()

    def start(self) -> None:
        """Begin to capture and to play."""
        self._camera_source.start()
        self._microphone.start()
        self.speaker.start()

    async def close(self) -> None:
        """Release every device; returns when their threads have ended."""
        await self.camera.close()
        closings = (self._camera_source.close, self._microphone.close, self.speaker.close)
        await asyncio.gather(*(asyncio.to_thread(close) for close in closings))
        self._processing.close()

    @property
    def room_voice(self) -> SoundSource:
        """The microphone itself; its frames go to whoever takes them, a call's voice otherwise."""
        return self._microphone

    @property
    def has_speaker(self) -> bool:
        """There is something to be heard by."""
        return self._has_speaker

    @property
    def picture_limits(self) -> PictureLimits | None:
        """What the camera gives and this machine can encode; `None` while no picture can leave."""
        shape = self.camera.shape
        if shape is None or self.is_dark or self._codec is None:
            return None
        pace = shape.frames_per_s or ASSUMED_FRAMES_PER_S
        return PictureLimits(shape.width, shape.height, pace, self.encoders_in_use)

    @property
    def encoders_in_use(self) -> tuple[EncoderLimit, ...]:
        """What may be asked of this machine now, in the codec the peer takes."""
        return tuple(limit for limit in self.encoders if limit.codec == self._codec)

    def encode_as(self, codec: str | None) -> None:
        """What the peer takes pictures in; None: in nothing we have, and none leaves."""
        if codec == self._codec:
            return
        self._codec = codec
        self.camera.use(None if codec is None else self._begins(codec))

    def _begins(self, codec: str) -> PictureRung:
        """How a picture in this codec begins, until there is a plan."""
        is_own = codec == self._picture.codec
        return self._picture if is_own else replace(self._picture, codec=codec, preset=None)

    def use(self, plan: Plan, *, loss_fraction: float) -> None:
        """Encode by this plan from now on."""
        self.camera.use(plan.picture)
        self.voice.use(plan.voice, expected_loss_pct=round(100 * loss_fraction))

    def completed(self, snapshot: SiteSnapshot) -> SiteSnapshot:
        """The snapshot with what is known of camera, microphone and speaker."""
        return replace(
            snapshot,
            camera_works=_works(self._camera_source.state),
            microphone_works=_works(self._microphone.state),
            speaker_works=self.speaker.failure is None if self._has_speaker else None,
            preview=_view(self.camera.preview(*self.preview_px), self.preview_px),
            gp_picture=self._peer_preview(),
            is_muted=self.is_muted,
            is_camera_off=self.is_camera_off,
            is_paused=self.is_paused,
        )

    @property
    def failed(self) -> frozenset[str]:
        """What of ``camera``, ``microphone`` and ``speaker`` there is and does not work now."""
        works = {
            "camera": _works(self._camera_source.state),
            "microphone": _works(self._microphone.state),
            "speaker": self.speaker.failure is None,
        }
        return frozenset(device for device, does_work in works.items() if does_work is False)

    def hear(self, blocks: Sequence[tuple[int, bytes]]) -> None:
        """One packet of the peer's voice."""
        self.speaker.hear(blocks)

    def show(self, frame: "av.VideoFrame") -> None:
        """The peer's picture."""
        self.peer_picture.show(frame)

    def let_picture_out(self, *, allowed: bool) -> None:
        """No picture leaves before this, whatever the person chose."""
        self._is_allowed = allowed
        self._gate()

    def mute(self, *, on: bool) -> None:
        """Stop the microphone, or start it again."""
        self.is_muted = on
        self._gate()

    def turn_camera_off(self, *, on: bool) -> None:
        """Stop the camera, or start it again."""
        self.is_camera_off = on
        self._gate()

    def pause(self, *, on: bool) -> None:
        """Neither voice nor picture leaves until it is lifted."""
        self.is_paused = on
        self._gate()

    def show_otoscope(self, *, on: bool) -> None:
        """Send the otoscope's preview in place of the camera, or the camera again."""
        if on:
            self.camera.show(self._otoscope, Content.OTOSCOPE)
        else:
            self.camera.show(self._camera_source)

    def listen_to(self, source: SoundSource | None) -> None:
        """Send this sound as it is in place of the microphone; `None`: the microphone again."""
        self.is_listening = source is not None
        self.voice.listen_to(source)
        self._gate()

    def replay(self, samples: Samples) -> None:
        """Let this recording be heard here, over the peer's voice; an empty one ends the last."""
        self.speaker.play(samples)

    @property
    def is_replaying(self) -> bool:
        """A recording is being heard."""
        return self.speaker.is_playing

    def push_otoscope(self, jpeg: bytes) -> None:
        """A new preview picture of the otoscope."""
        self._otoscope.push(jpeg)

    @property
    def is_dark(self) -> bool:
        """No picture may leave now."""
        return self.is_camera_off or self.is_paused or not self._is_allowed

    def _peer_preview(self) -> PreviewView | None:
        """`None` once the peer's picture is no longer live."""
        if not self.peer_picture.is_live:
            return None
        return _view(self.peer_picture.preview(*self.preview_px), self.preview_px)

    def _gate(self) -> None:
        self.camera.switch_off(on=self.is_dark)
        # A muted microphone stays muted: it is off while another sound is in its place.
        self.voice.mute(on=self.is_paused or (self.is_muted and not self.is_listening))


def _works(state: SourceState) -> bool | None:
    if state in (SourceState.ABSENT, SourceState.STARTING):
        return None
    return state is SourceState.LIVE


def _view(preview: tuple[bytes, datetime] | None, size: tuple[int, int]) -> PreviewView | None:
    if preview is None:
        return None
    rgb, taken_at = preview
    return PreviewView(*size, rgb, taken_at)

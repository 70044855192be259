"""Writes down when the picture has become impossible, why, and when it is back (d-6)."""

from client import clock
from client.core.adaptation.snapshot import EngineSnapshot
from client.core.consultation import LinkState
from client.session.course import Course
from client.session.events import EventLog
from client.session.keeping import RecordKeeper
from client.session.media import EndMedia
from client.session.picture_watch import PictureTold, PictureWatch
from client.store.journal import JournalEvent


class PictureRecord:
    """Sees the engine's state once a second."""

    def __init__(
        self, course: Course, media: EndMedia, keeper: RecordKeeper, events: EventLog
    ) -> None:
        self._course = course
        self._media = media
        self._keeper = keeper
        self._events = events
        self._watch = PictureWatch()

    def see(self, engine: EngineSnapshot) -> None:
        """What the engine did in the last second."""
        link, has_camera = self._course.known.link, self._media.picture_limits is not None
        told = self._watch.see(
            has_picture=has_camera and engine.plan.picture is not None,
            is_wanted=link.state is LinkState.UP and not self._media.is_dark,
            now_s=clock.monotonic_s(),
        )
        if told is None:
            return
        cause = "line" if has_camera else "camera" if link.gp_can_see else "browser"
        is_impossible = told is PictureTold.IMPOSSIBLE
        self._course.change(video_impossible_since=clock.now() if is_impossible else None)
        if is_impossible:
            self._keeper.note(JournalEvent.VIDEO_IMPOSSIBLE, cause=cause)
        else:
            self._keeper.note(JournalEvent.VIDEO_BACK)
        self._events("video", told=told.value)

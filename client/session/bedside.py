"""What the person at the bedside does with hands, eyes and instruments."""

from collections.abc import AsyncIterator

from client.core.adaptation.plan import Preference
from client.core.auscultation import Place
from client.session.auscultation_view import AuscultationStep
from client.session.examination import Examination
from client.session.keeping import RecordKeeper
from client.session.media import EndMedia
from client.session.site_line import SiteLine
from client.store.journal import JournalEvent
from devices.readings import Kind


class Bedside:
    """The part of `client.session.requests.SiteRequests` that is open before and after trust.

    What of it may leave the site is decided by the examination and the media.
    """

    def __init__(
        self, examination: Examination, media: EndMedia, line: SiteLine, keeper: RecordKeeper
    ) -> None:
        self._examination = examination
        self._media = media
        self._line = line
        self._keeper = keeper

    def measure(self, kind: Kind) -> None:
        """Ask the instrument of this kind for a value now."""
        self._examination.measure(kind)

    def stop_measuring(self, kind: Kind) -> None:
        """Stop the measurement under way: let the air out of the cuff."""
        self._examination.stop_measuring(kind)

    def fetch_stored(self, kind: Kind) -> None:
        """Tell what the memory of the instrument of this kind holds."""
        self._examination.fetch_stored(kind)

    def aim(self, *, on: bool) -> None:
        """Show the otoscope's live preview, and send it in place of the camera."""
        self._examination.aim(on=on)

    def take_still(self, label: str) -> None:
        """Freeze a full-quality still and send it."""
        self._examination.take_still(label)

    def hold_stethoscope(self, place: Place) -> None:
        """The chest piece is held there now."""
        self._examination.hold_stethoscope(place)

    def auscultate(self, step: AuscultationStep, label: str = "") -> None:
        """Record, hear, send with the stethoscope, or let the GP hear it live.

        `label` is what the GP reads beside what is sent.
        """
        self._examination.auscultate(step, label)

    def take_clip(self, label: str) -> None:
        """Take a few seconds of moving picture and send them."""
        self._examination.take_clip(label)

    def send_anyway(self) -> None:
        """Send the still that the technical check doubts."""
        self._examination.send_anyway()

    def answer_ask(self, *, done: bool) -> None:
        """The GP's current request is done, or not possible here."""
        self._examination.answer(done=done)

    def send_file(self, source: AsyncIterator[bytes], label: str, media_type: str) -> None:
        """Read a file, keep it, and send it; see `SiteSnapshot.sent_files`."""
        self._examination.send_file(source, label, media_type)

    def cancel_file(self, number: int) -> None:
        """Send no more of this file; `number` is its view's."""
        self._examination.cancel_file(number)

    def write(self, text: str) -> None:
        """Send a line of text to the GP."""
        self._examination.write(text)

    def mute(self, *, on: bool) -> None:
        """Stop the microphone, or start it again."""
        self._media.mute(on=on)

    def turn_camera_off(self, *, on: bool) -> None:
        """Stop the camera, or start it again."""
        self._media.turn_camera_off(on=on)

    def pause(self, *, on: bool) -> None:
        """Neither picture nor voice leaves until it is lifted."""
        self._media.pause(on=on)
        self._keeper.note(JournalEvent.PAUSED if on else JournalEvent.RESUMED)

    def choose_picture(self, preference: Preference | None) -> None:
        """Share the line out like this, whatever the GP wishes; `None`: as the GP wishes."""
        self._line.override(preference)

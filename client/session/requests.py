"""What a screen may ask of the session; the session decides."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Protocol

from client.core.adaptation.plan import Preference
from client.core.auscultation import Place
from client.core.dossier.background import Background
from client.core.dossier.consent import Consent
from client.core.dossier.ending import Alternative, Ending, StopReason
from client.core.dossier.file import Contact, Notes, Operator
from client.core.dossier.room import RoomCheck
from client.core.dossier.traits import Traits
from client.session.auscultation_view import AuscultationStep
from client.session.snapshot import SiteSnapshot
from devices.readings import Kind

Part = Operator | Traits | Contact | Consent | Background | Ending | Notes
"""What is entered into a dossier in one piece."""


class SiteRequests(Protocol):
    """The session as a screen sees it. Every method returns at once."""

    @property
    def snapshot(self) -> SiteSnapshot:
        """The newest picture of everything."""

    def subscribe(self, listener: Callable[[SiteSnapshot], None]) -> Callable[[], None]:
        """Call `listener` on the event loop with each new snapshot; returns the unsubscription."""

    def invite(self) -> None:
        """Make an invitation and wait for the GP."""

    def call(self, contact: bytes) -> None:
        """Call the GP with this pinned key, without an invitation."""

    def turn_to(self, contact: bytes | None) -> None:
        """Withdraw the invitation or the call that is out; call this GP, or make an invitation."""

    def revoke_contact(self, contact: bytes) -> None:
        """Refuse this GP from now on, and forget the keys it was called by."""

    def forget_contact(self, contact: bytes) -> None:
        """Delete all that is known of this GP; a later meeting is a first one."""

    def check_line(self, *, on: bool) -> None:
        """Measure the line to the relay, or stop measuring it."""

    def compare_words(self, *, equal: bool) -> None:
        """The person has compared the words with the GP by voice."""

    def enter_patient(self, name: str, reason: str) -> None:
        """Intake: whom it is about, and why."""

    def measure(self, kind: Kind) -> None:
        """Ask the instrument of this kind for a value now."""

    def stop_measuring(self, kind: Kind) -> None:
        """Stop the measurement under way: let the air out of the cuff."""

    def fetch_stored(self, kind: Kind) -> None:
        """Tell what the memory of the instrument of this kind holds."""

    def aim(self, *, on: bool) -> None:
        """Show the otoscope's live preview (and send it in place of the camera)."""

    def take_still(self, label: str) -> None:
        """Freeze a full-quality still and send it."""

    def hold_stethoscope(self, place: Place) -> None:
        """The chest piece is held there now."""

    def auscultate(self, step: AuscultationStep, label: str = "") -> None:
        """Record, hear, send with the stethoscope, or let the GP hear it live.

        `label` is what the GP reads beside what is sent.
        """

    def take_clip(self, label: str) -> None:
        """Take a few seconds of moving picture and send them."""

    def send_anyway(self) -> None:
        """Send the still that the technical check doubts."""

    def answer_ask(self, *, done: bool) -> None:
        """The GP's current request is done, or not possible here."""

    def send_file(self, source: AsyncIterator[bytes], label: str, media_type: str) -> None:
        """Read a file to its end, keep it, and send it behind every still.

        `source` gives its bytes in parts (`client.session.sending.parts_of` a path's). Progress and
        failures are in `SiteSnapshot.sent_files`.
        """

    def cancel_file(self, number: int) -> None:
        """Send no more of this file; `number` is its view's."""

    def write(self, text: str) -> None:
        """Send a line of text to the GP."""

    def mute(self, *, on: bool) -> None:
        """Stop the microphone, or start it again."""

    def turn_camera_off(self, *, on: bool) -> None:
        """Stop the camera, or start it again."""

    def pause(self, *, on: bool) -> None:
        """Neither picture nor voice leaves until it is lifted."""

    def choose_picture(self, preference: Preference | None) -> None:
        """Share the line out like this, whatever the GP wishes; `None`: as the GP wishes."""

    def end(self, reason: str) -> None:
        """End the consultation: ``finished`` or ``unsuitable``."""

    def enter(self, part: Part) -> None:
        """Replace this part of the dossier, keep it, and send what may be sent once it may."""

    def find_identities(self) -> None:
        """Look for identity files where the settings say; see `SiteSnapshot.identities`."""

    def read_identity(self, path: Path) -> None:
        """Read one of them, or any file; nothing is entered by it."""

    def forget_identities(self) -> None:
        """Show nothing of them any more."""

    def check_room(self, check: RoomCheck) -> None:
        """The room was looked at."""

    def try_voice(self) -> None:
        """Record three seconds from the microphone and play them back; never during a call."""

    def ring(self) -> None:
        """Call back whoever is out of sight of the screen, by the speaker."""

    def open_window(self, *, on: bool) -> None:
        """Open the patient's window on whatever display there is, or close it."""

    def go_on(self, way: Alternative) -> None:
        """The picture is impossible: go on, or not, in this way (rules-fr.md, d-6)."""

    def stop(self, reason: StopReason, note: str = "") -> None:
        """Stop: a consultation at a distance does not suit this case (rules-fr.md, d-7)."""

    def ask_expertise(self, text: str) -> None:
        """Ask the GP who is called next this question, to be answered without meeting."""

    def find_records(self, text: str) -> None:
        """Look for earlier consultations by name, date or reason; see `SiteSnapshot.records`."""

    def read_record(self, consultation: int) -> None:
        """Show the summary of one of them."""

    def close_record(self, consultation: int, ending: Ending) -> None:
        """Choose where the documents of the one that was read go, once it is over."""

    def print_record(self, consultation: int) -> None:
        """Put the documents of the one that was read on paper; see `RecordsView.printing`."""

    def save_record(self, consultation: int, folder: Path) -> None:
        """Put the same into this folder, as files."""

    def print_documents(self) -> None:
        """Put the summary and the GP's documents on paper."""

    def save_documents(self, folder: Path) -> None:
        """Put the summary and the GP's documents into this folder, as files."""

"""What is typed and chosen at the site: dossier, room, how a consultation goes on or stops."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

from client import clock
from client.core.consultation import LinkState, State
from client.core.dossier.consent import Consent, Item
from client.core.dossier.ending import Alternative, Ending, StopReason
from client.core.dossier.room import RoomCheck
from client.core.record import milliseconds
from client.core.wire import WentOn
from client.media.chime import chime
from client.session import looking_back
from client.session.casework import Casework, with_part
from client.session.course import Course
from client.session.ending import Ending as Closing
from client.session.examination import Examination
from client.session.flow_views import VoiceTrial
from client.session.identity_import import IdentityImport
from client.session.keeping import RecordKeeper
from client.session.media import EndMedia
from client.session.paper import Paper
from client.session.patient_window import PatientWindow
from client.session.requests import Part
from client.session.voice_trial import try_voice
from client.store.journal import JournalEvent

__all__ = ["Deskwork", "with_part"]

_UNDER_WAY: Final = (VoiceTrial.RECORDING, VoiceTrial.PLAYING)


class Deskwork:
    """The part of `client.session.requests.SiteRequests` that is about the dossier."""

    _course: Course
    _keeper: RecordKeeper
    _casework: Casework
    _examination: Examination
    _identities: IdentityImport
    _ending: Closing
    _media: EndMedia
    _paper: Paper
    _window: PatientWindow
    _closing: asyncio.Event

    def enter(self, part: Part) -> None:
        """Replace this part of the dossier; see `Casework.enter`.

        Who withdraws consent to the consultation itself ends it (rules-fr.md, d-9).
        """
        self._casework.enter(part)
        if isinstance(part, Consent):
            self._examination.consent_changed()
            if Item.TELECONSULTATION in part.refused and self._course.state is not State.READY:
                self.stop(StopReason.PATIENT_WISH)

    def find_identities(self) -> None:
        """Look for identity files where the settings say; see `SiteSnapshot.identities`."""
        self._identities.find()

    def read_identity(self, path: Path) -> None:
        """Read one of them, or any file; nothing is entered by it."""
        self._identities.read(path)

    def forget_identities(self) -> None:
        """Show nothing of them any more."""
        self._identities.forget()

    def check_room(self, check: RoomCheck) -> None:
        """The room was looked at."""
        self._course.change(room=check)
        self._keeper.keep_room(check)

    def _look_at_room(self) -> None:
        """Show the last opening of the room of today (rules-fr.md, d-8)."""
        self._keeper.start_beside(self._show_room())

    async def _show_room(self) -> None:
        today = clock.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        newest = await self._keeper.newest_room(today)
        if self._course.known.room is None:
            self._course.change(room=newest)

    def try_voice(self) -> None:
        """Record a few seconds from the microphone and play them back; never during a call."""
        if self._may_try_voice() and self._course.known.voice_trial not in _UNDER_WAY:
            trial = try_voice(self._media, self._show_trial, lambda: not self._may_try_voice())
            self._keeper.start_beside(trial)

    def _may_try_voice(self) -> bool:
        is_closing = self._closing.is_set()
        return self._course.known.link.state is LinkState.NONE and not is_closing

    def _show_trial(self, trial: VoiceTrial, dbfs: float | None) -> None:
        self._course.change(voice_trial=trial, voice_dbfs=dbfs)

    def ring(self) -> None:
        """Play two notes over the voice; nothing where a recording is being heard."""
        if not self._media.is_replaying:
            self._media.replay(chime())

    def open_window(self, *, on: bool) -> None:
        """Open the patient's window, or close it; see `SiteSnapshot.window`."""
        self._window.open(on=on)

    def go_on(self, way: Alternative) -> None:
        """Note how the consultation goes on, and tell the GP (rules-fr.md, d-6)."""
        self._casework.enter(replace(self._chosen, went_on=way))
        self._keeper.note(JournalEvent.WENT_ON, how=way.value)
        if self._course.state is State.VERIFIED:
            self._ending.say(WentOn(way.value, milliseconds(clock.now())))

    def stop(self, reason: StopReason, note: str = "") -> None:
        """Note why, tell the GP the reason alone, and end it (rules-fr.md, d-7)."""
        if self._course.is_over:
            return
        self._casework.enter(replace(self._chosen, stop_reason=reason, stop_note=note))
        self._keeper.note(JournalEvent.STOPPED, reason=reason.value)
        self._ending.end_here("unsuitable", reason.value)

    def ask_expertise(self, text: str) -> None:
        """Ask the GP who is called next this question, to be answered without meeting."""
        self._casework.ask_expertise(text)

    def find_records(self, text: str) -> None:
        """Look for earlier consultations; see `client.session.looking_back`."""
        self._keeper.start_beside(looking_back.find(self._course, self._keeper, text))

    def read_record(self, consultation: int) -> None:
        """Show the summary of one of them."""
        self._keeper.start_beside(looking_back.read(self._course, self._keeper, consultation))

    def close_record(self, consultation: int, ending: Ending) -> None:
        """Choose the end of the one that was read; see `RecordsView.dossier`."""
        closing = looking_back.close(self._course, self._keeper, consultation, ending)
        self._keeper.start_beside(closing)

    def print_record(self, consultation: int) -> None:
        """Put its summary and the GP's documents on paper; see `RecordsView.printing`."""
        self._paper.print_earlier(consultation)

    def save_record(self, consultation: int, folder: Path) -> None:
        """Put the same into this folder, as files."""
        self._paper.save_earlier(consultation, folder)

    def print_documents(self) -> None:
        """Put the summary and the GP's documents on paper; see `SiteSnapshot.printing`."""
        self._paper.print_all()

    def save_documents(self, folder: Path) -> None:
        """Put the same into this folder, as files; see `SiteSnapshot.printing`."""
        self._paper.save_all(folder)

    @property
    def _chosen(self) -> Ending:
        return self._course.known.dossier.ending or Ending()

"""A session without a world: holds snapshots, and does to them what a session would do at once."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

from client.core.adaptation.plan import Preference
from client.core.auscultation import Place
from client.core.consultation import State
from client.core.dossier.ending import Alternative, Ending, StopReason
from client.core.dossier.room import RoomCheck
from client.media.window.scene import WindowState
from client.session.auscultation_view import AuscultationStep
from client.session.deskwork import with_part
from client.session.flow_views import IdentitiesView, PrintState, VoiceTrial
from client.session.requests import Part
from client.session.snapshot import LineCheckView, SiteSnapshot
from devices.readings import Kind


class FakeSiteRequests:
    """Implements `client.session.requests.SiteRequests`; remembers what was asked, in order."""

    def __init__(self, snapshot: SiteSnapshot) -> None:
        self._snapshot = snapshot
        self._listeners: list[Callable[[SiteSnapshot], None]] = []
        self.asked: list[tuple[object, ...]] = []
        self.sources: list[AsyncIterator[bytes]] = []
        """Of the files that were sent, not read yet."""
        self.rung = 0
        """How often whoever is out of sight was called back: nobody asks for that by a key."""

    @property
    def snapshot(self) -> SiteSnapshot:
        return self._snapshot

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def subscribe(self, listener: Callable[[SiteSnapshot], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def push(self, snapshot: SiteSnapshot) -> None:
        """A new picture of everything."""
        self._snapshot = snapshot
        for listener in list(self._listeners):
            listener(snapshot)

    def change(self, **changes: object) -> None:
        """The present picture with these changes."""
        self.push(replace(self._snapshot, **changes))  # type: ignore[arg-type]  # named by tests

    def call(self, contact: bytes) -> None:
        self.asked.append(("call", contact))

    def turn_to(self, contact: bytes | None) -> None:
        self.asked.append(("turn_to", contact))

    def revoke_contact(self, contact: bytes) -> None:
        self.asked.append(("revoke_contact", contact))

    def forget_contact(self, contact: bytes) -> None:
        self.asked.append(("forget_contact", contact))

    def invite(self) -> None:
        self.asked.append(("invite",))
        self.change(state=State.INVITING, refusal=None)

    def check_line(self, *, on: bool) -> None:
        self.asked.append(("check_line", on))
        self.change(line_check=LineCheckView(percent=0 if on else None))

    def compare_words(self, *, equal: bool) -> None:
        self.asked.append(("compare_words", equal))
        if equal:
            self.change(state=State.VERIFIED, words_confirmed_here=True)
        else:
            self.change(state=State.REFUSED, refusal="WordsDifferError")

    def enter_patient(self, name: str, reason: str) -> None:
        self.asked.append(("enter_patient", name, reason))
        self.change(patient_name=name, reason=reason)

    def measure(self, kind: Kind) -> None:
        self.asked.append(("measure", kind))

    def stop_measuring(self, kind: Kind) -> None:
        self.asked.append(("stop_measuring", kind))

    def fetch_stored(self, kind: Kind) -> None:
        self.asked.append(("fetch_stored", kind))

    def aim(self, *, on: bool) -> None:
        self.asked.append(("aim", on))
        self.change(preview_source=Kind.OTOSCOPE if on else None)

    def take_still(self, label: str) -> None:
        self.asked.append(("take_still", label))

    def take_clip(self, label: str) -> None:
        self.asked.append(("take_clip", label))

    def send_anyway(self) -> None:
        self.asked.append(("send_anyway",))

    def hold_stethoscope(self, place: Place) -> None:
        self.asked.append(("hold_stethoscope", place))
        view = self._snapshot.auscultation
        if view is not None:
            self.change(auscultation=replace(view, place=place))

    def auscultate(self, step: AuscultationStep, label: str = "") -> None:
        self.asked.append(("auscultate", step, label))

    def answer_ask(self, *, done: bool) -> None:
        self.asked.append(("answer_ask", done))
        self.change(asked=None)

    def send_file(self, source: AsyncIterator[bytes], label: str, media_type: str) -> None:
        self.asked.append(("send_file", label, media_type))
        self.sources.append(source)

    def cancel_file(self, number: int) -> None:
        self.asked.append(("cancel_file", number))

    def write(self, text: str) -> None:
        self.asked.append(("write", text))

    def mute(self, *, on: bool) -> None:
        self.asked.append(("mute", on))
        self.change(is_muted=on)

    def turn_camera_off(self, *, on: bool) -> None:
        self.asked.append(("turn_camera_off", on))
        self.change(is_camera_off=on)

    def pause(self, *, on: bool) -> None:
        self.asked.append(("pause", on))
        self.change(is_paused=on)

    def choose_picture(self, preference: Preference | None) -> None:
        self.asked.append(("choose_picture", preference))
        link = self._snapshot.link
        if link.engine is not None:
            self.change(link=replace(link, engine=replace(link.engine, override=preference)))

    def end(self, reason: str) -> None:
        self.asked.append(("end", reason))
        self.change(state=State.ENDED, ended=reason)

    def enter(self, part: Part) -> None:
        self.asked.append(("enter", part))
        self.change(dossier=with_part(self._snapshot.dossier, part))

    def check_room(self, check: RoomCheck) -> None:
        self.asked.append(("check_room", check))
        self.change(room=check)

    def find_identities(self) -> None:
        self.asked.append(("find_identities",))

    def read_identity(self, path: Path) -> None:
        self.asked.append(("read_identity", path))

    def forget_identities(self) -> None:
        self.change(identities=IdentitiesView())

    def try_voice(self) -> None:
        self.asked.append(("try_voice",))
        self.change(voice_trial=VoiceTrial.RECORDING)

    def ring(self) -> None:
        self.rung += 1

    def open_window(self, *, on: bool) -> None:
        self.asked.append(("open_window", on))
        self.change(window=WindowState.OPEN if on else WindowState.CLOSED)

    def go_on(self, way: Alternative) -> None:
        self.asked.append(("go_on", way))
        ending = self._snapshot.dossier.ending or Ending()
        self.change(
            dossier=with_part(self._snapshot.dossier, replace(ending, went_on=way)),
        )

    def stop(self, reason: StopReason, note: str = "") -> None:
        self.asked.append(("stop", reason, note))
        self.change(state=State.ENDED, ended="unsuitable")

    def ask_expertise(self, text: str) -> None:
        self.asked.append(("ask_expertise", text))
        dossier = replace(self._snapshot.dossier, is_deferred=True, question=text)
        self.change(dossier=dossier)

    def save_documents(self, folder: Path) -> None:
        self.asked.append(("save_documents", folder))
        self.change(printing=PrintState.SAVING)

    def find_records(self, text: str) -> None:
        self.asked.append(("find_records", text))
        self.change(records=replace(self._snapshot.records, text=text))

    def read_record(self, consultation: int) -> None:
        self.asked.append(("read_record", consultation))
        self.change(records=replace(self._snapshot.records, read=consultation, summary="Repos."))

    def close_record(self, consultation: int, ending: Ending) -> None:
        self.asked.append(("close_record", consultation, ending))
        records = self._snapshot.records
        if records.dossier is not None:
            dossier = with_part(records.dossier, ending)
            self.change(records=replace(records, dossier=dossier))

    def print_record(self, consultation: int) -> None:
        self.asked.append(("print_record", consultation))
        self.change(records=replace(self._snapshot.records, printing=PrintState.PRINTING))

    def save_record(self, consultation: int, folder: Path) -> None:
        self.asked.append(("save_record", consultation, folder))
        self.change(records=replace(self._snapshot.records, printing=PrintState.SAVING))

    def print_documents(self) -> None:
        self.asked.append(("print_documents",))
        if self._snapshot.printing is not PrintState.UNAVAILABLE:
            self.change(printing=PrintState.PRINTING)

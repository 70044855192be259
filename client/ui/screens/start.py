"""The first screen: does everything work here, and what is next."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.widget import Widget

from client.catalogue import Catalogue
from client.session.flow_views import Wish
from client.session.snapshot import SiteSnapshot
from client.ui.machine_words import instrument_rows, line_rows, machine_rows
from client.ui.phrases import count_of, plain, time_of_day
from client.ui.screens.expertise import ExpertisesScreen
from client.ui.screens.past import PastScreen
from client.ui.screens.resuming import ResumeBox
from client.ui.site_screen import HELP, QUIT, THEME, WINDOW, KeyRows, SiteScreen
from client.ui.steps import current_step, has_begun, patient_name
from client.ui.widgets.checks import Checks
from client.ui.widgets.key_bar import KeyBar
from client.ui.widgets.pane import Pane, Sentence
from client.ui.wishes import SettingsWanted, TrainingWanted

_NEW: Final = Binding("n", "app.begin", "site.do.begin")
_RESUME: Final = Binding("r", "resume", "site.do.resume")
_EXPERTISES: Final = Binding("a", "expertises", "site.do.expertises")
_PAST: Final = Binding("d", "past", "site.do.past")
_CONTACTS: Final = Binding("c", "app.contacts", "site.do.contacts")
_CHECK_LINE: Final = Binding("l", "check_line", "site.do.check_line")
_STOP_CHECK: Final = Binding("escape", "stop_line_check", "site.do.stop_line_check")
_SETTINGS: Final = Binding("s", "settings", "site.do.settings")
_OTHER: Final = Binding("p", "other_patient", "site.do.other_patient")
_TRAIN: Final = Binding("f", "train", "site.do.train")


class StartScreen(SiteScreen):
    """Checks, and one key to begin or to go on."""

    ROWS: ClassVar[KeyRows] = (
        (_NEW, _RESUME, _EXPERTISES, _CONTACTS),
        (_PAST, _CHECK_LINE, _TRAIN, _SETTINGS, QUIT, HELP),
    )
    MORE: ClassVar[KeyRows] = ((_OTHER, THEME, WINDOW),)
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            _NEW,
            _RESUME,
            _EXPERTISES,
            _CONTACTS,
            _PAST,
            _CHECK_LINE,
            _STOP_CHECK,
            _TRAIN,
            _SETTINGS,
            _OTHER,
            QUIT,
            HELP,
        )
    ]
    _is_sure = False
    """Whether the key for another patient was pressed once."""

    def body(self) -> Iterable[Widget]:
        """The checks and the next thing to do."""
        checks = Checks(id="checks", classes="panel")
        checks.border_title = self.desk.say("site.start.title")
        return (checks, StartHint(id="hint"), Sentence(id="other"))

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw the checks."""
        say = self.desk.say
        self.query_one(Checks).hold(
            (
                *instrument_rows(say, snapshot),
                *machine_rows(say, snapshot),
                *line_rows(say, snapshot),
            )
        )
        self.query_one(StartHint).hold("\n".join(start_hints(say, snapshot, now)))
        is_begun = has_begun(snapshot)
        first = say("dossier.start.continue") if is_begun else say(_NEW.description)
        self.query(KeyBar).first().relabel(_NEW, first)
        other = say("dossier.start.other") if is_begun else ""
        self.query_one("#other", Sentence).hold(other)

    def action_resume(self) -> None:
        """Which of those that were left."""
        if self.desk.requests.snapshot.resumable:
            self.app.push_screen(ResumeBox(self.desk))
        else:
            self.notify(self.desk.say("dossier.resume.none"), markup=False)

    def action_expertises(self) -> None:
        """Questions asked without meeting."""
        self.app.push_screen(ExpertisesScreen(self.desk))

    def action_past(self) -> None:
        """Earlier consultations."""
        self.app.push_screen(PastScreen(self.desk))

    def action_train(self) -> None:
        """Leave for a simulated patient; there already, it leads back to the choice."""
        self.app.exit(TrainingWanted())

    def action_settings(self) -> None:
        """Leave for what this site is set to; in training there is nothing to set."""
        if not self.desk.requests.snapshot.dossier.is_training:
            self.app.exit(SettingsWanted())
        else:
            self.notify(self.desk.say("training.plain.no_settings"), markup=False)

    def action_other_patient(self) -> None:
        """Leave what was entered for another patient's; it takes two presses."""
        if not has_begun(self.desk.requests.snapshot):
            self.notify(self.desk.say("dossier.start.nobody"), markup=False)
        elif self._is_sure:
            self.app.exit(Wish())
        else:
            self._is_sure = True
            self.notify(self.desk.say("dossier.start.other_sure"), markup=False)

    def on_screen_suspend(self) -> None:
        """Something else was done in between."""
        self._is_sure = False

    def action_check_line(self) -> None:
        """Measure the line."""
        self.desk.requests.check_line(on=True)

    def action_stop_line_check(self) -> None:
        """Stop measuring it."""
        if self.desk.requests.snapshot.line_check.percent is not None:
            self.desk.requests.check_line(on=False)


class StartHint(Pane[str]):
    """What to do next."""


def start_hints(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> Iterator[str]:
    """What is missing, what comes next, what waits."""
    if not snapshot.relay_is_reachable:
        yield say("site.start.no_relay")
    if not snapshot.is_recorded:
        yield say("site.not_recorded")
    yield next_hint(say, snapshot, now)
    yield from waiting_hints(say, snapshot)


def next_hint(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> str:
    """The key that leads on, and to which step."""
    name = plain(patient_name(snapshot)) or say("dossier.unnamed")
    step = say(f"dossier.step.{current_step(snapshot, now)}")
    if has_begun(snapshot):
        return say("dossier.start.begun", name=name, step=step)
    return say("dossier.start.next", step=step)


def waiting_hints(say: Catalogue, snapshot: SiteSnapshot) -> Iterator[str]:
    """Consultations to be taken up again, expertises to be told."""
    if snapshot.resumable:
        newest = snapshot.resumable[-1]
        who = plain(newest.patient_name) or say("dossier.unnamed")
        left = count_of(say, "dossier.start.resumable", len(snapshot.resumable))
        time = time_of_day(newest.began_at)
        yield f"{left} {say('dossier.start.newest', name=who, time=time)}"
    answered = sum(one.answered_at is not None for one in snapshot.expertises)
    if snapshot.expertises:
        waiting = len(snapshot.expertises) - answered
        yield say("dossier.start.expertises", answered=answered, waiting=waiting)

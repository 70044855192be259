"""The consultation: what is measured, what is seen, what is asked, what was exchanged."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.widget import Widget

from client.core.consultation import LinkState
from client.core.dossier.completeness import is_accompanied
from client.session.snapshot import LineKind, SiteSnapshot
from client.ui.desk import Desk
from client.ui.line_course import LineCourse
from client.ui.line_words import next_choice, picture_wish
from client.ui.link_story import LinkStory
from client.ui.measure_lines import earlier_sentence, newest_earlier, unknown_ports
from client.ui.phrases import count_of, link_figures, link_sentence, plain
from client.ui.pointer_mark import with_mark
from client.ui.pointer_words import pointer_sentence
from client.ui.screens.attaching import AttachingBox
from client.ui.screens.auscultation import AuscultationBox
from client.ui.screens.file_box import DOSSIER
from client.ui.screens.measures import MeasuresBox
from client.ui.screens.otherwise import LargeChatBox
from client.ui.site_screen import HELP, LEAVE, THEME, WINDOW, KeyRows, SiteScreen
from client.ui.steps import pictures_refused
from client.ui.still_line import LABELS, still_line
from client.ui.trends import Trends
from client.ui.view_finder import gp_title, preview_instead, preview_title, seen_here
from client.ui.vital_lines import instrument_of, is_inflating, vital_groups
from client.ui.widgets.ask import Ask
from client.ui.widgets.exchanges import Exchanges
from client.ui.widgets.line_pane import LinePane
from client.ui.widgets.pane import Sentence, entitle
from client.ui.widgets.preview import Preview
from client.ui.widgets.trend_pane import TrendPane
from client.ui.widgets.vitals import Vitals, VitalsView
from devices.readings import Kind

_EXAMINE: Final = (
    Binding("t", "measure('thermometer')", "site.do.temperature"),
    Binding("o", "aim", "site.do.aim"),
    Binding("f", "freeze", "site.do.freeze"),
    Binding("e", "chest", "site.do.chest"),
    Binding("c", "answer(True)", "site.do.done"),
    Binding("n", "answer(False)", "site.do.not_possible"),
    Binding("a", "app.command_palette", "site.do.more"),
)
_MORE: Final = (
    Binding("b", "stop_cuff", "site.do.stop_cuff"),
    Binding("w", "measures", "site.do.measures"),
    Binding("x", "measure('oximeter')", "site.do.oximeter"),
    Binding("u", "measure('blood_pressure')", "site.do.pressure"),
    Binding("l", "next_label", "site.do.label"),
    Binding("k", "film", "site.do.film"),
    Binding("j", "send_anyway", "site.do.send_anyway"),
    Binding("g", "next_picture", "site.do.picture"),
    Binding("y", "app.otherwise", "site.do.otherwise"),
    Binding("z", "large_chat", "site.do.large_chat"),
    Binding("r", "attach", "site.do.attach"),
)
"""Told beside what they are about when they are of use, so that the rows of keys stay short; all
of them are in the list that the key for more opens, and in the help."""
_TALK: Final = (
    Binding("m", "mute", "site.do.mute"),
    Binding("v", "camera", "site.do.camera"),
    Binding("p", "pause", "site.do.pause"),
    Binding("d", "app.write", "site.do.write"),
    DOSSIER,
    Binding("s", "app.stop_unsuitable", "site.do.unsuitable"),
    LEAVE,
    HELP,
)


BARS: Final = 8
"""Seconds of the line beside its sentence."""
ASKED_KINDS: Final = {
    "pressure": Kind.BLOOD_PRESSURE,
    "glucose": Kind.GLUCOMETER,
    "weight": Kind.SCALE,
}
"""What the key that measures means while the GP asks for it."""


class ConsultationScreen(SiteScreen):
    """Draws the picture of everything; each key asks the session for one thing."""

    ROWS: ClassVar[KeyRows] = (_EXAMINE, _TALK)
    MORE: ClassVar[KeyRows] = (_MORE, (THEME, WINDOW))
    BINDINGS: ClassVar[list[BindingType]] = [*_EXAMINE, *_MORE, *_TALK]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._story = LinkStory()
        self._trends = Trends()
        self._course = LineCourse()
        self._label = LABELS[0]

    def body(self) -> Iterable[Widget]:
        """Measures, what the GP asks and the exchanges, pictures."""
        say = self.desk.say
        vitals = Vitals(id="vitals", classes="panel")
        trends = TrendPane(id="trends", classes="panel")
        ask = Ask(id="ask", classes="panel")
        log = Exchanges(id="log", classes="panel")
        seen = Preview(id="preview", pictures=self.desk.pictures)
        finder = Vertical(seen, Sentence(id="still"), classes="panel", id="finder")
        gp_picture = Preview(id="gp_picture", pictures=self.desk.pictures)
        doctor = Vertical(gp_picture, classes="panel", id="doctor")
        course = LinePane(id="course", classes="panel")
        for panel in (vitals, ask, log, trends, course):
            panel.border_title = say(f"site.panel.{panel.id}")
        left = Vertical(vitals, trends, id="left")
        right = Vertical(ask, doctor, log, course, id="right")
        bars, figures = Sentence(id="bars"), Sentence(id="figures")
        line = Horizontal(Sentence(id="line"), bars, figures, id="line_row")
        table = Container(left, right, finder, id="table")
        return (Sentence(id="alone"), table, Sentence(id="offer"), line)

    def on_resize(self) -> None:
        """Arrange the parts anew once they are there."""
        self.call_after_refresh(self._arrange)

    def _arrange(self) -> None:
        """On a large terminal the picture stands in the middle, else below the measures."""
        table, finder, right = (self.query_one(f"#{name}") for name in ("table", "finder", "right"))
        is_roomy = self.has_class("-wide") and self.has_class("-high")
        table.set_class(is_roomy, "-roomy")
        if is_roomy:
            table.move_child(finder, before=right)
        else:
            table.move_child(finder, after=right)

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:
        """Draw every part; each draws again only if it changed."""
        say = self.desk.say
        is_aiming = snapshot.preview_source is Kind.OTOSCOPE
        self.set_class(is_aiming, "-aiming")
        self._draw_vitals(snapshot, now)
        self._trends = self._trends.after(snapshot.vitals)
        newest = newest_earlier(snapshot).values()
        earlier = tuple(earlier_sentence(say, view, now) for view in newest)
        self.query_one(TrendPane).hold((self._trends, say, earlier))
        self.query_one(Ask).draw(say, snapshot, now)
        self.query_one(Ask).set_class(snapshot.asked is not None, "-asked")
        self.query_one(Exchanges).draw(say, snapshot)
        is_alone = not is_accompanied(snapshot.dossier)
        self.query_one("#alone").display = is_alone
        self.query_one("#alone", Sentence).hold(say("dossier.alone") if is_alone else "")
        self._draw_pictures(snapshot, now)
        self._draw_offer(snapshot)
        self._draw_line(snapshot, now)

    def _draw_vitals(self, snapshot: SiteSnapshot, now: datetime) -> None:
        say = self.desk.say
        is_aiming = snapshot.preview_source is Kind.OTOSCOPE
        groups = tuple(vital_groups(say, snapshot, now))
        ports = tuple(unknown_ports(say, snapshot))
        more = say("site.vitals.more", count="{count}")
        vitals = self.query_one(Vitals)
        vitals.hold(VitalsView(groups, snapshot.pleth, is_brief=is_aiming, ports=ports, more=more))
        stops = is_inflating(snapshot, now) is not None
        entitle(vitals, subtitle=say("site.vitals.stop" if stops else "site.vitals.all"))
        vitals.set_class(stops, "-urgent")

    def _draw_pictures(self, snapshot: SiteSnapshot, now: datetime) -> None:
        say = self.desk.say
        title = preview_title(say, snapshot, now)
        entitle(self.query_one("#finder"), title, picture_wish(say, snapshot))
        finder = self.query_one("#preview", Preview)
        here = seen_here(snapshot)
        marked = with_mark(here, snapshot.pointed) if here else None
        finder.draw(marked, preview_instead(say, snapshot))
        entitle(self.query_one("#doctor"), gp_title(say, snapshot, now))
        doctor = self.query_one("#gp_picture", Preview)
        if doctor.is_on_screen:
            doctor.draw(snapshot.gp_picture, say("site.preview.no_gp"))
        label = say(f"site.still.label.{self._label}")
        told = (still_line(say, snapshot, label), pointer_sentence(say, snapshot.pointed))
        self.query_one("#still", Sentence).hold("\n".join(filter(None, told)))

    def _draw_offer(self, snapshot: SiteSnapshot) -> None:
        """How to go on without a picture, in a row of its own: no news of the line hides it."""
        is_offered = snapshot.video_impossible_since is not None
        offer = self.query_one("#offer", Sentence)
        offer.display = is_offered
        offer.hold(self.desk.say("dossier.video.impossible") if is_offered else "")

    def _draw_line(self, snapshot: SiteSnapshot, now: datetime) -> None:
        say = self.desk.say
        self._story = self._story.after(snapshot.link, now)
        sentence = link_sentence(say, snapshot, now)
        if snapshot.link.state is LinkState.NONE:
            sentence = say("dossier.waiting.line")
        if self._story.is_back:
            sentence = count_of(say, "site.link.back", self._story.waited)
        if not snapshot.is_recorded:
            sentence = f"{sentence} {say('site.not_recorded.short')}"
        self.query_one("#line", Sentence).hold(sentence)
        self.query_one("#line_row").set_class(snapshot.link.state is LinkState.CUT, "-cut")
        self.query_one("#figures", Sentence).hold(link_figures(say, snapshot))
        self._course = self._course.after(snapshot.link.engine)
        is_up = snapshot.link.state is LinkState.UP
        self.query_one("#bars", Sentence).hold(self._course.bars(BARS) if is_up else "")
        self.query_one(LinePane).hold((self._course, say))

    def action_measure(self, kind: str) -> None:
        """Ask the instrument of this kind for a value, or the one that the GP asks for now."""
        asked = self.desk.requests.snapshot.asked
        wanted = Kind(kind)
        if asked is not None and wanted is Kind.THERMOMETER:
            wanted = ASKED_KINDS.get(asked.what, wanted)
        if self._has(wanted):
            self.desk.requests.measure(wanted)

    def action_stop_cuff(self) -> None:
        """Let the air out of the cuff, at once."""
        inflating = is_inflating(self.desk.requests.snapshot, self.desk.now())
        if inflating is None:
            self.notify(self.desk.say("site.cuff.none"), markup=False)
        else:
            self.desk.requests.stop_measuring(inflating.kind)

    def action_measures(self) -> None:
        """Everything that was measured, with laboratory results and memories."""
        self.app.push_screen(MeasuresBox(self.desk))

    def action_attach(self) -> None:
        """A letter or an earlier result for the GP."""
        self.app.push_screen(AttachingBox(self.desk))

    def action_aim(self) -> None:
        """Show the otoscope, or go back to the camera."""
        is_aiming = self.desk.requests.snapshot.preview_source is Kind.OTOSCOPE
        if self._has_camera():
            self.desk.requests.aim(on=not is_aiming)

    def action_next_label(self) -> None:
        """Name the next still otherwise."""
        self._label = LABELS[(LABELS.index(self._label) + 1) % len(LABELS)]
        self.show(self.desk.requests.snapshot, self.desk.now())

    def action_freeze(self) -> None:
        """Take the still that the line under the picture announces."""
        if self._may_picture() and self._has_camera():
            self.desk.requests.take_still(self.desk.say(f"site.still.label.{self._label}"))

    def action_film(self) -> None:
        """Take a few seconds of moving picture."""
        if self._may_picture() and self._has_camera():
            self.desk.requests.take_clip(self.desk.say(f"site.still.label.{self._label}"))

    def action_send_anyway(self) -> None:
        """Send the still that the technical check doubts."""
        self.desk.requests.send_anyway()

    def action_chest(self) -> None:
        """Record, hear and send with the stethoscope."""
        if self._has(Kind.STETHOSCOPE):
            self.app.push_screen(AuscultationBox(self.desk))

    def action_answer(self, done: bool) -> None:  # noqa: FBT001 -- Textual passes it so
        """Tell the GP what became of the request."""
        if self.desk.requests.snapshot.asked:
            self.desk.requests.answer_ask(done=done)
        else:
            self.notify(self.desk.say("site.ask.none"), markup=False)

    def action_mute(self) -> None:
        """The microphone off, or on again."""
        self.desk.requests.mute(on=not self.desk.requests.snapshot.is_muted)

    def action_camera(self) -> None:
        """The camera off, or on again."""
        self.desk.requests.turn_camera_off(on=not self.desk.requests.snapshot.is_camera_off)

    def action_pause(self) -> None:
        """Everything off, or on again."""
        self.desk.requests.pause(on=not self.desk.requests.snapshot.is_paused)

    def action_next_picture(self) -> None:
        """Sharp, fluid, still first, or again as the GP wishes."""
        engine = self.desk.requests.snapshot.link.engine
        self.desk.requests.choose_picture(next_choice(engine))

    def action_large_chat(self) -> None:
        """The GP's newest line in letters that the patient can read."""
        lines = self.desk.requests.snapshot.exchanges
        newest = (line for line in reversed(lines) if line.kind is LineKind.TEXT_GP)
        line = next(newest, None)
        if line is None:
            self.notify(self.desk.say("dossier.chat.none"), markup=False)
        else:
            self.app.push_screen(LargeChatBox(self.desk, plain(line.subject)))

    def _may_picture(self) -> bool:
        """The patient may have refused it (d-10); then the key says so and does nothing."""
        why = pictures_refused(self.desk.requests.snapshot.dossier)
        if why:
            self.notify(self.desk.say("dossier.pictures_off"), markup=False, severity="warning")
        return not why

    def _has_camera(self) -> bool:
        """An otoscope or, where there is none, an examination camera."""
        snapshot = self.desk.requests.snapshot
        return instrument_of(snapshot, Kind.CAMERA) is not None or self._has(Kind.OTOSCOPE)

    def _has(self, kind: Kind) -> bool:
        if instrument_of(self.desk.requests.snapshot, kind) is not None:
            return True
        self.notify(self.desk.say(f"site.missing.{kind}"), markup=False)
        return False

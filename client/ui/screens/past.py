"""The records of this site: found by name, date or reason, read and printed again."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from client.catalogue import Catalogue
from client.session.flow_views import PrintState, RecordsView, RecordView
from client.session.snapshot import SiteSnapshot
from client.ui.desk import Desk
from client.ui.ending_choices import chosen_ending
from client.ui.phrases import plain, plain_lines, time_of_day
from client.ui.screens.closing import ClosingBox
from client.ui.screens.saving import SavingBox
from client.ui.site_screen import HELP_TYPING, LATER, FlowScreen, KeyRows
from client.ui.widgets.pane import Sentence

WORDS_LIMIT: Final = 120
"""Characters; chosen: a long name and a date."""

_READ: Final = Binding("enter", "read", "site.do.read_record")
_PRINT: Final = Binding("f2", "print", "site.do.print")
_SAVE: Final = Binding("f5", "save", "site.do.save")
_CLOSE: Final = Binding("f7", "close_record", "site.do.close_record")
_MOVE: Final = [
    Binding("down", "move(1)", show=False, priority=True),
    Binding("up", "move(-1)", show=False, priority=True),
]


class PastScreen(FlowScreen):
    """What is typed narrows the list; the arrows choose, Enter shows the summary."""

    ROWS: ClassVar[KeyRows] = ((_READ, _PRINT, _SAVE, _CLOSE, LATER, HELP_TYPING),)
    BINDINGS: ClassVar[list[BindingType]] = [*_MOVE, _PRINT, _SAVE, _CLOSE, HELP_TYPING]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._shown: tuple[RecordView, ...] | None = None

    def body(self) -> Iterable[Widget]:
        """What is looked for, what fits, what the chosen one says."""
        say = self.desk.say
        wanted = Input(placeholder=say("dossier.past.hint"), max_length=WORDS_LIMIT, id="wanted")
        found = OptionList(id="found", classes="panel")
        found.can_focus = False
        found.border_title = say("dossier.past.title")
        summary = VerticalScroll(Sentence(id="said"), classes="panel", id="past", can_focus=False)
        return (wanted, Vertical(found, summary, id="past_table"))

    def on_mount(self) -> None:
        """The newest ones, before a word is typed."""
        super().on_mount()
        self.desk.requests.find_records("")
        self.query_one(Input).focus()

    def draw(self, snapshot: SiteSnapshot, now: datetime) -> None:  # noqa: ARG002 -- no ages here
        """Draw the list again only when it has changed, so that the choice stays where it is."""
        say, records = self.desk.say, snapshot.records
        if records.rows != self._shown:
            self._shown = records.rows
            options = self.query_one(OptionList)
            options.clear_options()
            options.add_options([Option(record_line(say, row)) for row in records.rows])
            options.action_first()
        self.query_one("#past").border_title = _title(say, records)
        self.query_one("#said", Sentence).hold(record_said(say, records))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.desk.requests.find_records(plain(event.value))

    @on(Input.Submitted)
    def _chosen(self) -> None:
        place = self.query_one(OptionList).highlighted
        rows = self.desk.requests.snapshot.records.rows
        if place is not None and place < len(rows):
            self.desk.requests.read_record(rows[place].consultation)

    def action_move(self, by: int) -> None:
        """One line up or down, while the words stay where they are."""
        options = self.query_one(OptionList)
        if by > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_print(self) -> None:
        """The one that is read, on paper; where nothing prints, as files."""
        snapshot = self.desk.requests.snapshot
        if snapshot.printing is PrintState.UNAVAILABLE:
            self.action_save()
        elif (number := printable(snapshot.records)) is not None:
            self.desk.requests.print_record(number)

    def action_save(self) -> None:
        """As files, in a folder of the person's choice."""
        number = printable(self.desk.requests.snapshot.records)
        if number is not None:
            save = partial(self.desk.requests.save_record, number)
            self.app.push_screen(SavingBox(self.desk, save))

    def action_close_record(self) -> None:
        """Where the documents of the one that is read go, chosen after all."""
        if self.desk.requests.snapshot.records.dossier is not None:
            self.app.push_screen(ClosingBox(self.desk))


def printable(records: RecordsView) -> int | None:
    """The one that is read, unless its values were erased."""
    is_erased = any(row.is_erased for row in records.rows if row.consultation == records.read)
    return None if is_erased else records.read


def record_line(say: Catalogue, row: RecordView) -> str:
    """When, who, why, and what is to be known of it."""
    at = row.began_at.astimezone()
    name = plain(row.patient_name) or say("dossier.unnamed")
    if row.is_erased:
        name = say("dossier.past.erased")
    marks = [say("dossier.training")] if row.is_training else []
    marks += [] if row.is_over else [say("dossier.past.not_over")]
    day, month = f"{at.day:02}", f"{at.month:02}"
    date = {"day": day, "month": month, "year": at.year, "time": time_of_day(row.began_at)}
    when = say("dossier.past.when", **date)
    return "   ".join([when, name, *filter(None, [plain(row.reason)]), *marks])


def _title(say: Catalogue, records: RecordsView) -> str:
    if records.read is None:
        return say("dossier.past.summary")
    return say("dossier.past.summary_of", number=records.read)


def record_said(say: Catalogue, records: RecordsView) -> str:
    """The summary of the one that was chosen, or why there is none."""
    if records.failure is not None:
        return " ".join(say.explain(records.failure))
    if records.read is None:
        return say("dossier.past.choose" if records.rows else "dossier.past.none")
    summary = say("dossier.past.no_summary")
    if records.summary is not None:
        summary = plain_lines(records.summary)
    return "\n\n".join([*_unchosen(say, records), *_paper(say, records), summary])


def _unchosen(say: Catalogue, records: RecordsView) -> Iterator[str]:
    """What was left open at its end."""
    if records.dossier is not None and not chosen_ending(records.dossier).is_chosen:
        yield say("dossier.past.unchosen")


def _paper(say: Catalogue, records: RecordsView) -> Iterator[str]:
    """What became of the paper, if any was asked for: above, where it is seen."""
    if records.printing is PrintState.FAILED:
        yield say("dossier.past.print_failed")
    elif records.printing is not None:
        yield say(f"dossier.print.{records.printing}")
    if records.print_failure is not None:
        yield " ".join(say.explain(records.print_failure))

"""The log of what was sent and what came, the newest at the bottom."""

from textual.content import Content

from client.catalogue import Catalogue
from client.session.snapshot import ExchangeLine, LineKind, SiteSnapshot
from client.ui.phrases import decimal, plain, time_of_day
from client.ui.widgets.ask import known_ask
from client.ui.widgets.pane import Pane
from devices.readings import Vital

_FROM_GP = (LineKind.ASKED, LineKind.TEXT_GP, LineKind.SUMMARY)
_TIME_CELLS = 6
_NEWEST = 200


class Exchanges(Pane[tuple[tuple[str, str, str], ...]]):
    """As many of the newest lines as fit, texts wrapped in full."""

    def draw(self, say: Catalogue, snapshot: SiteSnapshot) -> None:
        """Show these; a pane is never higher than the newest few hundred."""
        self.hold(
            tuple(
                (time_of_day(line.at), described(say, line), receipt(say, line))
                for line in snapshot.exchanges[-_NEWEST:]
            )
        )

    def drawn(self, view: tuple[tuple[str, str, str], ...]) -> Content:
        """Fill the pane from the newest backwards."""
        width, height = self.content_size
        rows: list[Content] = []
        for line in reversed(view):
            rows[:0] = _rows(*line, width)
            if len(rows) >= height:
                break
        return Content("\n").join(rows[-height:])


def _rows(time: str, text: str, mark: str, width: int) -> list[Content]:
    room = max(1, width - _TIME_CELLS)
    wrapped = Content(text).wrap(room)
    if mark and wrapped[-1].rstrip().cell_length + len(mark) + 1 > room:
        wrapped.append(Content(""))
    if mark:
        last = wrapped[-1].rstrip()
        gap = " " * (room - last.cell_length - len(mark))
        wrapped[-1] = Content.assemble(last, gap, mark)
    first = Content.assemble((time, "dim"), " ", wrapped[0])
    return [first, *(Content.assemble(" " * _TIME_CELLS, row) for row in wrapped[1:])]


def receipt(say: Catalogue, line: ExchangeLine) -> str:
    """Whether the GP's end has it; nothing for what came from there."""
    state = receipt_state(line)
    return say(f"site.log.{state}") if state else ""


def receipt_state(line: ExchangeLine) -> str:
    """The same as the last part of the catalogue's key."""
    if line.kind in _FROM_GP:
        return ""
    if line.is_deferred:
        return "read_later" if line.is_acknowledged else "in_mailbox"
    return "received" if line.is_acknowledged else "waiting"


def described(say: Catalogue, line: ExchangeLine) -> str:
    """The line in words."""
    if line.kind is LineKind.READING:
        return _reading(say, line)
    if line.kind is LineKind.STORED:
        return say("site.log.stored", subject=_reading(say, line))
    subject = plain(line.subject)
    if line.kind is LineKind.RESULT:
        subject = f"{subject} {plain(line.value) or '--'}"
    if line.kind is LineKind.ASKED:
        subject = say(f"site.log.what.{known_ask(line.subject)}")
    elif line.kind is LineKind.ASK_ANSWERED:
        is_done = line.subject == "done"
        subject = say("site.log.outcome.done" if is_done else "site.log.outcome.not_possible")
    return say(f"site.log.{line.kind}", subject=subject)


def _reading(say: Catalogue, line: ExchangeLine) -> str:
    value = decimal(say, plain(line.value)) or "--"
    try:
        vital = Vital.from_code(line.subject)
    except ValueError:
        return f"{plain(line.subject)} {value}"
    return f"{say(f'site.vital.{vital.code}')} {value} {say(f'unit.{vital.ucum}')}"

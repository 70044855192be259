"""What has happened between two snapshots, one sentence an event: for a screen reader or a pipe.

The sentences are the screens' own.
"""

from collections.abc import Iterator
from datetime import datetime

from client.catalogue import Catalogue
from client.core.consultation import State
from client.core.dossier.ending import Ending
from client.core.dossier.library import tips
from client.session.flow_views import DocumentState, PrintState
from client.session.snapshot import SiteSnapshot, StillState
from client.ui.ending_words import closing_lines, ended_sentence, summary_title
from client.ui.line_words import weak_sentence
from client.ui.machine_words import instrument_rows, line_rows, machine_rows
from client.ui.phrases import freshness, link_sentence, plain, plain_lines, quality_words, quantity
from client.ui.still_line import still_line
from client.ui.waiting_words import waiting_sentence
from client.ui.widgets.ask import known_ask
from client.ui.widgets.banner import held_back
from client.ui.widgets.exchanges import described, receipt
from devices.readings import Quality

_SETTLED = (StillState.DOUBTFUL, StillState.FAILED)


def news(
    say: Catalogue, before: SiteSnapshot | None, after: SiteSnapshot, now: datetime
) -> Iterator[str]:
    """Everything new, in the order a person needs it; nothing that was said already."""
    if before is None or before.state is not after.state:
        yield from _state(say, after)
    was = before or after
    yield from _meeting(say, was, after, now)
    yield from _exchanged(say, was, after)
    yield from _asked(say, was, after)
    yield from _line(say, was, after, now)
    yield from _troubles(say, was, after)
    yield from _papers(say, was, after)


def _state(say: Catalogue, now: SiteSnapshot) -> Iterator[str]:
    """Where the consultation is."""
    match now.state:
        case State.READY:
            rows = (*instrument_rows(say, now), *machine_rows(say, now), *line_rows(say, now))
            yield from (" ".join(filter(None, row)) for row in rows)
        case State.INVITING:
            yield say("site.invitation.how")
        case State.VERIFIED:
            yield say("training.plain.verified")
        case State.ENDED:
            yield ended_sentence(say, now)
            yield summary_title(say, now)
            yield plain_lines(now.summary) if now.summary else say("site.ending.no_summary")
            yield from closing_lines(say, now, now.dossier.ending or Ending())
        case State.REFUSED:
            yield say(f"error.{now.refusal}")
            yield say(f"error.{now.refusal}.hint")
        case _:
            pass


def _meeting(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot, at: datetime) -> Iterator[str]:
    """The link to give, the words to compare, how long it takes."""
    if now.invitation is not None and now.invitation != was.invitation:
        yield now.invitation.url
    if now.words and now.words != was.words:
        yield say("site.words.task")
        yield ", ".join(now.words)
        if now.has_namesake:
            yield say("site.words.namesake")
    if now.words_confirmed_by_gp and not was.words_confirmed_by_gp and now.state is State.COMPARING:
        yield say("site.words.gp_agreed")
    if now.gp_waiting is not None and now.gp_waiting != was.gp_waiting:
        yield waiting_sentence(say, now, at)
        yield plain(now.gp_waiting.text)


def _exchanged(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot) -> Iterator[str]:
    """What went and what came, and each receipt."""
    known = set(was.exchanges)
    for line in now.exchanges:
        if line not in known:
            yield " ".join(filter(None, (described(say, line), receipt(say, line))))


def _asked(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot) -> Iterator[str]:
    """The GP's request, and how to do it."""
    asked = now.asked
    if asked is None or (was.asked is not None and was.asked.id == asked.id):
        return
    yield f"{say('site.panel.ask')} - {say(f'site.ask.{known_ask(asked.what)}')}"
    if asked.text:
        yield plain(asked.text)
    background = now.dossier.background
    yield from tips(asked.what, say.language, background.protocol if background else "")


def _line(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot, at: datetime) -> Iterator[str]:
    """When the line changes its kind; not each second of a cut."""
    if now.link.state is not was.link.state:
        yield link_sentence(say, now, at)
    weak = weak_sentence(say, now)
    if weak is not None and weak != weak_sentence(say, was):
        yield weak
    off = held_back(now)
    yield from (
        f"{say(f'site.banner.{one}')} - {say(f'site.banner.{one}.means')}"
        for one in off
        if one not in held_back(was)
    )
    if held_back(was) and not off and now.state is State.VERIFIED:
        yield say("training.plain.heard")


def _troubles(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot) -> Iterator[str]:
    """What was not taken, what is unplugged, what is to be taken again."""
    if now.entry_error is not None and now.entry_error is not was.entry_error:
        yield " ".join(say.explain(now.entry_error))
    known = {(view.id, view.state) for view in was.instruments}
    for view in now.instruments:
        if (view.id, view.state) not in known:
            state = say(f"site.instrument.{view.state}")
            yield f"{say(f'kind.{view.kind}')} {plain(view.model)} - {state}"
    still = now.still
    if still is not None and still.state in _SETTLED and still != was.still:
        yield still_line(say, now, "")


def _papers(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot) -> Iterator[str]:
    """What the GP sent, and what became of it on paper."""
    held = {view.label for view in was.documents if view.state is DocumentState.HELD}
    for view in now.documents:
        if view.state is DocumentState.HELD and view.label not in held:
            state = say(f"dossier.document.{view.state}")
            yield say("dossier.document", label=plain(view.label), state=state)
    if now.printing is not was.printing and now.printing is not PrintState.UNAVAILABLE:
        yield say(f"dossier.print.{now.printing}")


def vitals(say: Catalogue, snapshot: SiteSnapshot, now: datetime) -> Iterator[str]:
    """Every current value with its instrument, quality and age, when somebody asks for them."""
    for view in snapshot.vitals:
        name = say(f"site.vital.{view.vital.code}")
        quality = "" if view.quality is Quality.GOOD else quality_words(say, view.quality, None)
        age = freshness(say, view.taken_at, now, is_live=view.is_live)
        value = quantity(say, view.vital, view.value)
        yield ", ".join(filter(None, (f"{name} {value}", plain(view.model), quality, age)))
    if not snapshot.vitals:
        yield say("training.plain.no_value")

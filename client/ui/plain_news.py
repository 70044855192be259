"""What has happened between two snapshots, one sentence an event: for a screen reader or a pipe.

The sentences are the screens' own.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from client.catalogue import Catalogue
from client.core.consultation import State
from client.core.dossier.completeness import is_accompanied
from client.core.dossier.library import tips
from client.session.auscultation_view import AuscultationView
from client.session.flow_views import DocumentState, PrintState, RecordsView
from client.session.link_views import LinkView
from client.session.snapshot import ExchangeLine, LineKind, SiteSnapshot, StillState
from client.ui.auscultation_words import (
    flaw_sentence,
    live_sentence,
    place_name,
    state_sentence,
)
from client.ui.ending_choices import chosen_ending
from client.ui.ending_words import closing_lines, ended_sentence, summary_title
from client.ui.line_words import weak_sentence
from client.ui.phrases import link_sentence, plain, plain_lines
from client.ui.plain_files import unsent
from client.ui.plain_machine import line_told, relay_told, site_told
from client.ui.plain_words import reading, row
from client.ui.pointer_words import pointer_sentence
from client.ui.screens.expertise import expertise
from client.ui.screens.importing import file_line
from client.ui.screens.refusal import told as refusal_told
from client.ui.screens.start import next_hint, waiting_hints
from client.ui.site_screen import WINDOW_LOST
from client.ui.still_line import still_line
from client.ui.waiting_words import waiting_sentence
from client.ui.widgets.ask import known_ask
from client.ui.widgets.banner import held_back
from client.ui.widgets.exchanges import described, receipt_state

_SETTLED = (StillState.DOUBTFUL, StillState.FAILED)


def news(
    say: Catalogue, before: SiteSnapshot | None, after: SiteSnapshot, now: datetime
) -> Iterator[str]:
    """Everything new, in the order a person needs it; nothing that was said already."""
    for sentences in kinds_of_news(say, before, after, now):
        yield from sentences()


def kinds_of_news(
    say: Catalogue, before: SiteSnapshot | None, after: SiteSnapshot, now: datetime
) -> Iterator["partial[Iterator[str]]"]:
    """The same, each kind by itself, so that one that cannot be told keeps no other back."""
    if before is None or before.state is not after.state:
        yield partial(_state, say, after, now)
    was = before or _nothing_told(after)
    yield partial(_meeting, say, was, after, now)
    yield partial(_exchanged, say, was, after)
    yield partial(_asked, say, was, after)
    yield partial(_line, say, was, after, now)
    yield partial(_troubles, say, was, after)
    yield partial(_papers, say, was, after)
    yield partial(_tried, say, was, after)
    yield partial(_at_the_start, say, was, after)
    yield partial(_looked_up, say, was, after, now)
    yield partial(_chest, say, was.auscultation, after.auscultation)


def _nothing_told(present: SiteSnapshot) -> SiteSnapshot:
    """Of a consultation that is gone on with, this too is news to whoever hears it now."""
    untold = replace(present, asked=None, gp_waiting=None, link=LinkView())
    if present.state in (State.INVITING, State.COMPARING):
        return replace(untold, invitation=None, words=())
    return replace(untold, is_muted=False, is_camera_off=False, is_paused=False)


def _state(say: Catalogue, now: SiteSnapshot, at: datetime) -> Iterator[str]:
    """Where the consultation is."""
    match now.state:
        case State.READY:
            yield from site_told(say, now)
            if not now.is_recorded:
                yield say("site.not_recorded")
            yield next_hint(say, now, at)
            yield from waiting_hints(say, now)
        case State.INVITING:
            yield say("site.invitation.how")
        case State.VERIFIED:
            yield say("training.plain.verified")
            if not is_accompanied(now.dossier):
                yield say("dossier.alone")
        case State.ENDED:
            yield ended_sentence(say, now)
            yield summary_title(say, now)
            yield plain_lines(now.summary) if now.summary else say("site.ending.no_summary")
            yield from closing_lines(say, now, chosen_ending(now.dossier))
        case State.REFUSED:
            yield from refusal_told(say, now.refusal)
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
    if now.call_failure is not None and now.call_failure is not was.call_failure:
        yield " ".join(say.explain(now.call_failure))
    if now.gp_waiting is not None and now.gp_waiting != was.gp_waiting:
        yield waiting_sentence(say, now, at)
        yield plain(now.gp_waiting.text)


def _exchanged(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot) -> Iterator[str]:
    """What went and what came, and each receipt; of what is measured live, only that it is.

    What the GP asks for is told with how to do it: see `_asked`.
    """
    known, live = set(was.exchanges), {one.vital.code for one in now.vitals if one.is_live}
    measured = {(one.subject, bool(one.value)) for one in was.exchanges if _is_reading(one)}
    for line in now.exchanges:
        if _is_reading(line) and line.subject in live:
            if (line.subject, bool(line.value)) not in measured:
                yield row(say, say("training.plain.live"), reading(say, line))
        elif line not in known and line.kind is not LineKind.ASKED:
            what = reading(say, line) if _is_reading(line) else described(say, line)
            state = receipt_state(line)
            yield row(say, say(f"training.plain.sent.{state}"), what) if state else what


def _is_reading(line: ExchangeLine) -> bool:
    return line.kind is LineKind.READING


def _asked(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot) -> Iterator[str]:
    """The GP's request, and how to do it."""
    asked = now.asked
    if asked is None or (was.asked is not None and was.asked.id == asked.id):
        return
    yield row(say, say("site.panel.ask"), say(f"site.ask.{known_ask(asked.what)}"))
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
    if now.video_impossible_since is not None and was.video_impossible_since is None:
        yield say("dossier.video.impossible")
    off = held_back(now)
    yield from (
        row(say, say(f"site.banner.{one}"), say(f"site.banner.{one}.means"))
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
            yield row(say, f"{say(f'kind.{view.kind}')} {plain(view.model)}", state)
    still = now.still
    if still is not None and still.state in _SETTLED and still != was.still:
        yield still_line(say, now, "")
    yield from unsent(say, was, now)


def _papers(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot) -> Iterator[str]:
    """What the GP sent, and what became of it on paper."""
    held = {view.label for view in was.documents if view.state is DocumentState.HELD}
    for view in now.documents:
        if view.state is DocumentState.HELD and view.label not in held:
            state = say(f"dossier.document.{view.state}")
            yield say("dossier.document", label=plain(view.label), state=state)
    if now.printing is not was.printing and now.printing is not PrintState.UNAVAILABLE:
        yield say(f"dossier.print.{now.printing}")
    if now.print_failure is not None and now.print_failure is not was.print_failure:
        yield " ".join(say.explain(now.print_failure))


def _tried(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot) -> Iterator[str]:
    """Voice and line before a call, the patient's window."""
    if now.voice_trial is not was.voice_trial:
        yield say(f"dossier.voice.{now.voice_trial}")
    check, before = now.line_check, was.line_check
    if check != before and (check.percent is None or before.percent is None):
        yield line_told(say, now)
    if now.window is not was.window and now.window in WINDOW_LOST:
        yield say(WINDOW_LOST[now.window])


def _at_the_start(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot) -> Iterator[str]:
    """Whether the relay answers, and what has come to wait for somebody."""
    if now.state is not State.READY or was.state is not State.READY:
        return
    if now.relay_is_reachable is not was.relay_is_reachable:
        is_there = now.relay_is_reachable
        yield relay_told(say, "works") if is_there else say("site.start.no_relay")
    known = set(waiting_hints(say, was))
    yield from (hint for hint in waiting_hints(say, now) if hint not in known)


def _looked_up(say: Catalogue, was: SiteSnapshot, now: SiteSnapshot, at: datetime) -> Iterator[str]:
    """Answers of expertises, records printed again, identities to import, where the GP points."""
    answered = {one.consultation for one in was.expertises if one.answered_at is not None}
    for view in now.expertises:
        if view.answered_at is not None and view.consultation not in answered:
            yield from (text for text, _ in expertise(say, view, at))
    yield from _printed_again(say, was.records, now.records)
    if now.identities.files != was.identities.files:
        for number, file in enumerate(now.identities.files, start=1):
            yield f"{number} {file_line(say, file)}"
    if now.pointed != was.pointed:
        yield pointer_sentence(say, now.pointed)


def _printed_again(say: Catalogue, was: RecordsView, now: RecordsView) -> Iterator[str]:
    """What became of the paper of an earlier consultation."""
    if now.printing is None or now.printing is was.printing:
        return
    has_failed = now.printing is PrintState.FAILED
    yield say("records.event.print_failed" if has_failed else f"dossier.print.{now.printing}")
    if now.print_failure is not None:
        yield " ".join(say.explain(now.print_failure))


def _chest(
    say: Catalogue, was: AuscultationView | None, now: AuscultationView | None
) -> Iterator[str]:
    """How far a recording has come, not each second of it."""
    if was is None or now is None:
        return
    if now.place is not was.place:
        yield say("site.chest.prompt", place=place_name(say, now.place))
    if (now.state, now.is_replaying) != (was.state, was.is_replaying):
        yield state_sentence(say, now)
    if now.flaw is not was.flaw:
        yield flaw_sentence(say, now)
    if now.is_live is not was.is_live:
        yield live_sentence(say, now)

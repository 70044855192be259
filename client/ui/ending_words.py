"""What is said when a consultation is over."""

from collections.abc import Iterator
from typing import Final

from client.catalogue import Catalogue
from client.core.dossier.ending import Ending
from client.exports.pdf.wording import Words
from client.session.flow_views import PrintState
from client.session.snapshot import SiteSnapshot
from client.ui.phrases import count_of, plain

_REASONS: Final = ("finished", "unsuitable", "words_differ")
_INCIDENTS: Final = 20
"""chosen: the newest; the journal has all."""


def ended_sentence(say: Catalogue, snapshot: SiteSnapshot) -> str:
    """Who ended it, and why."""
    who = "gp" if snapshot.ended_by_gp else "here"
    reason = snapshot.ended if snapshot.ended in _REASONS else "finished"
    ending = snapshot.dossier.ending
    if ending is not None and ending.stop_reason is not None:
        why = say(f"dossier.stop.{ending.stop_reason}")
        return f"{say(f'site.ending.by_{who}')} {say('dossier.ending.stopped', why=why)}"
    if reason == "finished" and snapshot.printing is PrintState.UNAVAILABLE:
        return f"{say(f'site.ending.by_{who}')} {say('dossier.ending.save')}"
    return f"{say(f'site.ending.by_{who}')} {say(f'site.ending.{reason}')}"


def summary_title(say: Catalogue, snapshot: SiteSnapshot) -> str:
    """Whose summary, and whether its signature was verified."""
    if snapshot.summary is None:
        return say("site.ending.summary")
    if not snapshot.summary_signer:
        return say("dossier.summary.unsigned")
    return say("dossier.summary.signed", name=plain(snapshot.summary_signer))


def closing_lines(say: Catalogue, snapshot: SiteSnapshot, ending: Ending) -> Iterator[str]:
    """Paper, record, documents, incidents: what is done and what is not, the most urgent first."""
    yield say("dossier.handed_over" if ending.handed_over else "dossier.not_handed_over")
    yield say(f"dossier.print.{snapshot.printing}")
    if snapshot.print_failure is not None:
        yield " ".join(say.explain(snapshot.print_failure))
    if snapshot.link.waiting:
        yield count_of(say, "site.ending.unsent", snapshot.link.waiting)
    yield say("site.ending.recorded" if snapshot.is_recorded else "site.not_recorded")
    for view in snapshot.documents:
        state = say(f"dossier.document.{view.state}")
        yield say("dossier.document", label=plain(view.label), state=state)
    if not snapshot.documents:
        yield say("dossier.document.none")
    if not snapshot.incidents:
        yield say("documents.incidents.none")
    for incident in snapshot.incidents[-_INCIDENTS:]:
        yield Words(say).incident(incident)

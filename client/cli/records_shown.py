"""Looking: ``list``, ``search``, ``show``, ``verify`` of ``chevet records``."""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from client.catalogue import Catalogue
from client.cli.journal_words import SHOWN_HASH, event_line
from client.cli.records import day
from client.cli.records_open import moment_of, opened, tell, tell_json, time_of, word
from client.core.record import ConsultationOverview, JournalEntry
from client.errors import UsageError
from client.store.audit import Finding, FindingKind
from client.store.ledger import Ledger
from client.store.search import Wanted

_NOTED = re.compile(r"[0-9a-fA-F]{8,64}")
"""chosen: eight digits at least, one in four thousand million by chance."""
_NAME_WIDTH = 28
_TOLD_EVERY = 200


def newest(arguments: argparse.Namespace, say: Catalogue) -> int:
    """The newest consultations, one a line."""
    return _listed(arguments, Wanted(), say)


def search(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Those that fit what is typed, one a line."""
    text = input(say("records.search.ask")) if sys.stdin.isatty() else sys.stdin.readline()
    return _listed(arguments, Wanted.typed(text), say)


def show(arguments: argparse.Namespace, say: Catalogue) -> int:
    """The journal of one consultation, or the site's own, one event a line."""
    with opened(arguments, say) as records:
        if arguments.number is None:
            entries: Sequence[JournalEntry] = [*records.ledger.site.entries()]
        else:
            entries = records.ledger.record(arguments.number).journal
            if not arguments.json:
                overview = records.ledger.overview(arguments.number)
                tell([_line(overview, say)])
        entries = entries[-arguments.last :] if arguments.last > 0 else entries
        if arguments.json:
            tell_json(map(_as_json, entries))
        else:
            tell(event_line(entry, say) for entry in entries)
    return 0


def verify(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Go through everything; 1 when anything is not as the site wrote it."""
    noted = _noted(arguments.noted, say)
    with opened(arguments, say) as records:
        findings, count = _gone_through(records.ledger, say)
        if noted is not None and not records.ledger.site.holds(*noted):
            findings = [*findings, Finding(FindingKind.OLDER_STATE)]
        head = records.ledger.site.head()
    if arguments.json:
        tell_json(
            [
                {
                    "consultations": count,
                    "findings": [_finding_as_json(found) for found in findings],
                    "site_head": None
                    if head is None
                    else {"count": head.count, "hash": head.hash.hex()},
                }
            ]
        )
        return int(bool(findings))
    tell(_finding(found, say) for found in findings)
    if head is None and not findings:
        tell([say("records.verify.no_site_journal")])
    elif head is not None:
        shown = f"{head.count}:{head.hash.hex()[:SHOWN_HASH]}"
        tell([say("records.verify.head", count=head.count, head=shown)])
    key = "records.verify.whole" if not findings else "records.verify.faults"
    tell([say(key, consultations=count, faults=len(findings))])
    return int(bool(findings))


def _noted(text: str, say: Catalogue) -> tuple[int, str] | None:
    """A line's number and the beginning of its hash, as an earlier ``verify`` showed them."""
    if not text:
        return None
    number, _, digits = text.partition(":")
    if not (number.isdecimal() and _NOTED.fullmatch(digits)):
        raise UsageError(say("records.not_noted", text=text))
    return int(number), digits


def _gone_through(ledger: Ledger, say: Catalogue) -> tuple[Sequence[Finding], int]:
    findings: Sequence[Finding] = []
    count = 0
    for found in ledger.audit.findings():
        if isinstance(found, Finding):
            findings = [*findings, found]
        else:
            count += 1
            if sys.stderr.isatty() and count % _TOLD_EVERY == 0:
                sys.stderr.write("\r" + say("records.verify.progress", count=count))
    if sys.stderr.isatty() and count >= _TOLD_EVERY:
        sys.stderr.write("\n")
    return findings, count


def _listed(arguments: argparse.Namespace, wanted: Wanted, say: Catalogue) -> int:
    wanted = wanted.within(day(arguments.since, say), day(arguments.until, say))
    limit, offset = arguments.limit, arguments.offset
    for number, least in ((limit, 1), (offset, 0)):
        if number < least:
            raise UsageError(say("records.not_a_count", number=number, least=least))
    with opened(arguments, say) as records:
        found = records.ledger.found(wanted, limit + 1, offset)
    shown, has_more = found[:limit], len(found) > limit
    if arguments.json:
        tell_json(map(_overview_as_json, shown))
        return 0
    tell([_line(overview, say) for overview in shown] or [say("records.none")])
    if has_more:
        tell([say("records.more", offset=offset + limit)])
    return 0


def _line(one: ConsultationOverview, say: Catalogue) -> str:
    name = one.patient_name or say("records.no_name")
    if one.erased_at is not None:
        name = say("records.erased")
    parts = [f"{one.id:>6}", moment_of(one.began_at, say), f"{name:<{_NAME_WIDTH}}"]
    state = "underway" if one.finished_at is None else one.reason or ""
    parts.append(word(say, f"records.state.{state}", state))
    parts += [one.complaint] if one.complaint else []
    parts += [say("records.training")] if one.is_training else []
    return "  ".join(parts).rstrip()


def _finding(found: Finding, say: Catalogue) -> str:
    where = say("records.found.in", consultation=found.consultation) if found.consultation else ""
    what = say(f"records.found.{found.kind}")
    if found.fault is None:
        return where + what
    fault = say(f"records.fault.{found.fault.kind}", line=found.fault.number)
    return f"{where}{what} {fault}"


def _finding_as_json(found: Finding) -> dict[str, Any]:
    return {
        "kind": found.kind.value,
        "consultation": found.consultation,
        "line": found.fault and found.fault.number,
        "fault": found.fault and found.fault.kind.value,
    }


def _overview_as_json(one: ConsultationOverview) -> dict[str, Any]:
    return {
        "consultation": one.id,
        "began_at": time_of(one.began_at),
        "finished_at": time_of(one.finished_at),
        "ended": one.reason,
        "patient": one.patient_name,
        "reason": one.complaint,
        "readings": one.readings,
        "stills": one.stills,
        "unacknowledged": one.unacknowledged,
        "is_training": one.is_training,
        "erased_at": time_of(one.erased_at),
    }


def _as_json(entry: JournalEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": time_of(entry.at),
        "event": entry.event,
        "facts": dict(entry.facts),
        "previous": entry.previous.hex(),
        "hash": entry.hash.hex(),
        "signature": entry.signature.hex(),
    }


ACTIONS: Final[dict[str, Callable[[argparse.Namespace, Catalogue], int]]] = {
    "list": newest,
    "search": search,
    "show": show,
    "verify": verify,
}

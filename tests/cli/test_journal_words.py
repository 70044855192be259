"""Every line that a journal can have, read by a person: whole, in words, with nothing dangling."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import client
from client.catalogue import LANGUAGES, Catalogue
from client.cli.journal_words import event_line
from client.core.dossier.completeness import Why
from client.core.dossier.consent import Giver, Item, Mode
from client.core.dossier.ending import Act, Alternative, Destination, Role, StopReason
from client.core.dossier.library import STEPS
from client.core.record import JournalEntry
from client.store.journal import JournalEvent
from client.store.site_journal import SiteEvent
from client.store.upkeep import Kind

AT = datetime(2026, 11, 22, 13, 5, 7, tzinfo=UTC)
HASH = "0a1b" * 16
Facts = dict[str, str | int]

CONSENTS: list[Facts] = [
    {"version": "fr/1", "sha256": HASH, "given_by": giver, "mode": mode, "refused": refused}
    for giver in Giver
    for mode in Mode
    for refused in ("", *Item, " ".join(Item))
]
THERE: list[Facts] = [{"consultations": 0, "last": 0}, {"consultations": 3, "last": 4}]
FACTS: dict[JournalEvent | SiteEvent, list[Facts]] = {
    JournalEvent.TRUST_REFUSED: [{"reason": "WordsDifferError"}, {"reason": "Unheard0fError"}],
    JournalEvent.PROFESSION_VERIFIED: [{"rpps": "10001234567", "issuer": "https://courtier"}],
    JournalEvent.LINK_CUT: [{}, {"seconds": 43}],
    JournalEvent.VIDEO_IMPOSSIBLE: [{"cause": one} for one in ("line", "camera", "browser")],
    JournalEvent.DEVICE_FAILED: [{"device": one} for one in ("camera", "microphone", "speaker")],
    **{
        event: [{"driver": "uvc", "model": "Otoscope 2"}, {"driver": "uvc", "model": ""}]
        for event in JournalEvent
        if event.startswith("instrument_")
    },
    JournalEvent.STILL_SENT: [{"id": 1, "bytes": 9, "instrument_sha256": HASH}],
    JournalEvent.STILL_RECEIVED: [{"id": 1}],
    JournalEvent.DOCUMENT_RECEIVED: [{"id": 1, "bytes": 9, "sha256": HASH}],
    JournalEvent.SUMMARY_RECEIVED: [{"sha256": HASH}],
    JournalEvent.OPERATOR_NAMED: [
        {"by": "Claire", "role": role, "rpps": "1", "responsible": "Roy", "responsible_rpps": "2"}
        for role in Role
    ],
    JournalEvent.GP_NAMED: [
        {"name": "Dr Martin", "place": "Cahors"},
        {"name": "Dr Martin", "title": "généraliste", "rpps": "10001234567"},
    ],
    JournalEvent.DOCUMENT_DAMAGED: [{"id": 1}],
    JournalEvent.ASKED: [{"what": one} for one in STEPS],
    JournalEvent.ASK_ANSWERED: [{"what": one, "done": done} for one in STEPS for done in (0, 1)],
    JournalEvent.CONSENT_GIVEN: CONSENTS,
    JournalEvent.CONSENT_REFUSED: CONSENTS,
    JournalEvent.GP_WAITS: [{}, {"minutes": 0}, {"minutes": 15}],
    JournalEvent.CAPTURE_REFUSED: [{"why": one.value} for one in (Why.NO_CONSENT, Why.REFUSED)],
    JournalEvent.WENT_ON: [{"how": one.value} for one in Alternative],
    JournalEvent.STOPPED: [{"reason": one.value} for one in StopReason],
    JournalEvent.PRINTED: [{"documents": 2}],
    JournalEvent.DOCUMENTS_SAVED: [{"documents": 2}],
    JournalEvent.PRINT_FAILED: [{"reason": "PrinterFailedError"}],
    JournalEvent.CLOSED: [
        {"to": to, "handed": handed, "act": act}
        for to in ("", *Destination, " ".join(Destination))
        for handed in (0, 1)
        for act in Act
    ],
    JournalEvent.PEER_PROTOCOL_BROKEN: [{"envelopes": 3}],
    JournalEvent.ENDED: [
        {"reason": reason, "by": by}
        for reason in ("finished", "unsuitable", "redirected", "words_differ")
        for by in ("gp", "site")
    ],
    SiteEvent.JOURNAL_OPENED: THERE,
    SiteEvent.JOURNAL_CUT: [{"lines": 4, **one} for one in THERE],
    SiteEvent.CONSULTATION_BEGUN: [{"consultation": 4, "origin": HASH}],
    SiteEvent.CONSULTATION_ENDED: [{"consultation": 4, "count": 30, "hash": HASH}],
    SiteEvent.ROOM_CHECKED: [{"by": "Mme Petit", "checked": 7, "failed": 0}],
    SiteEvent.PURGED: [
        {"by": "x", "kind": one.value, "items": 2, "consultations": 1, "before": "2025-11-22"}
        for one in Kind
    ],
    SiteEvent.ERASED: [{"by": "", "consultation": 4, "why": why} for why in ("asked", "retention")],
    SiteEvent.EXPORTED: [{"by": "Anne Roy", "consultation": 4}],
    SiteEvent.BACKED_UP: [{"by": "Anne Roy", "lines": 8}],
    SiteEvent.RESTORED: [{"by": "Anne Roy"}],
    SiteEvent.BEGUN_ANEW: [{"by": "Anne Roy"}],
}
LINES = [
    (event, facts)
    for event in (*JournalEvent, *SiteEvent)
    for facts in FACTS.get(event, [{}])  # most say it all by their name
]
OURS = {
    *map(str, (*Giver, *Mode, *Item, *Destination, *StopReason, *Alternative, *Role)),
    *("no_consent", "redirected", "words_differ", "retention", "asked", "microphone", "browser"),
} - {"patient", "technique", "communication"}
"""Words of the code that are none of French."""


def told(event: str, facts: Facts, language: str) -> str:
    entry = JournalEntry(1, AT, event, facts, b"", b"", b"")
    return event_line(entry, Catalogue(language))


def told_facts(line: str) -> list[str]:
    shown = re.search(r" \((.*)\)$", line)
    return re.split(r"[\N{NO-BREAK SPACE}]?; ", shown[1]) if shown else []


def noted() -> Iterator[str]:
    """The name of every fact that the code gives to a line of a journal by keyword."""
    for path in Path(client.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            first = ast.unparse(node.args[0])
            if re.match(r"(JournalEvent|SiteEvent)\.", first):
                yield from (one.arg for one in node.keywords if one.arg)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("event", "facts"), LINES)
def test_no_fact_is_empty_or_dangles(event: str, facts: Facts, language: str) -> None:
    line = told(event, facts, language)
    assert not re.search(r"\(\)|\( | \)|;\s*;|;\)|[:,]\s*(;|\)$)", line.replace("\xa0", " ")), line
    for fact in told_facts(line):
        assert re.search(r"\w$|…$|\d$", fact.strip()), line
        assert "_" not in fact, line


@pytest.mark.parametrize(("event", "facts"), LINES)
def test_no_word_of_the_code_is_left_in_french(event: str, facts: Facts) -> None:
    for fact in told_facts(told(event, facts, "fr")):
        assert not {*re.split(r"[\s,:]+", fact)} & OURS, fact


@pytest.mark.parametrize(
    ("event", "facts", "line"),
    [
        (
            JournalEvent.CONSENT_GIVEN,
            {"version": "fr/1", "sha256": HASH, "given_by": "patient", "mode": "spoken"}
            | {"refused": ""},
            (
                "Consentement donné (texte fr/1 ; empreinte 0a1b0a1b0a1b0a1b… ; "
                "donné par le patient ; oralement)"
            ),
        ),
        (
            JournalEvent.CLOSED,
            {"to": "own_doctor patient", "handed": 1, "act": "TLM"},
            (
                "Dossier clos (remis pour : médecin traitant, le patient ; "
                "remis en main propre ; acte TLM)"
            ),
        ),
        (JournalEvent.CLOSED, {"to": "", "handed": 0}, "Dossier clos (pas encore remis)"),
        (
            JournalEvent.ASK_ANSWERED,
            {"what": "pressure", "done": 0},
            "Réponse à une demande (tension ; pas possible ici)",
        ),
        (JournalEvent.GP_WAITS, {"minutes": 5}, "Le médecin annonce une attente (5 min)"),
        (
            SiteEvent.PURGED,
            {"by": "Anne Roy", "kind": "pictures", "items": 2, "before": "2025-11-22"},
            "Purge (par Anne Roy ; images, clips et sons ; éléments : 2 ; avant le 22/11/2025)",
        ),
        (
            "of_tomorrow",
            {"new": "value", "to": "the_moon"},
            "of_tomorrow (new value ; remis pour : the_moon)",
        ),
    ],
)
def test_a_line_reads_as_a_person_would_say_it(event: str, facts: Facts, line: str) -> None:
    seen = told(event, facts, "fr").replace("\N{NO-BREAK SPACE}", " ")
    number, day, time, rest = seen.split(maxsplit=3)
    here = AT.astimezone()
    assert (number, day) == ("1", f"{here:%d/%m/%Y}")
    assert time == f"{here:%H:%M:%S}", "two lines of one minute are not at the same moment"
    assert rest == line


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_that_is_noted_has_its_words(language: str) -> None:
    names = {*noted()}
    assert {"refused", "done", "why", "what"} <= names
    say = Catalogue(language)
    for name in names | {fact for _, facts in LINES for fact in facts}:
        if name in ("done", "handed"):
            assert say(f"records.flag.{name}.yes") != say(f"records.flag.{name}.no")
        else:
            assert "x1" in say(f"records.fact.{name}", value="x1")

"""How the act went technically, how it ended, and what proves this document."""

from collections.abc import Iterator
from typing import Final

from client.core.dossier.completeness import destination_off
from client.core.dossier.ending import Ending
from client.core.dossier.file import Dossier
from client.exports.documents import ConsultationReport, ReceivedDocument, content_sha256
from client.exports.pdf.sheet import Block, Facts, Items, Paragraphs, Section
from client.exports.pdf.wording import Words

_GROUP: Final = 8


def incidents(words: Words, report: ConsultationReport) -> Section:
    """Technical incidents during the act (d-5), from the journal."""
    lines = tuple(words.incident(one) for one in report.incidents)
    block: Block = Items(lines)
    if not lines:
        block = Paragraphs(words.say("documents.incidents.none"))
    return Section(words.say("documents.incidents"), (block,))


def ending(words: Words, report: ConsultationReport) -> Section | None:
    """What was decided at the end, and the files that go with this document."""
    dossier = report.dossier
    pairs = tuple(_ending(words, dossier, dossier.ending)) if dossier and dossier.ending else ()
    files = tuple(_document(words, one) for one in report.documents)
    blocks: list[Block] = [Facts(pairs)] if pairs else []
    if files:
        blocks.append(Items(files))
    return Section(words.say("documents.ending"), tuple(blocks)) if blocks else None


def proof(words: Words, report: ConsultationReport) -> Section:
    """What ties this paper to the record."""
    say = words.say
    seal = report.seal
    pairs = (
        (say("documents.content_hash"), grouped(content_sha256(report))),
        (say("documents.journal", count=seal.count), grouped(seal.hash)),
        (say("documents.site_key"), grouped(seal.site_key)),
    )
    note = Paragraphs(say("documents.proof.note", id=report.consultation), is_note=True)
    return Section(say("documents.proof"), (Facts(pairs), note))


def grouped(digest: bytes) -> str:
    """Hexadecimal, in groups a person can compare."""
    text = digest.hex()
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _ending(words: Words, dossier: Dossier, end: Ending) -> Iterator[tuple[str, str]]:
    say = words.say
    if end.stop_reason:
        why = say(f"documents.stop.{end.stop_reason}")
        yield say("documents.stopped"), "\n".join(filter(None, (why, end.stop_note)))
    if end.went_on:
        yield say("documents.went_on"), say(f"documents.alternative.{end.went_on}")
    if end.act:
        yield say("documents.act"), end.act
    agreed = [place for place in end.destinations if destination_off(place, dossier) is None]
    if agreed:
        places = (say(f"documents.destination.{place}") for place in agreed)
        yield say("documents.destinations"), ", ".join(places)


def _document(words: Words, one: ReceivedDocument) -> str:
    key = "documents.file" if one.data else "documents.file.missing"
    facts = {"label": one.label, "kind": one.media_type, "hash": one.sha256.hex()}
    return words.say(key, **facts)

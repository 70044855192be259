"""The summary of a consultation: what the patient takes home and the doctors keep."""

from collections.abc import Iterator

from client.core.dossier.background import Answer, Background, Question
from client.exports.documents import ConsultationReport
from client.exports.pdf.course import ending, incidents, proof
from client.exports.pdf.findings import measurements, stills
from client.exports.pdf.people import consent, patient, professionals
from client.exports.pdf.sheet import Facts, Paragraphs, Section, Sheet
from client.exports.pdf.wording import Words


def summary_sheet(words: Words, report: ConsultationReport) -> Sheet:
    """One or two pages for an ordinary consultation."""
    say = words.say
    is_training = report.dossier is not None and report.dossier.is_training
    return Sheet(
        language=say.language,
        title=say(f"documents.title.{_kind(report)}"),
        subtitle=_when(words, report),
        sender="\n".join(
            filter(None, (report.site_name, report.site_place, _finess(words, report)))
        ),
        sections=tuple(_sections(words, report)),
        footer=say("documents.footer", id=report.consultation),
        page_of=say("documents.page", page="{page}", pages="{pages}"),
        made_at=report.times.ended_at or report.times.began_at,
        warning=say("documents.training_mark") if is_training else "",
        watermark=say("documents.training_watermark") if is_training else "",
    )


def _sections(words: Words, report: ConsultationReport) -> Iterator[Section]:
    yield patient(words, report)
    yield professionals(words, report)
    yield _why(words, report)
    yield _conclusion(words, report)
    yield measurements(words, report)
    optional = (stills(words, report), ending(words, report))
    yield from (section for section in optional if section)
    yield consent(words, report)
    yield incidents(words, report)
    yield proof(words, report)


def _kind(report: ConsultationReport) -> str:
    return "deferred" if report.dossier and report.dossier.is_deferred else "consultation"


def _when(words: Words, report: ConsultationReport) -> str:
    times = report.times
    start = times.linked_at or times.began_at
    facts = {"date": words.date(start), "start": words.time(start), "zone": words.offset(start)}
    if times.ended_at is None:
        return words.say("documents.when.open", **facts)
    return words.say("documents.when", **facts, end=words.time(times.ended_at))


def _finess(words: Words, report: ConsultationReport) -> str:
    number = report.dossier.finess if report.dossier else ""
    return words.say("documents.finess", number=number) if number else ""


def _why(words: Words, report: ConsultationReport) -> Section:
    say = words.say
    background = report.dossier.background if report.dossier else None
    reason = report.reason or say("documents.reason.none")
    pairs = [(say("documents.reason"), reason)]
    if report.question:
        pairs.append((say("documents.question"), report.question))
    pairs += _answers(words, background) if background else []
    return Section(say("documents.why"), (Facts(tuple(pairs)),))


def _answers(words: Words, background: Background) -> list[tuple[str, str]]:
    return [(_asked(words, answer), answer.text) for answer in background.answers if answer.text]


def _asked(words: Words, answer: Answer) -> str:
    if answer.question is Question.OTHER and answer.label:
        return answer.label
    return words.say(f"documents.question.{answer.question}")


def _conclusion(words: Words, report: ConsultationReport) -> Section:
    say = words.say
    if report.summary is None:
        return Section(say("documents.summary"), (Paragraphs(say("documents.summary.none")),))
    written = say(
        f"documents.signature.{report.summary.signature}",
        name=report.gp.name if report.gp else say("documents.unknown"),
        at=words.moment(report.summary.written_at),
    )
    text = Paragraphs(report.summary.text.strip("\n"))
    return Section(say("documents.summary"), (text, Paragraphs(written, is_note=True)))

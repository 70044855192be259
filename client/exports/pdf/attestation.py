"""The attestation of a training session on paper."""

from client.exports.documents.attestation import Attestation
from client.exports.pdf.people import told
from client.exports.pdf.sheet import Facts, Items, Paragraphs, Section, Sheet
from client.exports.pdf.wording import Words


def attestation_sheet(words: Words, said: Attestation) -> Sheet:
    """One page; it never claims more than that a simulated session was played."""
    say = words.say
    return Sheet(
        language=say.language,
        title=say("documents.attestation.title"),
        subtitle=words.date(said.began_at),
        sender="\n".join(filter(None, (said.site_name, _finess(words, said)))),
        sections=(
            _person(words, said),
            _session(words, said),
            Section(
                say("documents.attestation.practised"),
                (_list(words, said.practised),),
            ),
            Section(say("documents.attestation.forgotten"), (_list(words, said.forgotten),)),
            Section(say("documents.attestation.sign"), (Facts(_signatures(words, said)),)),
            Section(
                say("documents.attestation.nature"),
                (Paragraphs(say("documents.attestation.note")),),
            ),
        ),
        footer=say("documents.attestation.footer"),
        page_of=say("documents.page", page="{page}", pages="{pages}"),
        made_at=said.ended_at,
        warning=say("documents.attestation.mark"),
        watermark=say("documents.training_watermark"),
    )


def _finess(words: Words, said: Attestation) -> str:
    return words.say("documents.finess", number=said.finess) if said.finess else ""


def _person(words: Words, said: Attestation) -> Section:
    say = words.say
    pairs = (
        (say("documents.name"), said.name),
        (say("documents.attestation.role"), say(f"documents.role.{said.role}")),
    )
    return Section(say("documents.attestation.person"), (Facts(pairs),))


def _session(words: Words, said: Attestation) -> Section:
    say = words.say
    seconds = (said.ended_at - said.began_at).total_seconds()
    version = say(
        "documents.attestation.version", name=said.scenario, version=said.scenario_version
    )
    pairs = (
        (say("documents.attestation.scenario"), version),
        (say("documents.attestation.when"), words.moment(said.began_at)),
        (say("documents.attestation.duration"), words.duration(seconds)),
    )
    return Section(say("documents.attestation.session"), (Facts(pairs),))


def _list(words: Words, lines: tuple[str, ...]) -> Items | Paragraphs:
    return Items(lines) if lines else Paragraphs(words.say("documents.attestation.nothing"))


def _signatures(words: Words, said: Attestation) -> tuple[tuple[str, str], ...]:
    say = words.say
    blank = say("documents.attestation.blank")
    return told(
        (
            (say("documents.attestation.signed"), blank),
            (say("documents.responsible"), f"{said.responsible_name}\n{blank}".strip()),
        )
    )

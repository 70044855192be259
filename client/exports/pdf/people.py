"""Who was there, who the patient is, and what the patient agreed to."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from client.core.dossier.completeness import is_accompanied
from client.core.dossier.consent import Consent
from client.core.dossier.file import Contact, Dossier
from client.core.dossier.traits import TEST_OIDS, Sex, Traits
from client.core.record import moment
from client.exports.documents import ConsultationReport, GeneralPractitioner
from client.exports.pdf.sheet import Facts, Paragraphs, Section
from client.exports.pdf.wording import Words

Pair = tuple[str, str]


def patient(words: Words, report: ConsultationReport) -> Section:
    """Identity traits as they are known, and where the patient was (d-7, d-11)."""
    dossier = report.dossier
    traits = dossier.traits if dossier else None
    contact = dossier.contact if dossier else None
    pairs = [
        *(_traits(words, traits) if traits else _named(words, report.patient_name)),
        *(_contact(words, contact) if contact else ()),
    ]
    return Section(words.say("documents.patient"), (Facts(told(pairs)),))


def professionals(words: Words, report: ConsultationReport) -> Section:
    """Who took part (d-5)."""
    pairs: list[Pair] = [(words.say("documents.gp"), _gp(words, report.gp))]
    if report.dossier:
        pairs += _operator(words, report.dossier)
    return Section(words.say("documents.professionals"), (Facts(told(pairs)),))


def consent(words: Words, report: ConsultationReport) -> Section:
    """What was agreed to and refused (d-9, d-10)."""
    given = report.dossier.consent if report.dossier else None
    text = _consent(words, given) if given else words.say("documents.consent.none")
    return Section(words.say("documents.consent"), (Paragraphs(text),))


def told(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """Only what is known."""
    return tuple(pair for pair in pairs if pair[1])


def _named(words: Words, name: str) -> Iterator[Pair]:
    yield words.say("documents.name"), name
    yield words.say("documents.identity"), words.say("documents.identity.unknown")


def _traits(words: Words, traits: Traits) -> Iterator[Pair]:
    say = words.say
    yield say("documents.birth_name"), traits.birth_name
    yield say("documents.first_names"), " ".join(traits.first_names)
    yield say("documents.used_name"), traits.used_name
    yield say("documents.birth_date"), words.iso_date(traits.birth_date)
    yield say("documents.sex"), "" if traits.sex is Sex.UNKNOWN else say(f"documents.{traits.sex}")
    yield say("documents.birth_place"), traits.birth_place
    if traits.matricule:
        is_test = traits.matricule.oid in TEST_OIDS
        kind = "documents.matricule.test" if is_test else "documents.matricule"
        yield say(kind), _spaced(traits.matricule.value)
    yield say("documents.identity"), say(f"documents.identity.{traits.status}")


def _spaced(value: str) -> str:
    """As it is printed on cards: 2 79 03 51 215 189 89."""
    cuts = (0, 1, 3, 5, 7, 10, 13, 15)
    parts = [value[start:end] for start, end in pairwise(cuts)]
    return "\N{NO-BREAK SPACE}".join([*filter(None, parts)]) if len(value) == cuts[-1] else value


def _contact(words: Words, contact: Contact) -> Iterator[Pair]:
    say = words.say
    yield say("documents.address"), contact.address
    yield say("documents.callback"), contact.callback
    doctor = _with_rpps(words, contact.own_doctor, contact.own_doctor_rpps)
    yield say("documents.own_doctor"), doctor or say("documents.own_doctor.none")


def _gp(words: Words, gp: GeneralPractitioner | None) -> str:
    if gp is None:
        return words.say("documents.gp.none")
    return "\n".join(filter(None, (_with_rpps(words, gp.name, gp.rpps), gp.role, gp.place)))


def _operator(words: Words, dossier: Dossier) -> Iterator[Pair]:
    """Who accompanied; nobody, where the patient wanted to be alone with the doctor (d-10)."""
    say, operator = words.say, dossier.operator
    if not is_accompanied(dossier):
        yield say("documents.operator"), say("documents.operator.refused")
        return
    who = _with_rpps(words, operator.name, operator.rpps)
    yield say("documents.operator"), f"{who}\n{say(f'documents.role.{operator.role}')}".strip()
    responsible = _with_rpps(words, operator.responsible_name, operator.responsible_rpps)
    yield say("documents.responsible"), responsible


def _with_rpps(words: Words, name: str, rpps: str) -> str:
    return words.say("documents.rpps", name=name, number=rpps) if rpps else name


def _consent(words: Words, given: Consent) -> str:
    say = words.say
    who = say(f"documents.giver.{given.given_by}")
    name = f" ({given.giver_name})" if given.giver_name else ""
    refused = ", ".join(say(f"documents.item.{item}") for item in given.refused)
    facts = {
        "who": f"{who}{name}",
        "mode": say(f"documents.mode.{given.mode}"),
        "at": words.moment(moment(given.at_ms)),
        "reader": given.read_by,
        "version": given.version,
        "hash": given.text_sha256[:16],
    }
    refusal = say("documents.refused", items=refused) if refused else say("documents.refused.none")
    return f"{say('documents.consent.given', **facts)}\n{refusal}"

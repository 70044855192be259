"""The questions before the call as rows of a form, and what was answered as the dossier has it."""

from collections.abc import Iterable, Mapping
from typing import Final

from client.catalogue import Catalogue
from client.core.dossier.background import Answer, Question
from client.core.dossier.protocols import Protocol, ProtocolQuestion
from client.core.dossier.traits import Sex, Traits
from client.ui.widgets.choice import Option
from client.ui.widgets.form import Field

ANSWER_LIMIT: Final = 300
"""Characters; chosen: some lines of the GP's page."""
_YES_NO: Final = ("yes", "no", "unsaid")
_GENERIC: Final = tuple(
    ProtocolQuestion(question) for question in Question if question is not Question.OTHER
)

AskedField = tuple[ProtocolQuestion, Field]


def question_fields(
    say: Catalogue, chosen: Protocol | None, traits: Traits | None
) -> tuple[AskedField, ...]:
    """The protocol's own questions first, then the generic ones it does not have."""
    own = chosen.questions if chosen else ()
    asked = {question.ask for question in own}
    rest = (question for question in _GENERIC if question.ask not in asked)
    is_male = traits is not None and traits.sex is Sex.MALE
    return tuple(
        (question, _field(say, question))
        for question in (*own, *rest)
        if not (is_male and question.ask is Question.PREGNANCY)
    )


def form_name(asked: ProtocolQuestion | Answer) -> str:
    """What the field is called: a name of letters and digits, whatever the question's words."""
    question = asked.ask if isinstance(asked, ProtocolQuestion) else asked.question
    return (
        question.value if question is not Question.OTHER else f"other_{asked.label.encode().hex()}"
    )


def _field(say: Catalogue, asked: ProtocolQuestion) -> Field:
    name = form_name(asked)
    if asked.ask is Question.OTHER:
        return Field(name, asked.label, limit=ANSWER_LIMIT)
    label = say(f"dossier.question.{asked.ask}")
    if asked.ask is Question.PREGNANCY:
        options = tuple(
            Option(say(f"dossier.{answer}.key"), say(f"dossier.{answer}"), say(f"dossier.{answer}"))
            for answer in _YES_NO
        )
        return Field(name, label, options)
    hint = say(f"dossier.question.{asked.ask}.hint")
    return Field(name, label, hint=hint, limit=ANSWER_LIMIT)


def typed_answers(answers: Iterable[Answer]) -> dict[str, str]:
    """What the fields hold for these."""
    return {form_name(answer): answer.text for answer in answers}


def with_others(
    found: Iterable[Answer], asked: Iterable[AskedField], before: Iterable[Answer]
) -> tuple[Answer, ...]:
    """What was found; answers of before to questions that are not asked now stay."""
    names = {form_name(question) for question, _ in asked}
    return (*found, *(answer for answer in before if form_name(answer) not in names))


def answers_of(
    say: Catalogue, asked: Iterable[AskedField], values: Mapping[str, str]
) -> tuple[Answer, ...]:
    """What was answered, in the order it was asked; a letter or a number is written out."""
    return tuple(
        Answer(question.ask, _written(say, question.ask, values[field.name]), question.label)
        for question, field in asked
        if values[field.name]
    )


def _written(say: Catalogue, question: Question, text: str) -> str:
    if question is not Question.OXYGEN:
        return text
    if text.casefold() == say("dossier.oxygen.air.key"):
        return say("dossier.oxygen.air")
    number = text.replace(",", ".")
    is_rate = number.replace(".", "", 1).isdigit()
    return say("dossier.oxygen.rate", rate=text) if is_rate else text

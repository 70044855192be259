"""A whole scenario over a real relay, real instruments' protocols and a real GP's end."""

import io
from dataclasses import replace

import pypdf
import pytest
from fakes.trainee import FakeTrainee

from client.catalogue import LANGUAGES, Catalogue
from client.core.dossier.ending import Role
from client.core.dossier.file import Operator
from client.core.training.marking import Mark
from client.core.training.scenario import Do, Expected, Scenario, scenarios
from client.exports.pdf.attestation import attestation_sheet
from client.exports.pdf.typesetting import pdf
from client.exports.pdf.wording import Words
from client.session.requests import SiteRequests
from client.training.play import Outcome, Trainee, attestation, play, sentence

ANNE = Trainee(Operator("Anne Roux", Role.PHARMACIST), "Pharmacie des Halles", "750803447")
HURRIED = {one.name: one for one in scenarios("fr")}


def hurried(name: str) -> Scenario:
    """The same, with cuts as short as they can be."""
    scenario = HURRIED[name]
    acts = (replace(act, seconds=0) if act.do is Do.CUT else act for act in scenario.acts)
    return replace(scenario, acts=tuple(acts))


async def played(name: str, *forgets: str) -> Outcome:
    scenario = hurried(name)
    return await play(scenario, ANNE, FakeTrainee(scenario, frozenset(forgets)).attend)


def unmet(outcome: Outcome) -> list[tuple[Expected, str]]:
    return [(mark.expected, mark.detail) for mark in outcome.marks if not mark.is_met]


@pytest.mark.parametrize("name", ["angine", "otite", "plaie", "non-adapte"])
async def test_whoever_forgets_nothing_is_told_so(name: str) -> None:
    outcome = await played(name)
    assert unmet(outcome) == []
    assert len(outcome.marks) >= len(outcome.scenario.expected)


async def test_what_was_forgotten_is_told() -> None:
    outcome = await played("angine", "room", "oxygen", "steps", "handed_over")
    assert unmet(outcome) == [
        (Expected.ROOM, ""),
        (Expected.OXYGEN, ""),
        (Expected.STEPS, "temperature"),
        (Expected.STEPS, "throat"),
        (Expected.HANDED_OVER, ""),
    ]
    say = Catalogue("fr")
    paper = attestation(say, ANNE, outcome)
    assert paper.forgotten[0] == say("training.mark.room")
    assert say("training.mark.step", step="SpO2") in paper.practised
    text = read(pdf(attestation_sheet(Words(say), paper)))
    assert "Anne Roux" in text
    assert "FORMATION" in text.upper()
    assert "ESSAI" not in text.upper()  # nobody's name, not even nobody's patient's


def read(paper: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mark_has_its_words(language: str) -> None:
    say = Catalogue(language)
    for scenario in scenarios(language):
        asks = [act.what for act in scenario.acts if act.do is Do.ASK]
        for expected in scenario.expected:
            details = {Expected.STEPS: asks, Expected.REASON: ["", *scenario.questions]}
            for detail in details.get(expected, [""]):
                assert sentence(say, Mark(expected, is_met=True, detail=detail))


async def test_whoever_leaves_at_once_has_done_nothing() -> None:
    async def leave(site: SiteRequests) -> None:
        assert site.snapshot.dossier.is_training
        assert not site.snapshot.is_recorded

    outcome = await play(hurried("angine"), ANNE, leave)
    assert {mark.expected for mark in outcome.marks if mark.is_met} == set()

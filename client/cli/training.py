"""``chevet site --training``: choose a scenario, play it, see what was forgotten."""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from platformdirs import user_documents_path

from client import clock
from client.catalogue import Catalogue
from client.cli.graphics import TerminalGraphics, preview_px
from client.cli.plain_terminal import PlainTerminal
from client.cli.running import run
from client.core.dossier.ending import Role
from client.core.dossier.file import Operator
from client.core.site_settings.values import SiteSettings
from client.core.training.scenario import Scenario, scenarios
from client.exports.pdf.attestation import attestation_sheet
from client.exports.pdf.typesetting import pdf
from client.exports.pdf.wording import Words
from client.printing import save, save_failed
from client.session.requests import SiteRequests
from client.training.play import Outcome, Trainee, attestation, play, sentence
from client.ui.desk import Desk, Drafts
from client.ui.graphics.terminal import Graphics
from client.ui.plain import PlainSite
from client.ui.plain_training import choose, tell_result
from client.ui.screens.training import Next, Result, choosing, showing
from client.ui.screens.training_site import TrainingSiteApp

_ROLES: Final[Mapping[str, Role]] = {role.value: role for role in Role}


def run_training(
    arguments: argparse.Namespace,
    settings: SiteSettings,
    say: Catalogue,
    terminal: TerminalGraphics | None = None,
    lines: PlainTerminal | None = None,
) -> int:
    """Play scenarios until the person leaves, at the screen or by lines.

    `terminal` was asked, or `lines` opened, before, if a real consultation came first.
    """
    trainee = trainee_of(arguments, settings)
    if not arguments.plain:
        terminal = terminal or TerminalGraphics(has_screens=True)
        return run(_train(trainee, say, arguments.export, terminal.chosen(settings)))
    if lines is not None:
        return run(_train_by_lines(trainee, say, arguments.export, lines))
    own = PlainTerminal()
    try:
        return run(_train_by_lines(trainee, say, arguments.export, own))
    finally:
        own.close()


def trainee_of(arguments: argparse.Namespace, settings: SiteSettings) -> Trainee:
    """Who practises, as for a real consultation."""
    answers = settings.responsible
    who = Operator(
        arguments.operator,
        _ROLES.get(arguments.role, Role.OTHER),
        arguments.rpps or "",
        answers.name,
        answers.rpps,
    )
    return Trainee(who, arguments.place, settings.place.finess)


async def _train(
    trainee: Trainee, say: Catalogue, folder: Path | None, graphics: Graphics | None
) -> int:
    known = scenarios(say.language)
    while True:
        name = await choosing(say, known).run_async()
        scenario = next((one for one in known if one.name == name), None)
        if scenario is None:
            return 0
        led = attended(scenario, say, graphics)
        outcome = await play(scenario, trainee, led, preview_px=preview_px(graphics))
        result = result_of(say, trainee, outcome, folder)
        if await showing(say, result).run_async() != Next.AGAIN:
            return 0


async def _train_by_lines(
    trainee: Trainee, say: Catalogue, folder: Path | None, lines: PlainTerminal
) -> int:
    async def attend(site: SiteRequests) -> object:
        desk = Desk(site, say, clock.now, Drafts())
        return await PlainSite(desk, lines).run()

    while True:
        scenario = await choose(say, scenarios(say.language), lines.tell, lines.next_line)
        if scenario is None:
            return 0
        outcome = await play(scenario, trainee, attend)
        await tell_result(say, result_of(say, trainee, outcome, folder), lines.tell)


def attended(
    scenario: Scenario, say: Catalogue, graphics: Graphics | None = None
) -> Callable[[SiteRequests], Awaitable[object]]:
    """The person leads it at the screen."""

    async def attend(site: SiteRequests) -> object:
        return await TrainingSiteApp(site, say, clock.now, scenario, graphics).run_async()

    return attend


def result_of(say: Catalogue, trainee: Trainee, outcome: Outcome, folder: Path | None) -> Result:
    """What the last screen shows and can do."""
    lines = tuple((mark.is_met, sentence(say, mark)) for mark in outcome.marks)
    attest = partial(save_attestation, say, trainee, outcome, folder)
    return Result(outcome.scenario.title, lines, attest if outcome.is_played else None)


def save_attestation(
    say: Catalogue, trainee: Trainee, outcome: Outcome, folder: Path | None
) -> Path:
    """Write it into this folder, or the person's own documents; tells where. Blocking.

    `SaveFailedError`: the folder cannot be made, or does not take it.
    Its name says when, and nothing of anybody.
    """
    made = pdf(attestation_sheet(Words(say), attestation(say, trainee, outcome)))
    at = outcome.ended_at.astimezone().strftime("%Y-%m-%d-%H%M%S")
    path = (folder or user_documents_path()) / f"{say('training.file')}-{at}.pdf"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise save_failed(error) from error
    if not path.exists():  # asked for twice: it is the same one
        save(made, path)
    return path

"""What ``chevet site`` does once its words were understood."""

import argparse
import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from platformdirs import user_data_path

from client import clock, memory
from client.catalogue import Catalogue
from client.cli.graphics import TerminalGraphics, preview_px
from client.cli.line_options import cap_bps_of, headroom_of, link_layer_of
from client.cli.plain_terminal import PlainTerminal
from client.cli.running import run
from client.cli.site import AUTOMATIC, Told
from client.cli.site_export import export_all
from client.cli.unlocking import PASSPHRASE_VARIABLE, keys_in
from client.core.auscultation import PLACES
from client.core.dossier.background import Answer, Question
from client.core.dossier.numbers import checked_finess, checked_rpps
from client.core.site_settings.checks import broker_key
from client.printing import NoPrinter, this_machines
from client.session.entered import entered_parts
from client.session.events import EventLog
from client.session.flow_views import Wish
from client.session.instruments import Plug
from client.session.opening import (
    OpenSite,
    Options,
    entered_and_left,
    interrupted_consultation,
    opened,
)
from client.session.patient_window import WindowWish
from client.session.requests import Part
from client.session.site_setup import Responsible
from client.session.unattended import Unattended
from client.store import keys as keyring
from client.store.keys import Keys
from client.ui.desk import Desk, Drafts
from client.ui.wishes import SettingsWanted, TrainingWanted
from devices.link import ports
from devices.ports import PortLister, folder_ports

if TYPE_CHECKING:
    from client.ui.graphics.terminal import Graphics

Attendance = Callable[[OpenSite], Awaitable[Wish | None]]


def run_site(told: Told, again: Callable[[], Told]) -> int:
    """Open the records, run sessions with a screen or without; 0 when they ended as they should.

    `again` tells what is said once the settings have changed.
    """
    folder, keys = _unlocked(told.arguments, told.say)
    lines = PlainTerminal() if told.arguments.plain else None
    terminal = TerminalGraphics(has_screens=lines is None and not told.arguments.unattended)
    printer = NoPrinter() if told.arguments.unattended else this_machines()
    with _event_stream(told.arguments.events) as stream:
        events = EventLog(stream, clock.now)
        left = run(_to_resume(told.arguments, folder, keys, told.say, lines))
        if left is None:
            left = run(_to_enter_again(told.arguments, folder, keys, told.say, lines))
        wish: Wish | None = Wish(left)
        begun: tuple[Part, ...] = ()
        while wish is not None:
            if isinstance(wish, TrainingWanted):
                _practise(told, terminal, lines)
            elif isinstance(wish, SettingsWanted):
                told = _changed(told, again, lines)
            graphics = terminal.chosen(told.settings)
            options = replace(
                _options(told, folder),
                resume=wish.consultation,
                printer=printer,
                preview_px=preview_px(graphics),
                begun=begun,
            )
            attendance = _attendance(told, lines, graphics)
            memory.settle()
            wish, begun = run(_consult(told, options, keys, events, attendance))
    printer.close()
    if lines is not None:
        lines.close()
    return 0


def _changed(told: Told, again: Callable[[], Told], lines: PlainTerminal | None) -> Told:
    """As the settings are once their screens, or lines, were left."""
    from client.cli.settings_edit import edit  # noqa: PLC0415 -- an unattended site needs none

    edit(told.say, lines)
    return again()


def _practise(told: Told, terminal: TerminalGraphics, lines: PlainTerminal | None) -> None:
    from client.cli.training import run_training  # noqa: PLC0415 -- an unattended site needs none

    run_training(told.arguments, told.settings, told.say, terminal, lines)


def _options(told: Told, folder: Path | None) -> Options:
    arguments, plugs, settings = told.arguments, told.plugs, told.settings
    return Options(
        relay_url=arguments.relay.rstrip("/"),
        camera=arguments.camera,
        microphone=arguments.microphone,
        speaker=arguments.speaker,
        plugs=tuple(Plug(driver, port) for driver, port in plugs if driver != AUTOMATIC),
        lister=_lister([port for driver, port in plugs if driver == AUTOMATIC]),
        place=arguments.place,
        operator=arguments.operator,
        record=folder,
        trace=arguments.trace,
        has_echo_cancelling=arguments.has_echo_cancelling,
        link_layer=link_layer_of(arguments),
        headroom=headroom_of(arguments),
        cap_bps=cap_bps_of(arguments),
        role=arguments.role,
        language=told.say.language,
        window=WindowWish.OFF if arguments.unattended else WindowWish(arguments.window),
        patient_display=settings.screen.patient_display,
        rpps=checked_rpps(arguments.rpps) if arguments.rpps else None,
        brokers=frozenset([*map(broker_key, settings.trust.brokers), *arguments.broker]),
        finess=settings.place.finess and checked_finess(settings.place.finess),
        place_address=settings.place.address,
        identities=settings.documents.identities,
        responsible=Responsible(settings.responsible.name, settings.responsible.rpps),
    )


async def _to_resume(
    arguments: argparse.Namespace,
    folder: Path | None,
    keys: Keys,
    say: Catalogue,
    lines: PlainTerminal | None = None,
) -> int | None:
    """The consultation that was interrupted and is to go on, as the person at the terminal says."""
    found = None if folder is None else await interrupted_consultation(folder, keys)
    if found is None or (arguments.unattended and not arguments.resume):
        return None
    number, began_at = found
    is_wanted = arguments.resume or await _agrees("cli.site.resume_question", began_at, say, lines)
    return number if is_wanted else None


async def _to_enter_again(
    arguments: argparse.Namespace,
    folder: Path | None,
    keys: Keys,
    say: Catalogue,
    lines: PlainTerminal | None = None,
) -> int | None:
    """The consultation that broke off before the GP came, if what was entered in it is wanted."""
    if folder is None or arguments.unattended:
        return None
    found = await entered_and_left(folder, keys)
    if found is None:
        return None
    number, began_at = found
    is_wanted = arguments.resume or await _agrees("cli.site.enter_question", began_at, say, lines)
    return number if is_wanted else None


async def _agrees(
    key: str, began_at: datetime, say: Catalogue, lines: PlainTerminal | None
) -> bool:
    """Whether the person says yes, or nothing, to this question."""
    question = say(key, time=began_at.astimezone().strftime("%H:%M"))
    if lines is not None:
        lines.tell(question)
        answer = await lines.next_line() or ""
    else:
        answer = await asyncio.to_thread(input, question)
    return answer.strip().lower() in ("", *say("cli.site.resume_yes").split())


def _lister(folders: Sequence[str]) -> PortLister | None:
    """What tells the ports to watch: nobody, this machine, or folders of links."""
    if not folders:
        return None
    if folders == [""]:
        return lambda: [port for port in ports() if port.is_likely]
    return lambda: [port for folder in folders if folder for port in folder_ports(Path(folder))]


async def _consult(
    told: Told, options: Options, keys: Keys, events: EventLog, attend: Attendance
) -> tuple[Wish | None, tuple[Part, ...]]:
    """One consultation; what the person wants next, and what is entered there already."""
    async with opened(options, keys, events) as site:
        wish = await attend(site)
        site.session.close()
        await site.finished()
        if told.arguments.export is not None:
            record = await site.record()
            await asyncio.to_thread(export_all, record, told.arguments.export, told.say)
        is_same_patient = wish is not None and wish.keeps_patient
        begun = entered_parts(site.session.snapshot.dossier) if is_same_patient else ()
    return wish, begun


def _attendance(told: Told, lines: PlainTerminal | None, graphics: "Graphics | None") -> Attendance:
    """Who leads a consultation here: nobody, a person by lines, a person at the screen."""
    arguments, say = told.arguments, told.say

    async def attend(site: OpenSite) -> Wish | None:
        if arguments.unattended:
            await _unattended(site, say)
            return None
        if lines is not None:
            from client.ui.plain import PlainSite  # noqa: PLC0415 -- as below

            desk = Desk(site.session, say, clock.now, Drafts())
            return await PlainSite(desk, lines).run()
        from client.ui.app import SiteApp  # noqa: PLC0415 -- an unattended site needs no Textual

        app = SiteApp(site.session, say, clock.now, graphics)
        app.first_theme = told.settings.screen.theme
        return await app.run_async()

    return attend


async def _unattended(site: OpenSite, say: Catalogue) -> None:
    patient = (say("site.demo.patient"), say("site.demo.reason"))
    from client.ui.auscultation_words import sound_label  # noqa: PLC0415 -- words alone

    labels = (say("site.demo.still_label"), sound_label(say, PLACES[0]))
    answers = (
        Answer(Question.SINCE, say("site.demo.since")),
        Answer(Question.ALLERGIES, say("site.demo.allergies")),
    )
    await Unattended(site.session, patient, *labels, answers=answers).run()


def _unlocked(arguments: argparse.Namespace, say: Catalogue) -> tuple[Path | None, Keys]:
    """The records' folder and keys; nowhere and new ones for a site that nobody can unlock."""
    passphrase = os.environ.pop(PASSPHRASE_VARIABLE, None)
    if passphrase is None and arguments.unattended and arguments.record is None:
        return None, keyring.ephemeral()
    folder = arguments.record or user_data_path("chevet", appauthor=False)
    return folder, keys_in(folder, passphrase, say)


def _event_stream(path: Path | None) -> "TextIO | nullcontext[None]":
    """Readable by this user only, since an invitation is a secret until it is used."""
    if path is None:
        return nullcontext()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8")

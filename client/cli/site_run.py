"""What ``chevet site`` does once its words were understood."""

import argparse
import asyncio
import os
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from platformdirs import user_data_path

from client import clock
from client.catalogue import Catalogue
from client.cli.line_options import cap_bps_of, headroom_of, link_layer_of
from client.cli.running import run
from client.cli.site import AUTOMATIC
from client.cli.training import run_training
from client.cli.unlocking import PASSPHRASE_VARIABLE, keys_in
from client.core.auscultation import PLACES
from client.core.dossier.numbers import checked_finess, checked_rpps
from client.core.site_settings.checks import broker_key
from client.core.site_settings.values import SiteSettings
from client.exports.folder import export_consultation
from client.session.events import EventLog
from client.session.flow_views import Wish
from client.session.instruments import Plug
from client.session.opening import OpenSite, Options, interrupted_consultation, opened
from client.session.site_setup import Responsible
from client.session.unattended import Unattended
from client.store import keys as keyring
from client.store.keys import Keys
from client.ui.wishes import TrainingWanted
from devices.link import ports
from devices.ports import PortLister, folder_ports


def run_site(
    arguments: argparse.Namespace,
    plugs: Sequence[tuple[str, str]],
    settings: SiteSettings,
    say: Catalogue,
) -> int:
    """Open the records, run the session with a screen or without; 0 when it ended as it should."""
    folder, keys = _unlocked(arguments, say)
    options = _options(arguments, plugs, settings, folder)
    with _event_stream(arguments.events) as stream:
        events = EventLog(stream, clock.now)
        resume = run(_to_resume(arguments, folder, keys, say))
        first = replace(options, resume=resume)
        wish = run(_consult(arguments, first, keys, events, say))
        while wish is not None:
            if isinstance(wish, TrainingWanted):
                run_training(arguments, settings, say)
            following = replace(options, resume=wish.consultation)
            wish = run(_consult(arguments, following, keys, events, say))
    return 0


def _options(
    arguments: argparse.Namespace,
    plugs: Sequence[tuple[str, str]],
    settings: SiteSettings,
    folder: Path | None,
) -> Options:
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
        rpps=checked_rpps(arguments.rpps) if arguments.rpps else None,
        brokers=frozenset([*map(broker_key, settings.trust.brokers), *arguments.broker]),
        finess=settings.place.finess and checked_finess(settings.place.finess),
        place_address=settings.place.address,
        responsible=Responsible(settings.responsible.name, settings.responsible.rpps),
    )


async def _to_resume(
    arguments: argparse.Namespace, folder: Path | None, keys: Keys, say: Catalogue
) -> int | None:
    """The consultation that was interrupted and is to go on, as the person at the terminal says."""
    found = None if folder is None else await interrupted_consultation(folder, keys)
    if found is None or (arguments.unattended and not arguments.resume):
        return None
    number, began_at = found
    if arguments.resume:
        return number
    time = began_at.astimezone().strftime("%H:%M")
    answer = await asyncio.to_thread(input, say("cli.site.resume_question", time=time))
    is_wanted = answer.strip().lower() in ("", *say("cli.site.resume_yes").split())
    return number if is_wanted else None


def _lister(folders: Sequence[str]) -> PortLister | None:
    """What tells the ports to watch: nobody, this machine, or folders of links."""
    if not folders:
        return None
    if folders == [""]:
        return lambda: [port for port in ports() if port.is_likely]
    return lambda: [port for folder in folders if folder for port in folder_ports(Path(folder))]


async def _consult(
    arguments: argparse.Namespace, options: Options, keys: Keys, events: EventLog, say: Catalogue
) -> Wish | None:
    """One consultation; what the person wants next."""
    wish = None
    async with opened(options, keys, events) as site:
        if arguments.unattended:
            await _unattended(site, say)
        else:
            wish = await _attended(site, say)
        site.session.close()
        await site.finished()
        if arguments.export is not None:
            record = await site.record()
            await asyncio.to_thread(export_consultation, record, arguments.export)
    return wish


async def _attended(site: OpenSite, say: Catalogue) -> Wish | None:
    from client.ui.app import SiteApp  # noqa: PLC0415 -- an unattended site needs no Textual

    return await SiteApp(site.session, say, clock.now).run_async()


async def _unattended(site: OpenSite, say: Catalogue) -> None:
    patient = (say("site.demo.patient"), say("site.demo.reason"))
    from client.ui.auscultation_words import sound_label  # noqa: PLC0415 -- words alone

    labels = (say("site.demo.still_label"), sound_label(say, PLACES[0]))
    await Unattended(site.session, patient, *labels).run()


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

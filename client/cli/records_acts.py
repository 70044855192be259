"""Doing: ``export``, ``backup``, ``restore``, ``begin-anew``, ``purge``, ``erase`` of the records.

Each is written into the site's journal with who did it.
"""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from client import clock
from client.catalogue import Catalogue
from client.cli.records_open import (
    Opened,
    check_there,
    folder_of,
    opened,
    tell,
    tell_json,
    time_of,
    unlocked,
    who,
)
from client.cli.settings_open import site_settings
from client.errors import UsageError
from client.exports.folder import export_consultation
from client.store import backup as backups
from client.store import first_start
from client.store.errors import LostRecordsError, StoreError
from client.store.ledger import Ledger
from client.store.site_journal import SiteEvent
from client.store.upkeep import Kind, Retention

BACKUP_VARIABLE = "CHEVET_BACKUP_PASSPHRASE"
"""The backup's own passphrase, for a machine that backs up by itself; removed once it is read."""


def export(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Write one consultation, or every one of its patient, into a folder."""
    with opened(arguments, say) as records:
        numbers: Sequence[int] = [arguments.number]
        if arguments.patient:
            numbers = records.ledger.upkeep.same_patient(arguments.number)
        for number in numbers:
            folder = arguments.folder / f"consultation-{number}"
            export_consultation(records.ledger.record(number), folder)
            records.ledger.note_exported(number, clock.now(), who())
    if arguments.json:
        tell_json([{"consultations": numbers}])
    else:
        tell([say("records.export.done", count=len(numbers))])
    return 0


def backup(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Write the whole site into one encrypted file."""
    with opened(arguments, say) as records:
        passphrase = _new_passphrase(say)
        backups.back_up(records.folder, records.keys, arguments.file, passphrase)
        head = records.ledger.site.head()
        _note(records, SiteEvent.BACKED_UP, lines=0 if head is None else head.count)
    size = arguments.file.stat().st_size
    if arguments.json:
        tell_json([{"bytes": size, "site_lines": 0 if head is None else head.count}])
    else:
        tell([say("records.backup.done", kilobytes=size // 1_000)])
    return 0


def restore(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Put a backup into a folder that holds no records."""
    passphrase = os.environ.pop(BACKUP_VARIABLE, None) or getpass.getpass(say("records.passphrase"))
    backups.restore(arguments.file, folder_of(arguments), passphrase, now=clock.now(), by=who())
    if arguments.json:
        tell_json([{"restored": True}])
    else:
        tell([say("records.restore.done")])
    return 0


def begin_anew(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Go on without the records that are gone, once the person has said so."""
    folder = folder_of(arguments)
    try:
        check_there(folder)
    except LostRecordsError:
        secrets = unlocked(folder, say)
    else:
        raise UsageError(say("records.begin_anew.needless"))
    if not arguments.yes and not _agrees("begin_anew", say):
        tell([say("records.begin_anew.not_done")])
        return 1
    first_start.set_aside(folder, clock.now())
    first_start.announce(folder)
    try:
        ledger = Ledger.open(folder, secrets)
    except StoreError:
        first_start.over(folder)
        raise
    try:
        ledger.site.note(SiteEvent.BEGUN_ANEW, clock.now(), {"by": who()})
    finally:
        ledger.close()
    if arguments.json:
        tell_json([{"begun_anew": True}])
    else:
        tell([say("records.begin_anew.done")])
    return 0


def purge(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Remove what is older than its period allows."""
    chosen = {kind.value: getattr(arguments, kind.value) for kind in Kind}
    periods = {kind: days for kind, days in chosen.items() if days is not None}
    if any(days < 0 for days in periods.values()):
        raise UsageError(say("records.purge.negative"))
    kept = site_settings().retention
    retention = replace(Retention(kept.pictures, kept.records, kept.rooms), **periods)
    with opened(arguments, say) as records:
        done = records.ledger.upkeep.purge(retention, clock.now(), who())
    if arguments.json:
        tell_json(
            {
                "kind": one.kind.value,
                "before": time_of(one.before),
                "consultations": one.consultations,
                "items": one.items,
            }
            for one in done
        )
        return 0
    for one in done:
        tell(
            [
                say(
                    f"records.purge.{one.kind.value}",
                    days=retention.days(one.kind),
                    consultations=one.consultations,
                    items=one.items,
                )
            ]
        )
    return 0


def erase(arguments: argparse.Namespace, say: Catalogue) -> int:
    """Remove everything of one patient, once the person has said yes."""
    with opened(arguments, say) as records:
        of_patient = records.ledger.upkeep.same_patient(arguments.number)
        known = map(records.ledger.overview, of_patient)
        numbers = [one.id for one in known if one.erased_at is None]
        if not numbers:
            tell_json([{"erased": []}]) if arguments.json else tell([say("records.erase.already")])
            return 0
        if not arguments.yes and not _agrees("erase", say, numbers=", ".join(map(str, numbers))):
            tell([say("records.erase.not_done")])
            return 1
        records.ledger.upkeep.erase(numbers, clock.now(), who())
    if arguments.json:
        tell_json([{"erased": numbers}])
    else:
        tell([say("records.erase.done", numbers=", ".join(map(str, numbers)))])
    return 0


def _agrees(act: str, say: Catalogue, **facts: str) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(say("records.needs_yes"))
    answer = input(say(f"records.{act}.ask", **facts))
    return answer.strip().lower() == say(f"records.{act}.word")


def _new_passphrase(say: Catalogue) -> str:
    if given := os.environ.pop(BACKUP_VARIABLE, None):
        return given
    first = getpass.getpass(say("records.passphrase_new"))
    if getpass.getpass(say("records.passphrase_again")) != first:
        raise UsageError(say("records.passphrases_differ"))
    return first


def _note(records: Opened, event: SiteEvent, **facts: int) -> None:
    records.ledger.site.note(event, clock.now(), {"by": who(), **facts})


ACTIONS: Final[dict[str, Callable[[argparse.Namespace, Catalogue], int]]] = {
    "export": export,
    "backup": backup,
    "restore": restore,
    "begin-anew": begin_anew,
    "purge": purge,
    "erase": erase,
}

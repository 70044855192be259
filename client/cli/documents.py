"""``chevet documents``: what leaves, on paper and for the practice's software."""

import argparse
import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from platformdirs import user_data_path

from client import clock
from client.catalogue import Catalogue
from client.cli import documents_leaving
from client.cli.settings_open import site_settings
from client.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.core.record import ConsultationRecord
    from client.store.records import Records

T = TypeVar("T")

DIFFERENT: Final = 1
"""Exit status of ``verify`` when the paper is not what the record says."""
LOOKED_AT: Final = 50
"""Consultations whose instruments complete the inventory; chosen: a month of a busy pharmacy."""


def register(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", say: Catalogue
) -> None:
    """Add the sub-command and its own."""
    parser = subparsers.add_parser(
        "documents", help=say("documents.cli.help"), description=say("documents.cli.description")
    )
    commands = parser.add_subparsers(
        metavar=say("cli.command"), required=True, parser_class=type(parser)
    )
    for name, add in (
        ("summary", _add_summary),
        ("verify", _add_verify),
        ("equipment", _add_equipment),
        ("attestation", _add_attestation),
    ):
        words = say(f"documents.cli.{name}")
        add(commands.add_parser(name, help=words, description=words), say)
    for name in ("fhir", "cda", "request", "pack"):
        words = say(f"documents.cli.{name}.help")
        leaving = commands.add_parser(name, help=words, description=words)
        documents_leaving.add(leaving, say, name, _leaving)


def _add_summary(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    _add_consultation(parser, say)
    _add_way_out(parser, say)
    parser.add_argument("--cda", action="store_true", help=say("documents.cli.cda"))
    parser.add_argument("--handover", action="store_true", help=say("documents.cli.handover"))
    parser.set_defaults(run=_summary)


def _add_verify(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    _add_consultation(parser, say)
    parser.add_argument("hash", nargs="+", help=say("documents.cli.hash"))
    parser.set_defaults(run=_verify)


def _add_equipment(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    parser.add_argument("inventory", type=Path, nargs="?", help=say("documents.cli.inventory"))
    parser.add_argument("--example", action="store_true", help=say("documents.cli.example"))
    parser.add_argument("--csv", action="store_true", help=say("documents.cli.csv"))
    parser.add_argument("--record", type=Path, metavar="DIR", help=say("documents.cli.seen"))
    _add_way_out(parser, say)
    parser.set_defaults(run=_equipment)


def _add_attestation(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    parser.add_argument("session", type=Path, metavar="FILE", help=say("documents.cli.session"))
    _add_way_out(parser, say)
    parser.set_defaults(run=_attestation)


def _add_consultation(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    parser.add_argument("consultation", type=int, help=say("documents.cli.consultation"))
    parser.add_argument("--record", type=Path, metavar="DIR", help=say("documents.cli.record"))


def _add_way_out(parser: argparse.ArgumentParser, say: Catalogue) -> None:
    parser.add_argument("--to", type=Path, metavar="FILE", help=say("documents.cli.to"))
    parser.add_argument("--print", action="store_true", help=say("documents.cli.print"))


def _summary(arguments: argparse.Namespace, say: Catalogue) -> int:
    from client.exports.documents import report_of  # noqa: PLC0415 -- keeps --help instant
    from client.exports.documents.handover import PDF, handover  # noqa: PLC0415 -- same
    from client.exports.pdf.summary import summary_sheet  # noqa: PLC0415 -- same
    from client.exports.pdf.typesetting import Standard, pdf  # noqa: PLC0415 -- same
    from client.exports.pdf.wording import Words  # noqa: PLC0415 -- same

    _check_way_out(arguments, say)
    report = report_of(_leaving(arguments, say))
    made = pdf(
        summary_sheet(Words(say), report), Standard.CDA if arguments.cda else Standard.ACCESSIBLE
    )
    others = handover(report, made)[1:] if arguments.handover else ()
    _out(arguments, say, made, PDF)
    for other in others if arguments.print else ():
        _print(other.data, other.media_type)
    return 0


def _verify(arguments: argparse.Namespace, say: Catalogue) -> int:
    from client.exports.documents import content_sha256, report_of  # noqa: PLC0415 -- as above

    typed = "".join(arguments.hash).replace(" ", "").casefold()
    is_same = typed == content_sha256(report_of(_record(arguments, say))).hex()
    print(say(f"documents.cli.{'same' if is_same else 'different'}"))  # noqa: T201 -- its output
    return 0 if is_same else DIFFERENT


def _equipment(arguments: argparse.Namespace, say: Catalogue) -> int:
    from client.exports.equipment import declaration, inventory  # noqa: PLC0415 -- as above
    from client.exports.pdf.typesetting import pdf  # noqa: PLC0415 -- same
    from client.exports.pdf.wording import Words  # noqa: PLC0415 -- same

    if arguments.example:
        print(inventory.example(), end="")  # noqa: T201 -- the command's output
        return 0
    if arguments.inventory is None and (named := site_settings().documents.inventory):
        arguments.inventory = Path(named)
    if arguments.inventory is None:
        raise UsageError(say("documents.cli.inventory_missing"))
    if arguments.csv and arguments.print:
        raise UsageError(say("documents.cli.csv_printed"))
    _check_way_out(arguments, say)
    site = inventory.read(arguments.inventory)
    if arguments.record:
        site = inventory.completed(site, _with_records(arguments, say, _latest))
    words = Words(say)
    if arguments.csv:
        _out(arguments, say, declaration.declaration_csv(words, site), "text/csv")
    else:
        sheet = declaration.declaration_sheet(words, site, clock.now())
        _out(arguments, say, pdf(sheet), "application/pdf")
    return 0


def _attestation(arguments: argparse.Namespace, say: Catalogue) -> int:
    from client.exports.documents.attestation import read  # noqa: PLC0415 -- as above
    from client.exports.pdf.attestation import attestation_sheet  # noqa: PLC0415 -- same
    from client.exports.pdf.typesetting import pdf  # noqa: PLC0415 -- same
    from client.exports.pdf.wording import Words  # noqa: PLC0415 -- same

    _check_way_out(arguments, say)
    made = pdf(attestation_sheet(Words(say), read(arguments.session)))
    _out(arguments, say, made, "application/pdf")
    return 0


def _check_way_out(arguments: argparse.Namespace, say: Catalogue) -> None:
    if not (arguments.to or arguments.print):
        raise UsageError(say("documents.cli.way_missing"))


def _out(arguments: argparse.Namespace, say: Catalogue, data: bytes, media_type: str) -> None:
    from client.printing import save  # noqa: PLC0415 -- as above

    if arguments.to:
        save(data, arguments.to)
        print(say("documents.cli.saved"))  # noqa: T201 -- the command's output
    if arguments.print:
        _print(data, media_type)
        print(say("documents.cli.printed"))  # noqa: T201 -- same


def _print(data: bytes, media_type: str) -> None:
    from client.printing import this_machines  # noqa: PLC0415 -- as above

    this_machines().put(data, media_type)


def _record(arguments: argparse.Namespace, say: Catalogue) -> "ConsultationRecord":
    return _with_records(
        arguments, say, lambda records: records.consultation(arguments.consultation)
    )


def _leaving(arguments: argparse.Namespace, say: Catalogue) -> "ConsultationRecord":
    """The record that documents are made of; the site's journal says who had them made."""
    from client.cli.records_open import who  # noqa: PLC0415 -- as above

    number = arguments.consultation

    async def taken(records: "Records") -> "ConsultationRecord":
        record = await records.consultation(number)
        await records.note_exported(number, clock.now(), who())
        return record

    return _with_records(arguments, say, taken)


async def _latest(records: "Records") -> "list[ConsultationRecord]":
    newest = (await records.consultations())[-LOOKED_AT:]
    return [await records.consultation(one.id) for one in newest if not one.is_training]


def _with_records(
    arguments: argparse.Namespace, say: Catalogue, job: "Callable[[Records], Awaitable[T]]"
) -> T:
    """What the job makes of the opened records; no consultation is changed."""
    return asyncio.run(_opened(arguments, say, job))


async def _opened(
    arguments: argparse.Namespace, say: Catalogue, job: "Callable[[Records], Awaitable[T]]"
) -> T:
    from client.cli.records_open import check_there  # noqa: PLC0415 -- as above
    from client.cli.unlocking import PASSPHRASE_VARIABLE, keys_in  # noqa: PLC0415 -- same
    from client.store.records import Records  # noqa: PLC0415 -- same

    folder = arguments.record or user_data_path("chevet", appauthor=False)
    check_there(folder)
    keys = keys_in(folder, os.environ.pop(PASSPHRASE_VARIABLE, None), say)
    records = await Records.open(folder, keys)
    try:
        return await job(records)
    finally:
        await records.close()
